//! A write on its own, met by no other: when it is where follows from its messages' delays alone.

use crate::base::{Span, Time};

/// When an isolated write was where, counted from when its coordinator begins it, [`Time::ZERO`]. The
/// buffers are used again for the next one.
#[derive(Debug)]
pub struct IsolatedWrite {
    /// When each replica holds it.
    pub applied: Vec<Time>,
    /// When it commits.
    pub committed: Time,
    /// When acknowledgements are back, those of all replicas that give one.
    acknowledged: Vec<Time>,
}

impl IsolatedWrite {
    /// For that many replicas, before any write.
    pub fn new(replicas: u16) -> IsolatedWrite {
        let replicas = usize::from(replicas);
        IsolatedWrite {
            applied: vec![Time::NEVER; replicas],
            committed: Time::NEVER,
            acknowledged: Vec::with_capacity(replicas),
        }
    }

    /// Another write begins.
    pub(super) fn begin(&mut self) {
        self.acknowledged.clear();
    }

    /// A replica stores the write `out` after its beginning; its acknowledgement takes `back`.
    pub(super) fn store(&mut self, replica: u16, out: Span, back: Span) {
        let applied = Time::ZERO + out;
        self.applied[usize::from(replica)] = applied;
        self.acknowledged.push(applied + back);
    }

    /// The write commits with the `needed`-th acknowledgement; with none at its beginning.
    pub(super) fn commit(&mut self, needed: u16) {
        self.committed = match usize::from(needed) {
            0 => Time::ZERO,
            needed => {
                self.acknowledged.sort_unstable();
                self.acknowledged[needed - 1]
            }
        };
    }
}
