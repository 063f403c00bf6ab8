//! Purges: when a write commits, caches are told by messages to drop its key, or all keys of its tag.

use super::faults::{Faults, Lost, Sent};
use super::feed_forward::InStore;
use super::rooms::Shelf;
use super::streams::Purpose;
use super::trace::tier_of;
use super::trial::Trial;
use super::{Event, Part, World, turn};
use crate::base::{Dice, KeyId, LocationIx, NamespaceIx, Span, Time};
use crate::model::cache::PurgeSpec;
use crate::model::network::Leg;
use crate::scenario::{Caches, Namespace};

/// A committed write: all that its purges are drawn from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    pub(super) at: Time,
    pub(super) key: KeyId,
    /// Where purges are sent from.
    pub(super) coordinator: LocationIx,
    pub(super) dice: Dice,
}

const _: () = assert!(size_of::<Written>() == 24);

/// A purge that reaches caches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Purge {
    namespace: NamespaceIx,
    caches: Caches,
    /// The written key.
    key: KeyId,
}

/// A message to caches that is about to be sent.
struct Message<'a> {
    to: LocationIx,
    rules: &'a PurgeSpec,
    write: Written,
    /// 0 is the edge, 1 the upper tier.
    tier: u16,
}

impl<'a> Message<'a> {
    fn new(namespace: &'a Namespace, caches: Caches, write: Written) -> Option<Message<'a>> {
        let (to, rules) = caches.purge(namespace)?;
        let tier = match caches {
            Caches::Edge(_) => 0,
            Caches::Upper(_) => 1,
        };
        Some(Message { to, rules, write, tier })
    }

    fn dice(&self, trial: &Trial, purpose: Purpose) -> Dice {
        purpose.nth(self.write.dice, self.tier).fork(trial.streams.location(self.to))
    }

    fn is_lost(&self, trial: &Trial) -> bool {
        self.rules.loss.holds_for(self.dice(trial, Purpose::PurgeLoss).bits())
    }

    /// How much later faults let it arrive.
    fn fares(&self, trial: &Trial, faults: &Faults) -> Result<Span, Lost> {
        let dice = self.dice(trial, Purpose::Loss);
        if faults.loses_purge(self.to, dice) {
            return Err(Lost);
        }
        let Written { coordinator: from, at, .. } = self.write;
        let delay =
            trial.hop(Leg::Request, from, self.to, self.dice(trial, Purpose::PurgeWay)).unwrap_or_default();
        faults.later(Sent { from, to: self.to, at, delay, dice, connected: false })
    }

    /// When it arrives, unless it is lost.
    fn arrives(&self, trial: &Trial) -> Time {
        let way =
            trial.hop(Leg::Request, self.write.coordinator, self.to, self.dice(trial, Purpose::PurgeWay));
        let longer = self.rules.delay.as_ref();
        let longer = longer.map(|delay| delay.sample(&mut self.dice(trial, Purpose::PurgeDelay).rng()));
        self.write.at + way.unwrap_or_default() + longer.unwrap_or_default()
    }
}

impl World<'_> {
    /// A write has committed: its coordinator tells all caches that are to be told.
    pub(super) fn send_purges(&mut self, namespace: NamespaceIx, write: Written) {
        let World { trial, part, spaces, pending, events, tracer, faults, .. } = self;
        let space = &mut spaces[namespace.at()];
        let is_measured = write.at >= trial.case.warmup;
        for &caches in &space.told {
            let Some(message) = Message::new(space.namespace, caches, write) else { continue };
            space.tally.purges[usize::from(message.tier)] += u64::from(is_measured);
            let later = match faults {
                None => Ok(Span::ZERO),
                Some(faults) => message.fares(trial, faults),
            };
            let is_lost = message.is_lost(trial) || later.is_err();
            let later = later.unwrap_or_default();
            if let Some(tracer) = tracer {
                let arrives = (!is_lost).then(|| message.arrives(trial) + later);
                tracer.purge_sent(namespace, &write, (caches, message.to), arrives);
            }
            if is_lost {
                continue;
            }
            *events += 1;
            if *part == Part::Everything {
                let purge = Purge { namespace, caches, key: write.key };
                pending.at(message.arrives(trial) + later, turn::PURGE, Event::Purged(purge));
            }
        }
        if *part == Part::Writes && !space.told.is_empty() {
            space.log.purging.push(write);
        }
    }

    /// The purges of the past that reach the caches of a group of locations.
    pub(super) fn purges_in_store(
        &self,
        namespace: NamespaceIx,
        past: &[Written],
        group: &[LocationIx],
        in_store: &mut Vec<InStore>,
    ) {
        let space = &self.spaces[namespace.at()];
        let spec = space.namespace;
        let is_here = |caches: &&Caches| group.iter().any(|&location| caches.serve(spec, location));
        let here: Vec<Caches> = space.told.iter().filter(is_here).copied().collect();
        for &write in past {
            let messages =
                here.iter().filter_map(|&caches| Some((caches, Message::new(spec, caches, write)?)));
            for (caches, message) in messages.filter(|(_, message)| !message.is_lost(self.trial)) {
                let key = write.key;
                let event = Event::Purged(Purge { namespace, caches, key });
                let at = message.arrives(self.trial);
                in_store.push(InStore { namespace, key, at, turn: turn::PURGE, event });
            }
        }
    }

    /// A purge is at its caches, which drop what it names.
    pub(super) fn purged(&mut self, Purge { namespace, caches, key }: Purge) {
        let spec = self.spaces[namespace.at()].namespace;
        let Some((at, rules)) = caches.purge(spec) else { return };
        let mut dropped = Vec::new();
        let World { spaces, rooms, .. } = &mut *self;
        for (sub, cache) in spaces[namespace.at()].caches_mut(caches).iter_mut().enumerate() {
            let before = dropped.len();
            cache.purge(rules, key, spec.catalogue.count(), &mut dropped);
            if let Some(rooms) = rooms {
                let shelf = Shelf { tier: tier_of(caches), at, sub: sub as u16 };
                dropped[before..].iter().for_each(|&key| rooms.drop_it(shelf, namespace, key));
            }
        }
        for key in dropped {
            self.note_drop(namespace, key, caches);
            self.serving_changed(namespace, key, |reader| caches.serve(spec, reader));
        }
    }
}
