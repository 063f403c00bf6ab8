//! The commits of a namespace whose replicas merge: its writes are in no one order, but each is known by the replica that
//! coordinated it and its place among the writes that this has coordinated. Whatever a read returns includes, of each
//! replica, the first so many.

use super::history::{self, Commit, PENDING, UNWRITTEN, Verdict};
use crate::base::{KeyId, Time};

/// When each write of each key committed, so far.
#[derive(Debug)]
pub struct CausalLedger {
    replicas: usize,
    /// For each key the place of its history, from 1 on; 0 while it was never written.
    of_key: Vec<u32>,
    /// For each written key a line for each replica.
    histories: Vec<Box<[Line]>>,
}

/// The writes of one key that one replica has coordinated.
#[derive(Clone, Debug, Default)]
struct Line {
    commits: Vec<Commit>,
    /// The first so many have all committed.
    complete: usize,
    /// Which of them are updates.
    updates: Vec<bool>,
}

impl CausalLedger {
    /// Nothing was written yet to any of so many keys.
    pub fn new(keys: usize, replicas: usize) -> CausalLedger {
        CausalLedger { replicas, of_key: vec![0; keys], histories: Vec::new() }
    }

    /// A replica coordinates a write.
    pub fn issue(&mut self, key: KeyId, replica: usize, is_update: bool) {
        let place = &mut self.of_key[key.at()];
        if *place == 0 {
            self.histories.push(vec![Line::default(); self.replicas].into());
            *place = self.histories.len() as u32;
        }
        let line = &mut self.histories[*place as usize - 1][replica];
        line.commits.push(PENDING);
        line.updates.push(is_update);
    }

    /// The `number`-th write that a replica has coordinated commits, not before any that has committed already.
    pub fn commit(&mut self, key: KeyId, replica: usize, number: u32, now: Time) {
        let line = &mut self.histories[self.of_key[key.at()] as usize - 1][replica];
        line.complete = history::commit(&mut line.commits, line.complete, number as usize - 1, now);
    }

    /// Judges a read of `key` that began at `invoked` and returns at `now` what includes so many writes of each replica.
    /// What it ought to see is the latest commit of all.
    pub fn judge(&self, key: KeyId, included: &[u32], invoked: Time, now: Time) -> Verdict {
        let mut verdict = UNWRITTEN;
        for (line, included) in self.lines(key).iter().zip(included) {
            let included = *included as usize;
            let of_line = history::judge(&line.commits, &mut line.commits.len(), included, invoked, now);
            verdict.behind += of_line.behind;
            verdict.first_missed = verdict.first_missed.min(of_line.first_missed);
            verdict.last_commit = match verdict.last_commit {
                Time::NEVER => of_line.last_commit,
                last if of_line.last_commit == Time::NEVER => last,
                last => last.max(of_line.last_commit),
            };
            // The last write included may have committed before others that are included as well.
            verdict.ahead |= included > 0 && line.commits[included - 1].last_up_to_here > now;
        }
        verdict
    }

    /// How many updates are included in the last states, which are told by key, and how many committed.
    pub fn kept(&self, mut last: impl FnMut(KeyId) -> Vec<u32>) -> (u64, u64) {
        let mut kept = (0, 0);
        let written = self.of_key.iter().enumerate().filter(|(_, place)| **place > 0);
        for (key, place) in written {
            let included = last(KeyId(key as u32));
            for (line, included) in self.histories[*place as usize - 1].iter().zip(included) {
                let writes = (0..).zip(line.commits.iter().zip(&line.updates));
                for (number, _) in
                    writes.filter(|(_, (commit, is_update))| **is_update && commit.at != Time::NEVER)
                {
                    kept.0 += u64::from(number < included);
                    kept.1 += 1;
                }
            }
        }
        kept
    }

    fn lines(&self, key: KeyId) -> &[Line] {
        match self.of_key[key.at()] {
            0 => &[],
            place => &self.histories[place as usize - 1],
        }
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

    /// Two replicas: the first one's writes commit at 10 and 30, the second one's at 20. At 35 who has (1, 0) misses two
    /// commits, the first of them at 20; who has (2, 0) misses one, (1, 1) another; at 15 nothing but the first matters.
    #[test]
    fn what_is_not_included_is_missed() {
        let mut ledger = CausalLedger::new(2, 2);
        for (replica, is_update) in [(0, true), (0, false), (1, true)] {
            ledger.issue(KEY, replica, is_update);
        }
        ledger.commit(KEY, 0, 1, at(10));
        ledger.commit(KEY, 1, 1, at(20));
        ledger.commit(KEY, 0, 2, at(30));
        let judge = |included: [u32; 2], invoked| ledger.judge(KEY, &included, at(invoked), at(invoked));
        let told = |verdict: Verdict| (verdict.behind, verdict.first_missed, verdict.last_commit);
        assert_eq!(told(judge([1, 0], 35)), (2, at(20), at(30)));
        assert_eq!(told(judge([2, 0], 35)), (1, at(20), at(30)));
        assert_eq!(told(judge([1, 1], 35)), (1, at(30), at(30)));
        assert_eq!(told(judge([2, 1], 35)), (0, Time::NEVER, at(30)));
        assert_eq!(told(judge([0, 0], 15)), (1, at(10), at(10)));
        assert_eq!(judge([0, 0], 5), UNWRITTEN);
        assert_eq!(ledger.judge(KeyId(1), &[0, 0], at(35), at(35)), UNWRITTEN);
        assert_eq!(ledger.kept(|_| vec![2, 0]), (1, 2));
    }

    /// One replica's second write commits at 10, its first at 20: who has both at 15 is ahead by the first, who has
    /// none at 15 has missed one, and at 20 two, the first of them at 10.
    #[test]
    fn commits_of_one_replica_may_come_out_of_order() {
        let mut ledger = CausalLedger::new(1, 1);
        ledger.issue(KEY, 0, false);
        ledger.issue(KEY, 0, false);
        ledger.commit(KEY, 0, 2, at(10));
        let ahead = ledger.judge(KEY, &[2], at(15), at(15));
        assert!(ahead.ahead && !ahead.is_stale());
        assert_eq!(ledger.judge(KEY, &[0], at(15), at(15)).behind, 1);
        ledger.commit(KEY, 0, 1, at(20));
        assert!(!ledger.judge(KEY, &[2], at(20), at(20)).ahead);
        let verdict = ledger.judge(KEY, &[0], at(20), at(20));
        assert_eq!((verdict.behind, verdict.first_missed), (2, at(10)));
    }

    /// Commits at 10, 20, …, 100 dealt to three replicas in turn: whatever a read includes, it is judged like a count over
    /// the list.
    #[test]
    fn a_read_is_judged_as_by_counting() {
        let mut ledger = CausalLedger::new(1, 3);
        for write in 0..30 {
            ledger.issue(KEY, write % 3, true);
            ledger.commit(KEY, write % 3, write as u32 / 3 + 1, at(10 * (write as u64 + 1)));
        }
        for included in [[0, 0, 0], [3, 1, 7], [10, 10, 10], [10, 0, 5], [1, 9, 9]] {
            for invoked in (0..320).step_by(7) {
                let missed = (0..30).filter(|write| {
                    10 * (write + 1) <= invoked && write / 3 >= u64::from(included[*write as usize % 3])
                });
                let verdict = ledger.judge(KEY, &included, at(invoked), at(invoked));
                assert_eq!(u64::from(verdict.behind), missed.clone().count() as u64);
                let first = missed.min().map_or(Time::NEVER, |write| at(10 * (write + 1)));
                assert_eq!(verdict.first_missed, first);
            }
        }
    }
}
