//! Reads that ask one replica, straight from where they are: nothing is left for a coordinator to decide, so that
//! they need no exchange. Most reads that miss a cache are of this kind.

use super::egress::Value;
use super::exchange::{Request, Requester};
use super::foresight::only_replica;
use super::streams::Purpose;
use super::trace::Parcel;
use super::{Event, World, turn};
use crate::model::cache::Snapshot;
use crate::model::network::Leg;
use crate::model::replication::{Demand, Exchange, Message};

impl World<'_> {
    /// Sends a read to its replica, if it asks only one and coordinates itself; `false` if not.
    pub(super) fn ask_one(&mut self, requester: Requester, request: Request) -> bool {
        let Request { namespace, from, key, dice } = request;
        let spec = self.spaces[namespace.at()].namespace;
        if spec.policy.coordinator(Demand::Read, from, &spec.placement) != from {
            return false;
        }
        let exchange = Exchange::new(key, Demand::Read, from, Purpose::Policy.of(dice));
        let Some(replica) = only_replica(spec, &exchange) else { return false };
        let delay = self.trial.delay_out(spec, Leg::ReadRequest, from, replica, dice);
        let to = spec.placement.at[usize::from(replica)];
        let parcel = Parcel::Member(Message::Tell);
        self.note_sent((namespace, key, dice), (from, to), Some(delay), parcel);
        self.pending.after(delay, turn::READ_ANSWER, Event::AtReplica(requester, replica));
        true
    }

    /// Such a read is at its replica, which answers.
    pub(super) fn answer_one(&mut self, requester: Requester, replica: u16) {
        let now = self.now();
        let Request { namespace, from, key, dice } = self.request_of(requester);
        let space = &self.spaces[namespace.at()];
        let version = space.replicas.held(replica, key, now);
        let delay = self.trial.delay_back(space.namespace, Leg::ReadResponse, replica, from, dice);
        let at = space.placement.at[usize::from(replica)];
        let delay = match self.is_of_probe(requester) {
            true => delay,
            // Where a value may be lost, reads go by exchanges.
            false => {
                let longer = self.send_value(at, from, Value::new(namespace, key, version));
                delay + longer.unwrap_or_default()
            }
        };
        let parcel = Parcel::Member(Message::Held { by: replica, version, read_at: now });
        self.note_sent((namespace, key, dice), (at, from), Some(delay), parcel);
        self.bring(requester, Snapshot::of_replica(version, now));
        self.events += 1;
        self.pending.after(delay, turn::READ_ANSWER, Event::Brought(requester));
    }

    pub(super) fn request_of(&self, requester: Requester) -> Request {
        match requester {
            Requester::Fetch(fetch) => self.request_of_fetch(fetch),
            Requester::Operation(op) => self.ops[op.0 as usize].request(),
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
