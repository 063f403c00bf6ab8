//! Exchanges with the replicas: carries out what the replication policy wants done.

use slab::Slab;

use super::condition::Condition;
use super::operation::{OpId, Operation, Origin};
use super::purge::Written;
use super::read::FetchId;
use super::space::Space;
use super::streams::Purpose;
use super::trial::Trip;
use super::waits::Wait;
use super::{Event, World, turn};
use crate::base::{Dice, Failure, KeyId, LocationIx, NamespaceIx, Span, Version};
use crate::model::cache::Snapshot;
use crate::model::network::Leg;
use crate::model::replication::{Applied, Demand, Effect, Exchange, Message, Node, Policy, Scene, Travel};
use crate::model::workload::OpKind;

/// The place of an exchange in its slab.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ExchangeId(pub(super) u32);

/// Who asked for an exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Requester {
    Operation(OpId),
    Fetch(FetchId),
}

/// An exchange under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Running {
    pub(super) exchange: Exchange,
    pub(super) namespace: NamespaceIx,
    /// Where it was asked for.
    pub(super) from: LocationIx,
    pub(super) requester: Requester,
    pub(super) dice: Dice,
    snapshot: Snapshot,
    /// Messages and reminders that will still arrive.
    pub(super) under_way: u32,
    /// Whether who asked has the answer, or has given up.
    pub(super) is_answered: bool,
    put: Put,
}

/// What is asked for, and from where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    pub(super) namespace: NamespaceIx,
    pub(super) from: LocationIx,
    pub(super) key: KeyId,
    pub(super) dice: Dice,
}

impl World<'_> {
    /// Asks the replicas: sends the request to its coordinator.
    pub(super) fn request(&mut self, requester: Requester, demand: Demand, request: Request) {
        let Request { namespace, from, key, dice } = request;
        if demand == Demand::Read {
            self.count_origin_request(requester, namespace, key);
        }
        let spec = self.spaces[namespace.at()].namespace;
        if self.foresees(spec) {
            return self.foresee(requester, request);
        }
        let may_fail = spec.timeout.is_some();
        if demand == Demand::Read && !may_fail && self.ask_one(requester, request) {
            return;
        }
        let exchange = Exchange::new(key, demand, from, Purpose::Policy.of(dice));
        let put = Put::of(requester, &self.ops);
        let snapshot = Snapshot::of_replica(exchange.version, self.now());
        let id = ExchangeId(self.exchanges.insert(Running {
            exchange,
            namespace,
            from,
            requester,
            dice,
            snapshot,
            under_way: 0,
            is_answered: false,
            put,
        }) as u32);
        if let Some(timeout) = spec.timeout {
            self.exchanges[id.0 as usize].under_way += 1;
            self.pending.after(timeout, turn::of(demand), Event::Expired(id));
        }
        self.to_coordinator(id);
    }

    /// Sends a request to whoever coordinates it now.
    pub(super) fn to_coordinator(&mut self, id: ExchangeId) {
        let running = &mut self.exchanges[id.0 as usize];
        let Running { namespace, from, dice, .. } = *running;
        let demand = running.exchange.demand;
        let space = &self.spaces[namespace.at()];
        let coordinator = space.namespace.policy.coordinator(demand, from, &space.placement);
        running.exchange.coordinator = coordinator;
        running.under_way += 1;
        let delay = self.trial.hop(Leg::Request, from, coordinator, Purpose::CoordinatorUp.of(dice));
        self.after(delay, turn::of(demand), Event::AtCoordinator(id));
    }

    /// A request has waited too long: who asked gives up.
    pub(super) fn expire(&mut self, id: ExchangeId) {
        let now = self.now();
        let running = &mut self.exchanges[id.0 as usize];
        running.under_way -= 1;
        if !running.is_answered {
            running.snapshot = Snapshot::failed(Failure::TimedOut, now);
            return self.hand_over(id);
        }
        self.end_exchange(id);
    }

    fn count_origin_request(&mut self, requester: Requester, namespace: NamespaceIx, key: KeyId) {
        let (location, is_measured) = match requester {
            Requester::Operation(op) => {
                let operation = &self.ops[op.0 as usize];
                (operation.location, operation.is_measured())
            }
            Requester::Fetch(fetch) => self.fetches[fetch.at()].measured_at(),
        };
        if is_measured {
            self.spaces[namespace.at()].count_origin_request(location, key);
        }
    }

    /// A request is at its coordinator.
    pub(super) fn coordinate(&mut self, id: ExchangeId) {
        let now = self.now();
        let running = &mut self.exchanges[id.0 as usize];
        running.under_way -= 1;
        let namespace = running.namespace;
        // Nobody waits for the answer any more; a write is carried out all the same.
        if running.is_answered && running.exchange.demand == Demand::Read {
            return self.end_exchange(id);
        }
        let space = &mut self.spaces[namespace.at()];
        if !space.is_up(Node::Coordinator, running.exchange.coordinator) {
            return self.park(namespace, id);
        }
        if running.exchange.demand == Demand::Write {
            running.exchange.begun = now;
            self.issue(id);
            let running = &self.exchanges[id.0 as usize];
            let space = &mut self.spaces[namespace.at()];
            let Running { exchange: Exchange { key, version, .. }, dice, .. } = *running;
            space.follow(key, version, dice, now, self.trial.case.warmup);
            if let Some(recorder) = &mut self.recorder {
                recorder.issued(dice, version);
            }
        }
        self.handle(id, |policy, exchange, scene| policy.begin(exchange, scene));
    }

    /// Gives a write its version.
    fn issue(&mut self, id: ExchangeId) {
        let now = self.now();
        let running = &mut self.exchanges[id.0 as usize];
        let Running { from, put, .. } = *running;
        let Exchange { key, coordinator, .. } = running.exchange;
        let space = &mut self.spaces[running.namespace.at()];
        let stamp = space.clocks.as_mut().map(|clocks| {
            let stamp = clocks.stamp(from, coordinator, now);
            clocks.meet(coordinator, stamp);
            stamp
        });
        let ledger = space.ledger();
        let version = match stamp {
            None => ledger.issue(key, put.absent),
            Some(stamp) => ledger.issue_stamped(key, stamp, put.absent),
        };
        running.exchange.version = version;
        if stamp.is_some() && now >= self.trial.case.warmup {
            let outranked = space.ledger().is_outranked(key, version);
            space.tally.outranked.count(outranked);
        }
        if let Some(updates) = &mut space.updates {
            updates.issue(key, version, from, put.base);
        }
    }

    /// A message reaches a member of an exchange.
    pub(super) fn deliver(&mut self, id: ExchangeId, at: Node, message: Message) {
        let running = &mut self.exchanges[id.0 as usize];
        running.under_way -= 1;
        // What is only a matter of time comes about even so.
        let is_time = matches!(message, Message::Due(_));
        match is_time || self.spaces[running.namespace.at()].is_up(at, running.exchange.coordinator) {
            true => self.handle(id, |policy, exchange, scene| policy.receive(at, message, exchange, scene)),
            false => self.end_exchange(id),
        }
    }

    /// Lets the policy handle something, and carries out what it wants done.
    fn handle(&mut self, id: ExchangeId, handle: impl FnOnce(&Policy, &mut Exchange, &mut Scene)) {
        let now = self.now();
        let mut effects = std::mem::take(&mut self.effects);
        let running = &mut self.exchanges[id.0 as usize];
        let Space { namespace, placement, replicas, condition, contacts, dice, .. } =
            &mut self.spaces[running.namespace.at()];
        let known_down = condition.as_ref().map_or(&[][..], Condition::known_down);
        let (placement, effects_of_it) = (&**placement, &mut effects);
        let mut scene =
            Scene { placement, replicas, now, known_down, contacts, dice: *dice, effects: effects_of_it };
        handle(&namespace.policy, &mut running.exchange, &mut scene);
        self.carry_out_effects(id, effects);
    }

    fn carry_out_effects(&mut self, id: ExchangeId, mut effects: Vec<Effect>) {
        // Held open: an answer may come back at once, before the last message is sent.
        self.exchanges[id.0 as usize].under_way += 1;
        for &effect in &effects {
            match effect {
                Effect::Send { from, to, message, late, travel } => {
                    self.send(id, Trip { from, to, message }, late, travel);
                }
                Effect::Remind { at, after, due } => {
                    let running = &mut self.exchanges[id.0 as usize];
                    running.under_way += 1;
                    let turn = turn::of(running.exchange.demand);
                    self.pending.after(after, turn, Event::Delivered(id, at, Message::Due(due)));
                }
                Effect::Await { replica, version } => self.wait(id, replica, version),
                Effect::Applied { replica, key, held } => {
                    let namespace = self.exchanges[id.0 as usize].namespace;
                    let at = self.pending.now();
                    self.applied(namespace, Applied { key, replica, held, at });
                }
                Effect::Commit => self.commit(id),
                Effect::Reply { version, read_at } => {
                    let running = &mut self.exchanges[id.0 as usize];
                    running.snapshot = Snapshot::of_replica(version, read_at);
                    running.under_way += 1;
                    let (coordinator, from) = (running.exchange.coordinator, running.from);
                    let turn = turn::of(running.exchange.demand);
                    let dice = Purpose::CoordinatorDown.of(running.dice);
                    let delay = self.trial.hop(Leg::Response, coordinator, from, dice);
                    self.after(delay, turn, Event::FromCoordinator(id));
                }
            }
        }
        effects.clear();
        self.effects = effects;
        self.exchanges[id.0 as usize].under_way -= 1;
        self.end_exchange(id);
    }

    fn send(&mut self, id: ExchangeId, trip: Trip, late: Span, travel: Travel) {
        let Trip { from, to, message } = trip;
        let running = &mut self.exchanges[id.0 as usize];
        let space = &mut self.spaces[running.namespace.at()];
        let coordinator = running.exchange.coordinator;
        if !space.is_up(from, coordinator) {
            return;
        }
        running.under_way += 1;
        let dice = match travel {
            Travel::Alone | Travel::InOrder | Travel::Paced(_) => running.dice,
            Travel::Together(label) => Purpose::Together.of(space.dice).fork(u64::from(label)),
        };
        let delay = self.trial.leg(space.namespace, coordinator, trip, dice);
        let now = self.pending.now();
        let mut at = now + (late + delay);
        match travel {
            Travel::InOrder => at = space.channels.arrive(coordinator, from, to, at),
            Travel::Paced(gap) => at = space.channels.leave(coordinator, from, to, now + late, gap) + delay,
            Travel::Alone | Travel::Together(_) => {}
        }
        let turn = turn::of(running.exchange.demand);
        self.pending.at(at, turn, Event::Delivered(id, to, message));
    }

    /// A replica holds a version, or waits for it.
    fn wait(&mut self, id: ExchangeId, replica: u16, version: Version) {
        let now = self.now();
        let running = &mut self.exchanges[id.0 as usize];
        running.under_way += 1;
        let key = running.exchange.key;
        let space = &mut self.spaces[running.namespace.at()];
        match space.replicas.held(replica, key, now) >= version {
            true => self.wake(id, replica),
            false => space.waits.insert(key, Wait { replica, version, exchange: id }),
        }
    }

    /// A replica holds what was waited for.
    fn wake(&mut self, id: ExchangeId, replica: u16) {
        let turn = turn::of(self.exchanges[id.0 as usize].exchange.demand);
        let event = Event::Delivered(id, Node::Replica(replica), Message::Caught);
        self.pending.after(Span::ZERO, turn, event);
    }

    /// A replica holds a version of a key.
    pub(super) fn applied(&mut self, namespace: NamespaceIx, applied: Applied) {
        for exchange in self.spaces[namespace.at()].waits.over(&applied) {
            self.wake(exchange, applied.replica);
        }
        let space = &mut self.spaces[namespace.at()];
        if let Some(clocks) = &mut space.clocks {
            let at = space.placement.at[usize::from(applied.replica)];
            clocks.meet(at, applied.held.number());
        }
        self.replica_applied(namespace, applied);
    }

    /// A write commits, now.
    fn commit(&mut self, id: ExchangeId) {
        let now = self.now();
        let running = &self.exchanges[id.0 as usize];
        let (namespace, from) = (running.namespace, running.from);
        let Exchange { key, version, coordinator, .. } = running.exchange;
        let dice = running.dice;
        let space = &mut self.spaces[namespace.at()];
        space.ledger().commit(key, version, now);
        let measured = now >= self.trial.case.warmup;
        if measured {
            space.tally.commits += 1;
        }
        if let Some(updates) = &mut space.updates {
            let clash = updates.commit(key, version);
            if measured {
                space.tally.clashed(from, &clash);
            }
        }
        self.send_purges(namespace, Written { at: now, key, coordinator, dice });
        if let Some(recorder) = &mut self.recorder {
            recorder.committed(dice, now);
        }
        self.followed_write_commits(namespace, key, version);
        self.probe(namespace, key, version, from, dice);
    }

    /// An answer is back where it was asked for.
    pub(super) fn come_back(&mut self, id: ExchangeId) {
        let running = &mut self.exchanges[id.0 as usize];
        running.under_way -= 1;
        match running.is_answered {
            true => self.end_exchange(id),
            false => self.hand_over(id),
        }
    }

    /// Who asked gets what the exchange has come to.
    fn hand_over(&mut self, id: ExchangeId) {
        let running = &mut self.exchanges[id.0 as usize];
        running.is_answered = true;
        let Running { snapshot, requester, exchange, .. } = *running;
        self.end_exchange(id);
        match (requester, exchange.demand) {
            (Requester::Operation(op), Demand::Write) => self.written(op, snapshot),
            _ => {
                self.bring(requester, snapshot);
                self.brought(requester);
            }
        }
    }

    pub(super) fn end_exchange(&mut self, id: ExchangeId) {
        let over = |running: &Running| running.is_answered && running.under_way == 0;
        if self.exchanges.get(id.0 as usize).is_some_and(over) {
            self.exchanges.remove(id.0 as usize);
        }
    }
}

/// What a client puts.
#[derive(Clone, Copy, Debug)]
struct Put {
    /// Nothing: the value is deleted.
    absent: bool,
    /// What it was built on, if it is an update.
    base: Option<Version>,
}

impl Put {
    fn of(requester: Requester, ops: &Slab<Operation>) -> Put {
        let nothing = Put { absent: false, base: None };
        let Requester::Operation(op) = requester else { return nothing };
        let operation = &ops[op.0 as usize];
        match operation.origin {
            Origin::Client { kind: OpKind::Delete, .. } => Put { absent: true, ..nothing },
            Origin::Client { kind: OpKind::Update, .. } => {
                Put { base: Some(operation.snapshot.version), ..nothing }
            }
            _ => nothing,
        }
    }
}
