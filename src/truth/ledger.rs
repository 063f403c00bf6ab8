//! The commits of a namespace while it is written.

use super::history::{self, Commit, PENDING, UNWRITTEN, Verdict};
use crate::base::{KeyId, Time, Version};

/// When each version of each key committed, so far.
#[derive(Debug)]
pub struct Ledger {
    /// For each key the place of its history, from 1 on; 0 while it was never written.
    of_key: Vec<u32>,
    histories: Vec<History>,
}

/// The writes of one key.
#[derive(Debug, Default)]
struct History {
    /// The numbers of the versions, where these are time stamps and not 1, 2, 3, ….
    stamps: Vec<u32>,
    commits: Vec<Commit>,
    /// The first so many versions have all committed.
    complete: usize,
    /// How many versions there are up to the newest that has committed.
    newest: usize,
    /// When that one did.
    last_commit: Time,
}

impl History {
    /// How many versions there are up to one.
    fn up_to(&self, version: Version) -> usize {
        match self.stamps.is_empty() {
            true => version.number() as usize,
            false => self.stamps.partition_point(|&stamp| stamp <= version.number()),
        }
    }

    /// Makes room for a version with that stamp, or the next free one; tells which.
    fn insert(&mut self, stamp: u32) -> u32 {
        let mut place = self.stamps.partition_point(|&other| other < stamp);
        let mut stamp = stamp;
        while self.stamps.get(place) == Some(&stamp) {
            (place, stamp) = (place + 1, stamp + 1);
        }
        let first_from_here = self.commits.get(place).map_or(Time::NEVER, |next| next.first_from_here);
        self.stamps.insert(place, stamp);
        self.commits.insert(place, Commit { first_from_here, ..PENDING });
        self.commits[place..].iter_mut().for_each(|commit| commit.last_up_to_here = Time::NEVER);
        self.complete = self.complete.min(place);
        self.newest += usize::from(place < self.newest);
        stamp
    }

    /// Most reads return the newest version after its commit: for these nothing else has to be looked at.
    fn judge(&self, version: Version, invoked: Time, now: Time) -> Verdict {
        let version = self.up_to(version);
        if version == self.newest && version > 0 && self.last_commit <= invoked {
            return Verdict { last_commit: self.last_commit, ..UNWRITTEN };
        }
        history::judge(&self.commits, &mut { self.newest }, version, invoked, now)
    }
}

impl Ledger {
    /// Nothing was written yet to any of so many keys.
    pub fn new(keys: usize) -> Ledger {
        Ledger { of_key: vec![0; keys], histories: Vec::new() }
    }

    /// Gives the next version of a key to a write that its coordinator begins.
    pub fn issue(&mut self, key: KeyId, absent: bool) -> Version {
        let commits = &mut self.history(key).commits;
        commits.push(PENDING);
        Version::new(commits.len() as u32, absent)
    }

    /// The same where versions are ordered by time stamps: of equal ones the first one issued comes first.
    pub fn issue_stamped(&mut self, key: KeyId, stamp: u32, absent: bool) -> Version {
        Version::new(self.history(key).insert(stamp), absent)
    }

    /// Whether a later version has committed already than one that was issued.
    pub fn is_outranked(&self, key: KeyId, version: Version) -> bool {
        match self.of_key[key.at()] {
            0 => false,
            place => {
                let history = &self.histories[place as usize - 1];
                history.newest > history.up_to(version)
            }
        }
    }

    fn history(&mut self, key: KeyId) -> &mut History {
        let place = &mut self.of_key[key.at()];
        if *place == 0 {
            self.histories.push(History::default());
            *place = self.histories.len() as u32;
        }
        &mut self.histories[*place as usize - 1]
    }

    /// A version that was issued commits, not before any that has committed already.
    pub fn commit(&mut self, key: KeyId, version: Version, now: Time) {
        let place = self.of_key[key.at()] as usize;
        let history = &mut self.histories[place - 1];
        let at = history.up_to(version) - 1;
        history.complete = history::commit(&mut history.commits, history.complete, at, now);
        if at >= history.newest {
            (history.newest, history.last_commit) = (at + 1, now);
        }
    }

    /// Judges a read of `key` that began at `invoked` and returns `version` at `now`, which is not later than
    /// any commit so far.
    pub fn judge(&self, key: KeyId, version: Version, invoked: Time, now: Time) -> Verdict {
        match self.of_key[key.at()] {
            0 => UNWRITTEN,
            place => self.histories[place as usize - 1].judge(version, invoked, now),
        }
    }

    /// The commits of a key in the order of versions; none if it was never written.
    pub(super) fn commits(&self, key: KeyId) -> &[Commit] {
        match self.of_key[key.at()] {
            0 => &[],
            place => &self.histories[place as usize - 1].commits,
        }
    }

    /// How many keys there are.
    pub(super) fn keys(&self) -> usize {
        self.of_key.len()
    }

    /// Loads what a judgement about a key will need, for many keys at once.
    #[inline]
    pub fn load(&self, key: KeyId) -> u64 {
        let history = self.histories.get(self.of_key[key.at()].wrapping_sub(1) as usize);
        let newest =
            |history: &History| history.commits.get(history.newest.wrapping_sub(1)).map_or(0, Commit::load);
        history.map_or(0, newest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;

    const KEY: KeyId = KeyId(0);

    fn at(nanos: u64) -> Time {
        Time::ZERO + Span::from_nanos(nanos)
    }

    /// Versions 1, 2, 3 commit at 10, 20, 30: a read of version 1 begun at 25 misses one commit, at 20.
    #[test]
    fn a_read_is_judged_by_what_had_committed_when_it_began() {
        let mut ledger = Ledger::new(1);
        let versions: Vec<Version> = (0..3).map(|_| ledger.issue(KEY, false)).collect();
        for (version, nanos) in versions.iter().zip([10, 20, 30]) {
            ledger.commit(KEY, *version, at(nanos));
        }
        let verdict = ledger.judge(KEY, versions[0], at(25), at(25));
        assert_eq!((verdict.behind, verdict.overdue(at(25)).as_nanos()), (1, 5));
        assert_eq!(ledger.judge(KEY, versions[1], at(25), at(25)).behind, 0);
        assert_eq!(ledger.judge(KEY, Version::new(0, false), at(30), at(30)).behind, 3);
    }

    /// Version 2 commits before version 1: version 0 read at 15 is one behind, first missed at 10.
    #[test]
    fn commits_may_come_out_of_order() {
        let mut ledger = Ledger::new(1);
        let first = ledger.issue(KEY, false);
        let second = ledger.issue(KEY, false);
        ledger.commit(KEY, second, at(10));
        ledger.commit(KEY, first, at(20));
        let verdict = ledger.judge(KEY, Version::new(0, false), at(15), at(15));
        assert_eq!((verdict.behind, verdict.first_missed), (1, at(10)));
        let verdict = ledger.judge(KEY, Version::new(0, false), at(25), at(25));
        assert_eq!((verdict.behind, verdict.first_missed), (2, at(10)));
    }

    /// Stamps 10, 30, and then 20 in between, committing at 5, 6 and 7: a read of 10 at 6 has missed one, at 7 two, the
    /// first of them at 6; the one in between is outranked from the beginning.
    #[test]
    fn a_stamp_may_come_in_between() {
        let mut ledger = Ledger::new(1);
        let first = ledger.issue_stamped(KEY, 10, false);
        let last = ledger.issue_stamped(KEY, 30, false);
        ledger.commit(KEY, first, at(5));
        ledger.commit(KEY, last, at(6));
        let between = ledger.issue_stamped(KEY, 20, false);
        assert!(ledger.is_outranked(KEY, between) && !ledger.is_outranked(KEY, last));
        assert_eq!(ledger.judge(KEY, first, at(6), at(6)).behind, 1);
        ledger.commit(KEY, between, at(7));
        let verdict = ledger.judge(KEY, first, at(7), at(7));
        assert_eq!((verdict.behind, verdict.first_missed), (2, at(6)));
        assert_eq!(ledger.judge(KEY, between, at(7), at(7)).behind, 1);
        assert_eq!(ledger.judge(KEY, last, at(7), at(7)).behind, 0);
        assert_eq!(ledger.issue_stamped(KEY, 20, false).number(), 21);
    }

    #[test]
    fn what_has_not_committed_is_ahead_and_fresh() {
        let mut ledger = Ledger::new(1);
        let pending = ledger.issue(KEY, false);
        let verdict = ledger.judge(KEY, pending, at(5), at(5));
        assert!(verdict.ahead && !verdict.is_stale());
    }
}
