//! Reads that ask one replica, straight from where they are: nothing is left for a coordinator to decide, so that
//! they need no exchange. Most reads that miss a cache are of this kind.

use super::exchange::Requester;
use super::foresight::only_replica;
use super::streams::Purpose;
use super::{Event, World, turn};
use crate::base::{Dice, KeyId, LocationIx, NamespaceIx};
use crate::model::cache::Snapshot;
use crate::model::replication::{Demand, Exchange, Message, Node};

/// Who asks for what, and from where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker {
    pub(super) namespace: NamespaceIx,
    pub(super) from: LocationIx,
    pub(super) key: KeyId,
    pub(super) dice: Dice,
}

impl World<'_> {
    /// Sends a read to its replica, if it asks only one and coordinates itself; `false` if not.
    pub(super) fn ask_one(&mut self, requester: Requester, asker: Asker) -> bool {
        let Asker { namespace, from, key, dice } = asker;
        let spec = self.spaces[namespace.at()].namespace;
        if spec.policy.coordinator(Demand::Read, from, &spec.placement) != from {
            return false;
        }
        let exchange = Exchange::new(key, Demand::Read, from, Purpose::Policy.of(dice));
        let Some(replica) = only_replica(spec, &exchange) else { return false };
        let delay =
            self.trial.leg(spec, from, Node::Coordinator, Node::Replica(replica), Message::Tell, dice);
        self.pending.after(delay, turn::READ_ANSWER, Event::AtReplica(requester, replica));
        true
    }

    /// Such a read is at its replica, which answers.
    pub(super) fn answer_one(&mut self, requester: Requester, replica: u16) {
        let now = self.now();
        let Asker { namespace, from, key, dice } = self.asker(requester);
        let space = &self.spaces[namespace.at()];
        let version = space.replicas.held(replica, key, now);
        let (spec, held) = (space.namespace, Message::Held { version, read_at: now });
        let delay = self.trial.leg(spec, from, Node::Replica(replica), Node::Coordinator, held, dice);
        self.bring(requester, Snapshot::of_replica(version, now));
        self.events += 1;
        self.pending.after(delay, turn::READ_ANSWER, Event::Brought(requester));
    }

    fn asker(&self, requester: Requester) -> Asker {
        match requester {
            Requester::Fetch(fetch) => self.fetcher(fetch),
            Requester::Operation(op) => {
                let operation = &self.ops[op.0 as usize];
                Asker {
                    namespace: operation.namespace,
                    from: operation.location,
                    key: operation.key,
                    dice: operation.dice,
                }
            }
        }
    }

    /// Gives who asked what the replicas will have answered.
    pub(super) fn bring(&mut self, requester: Requester, snapshot: Snapshot) {
        match requester {
            Requester::Operation(op) => self.ops[op.0 as usize].snapshot = snapshot,
            Requester::Fetch(fetch) => self.fetches[fetch.at()].snapshot = snapshot,
        }
    }

    /// The answer is back where it was asked for.
    pub(super) fn brought(&mut self, requester: Requester) {
        match requester {
            Requester::Fetch(fetch) => self.fill(fetch),
            Requester::Operation(op) => {
                let operation = self.ops.remove(op.0 as usize);
                self.serve(operation, operation.snapshot);
            }
        }
    }
}
