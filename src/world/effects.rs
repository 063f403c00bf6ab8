//! Carries out what a replication policy wants done.

use super::exchange::ExchangeId;
use super::faults::{Lost, Sent};
use super::purge::Written;
use super::space::Space;
use super::streams::Purpose;
use super::trace::{Strand, What};
use super::trial::Trip;
use super::waits::Wait;
use super::{Event, World, turn};
use crate::base::{NamespaceIx, Span, Version};
use crate::model::cache::Snapshot;
use crate::model::replication::{Applied, Effect, Exchange, Message, Node, Policy, Scene, Travel};

impl World<'_> {
    /// Lets the policy handle something, and carries out what it wants done.
    pub(super) fn handle(&mut self, id: ExchangeId, handle: impl FnOnce(&Policy, &mut Exchange, &mut Scene)) {
        let now = self.now();
        let mut effects = std::mem::take(&mut self.effects);
        let running = &mut self.exchanges[id.0 as usize];
        let is_alone = running.under_way == u32::from(running.exchange.pulls);
        let Space { namespace, placement, replicas, condition, contacts, dice, .. } =
            &mut self.spaces[running.namespace.at()];
        let known_down = condition
            .as_ref()
            .map_or(&[][..], |condition| condition.known_down(running.exchange.coordinator));
        let (placement, dice, wanted) = (&**placement, *dice, &mut effects);
        let mut scene =
            Scene { placement, replicas, now, is_alone, known_down, contacts, dice, effects: wanted };
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
                    self.send_back(id, Snapshot::of_replica(version, read_at));
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
        let dice = match travel {
            Travel::Alone | Travel::InOrder | Travel::Paced(_) => running.dice,
            Travel::Together(label) => Purpose::Together.of(space.dice).fork(u64::from(label)),
        };
        let mut delay = self.trial.leg(space.namespace, coordinator, trip, dice);
        let now = self.pending.now();
        if let Some(faults) = &self.faults {
            let place = |node| match node {
                Node::Coordinator => coordinator,
                Node::Replica(replica) => space.placement.at[usize::from(replica)],
            };
            let connected = matches!(travel, Travel::InOrder);
            let (from, to, dice) = (place(from), place(to), trip.draws(running.dice));
            match faults.later(Sent { from, to, at: now, delay, dice, connected }) {
                Ok(later) => delay += later,
                Err(Lost) => return self.note_lost_member(id, trip),
            }
        }
        if self.sites.are_any() {
            match self.send_value_of(id, trip) {
                Ok(longer) => delay += longer,
                Err(Lost) => return self.note_lost_member(id, trip),
            }
        }
        let running = &mut self.exchanges[id.0 as usize];
        let space = &mut self.spaces[running.namespace.at()];
        running.under_way += 1;
        running.exchange.leaves(to, message);
        let mut at = now + (late + delay);
        match travel {
            Travel::InOrder if message == Message::Apply => {
                at = space.channels.notice(coordinator, from, to, at);
            }
            Travel::InOrder => at = space.channels.arrive(coordinator, from, to, at),
            Travel::Paced(gap) => at = space.channels.leave(coordinator, from, to, now + late, gap) + delay,
            Travel::Alone | Travel::Together(_) => {}
        }
        let turn = turn::of(running.exchange.demand);
        self.pending.at(at, turn, Event::Delivered(id, to, message));
        self.note_member(id, trip, at);
    }

    /// A replica holds a version, or waits for it.
    pub(super) fn wait(&mut self, id: ExchangeId, replica: u16, version: Version) {
        let now = self.now();
        let running = &mut self.exchanges[id.0 as usize];
        running.under_way += 1;
        let key = running.exchange.key;
        let space = &mut self.spaces[running.namespace.at()];
        match space.replicas.covers(space.replicas.held(replica, key, now), version) {
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
        let Space { waits, replicas, .. } = &mut self.spaces[namespace.at()];
        for exchange in waits.over(&applied, replicas) {
            self.wake(exchange, applied.replica);
        }
        let space = &mut self.spaces[namespace.at()];
        if let Some(clocks) = &mut space.clocks {
            let at = space.placement.at[usize::from(applied.replica)];
            clocks.meet(at, applied.held.number());
        }
        self.note(namespace, applied.key, || What::Applied { replica: applied.replica, held: applied.held });
        self.replica_applied(namespace, applied);
    }

    /// A write commits, now.
    fn commit(&mut self, id: ExchangeId) {
        let now = self.now();
        let running = &self.exchanges[id.0 as usize];
        let (namespace, from) = (running.namespace, running.from);
        let Exchange { key, version, coordinator, .. } = running.exchange;
        let dice = running.dice;
        let base = running.put.base;
        let space = &mut self.spaces[namespace.at()];
        let clash = match space.replicas.merge() {
            true => Some(space.commit_merged(key, version, coordinator, base, now)),
            false => {
                space.ledger().commit(key, version, now);
                space.updates.as_mut().map(|updates| updates.commit(key, version))
            }
        };
        if now >= self.trial.case.warmup {
            space.tally.commits += 1;
            clash.iter().for_each(|clash| space.tally.clashed(from, clash));
        }
        self.send_purges(namespace, Written { at: now, key, coordinator, dice });
        if let Some(recorder) = &mut self.recorder {
            recorder.committed(dice, now);
        }
        self.note(namespace, key, || What::Committed { strand: Strand::of(dice), version });
        self.followed_write_commits(namespace, key, version);
        self.probe(namespace, key, version, from, dice);
    }
}
