//! Writes on their way to the replicas, and back past the writer's own edge cache.

use super::exchange::Requester;
use super::operation::{OpId, Operation};
use super::record::{Pass, PassId};
use super::streams::Purpose;
use super::{Part, World};
use crate::model::cache::{Lookup, Snapshot};
use crate::model::replication::Demand;

impl World<'_> {
    /// A write is at its location: sent on to its coordinator.
    pub(super) fn write(&mut self, operation: Operation) {
        let requester = Requester::Operation(self.keep(operation));
        self.request(requester, Demand::Write, operation.request());
    }

    /// A write's acknowledgement is back at its location.
    pub(super) fn written(&mut self, op: OpId, snapshot: Snapshot) {
        let operation = self.ops.remove(op.0 as usize);
        let Operation { namespace, location, key, sub, dice, .. } = operation;
        let space = &mut self.spaces[namespace.at()];
        let passes = |edge: &crate::model::cache::TierSpec| {
            edge.write_through.holds_for(Purpose::WriteThrough.of(dice).bits())
        };
        if snapshot.failure.is_none() && space.namespace.edge.as_ref().is_some_and(passes) {
            let pass = Pass { at: self.pending.now(), namespace, location, key, sub, snapshot };
            match self.part {
                Part::Writes => space.log.passes.push(pass),
                Part::Everything | Part::Reads => self.pass(pass),
            }
        }
        self.serve(operation, snapshot);
    }

    /// A write that passed in the past passes again.
    pub(super) fn pass_again(&mut self, PassId { namespace, pass }: PassId) {
        let pass = self.spaces[namespace.at()].passes[pass as usize];
        self.pass(pass);
    }

    /// A write stores its value in the edge cache that it passes.
    fn pass(&mut self, pass: Pass) {
        let now = self.now();
        let space = &mut self.spaces[pass.namespace.at()];
        if let Some((cache, rules)) = space.edge_cache(pass.location, pass.sub) {
            let was_live = self.rooms.is_some() && cache.look_up(pass.key, now, rules) != Lookup::Miss;
            cache.write_through(pass.key, pass.snapshot, now, rules);
            if let Some(lives) = &self.lives {
                lives.passed((pass.namespace, pass.key), pass.snapshot, cache, now, rules);
            }
            if self.rooms.is_some() {
                self.make_room_for_pass(&pass, was_live);
            }
            self.note_pass(&pass);
            self.serving_changed(pass.namespace, pass.key, |reader| reader == pass.location);
        }
    }
}
