//! Writes on their way to the replicas, and back past the writer's own edge cache.

use super::World;
use super::exchange::Requester;
use super::operation::OpId;
use super::streams::Purpose;
use crate::model::cache::Snapshot;
use crate::model::replication::Demand;

impl World<'_> {
    /// A write is at its location: sent on to its coordinator.
    pub(super) fn write(&mut self, op: OpId) {
        let operation = self.ops[op.0 as usize];
        let requester = Requester::Operation(op);
        self.request(
            requester,
            operation.namespace,
            operation.location,
            operation.key,
            Demand::Write,
            operation.dice,
        );
    }

    /// A write's acknowledgement is back at its location.
    pub(super) fn written(&mut self, op: OpId, snapshot: Snapshot) {
        let operation = self.ops[op.0 as usize];
        let now = self.now();
        let space = &mut self.spaces[operation.namespace.at()];
        if let Some((cache, rules)) = space.edge_cache(operation.location, operation.sub) {
            let bits = Purpose::WriteThrough.of(operation.dice).bits();
            if rules.write_through.holds_for(bits) {
                cache.write_through(operation.key, snapshot, now, rules);
                self.serving_changed(operation.namespace, operation.key, &[operation.location]);
            }
        }
        self.serve(op, snapshot);
    }
}
