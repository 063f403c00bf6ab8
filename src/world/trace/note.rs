//! What a world notes of what it does: nothing of it is touched by that.

use super::{Parcel, Step, Strand, TierName, Tracer, What};
use crate::base::{Dice, KeyId, LocationIx, NamespaceIx, Span, Time};
use crate::model::cache::Snapshot;
use crate::model::replication::{Message, Node};
use crate::scenario::Caches;
use crate::world::World;
use crate::world::exchange::ExchangeId;
use crate::world::purge::Written;
use crate::world::read::{Fetch, FetchId, Tier};
use crate::world::record::Pass;
use crate::world::trial::Trip;

/// Of which key something is, and for which operation's sake.
pub(in crate::world) type Of = (NamespaceIx, KeyId, Dice);

impl Tracer {
    /// A purge is sent, and arrives or is lost.
    pub(in crate::world) fn purge_sent(
        &mut self,
        namespace: NamespaceIx,
        write: &Written,
        (caches, to): (Caches, LocationIx),
        arrives: Option<Time>,
    ) {
        if self.watches(namespace, write.key) {
            let tier = tier_of(caches);
            let (strand, parcel) = (Strand::of(write.dice), Parcel::Purge(tier));
            let what = What::Sent { strand, from: write.coordinator, to, arrives, parcel };
            self.note(Step { at: write.at, what });
        }
    }
}

/// The tier of caches.
pub(in crate::world) fn tier_of(caches: Caches) -> TierName {
    match caches {
        Caches::Edge(_) => TierName::Edge,
        Caches::Upper(_) => TierName::Upper,
    }
}

impl World<'_> {
    /// A message is sent; within a location none is.
    #[inline]
    pub(in crate::world) fn note_sent(
        &mut self,
        (namespace, key, dice): Of,
        (from, to): (LocationIx, LocationIx),
        delay: Option<Span>,
        parcel: Parcel,
    ) {
        if self.tracer.is_some()
            && let Some(delay) = delay
        {
            let arrives = Some(self.now() + delay);
            self.note(namespace, key, || What::Sent { strand: Strand::of(dice), from, to, arrives, parcel });
        }
    }

    /// A message between members of an exchange is sent.
    #[inline]
    pub(in crate::world) fn note_member(&mut self, id: ExchangeId, trip: Trip, arrives: Time) {
        if self.tracer.is_none() {
            return;
        }
        let running = &self.exchanges[id.0 as usize];
        let (namespace, strand) = (running.namespace, Strand::of(running.dice));
        let (key, coordinator) = (running.exchange.key, running.exchange.coordinator);
        let [from, to] = [trip.from, trip.to].map(|node| self.place_of(namespace, node, coordinator));
        let (arrives, parcel) = (Some(arrives), Parcel::Member(trip.message));
        self.note(namespace, key, || What::Sent { strand, from, to, arrives, parcel });
    }

    /// A message is lost on its way, as faults will have it.
    #[cold]
    pub(in crate::world) fn note_lost(
        &mut self,
        (namespace, key, dice): Of,
        (from, to): (LocationIx, LocationIx),
    ) {
        self.note(namespace, key, || What::Lost { strand: Strand::of(dice), from, to });
    }

    /// The same of a message between members of an exchange.
    #[cold]
    pub(in crate::world) fn note_lost_member(&mut self, id: ExchangeId, trip: Trip) {
        let running = &self.exchanges[id.0 as usize];
        let (of, coordinator) =
            ((running.namespace, running.exchange.key, running.dice), running.exchange.coordinator);
        let [from, to] = [trip.from, trip.to].map(|node| self.place_of(of.0, node, coordinator));
        self.note_lost(of, (from, to));
    }

    /// A message has reached a member that is down.
    #[cold]
    pub(in crate::world) fn note_unheard(&mut self, id: ExchangeId, node: Node, message: Message) {
        let running = &self.exchanges[id.0 as usize];
        let (namespace, strand) = (running.namespace, Strand::of(running.dice));
        let (key, coordinator) = (running.exchange.key, running.exchange.coordinator);
        let at = self.place_of(namespace, node, coordinator);
        if !matches!(message, Message::Due(_) | Message::Caught) {
            self.note(namespace, key, || What::Unheard { strand, at });
        }
    }

    /// A coordinator answers.
    #[inline]
    pub(in crate::world) fn note_reply(&mut self, of: Of, at: LocationIx, snapshot: Snapshot) {
        let (namespace, key, dice) = of;
        self.note(namespace, key, || What::Replied { strand: Strand::of(dice), at, snapshot });
    }

    /// A request joins a fetch of a tier that is under way.
    #[inline]
    pub(in crate::world) fn note_join(
        &mut self,
        namespace: NamespaceIx,
        key: KeyId,
        (dice, tier): (Dice, TierName),
        fetch: FetchId,
    ) {
        if self.tracer.is_some() {
            let fetch = Strand::of(self.fetches[fetch.at()].dice);
            self.note(namespace, key, || What::Joined { strand: Strand::of(dice), fetch, tier });
        }
    }

    /// The upper tier answers an edge's fetch from an entry.
    #[inline]
    pub(in crate::world) fn note_kept(&mut self, edge: Fetch, sub: u16, snapshot: Snapshot) {
        if self.tracer.is_some()
            && let Some(at) = self.upper_location(edge.namespace, edge.location)
        {
            let strand = Strand::of(edge.dice);
            self.note(edge.namespace, edge.key, || What::Kept { strand, at, sub, snapshot });
        }
    }

    /// A fetch has come back to its cache.
    #[inline]
    pub(in crate::world) fn note_fill(&mut self, fetch: &Fetch) {
        if self.tracer.is_none() || fetch.snapshot.failure.is_some() {
            return;
        }
        let &Fetch { namespace, location, key, sub, snapshot, dice, .. } = fetch;
        let (tier, at) = match fetch.tier {
            Tier::Edge => (TierName::Edge, Some(location)),
            Tier::Upper => (TierName::Upper, self.upper_location(namespace, location)),
        };
        let space = &mut self.spaces[namespace.at()];
        let cache = match fetch.tier {
            Tier::Edge => space.edge_cache(location, sub),
            Tier::Upper => space.upper_cache(location, sub),
        };
        let entry = cache.and_then(|(cache, _)| cache.entry(key));
        let expires = entry.filter(|entry| entry.snapshot == snapshot).map(|entry| entry.expires);
        if let Some(at) = at {
            let strand = Some(Strand::of(dice));
            self.note(namespace, key, || What::Filled { strand, tier, at, sub, snapshot, expires });
        }
    }

    /// A write has passed an edge cache.
    #[inline]
    pub(in crate::world) fn note_pass(&mut self, pass: &Pass) {
        let &Pass { namespace, location: at, key, sub, snapshot, .. } = pass;
        if self.tracer.is_none() {
            return;
        }
        let cache = self.spaces[namespace.at()].edge_cache(at, sub);
        let expires = cache.and_then(|(cache, _)| cache.entry(key)).map(|entry| entry.expires);
        let (strand, tier) = (None, TierName::Edge);
        self.note(namespace, key, || What::Filled { strand, tier, at, sub, snapshot, expires });
    }

    /// A purge has dropped an entry.
    pub(in crate::world) fn note_drop(&mut self, namespace: NamespaceIx, key: KeyId, caches: Caches) {
        let spec = self.spaces[namespace.at()].namespace;
        if let Some((at, _)) = caches.purge(spec) {
            self.note(namespace, key, || What::Dropped { tier: tier_of(caches), at });
        }
    }
}
