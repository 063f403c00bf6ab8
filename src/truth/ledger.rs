//! The commits of a namespace, key by key, and the judgement of reads against them.

use rustc_hash::FxHashMap;

use crate::base::{KeyId, Span, Time, Version};

/// When each version of each key committed.
#[derive(Debug)]
pub struct Ledger {
    /// The newest committed version of each key.
    newest: Vec<Version>,
    written: FxHashMap<KeyId, History>,
}

/// The writes of one key: the commit time of version v at index v − 1, [`Time::NEVER`] while pending.
#[derive(Debug, Default)]
struct History {
    commits: Vec<Time>,
    /// Whether versions have committed out of their order.
    shuffled: bool,
}

/// What a read is, held against the truth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Committed newer versions that the read missed; 0 if it is fresh.
    pub behind: u32,
    /// The commit of the first version missed; [`Time::NEVER`] if fresh.
    pub first_missed: Time,
    /// It returned a version that had not committed when it returned.
    pub ahead: bool,
}

impl Verdict {
    /// Whether a newer version had committed before the read's invocation.
    pub fn is_stale(&self) -> bool {
        self.behind > 0
    }

    /// How long before the read's invocation the first missed version had committed.
    pub fn overdue(&self, invoked: Time) -> Span {
        invoked.since(self.first_missed)
    }
}

impl Ledger {
    /// Each key starts with the version that the replicas start with.
    pub fn new(initial: Vec<Version>) -> Ledger {
        Ledger { newest: initial, written: FxHashMap::default() }
    }

    /// Gives the next version of a key to a write that its coordinator begins.
    pub fn issue(&mut self, key: KeyId, absent: bool) -> Version {
        let history = self.written.entry(key).or_default();
        history.commits.push(Time::NEVER);
        Version::new(history.commits.len() as u32, absent)
    }

    /// A version commits.
    pub fn commit(&mut self, key: KeyId, version: Version, now: Time) {
        let history = self.written.get_mut(&key).expect("versions are issued before they commit");
        let at = version.number() as usize - 1;
        history.shuffled |= at > 0 && history.commits[at - 1] == Time::NEVER;
        history.commits[at] = now;
        let newest = &mut self.newest[key.at()];
        *newest = (*newest).max(version);
    }

    /// When a version committed; [`Time::NEVER`] while pending, the beginning for what was there.
    pub fn committed_at(&self, key: KeyId, version: Version) -> Time {
        match version.number() {
            0 => Time::ZERO,
            number => self.written[&key].commits[number as usize - 1],
        }
    }

    /// Judges a read of `key` that began at `invoked` and returns `version` now.
    pub fn judge(&self, key: KeyId, version: Version, invoked: Time) -> Verdict {
        let fresh = Verdict { behind: 0, first_missed: Time::NEVER, ahead: false };
        if version >= self.newest[key.at()] {
            let ahead = version.number() > 0 && self.committed_at(key, version) == Time::NEVER;
            return Verdict { ahead, ..fresh };
        }
        let history = &self.written[&key];
        let missed = &history.commits[version.number() as usize..];
        let mut verdict = if history.shuffled {
            let seen = missed.iter().filter(|&&commit| commit <= invoked);
            let behind = seen.clone().count() as u32;
            Verdict { behind, first_missed: seen.min().copied().unwrap_or(Time::NEVER), ahead: false }
        } else {
            match missed.partition_point(|&commit| commit <= invoked) {
                0 => fresh,
                behind => Verdict { behind: behind as u32, first_missed: missed[0], ahead: false },
            }
        };
        verdict.ahead = version.number() > 0 && self.committed_at(key, version) == Time::NEVER;
        verdict
    }

    /// The commit of the newest version that had committed at `at`: what a read that begins then
    /// ought to see. `None` before any.
    pub fn newest_commit_before(&self, key: KeyId, at: Time) -> Option<Time> {
        let history = self.written.get(&key)?;
        history.commits.iter().rev().find(|&&commit| commit <= at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: KeyId = KeyId(0);

    fn at(nanos: u64) -> Time {
        Time::ZERO + Span::from_nanos(nanos)
    }

    /// Versions 1, 2, 3 commit at 10, 20, 30: a read of version 1 begun at 25 misses one commit, at 20.
    #[test]
    fn a_read_is_judged_by_what_had_committed_when_it_began() {
        let mut ledger = Ledger::new(vec![Version::new(0, false)]);
        let versions: Vec<Version> = (0..3).map(|_| ledger.issue(KEY, false)).collect();
        for (version, nanos) in versions.iter().zip([10, 20, 30]) {
            ledger.commit(KEY, *version, at(nanos));
        }
        let verdict = ledger.judge(KEY, versions[0], at(25));
        assert_eq!((verdict.behind, verdict.overdue(at(25)).as_nanos()), (1, 5));
        assert_eq!(ledger.judge(KEY, versions[1], at(25)).behind, 0);
        assert_eq!(ledger.judge(KEY, Version::new(0, false), at(30)).behind, 3);
    }

    /// Version 2 commits before version 1: version 0 read at 15 is one behind, first missed at 10.
    #[test]
    fn commits_may_come_out_of_order() {
        let mut ledger = Ledger::new(vec![Version::new(0, false)]);
        let first = ledger.issue(KEY, false);
        let second = ledger.issue(KEY, false);
        ledger.commit(KEY, second, at(10));
        ledger.commit(KEY, first, at(20));
        let verdict = ledger.judge(KEY, Version::new(0, false), at(15));
        assert_eq!((verdict.behind, verdict.first_missed), (1, at(10)));
        let verdict = ledger.judge(KEY, Version::new(0, false), at(25));
        assert_eq!((verdict.behind, verdict.first_missed), (2, at(10)));
    }

    #[test]
    fn what_has_not_committed_is_ahead_and_fresh() {
        let mut ledger = Ledger::new(vec![Version::new(0, false)]);
        let pending = ledger.issue(KEY, false);
        let verdict = ledger.judge(KEY, pending, at(5));
        assert!(verdict.ahead && !verdict.is_stale());
    }
}
