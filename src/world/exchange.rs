//! Exchanges with the replicas: carries out what the replication policy wants done.

use slab::Slab;

use super::egress::Value;
use super::operation::{OpId, Operation, Origin};
use super::read::FetchId;
use super::streams::Purpose;
use super::tokens::Need;
use super::trace::{Of, Parcel, Strand, What};
use super::{Event, World, turn};
use crate::base::{Dice, Failure, KeyId, LocationIx, NamespaceIx, Version};
use crate::model::cache::Snapshot;
use crate::model::conflicts::UpdatesSpec;
use crate::model::network::Leg;
use crate::model::replication::{Demand, Due, Exchange, Message, Node};
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

/// An exchange under way. It takes two cache lines.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Running {
    pub(super) exchange: Exchange,
    pub(super) namespace: NamespaceIx,
    /// Where it was asked for.
    pub(super) from: LocationIx,
    pub(super) requester: Requester,
    pub(super) dice: Dice,
    pub(super) snapshot: Snapshot,
    /// Messages and reminders that will still arrive.
    pub(super) under_way: u32,
    /// Whether who asked has the answer, or has given up.
    pub(super) is_answered: bool,
    /// Whether it was not refused.
    is_taken: bool,
    /// Whether it is for a probe, which leaves no trace.
    pub(super) is_probe: bool,
    pub(super) put: Put,
    /// What a user with a token needs to see.
    pub(super) need: Option<Need>,
}

impl Running {
    /// A message to a member is no longer under way.
    pub(super) fn arrives(&mut self, at: Node, message: Message) {
        self.under_way -= 1;
        self.exchange.arrives(at, message);
    }
}

// Two cache lines.
const _: () = assert!(size_of::<Running>() == 128);

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
            let now = self.now();
            self.spaces[namespace.at()].tally.asks_origin(now);
            self.count_origin_request(requester, namespace, key);
        }
        let spec = self.spaces[namespace.at()].namespace;
        if self.foresees(spec) {
            return self.foresee(requester, request);
        }
        let need = match requester {
            Requester::Operation(op) if demand == Demand::Read => self.need(&self.ops[op.0 as usize]),
            _ => None,
        };
        let plain = demand == Demand::Read && !spec.may_fail() && need.is_none();
        if plain && self.ask_one(requester, request) {
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
            is_taken: false,
            is_probe: self.is_of_probe(requester),
            put,
            need,
        }) as u32);
        if let Some(timeout) = spec.timeout {
            self.exchanges[id.0 as usize].under_way += 1;
            self.pending.after(timeout, turn::of(demand), Event::Expired(id));
        }
        self.send_to_coordinator(id);
    }

    /// Sends a request to whoever coordinates it now.
    pub(super) fn send_to_coordinator(&mut self, id: ExchangeId) {
        let running = &mut self.exchanges[id.0 as usize];
        let Running { namespace, from, dice, .. } = *running;
        let demand = running.exchange.demand;
        let space = &self.spaces[namespace.at()];
        let coordinator = space.namespace.policy.coordinator(demand, from, &space.placement);
        running.exchange.coordinator = coordinator;
        let key = running.exchange.key;
        let value = Value { namespace, key, is_absent: running.put.absent };
        let mut delay = self.hop(Leg::Request, from, coordinator, Purpose::CoordinatorUp.of(dice));
        if demand == Demand::Write {
            delay = delay.and_then(|delay| self.hop_value((from, coordinator), delay, value));
        }
        let Ok(delay) = delay else {
            return self.lost_request(id, (namespace, key, dice), (from, coordinator));
        };
        self.exchanges[id.0 as usize].under_way += 1;
        self.note_sent((namespace, key, dice), (from, coordinator), delay, Parcel::ToCoordinator);
        self.after(delay, turn::of(demand), Event::AtCoordinator(id));
    }

    /// A request or its answer is lost, of which nobody is told.
    #[cold]
    pub(super) fn lost_request(&mut self, id: ExchangeId, of: Of, ends: (LocationIx, LocationIx)) {
        self.note_lost(of, ends);
        self.end_exchange(id);
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
        if space.lease_is_over(&running.exchange, now) {
            return self.park(namespace, id);
        }
        if let Some(elsewhere) = space.sends_on(running) {
            return self.send_on(id, elsewhere);
        }
        if !self.exchanges[id.0 as usize].is_taken {
            if let Some(failure) = self.refusal(id) {
                return self.send_back(id, Snapshot::failed(failure, now));
            }
            self.exchanges[id.0 as usize].is_taken = true;
        }
        if self.put_off(id) {
            return;
        }
        let running = &mut self.exchanges[id.0 as usize];
        if running.exchange.demand == Demand::Write {
            running.exchange.begun = now;
            self.issue(id);
            self.follow(id);
            let Running { dice, exchange, .. } = self.exchanges[id.0 as usize];
            let Exchange { key, version, coordinator: at, .. } = exchange;
            if let Some(lives) = &mut self.lives {
                lives.issued(dice, (namespace, key), version);
            }
            if let Some(recorder) = &mut self.recorder {
                recorder.issued(dice, version);
            }
            self.note(namespace, key, || What::Issued { strand: Strand::of(dice), at, version });
            if self.spaces[namespace.at()].replicas.merge() {
                self.apply_merged(namespace, id);
            }
        }
        self.handle(id, |policy, exchange, scene| policy.begin(exchange, scene));
    }

    /// Why a request is not carried out, if it is not.
    fn refusal(&mut self, id: ExchangeId) -> Option<Failure> {
        let now = self.now();
        let running = &self.exchanges[id.0 as usize];
        let Exchange { key, demand, .. } = running.exchange;
        let space = &mut self.spaces[running.namespace.at()];
        if let Some(quota) = &mut space.quota
            && !quota.takes(key, demand == Demand::Write, now, Purpose::Quota.of(running.dice).bits())
        {
            return Some(Failure::Throttled);
        }
        // The get of an update is built on nothing yet.
        if demand == Demand::Read {
            return None;
        }
        let base =
            running.put.base.filter(|_| matches!(space.namespace.updates, UpdatesSpec::CompareAndSet(_)))?;
        (space.newest(key, now) != base).then_some(Failure::Conflict)
    }

    /// Sends who asked what the exchange has come to.
    pub(super) fn send_back(&mut self, id: ExchangeId, snapshot: Snapshot) {
        let running = &mut self.exchanges[id.0 as usize];
        running.snapshot = snapshot;
        let (coordinator, from) = (running.exchange.coordinator, running.from);
        let brings =
            running.exchange.demand == Demand::Read && snapshot.failure.is_none() && !running.is_probe;
        let turn = turn::of(running.exchange.demand);
        let of = (running.namespace, running.exchange.key, running.dice);
        let dice = Purpose::CoordinatorDown.of(running.dice);
        self.note_reply(of, coordinator, snapshot);
        let mut delay = self.hop(Leg::Response, coordinator, from, dice);
        if brings {
            let value = Value::new(of.0, of.1, snapshot.version);
            delay = delay.and_then(|delay| self.hop_value((coordinator, from), delay, value));
        }
        let Ok(delay) = delay else {
            return self.lost_request(id, of, (coordinator, from));
        };
        self.exchanges[id.0 as usize].under_way += 1;
        self.note_sent(of, (coordinator, from), delay, Parcel::FromCoordinator(snapshot.version));
        self.after(delay, turn, Event::FromCoordinator(id));
    }

    /// Gives a write its version.
    fn issue(&mut self, id: ExchangeId) {
        let now = self.now();
        let running = &mut self.exchanges[id.0 as usize];
        let Running { from, put, .. } = *running;
        let Exchange { key, coordinator, .. } = running.exchange;
        let space = &mut self.spaces[running.namespace.at()];
        if space.replicas.merge() {
            running.exchange.version = space.write_merged(key, coordinator, put);
            return;
        }
        let stamp = space.clocks.as_mut().map(|clocks| {
            let stamp = clocks.stamp(from, coordinator, now);
            clocks.meet(coordinator, stamp);
            stamp
        });
        // What the owner of a value changes is the newest there is.
        let base = space.newest(key, now);
        let ledger = space.ledger();
        let version = match stamp {
            None => ledger.issue(key, put.absent),
            Some(stamp) => ledger.issue_stamped(key, stamp, put.absent),
        };
        running.exchange.version = version;
        if let Some(proposed) = &mut space.proposed {
            proposed.begins(key, version);
        }
        let base = match space.namespace.updates {
            UpdatesSpec::AtOwner => put.base.map(|_| base),
            UpdatesSpec::ReadThenWrite | UpdatesSpec::CompareAndSet(_) => put.base,
        };
        if stamp.is_some() && now >= self.trial.case.warmup {
            let outranked = space.ledger().is_outranked(key, version);
            space.tally.outranked.count(outranked);
        }
        if let Some(updates) = &mut space.updates {
            updates.issue(key, version, from, base);
        }
    }

    /// A message reaches a member of an exchange.
    pub(super) fn deliver(&mut self, id: ExchangeId, at: Node, message: Message) {
        let running = &mut self.exchanges[id.0 as usize];
        running.arrives(at, message);
        let space = &self.spaces[running.namespace.at()];
        let coordinator = running.exchange.coordinator;
        let is_up = match message {
            // Contacts and hints go on by themselves; whoever is down then says nothing.
            Message::Due(Due::Contact | Due::HandOff(_) | Due::Silence) => true,
            Message::Ask if space.lease_is_over_at(at, self.pending.now()) => false,
            Message::Caught => space.is_up(at, coordinator) && space.is_up(Node::Coordinator, coordinator),
            _ => space.is_up(at, coordinator),
        };
        if !is_up {
            self.note_unheard(id, at, message);
            self.end_exchange(id);
        } else if message == Message::Caught && running.need.is_some() {
            // It is there what the read was put off for.
            self.handle(id, |policy, exchange, scene| policy.begin(exchange, scene));
        } else {
            self.handle(id, |policy, exchange, scene| policy.receive(at, message, exchange, scene));
        }
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
    pub(super) fn hand_over(&mut self, id: ExchangeId) {
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
            let Running { exchange, namespace, .. } = self.exchanges.remove(id.0 as usize);
            if exchange.demand == Demand::Write
                && let Some(proposed) = &mut self.spaces[namespace.at()].proposed
            {
                proposed.is_over(exchange.key, exchange.version);
            }
        }
    }
}

/// What a client puts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Put {
    /// Nothing: the value is deleted.
    pub(super) absent: bool,
    /// What it was built on, if it is an update.
    pub(super) base: Option<Version>,
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
