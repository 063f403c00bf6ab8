//! All commits of a namespace, when there will be no more.

use std::sync::{Arc, OnceLock};

use super::history::{self, Commit, Hits, UNWRITTEN, Verdict};
use super::ledger::Ledger;
use super::stretches::{self, History, InTime, Stretch};
use crate::base::{KeyId, KeySet, Time, Version};

/// When each version of each key committed.
#[derive(Debug)]
pub struct Chronicle {
    written: Arc<KeySet>,
    /// Where the commits of each written key begin, and where the last ones end.
    starts: Vec<u32>,
    commits: Vec<Commit>,
    /// The same in the order of time within each key, as soon as somebody asks for stretches.
    in_time: OnceLock<Vec<InTime>>,
}

/// A reader of the chronicle, who judges reads about in the order of their time.
#[derive(Clone, Debug)]
pub struct Judge {
    chronicle: Arc<Chronicle>,
    /// One for each written key, and one more.
    pages: Vec<Page>,
}

/// Where the commits of a key are.
#[derive(Clone, Copy, Debug)]
struct Page {
    start: u32,
    /// How many of them had been made when a read was last judged.
    bookmark: u32,
}

impl From<&Ledger> for Chronicle {
    fn from(ledger: &Ledger) -> Chronicle {
        let written = KeySet::new(ledger.keys(), |key| !ledger.commits(key).is_empty());
        let (starts, commits, in_time) = (vec![0], Vec::new(), OnceLock::new());
        let mut chronicle = Chronicle { written: Arc::new(written), starts, commits, in_time };
        for key in 0..ledger.keys() as u32 {
            let commits = ledger.commits(KeyId(key));
            if !commits.is_empty() {
                chronicle.commits.extend(commits);
                chronicle.starts.push(chronicle.commits.len() as u32);
            }
        }
        chronicle
    }
}

impl Chronicle {
    /// The keys that were written.
    pub fn written(&self) -> Arc<KeySet> {
        self.written.clone()
    }

    fn in_time(&self) -> &[InTime] {
        self.in_time.get_or_init(|| {
            let of_key = |ends: &[u32]| stretches::in_time(&self.commits[ends[0] as usize..ends[1] as usize]);
            self.starts.windows(2).flat_map(of_key).collect()
        })
    }
}

impl Judge {
    /// At the beginning of the chronicle.
    pub fn new(chronicle: Arc<Chronicle>) -> Judge {
        let pages = chronicle.starts.iter().map(|&start| Page { start, bookmark: 0 }).collect();
        Judge { chronicle, pages }
    }

    /// Turns back to the beginning.
    pub fn restart(&mut self) {
        self.pages.iter_mut().for_each(|page| page.bookmark = 0);
    }

    /// Judges a read of `key` that began at `invoked` and returns `version` at `now`.
    #[inline]
    pub fn judge(&mut self, key: KeyId, version: Version, invoked: Time, now: Time) -> Verdict {
        let Some(place) = self.chronicle.written.place(key) else { return UNWRITTEN };
        let Page { start, bookmark } = self.pages[place];
        let commits = &self.chronicle.commits[start as usize..self.pages[place + 1].start as usize];
        let mut bookmark = bookmark as usize;
        let verdict = history::judge(commits, &mut bookmark, version.number() as usize, invoked, now);
        self.pages[place].bookmark = bookmark as u32;
        verdict
    }

    /// Judges reads of `key` that begin from `from` on, in order of time, and return `version` at once.
    #[inline]
    pub fn hits(&self, key: KeyId, version: Version, from: Time) -> Hits<'_> {
        let Some(place) = self.chronicle.written.place(key) else { return Hits::new(&[], 0, 0, from) };
        let Page { start, bookmark } = self.pages[place];
        let commits = &self.chronicle.commits[start as usize..self.pages[place + 1].start as usize];
        Hits::new(commits, bookmark as usize, version.number() as usize, from)
    }

    /// Tells the stretches of [`from`, `until`), in order, over which reads that return `version` of `key` at once
    /// have the same verdict.
    pub fn stretches(
        &mut self,
        key: KeyId,
        version: Version,
        from: Time,
        until: Time,
        mut tell: impl FnMut(Stretch),
    ) {
        let Some(place) = self.chronicle.written.place(key) else {
            return tell(Stretch { from, until, verdict: UNWRITTEN });
        };
        let Page { start, bookmark } = self.pages[place];
        let range = start as usize..self.pages[place + 1].start as usize;
        let history = History {
            commits: &self.chronicle.commits[range.clone()],
            in_time: &self.chronicle.in_time()[range],
        };
        let mut bookmark = bookmark as usize;
        stretches::stretches(history, &mut bookmark, version.number() as usize, from, until, tell);
        self.pages[place].bookmark = bookmark as u32;
    }

    /// Loads what a judgement about a key will need. Nothing in it waits for a decision, so that the processor
    /// has the loads of many keys under way at once.
    pub fn load(&self, key: KeyId) -> u64 {
        let Page { start, bookmark } = self.pages[self.chronicle.written.before(key)];
        let commits = &self.chronicle.commits;
        let at = (start + bookmark) as usize;
        commits.get(at.min(commits.len().wrapping_sub(1))).map_or(0, Commit::load)
    }
}
