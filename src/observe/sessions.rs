//! What is counted of sessions.

use crate::truth::{Broken, Guarantee};

/// Operations of users with sessions, and how many of them broke which guarantee.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SessionTally {
    /// Reads, the gets of updates among them.
    pub reads: GuaranteeTally,
    /// Writes and deletes, the puts of updates among them.
    pub writes: GuaranteeTally,
}

/// Operations of one kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct GuaranteeTally {
    /// All of them.
    pub operations: u64,
    /// Those that broke a guarantee, in the order of [`Guarantee::ALL`].
    pub broken: [u64; Guarantee::ALL.len()],
}

impl SessionTally {
    /// An operation of a user has been judged.
    pub fn count(&mut self, writes: bool, broken: Broken) {
        let tally = if writes { &mut self.writes } else { &mut self.reads };
        tally.operations += 1;
        for guarantee in Guarantee::ALL {
            tally.broken[guarantee as usize] += u64::from(broken.holds(guarantee));
        }
    }

    pub(super) fn merge(&mut self, other: SessionTally) {
        self.reads.merge(other.reads);
        self.writes.merge(other.writes);
    }
}

impl GuaranteeTally {
    fn merge(&mut self, other: GuaranteeTally) {
        self.operations += other.operations;
        self.broken.iter_mut().zip(other.broken).for_each(|(here, there)| *here += there);
    }
}
