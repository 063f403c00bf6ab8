//! What servers are busy with: where requests and messages arrive.

use super::exchange::{ExchangeId, Requester, Running};
use super::faults::{Lost, Sent};
use super::foresight::only_replica;
use super::operation::{OpId, Operation};
use super::read::{Fetch, FetchId, Tier};
use super::sites::{Attention, Job, Task};
use super::streams::Purpose;
use super::{Event, World, turn};
use crate::base::{Failure, LocationIx, Span};
use crate::model::cache::Snapshot;
use crate::model::network::Leg;
use crate::model::replication::{Demand, Message, Node};
use crate::model::site::Work;

/// After so long at least a refused write comes again: TCP's least time-out for retransmission in Linux.
const SENT_AGAIN: Span = Span::from_nanos(200_000_000);

impl World<'_> {
    /// Whether something is done for a probe, which leaves no trace.
    pub(super) fn is_of_probe(&self, requester: Requester) -> bool {
        match requester {
            Requester::Operation(op) => self.ops[op.0 as usize].is_probe(),
            Requester::Fetch(fetch) => self.fetches[fetch.at()].is_probe,
        }
    }

    /// The edge cache answers an operation from what it holds.
    pub(super) fn serve_hit_of(&mut self, operation: Operation, snapshot: Snapshot) {
        if !self.sites.owns(operation.location) || operation.is_probe() {
            return self.serve(operation, snapshot);
        }
        let operation = Operation { snapshot, ..operation };
        let op = self.keep(operation);
        let dice = Purpose::Service.of(operation.dice);
        let task = Task { work: Work::Hit, dice, turn: turn::READ_REQUEST, job: Job::Hit(op) };
        let snapshot = match self.attend(operation.location, task) {
            Attention::Taken => return,
            Attention::NotNeeded => snapshot,
            Attention::Refused => Snapshot::failed(Failure::Overloaded, self.now()),
        };
        self.ops.remove(op.0 as usize);
        self.serve(operation, snapshot);
    }

    /// A server of the edge is done with such an answer.
    pub(super) fn hit_served(&mut self, op: OpId) {
        let operation = self.ops.remove(op.0 as usize);
        self.serve(operation, operation.snapshot);
    }

    /// The upper tier's cache answers an edge cache from what it holds.
    pub(super) fn relay_hit(&mut self, id: FetchId, snapshot: Snapshot) {
        let Fetch { namespace, location, dice, is_probe, .. } = self.fetches[id.at()];
        let Some(at) = self.upper_location(namespace, location).filter(|_| !is_probe) else {
            return self.relay(id, snapshot);
        };
        let dice = Purpose::Service.nth(dice, Work::Hit as u16);
        let task = Task { work: Work::Hit, dice, turn: turn::READ_REQUEST, job: Job::UpperHit(id, snapshot) };
        match self.attend(at, task) {
            Attention::Taken => {}
            Attention::NotNeeded => self.relay(id, snapshot),
            Attention::Refused => self.relay(id, Snapshot::failed(Failure::Overloaded, self.now())),
        }
    }

    /// A fetch is back at its cache, which is to store what it brings.
    pub(super) fn fill(&mut self, id: FetchId) {
        let Fetch { namespace, location, dice, tier, is_probe, snapshot, .. } = self.fetches[id.at()];
        if self.sites.are_any() && !is_probe && snapshot.failure.is_none() {
            let at = match tier {
                Tier::Edge => location,
                Tier::Upper => self.upper_location(namespace, location).unwrap_or(location),
            };
            let dice = Purpose::Service.nth(dice, Work::Fill as u16 + 10 * tier as u16);
            let task = Task { work: Work::Fill, dice, turn: turn::READ_ANSWER, job: Job::Fill(id) };
            match self.attend(at, task) {
                Attention::Taken => return,
                Attention::NotNeeded => {}
                Attention::Refused => {
                    self.fetches[id.at()].snapshot = Snapshot::failed(Failure::Overloaded, self.now());
                }
            }
        }
        self.store(id);
    }

    /// A read that asks one replica only is there. Where queues are bounded it would have come by an exchange.
    pub(super) fn reach_replica(&mut self, requester: Requester, replica: u16) {
        if self.sites.are_any() && !self.is_of_probe(requester) {
            let request = self.request_of(requester);
            let at = self.spaces[request.namespace.at()].placement.at[usize::from(replica)];
            let dice = Purpose::Service.nth(request.dice, replica);
            let job = Job::One(requester, replica);
            let task = Task { work: Work::ReplicaRead, dice, turn: turn::READ_ANSWER, job };
            if self.attend(at, task) != Attention::NotNeeded {
                return;
            }
        }
        self.answer_one(requester, replica);
    }

    /// A request is at its coordinator, which may be a replica that carries it out itself.
    pub(super) fn reach_coordinator(&mut self, id: ExchangeId) {
        if let Some((at, work)) = self.work_of_coordinator(id) {
            let Running { dice, exchange, .. } = self.exchanges[id.0 as usize];
            let dice = Purpose::Service.of(dice);
            let task = Task { work, dice, turn: turn::of(exchange.demand), job: Job::Coordinate(id) };
            match self.attend(at, task) {
                Attention::Taken => return,
                Attention::NotNeeded => {}
                Attention::Refused => {
                    let refused = Snapshot::failed(Failure::Overloaded, self.now());
                    self.exchanges[id.0 as usize].under_way -= 1;
                    return self.send_back(id, refused);
                }
            }
        }
        self.coordinate(id);
    }

    fn work_of_coordinator(&self, id: ExchangeId) -> Option<(LocationIx, Work)> {
        if !self.sites.are_any() {
            return None;
        }
        let running = &self.exchanges[id.0 as usize];
        let space = &self.spaces[running.namespace.at()];
        let at = running.exchange.coordinator;
        let works = space.namespace.policy.coordinator_stores()
            && !running.is_probe
            && space.is_up(Node::Coordinator, at)
            && space.sends_on(running).is_none();
        let work = match running.exchange.demand {
            Demand::Read => Work::ReplicaRead,
            Demand::Write => Work::ReplicaWrite,
        };
        works.then_some((at, work))
    }

    /// A message is at a member of an exchange.
    pub(super) fn reach_member(&mut self, id: ExchangeId, node: Node, message: Message) {
        if let Some((at, replica, work)) = self.work_of_member(id, node, message) {
            let Running { dice, exchange, .. } = self.exchanges[id.0 as usize];
            let dice = Purpose::Service.nth(dice, replica).fork(work as u64);
            let job = Job::Member(id, node, message);
            let task = Task { work, dice, turn: turn::of(exchange.demand), job };
            match self.attend(at, task) {
                Attention::Taken => return,
                Attention::NotNeeded => {}
                Attention::Refused => return self.refuse_at_replica(id, replica, message),
            }
        }
        self.deliver(id, node, message);
    }

    fn work_of_member(
        &self,
        id: ExchangeId,
        node: Node,
        message: Message,
    ) -> Option<(LocationIx, u16, Work)> {
        if !self.sites.are_any() {
            return None;
        }
        let Node::Replica(replica) = node else { return None };
        let work = match message {
            Message::Store => Work::ReplicaWrite,
            Message::Tell | Message::Ask => Work::ReplicaRead,
            // A contact between replicas is about all keys at once, and goes on in the background.
            _ => return None,
        };
        let running = &self.exchanges[id.0 as usize];
        let space = &self.spaces[running.namespace.at()];
        let hears = !running.is_probe && space.is_up(node, running.exchange.coordinator);
        hears.then(|| (space.placement.at[usize::from(replica)], replica, work))
    }

    /// A replica that has no room for a message says nothing, as if it was down; but the only one that a read asks
    /// answers that it has none, and a write comes again to one that follows another.
    fn refuse_at_replica(&mut self, id: ExchangeId, replica: u16, message: Message) {
        let now = self.now();
        let running = &mut self.exchanges[id.0 as usize];
        let policy = &self.spaces[running.namespace.at()].namespace.policy;
        if running.exchange.demand == Demand::Write && policy.sends_again() {
            let delay = now.since(running.exchange.begun).max(SENT_AGAIN);
            let event = Event::Delivered(id, Node::Replica(replica), message);
            return self.pending.after(delay, turn::of(Demand::Write), event);
        }
        running.arrives(Node::Replica(replica), message);
        let Running { exchange, from, dice, is_answered, .. } = *running;
        let spec = self.spaces[running.namespace.at()].namespace;
        if exchange.demand != Demand::Read || is_answered || only_replica(spec, &exchange).is_none() {
            return self.end_exchange(id);
        }
        running.snapshot = Snapshot::failed(Failure::Overloaded, now);
        let of = (running.namespace, exchange.key, dice);
        let at = self.spaces[of.0.at()].placement.at[usize::from(replica)];
        let coordinator = exchange.coordinator;
        let mut back = self.trial.delay_back(spec, Leg::ReadResponse, replica, coordinator, dice);
        if let Some(faults) = &self.faults {
            let dice = Purpose::Service.nth(dice, replica);
            let sent = Sent { from: at, to: coordinator, at: now, delay: back, dice, connected: false };
            match faults.later(sent) {
                Ok(later) => back += later,
                Err(Lost) => return self.lost_request(id, of, (at, coordinator)),
            }
        }
        let dice = Purpose::CoordinatorDown.of(dice);
        let Ok(home) = self.hop(Leg::Response, coordinator, from, dice) else {
            return self.lost_request(id, of, (coordinator, from));
        };
        self.exchanges[id.0 as usize].under_way += 1;
        let delay = back + home.unwrap_or_default();
        self.pending.after(delay, turn::READ_ANSWER, Event::FromCoordinator(id));
    }
}
