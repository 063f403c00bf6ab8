//! What is counted of sessions.

use serde::{Deserialize, Serialize};

use crate::truth::{Broken, Guarantee};

/// Operations of users with sessions, and how many of them broke which guarantee.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SessionTally {
    /// Reads, the gets of updates among them.
    pub reads: GuaranteeTally,
    /// Writes and deletes, the puts of updates among them.
    pub writes: GuaranteeTally,
}

/// Operations of one kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct GuaranteeTally {
    /// Those that were judged by each guarantee, in the order of [`Guarantee::ALL`].
    pub judged: [u64; Guarantee::ALL.len()],
    /// Those that broke a guarantee, in the order of [`Guarantee::ALL`].
    pub broken: [u64; Guarantee::ALL.len()],
}

impl SessionTally {
    /// An operation of a user has been judged by some guarantees.
    pub fn count(&mut self, writes: bool, judged: &[Guarantee], broken: Broken) {
        let tally = if writes { &mut self.writes } else { &mut self.reads };
        for &guarantee in judged {
            tally.judged[guarantee as usize] += 1;
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
        self.judged.iter_mut().zip(other.judged).for_each(|(here, there)| *here += there);
        self.broken.iter_mut().zip(other.broken).for_each(|(here, there)| *here += there);
    }
}
