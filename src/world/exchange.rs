//! Exchanges with the replicas: carries out what the replication policy wants done.

use slab::Slab;

use super::operation::{OpId, Operation, Origin};
use super::read::FetchId;
use super::streams::Purpose;
use super::{Event, World, turn};
use crate::base::{Dice, KeyId, LocationIx, NamespaceIx, Span};
use crate::model::cache::Snapshot;
use crate::model::network::Leg;
use crate::model::replication::{Applied, Demand, Effect, Exchange, Message, Node};
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
    /// Messages that will still come back to the coordinator.
    awaited: u16,
    /// Whether who asked has the answer.
    is_answered: bool,
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
        if demand == Demand::Read && self.ask_one(requester, request) {
            return;
        }
        let coordinator = spec.policy.coordinator(demand, from, &spec.placement);
        let exchange = Exchange::new(key, demand, coordinator, Purpose::Policy.of(dice));
        let snapshot = Snapshot::of_replica(exchange.version, self.now());
        let id = ExchangeId(self.exchanges.insert(Running {
            exchange,
            namespace,
            from,
            requester,
            dice,
            snapshot,
            awaited: 0,
            is_answered: false,
        }) as u32);
        let delay = self.trial.hop(Leg::Request, from, coordinator, Purpose::CoordinatorUp.of(dice));
        self.after(delay, turn::of(demand), Event::AtCoordinator(id));
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
        let space = &mut self.spaces[running.namespace.at()];
        if running.exchange.demand == Demand::Write {
            let absent = is_delete(running.requester, &self.ops);
            let key = running.exchange.key;
            running.exchange.version = space.ledger().issue(key, absent);
            let (version, dice) = (running.exchange.version, running.dice);
            space.follow(key, version, dice, now, self.trial.case.warmup);
        }
        let running = &mut self.exchanges[id.0 as usize];
        let space = &mut self.spaces[running.namespace.at()];
        let spec = space.namespace;
        let mut effects = std::mem::take(&mut self.effects);
        spec.policy.begin(&mut running.exchange, &spec.placement, &mut space.replicas, now, &mut effects);
        self.carry_out_effects(id, effects);
    }

    /// A message reaches a member of an exchange.
    pub(super) fn deliver(&mut self, id: ExchangeId, at: Node, message: Message) {
        let now = self.now();
        let running = &mut self.exchanges[id.0 as usize];
        if at == Node::Coordinator {
            running.awaited -= 1;
        }
        let space = &mut self.spaces[running.namespace.at()];
        let mut effects = std::mem::take(&mut self.effects);
        let policy = &space.namespace.policy;
        policy.receive(at, message, &mut running.exchange, &mut space.replicas, now, &mut effects);
        self.carry_out_effects(id, effects);
    }

    fn carry_out_effects(&mut self, id: ExchangeId, mut effects: Vec<Effect>) {
        // Held open: an answer may come back at once, before the last message is sent.
        self.exchanges[id.0 as usize].awaited += 1;
        for &effect in &effects {
            match effect {
                Effect::Send { from, to, message, late } => self.send(id, from, to, message, late),
                Effect::Applied { replica, key, held } => {
                    let namespace = self.exchanges[id.0 as usize].namespace;
                    let at = self.pending.now();
                    self.replica_applied(namespace, Applied { key, replica, held, at });
                }
                Effect::Commit => self.commit(id),
                Effect::Reply { version, read_at } => {
                    let running = &mut self.exchanges[id.0 as usize];
                    running.snapshot = Snapshot::of_replica(version, read_at);
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
        self.exchanges[id.0 as usize].awaited -= 1;
        self.end_exchange(id);
    }

    fn send(&mut self, id: ExchangeId, from: Node, to: Node, message: Message, late: Span) {
        let running = &mut self.exchanges[id.0 as usize];
        let spec = self.spaces[running.namespace.at()].namespace;
        let delay = self.trial.leg(spec, running.exchange.coordinator, from, to, message, running.dice);
        if from == Node::Coordinator {
            running.awaited += 1;
        }
        let turn = turn::of(running.exchange.demand);
        self.pending.after(late + delay, turn, Event::Delivered(id, to, message));
    }

    /// A write commits, now.
    fn commit(&mut self, id: ExchangeId) {
        let now = self.now();
        let running = &self.exchanges[id.0 as usize];
        let (namespace, from) = (running.namespace, running.from);
        let Exchange { key, version, .. } = running.exchange;
        let dice = running.dice;
        let space = &mut self.spaces[namespace.at()];
        space.ledger().commit(key, version, now);
        if now >= self.trial.case.warmup {
            space.tally.commits += 1;
        }
        self.followed_write_commits(namespace, key, version);
        self.probe(namespace, key, version, from, dice);
    }

    /// An answer is back where it was asked for.
    pub(super) fn come_back(&mut self, id: ExchangeId) {
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

    fn end_exchange(&mut self, id: ExchangeId) {
        let over = |running: &Running| running.is_answered && running.awaited == 0;
        if self.exchanges.get(id.0 as usize).is_some_and(over) {
            self.exchanges.remove(id.0 as usize);
        }
    }
}

fn is_delete(requester: Requester, ops: &Slab<Operation>) -> bool {
    let Requester::Operation(op) = requester else { return false };
    matches!(ops[op.0 as usize].origin, Origin::Client { kind: OpKind::Delete, .. })
}
