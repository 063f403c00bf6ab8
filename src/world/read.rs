//! Reads on their way through the tiers: edge cache, upper cache, replicas; and back.

use std::num::NonZeroU32;

use rand::RngExt;

use super::egress::Value;
use super::exchange::{Request, Requester};
use super::operation::{NOBODY, Operation};
use super::rooms::Shelf;
use super::streams::Purpose;
use super::trace::{Parcel, Strand, TierName, What};
use super::{Event, World, turn};
use crate::base::{Dice, Failure, KeyId, LocationIx, NamespaceIx, Time};
use crate::model::cache::{Lookup, Snapshot};
use crate::model::network::Leg;
use crate::model::replication::Demand;
use crate::observe::TierTally;
use crate::truth::Source;

/// The place of a fetch in its slab, counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct FetchId(NonZeroU32);

impl FetchId {
    pub(super) fn from_place(place: usize) -> FetchId {
        FetchId(NonZeroU32::MIN.saturating_add(place as u32))
    }

    pub(super) fn at(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A cache fetches a key from the tier above it. It takes one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Fetch {
    pub(super) tier: Tier,
    pub(super) namespace: NamespaceIx,
    /// The location of the edge whose read began it.
    pub(super) location: LocationIx,
    pub(super) key: KeyId,
    /// The sub-cache that is filled.
    pub(super) sub: u16,
    pub(super) dice: Dice,
    /// It renews an entry in the background that was read from a replica at `renewed`: only something newer will do.
    renews: bool,
    renewed: Time,
    /// It is a probe's, or its cache went down meanwhile: it leaves no trace.
    pub(super) is_probe: bool,
    is_measured: bool,
    /// The first of those who wait: operations at the edge, edge fetches at the upper tier.
    pub(super) waiting: u32,
    /// The next edge fetch that waits for the same upper fetch.
    pub(super) next: u32,
    pub(super) snapshot: Snapshot,
}

const _: () = assert!(size_of::<Fetch>() == 64);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tier {
    Edge,
    Upper,
}

/// What a request does at a cache.
enum Step {
    Serve(Snapshot, Source),
    ServeAndRefresh(Snapshot, Source),
    Join(FetchId),
    Fetch { open: bool },
}

fn step(lookup: Lookup, under_way: impl FnOnce() -> Option<FetchId>, coalesce: bool) -> Step {
    if let Lookup::Hit(snapshot) = lookup {
        return Step::Serve(snapshot, Source::Hit);
    }
    match (lookup, under_way()) {
        (Lookup::Hit(snapshot), _) | (Lookup::HitDue(snapshot), Some(_)) => {
            Step::Serve(snapshot, Source::Hit)
        }
        (Lookup::HitDue(snapshot), None) => Step::ServeAndRefresh(snapshot, Source::Hit),
        (Lookup::Revalidate(snapshot), Some(_)) => Step::Serve(snapshot, Source::Revalidating),
        (Lookup::Revalidate(snapshot), None) => Step::ServeAndRefresh(snapshot, Source::Revalidating),
        (Lookup::Miss, Some(fetch)) if coalesce => Step::Join(fetch),
        (Lookup::Miss, _) => Step::Fetch { open: coalesce },
    }
}

/// A value that the upper tier's cache gives away.
fn kept(snapshot: Snapshot, now: Time, source: Source) -> Snapshot {
    Snapshot { relayed_at: now, past_ttl: source == Source::Revalidating, ..snapshot }
}

impl Step {
    fn is_hit(&self) -> bool {
        matches!(self, Step::Serve(..) | Step::ServeAndRefresh(..))
    }

    fn count(&self, tally: &mut TierTally) {
        tally.count(self.is_hit(), matches!(self, Step::Join(_)));
    }
}

impl World<'_> {
    /// A read is at its location: answered by the edge cache, or sent on.
    pub(super) fn read(&mut self, operation: Operation) {
        let Operation { namespace, location, key, dice, .. } = operation;
        let now = self.now();
        let need = self.need(&operation);
        let Some((cache, rules)) = self.spaces[namespace.at()].edge_cache(location, operation.sub) else {
            let requester = Requester::Operation(self.keep(operation));
            return self.request(requester, Demand::Read, operation.request());
        };
        let found = cache.look_up(key, now, rules);
        if need.is_some_and(|need| !found.has(need.version)) {
            // A copy that lacks what the user has seen is passed by.
            let requester = Requester::Operation(self.keep(operation));
            return self.request(requester, Demand::Read, operation.request());
        }
        if let Some(rooms) = &mut self.rooms
            && !operation.is_probe()
        {
            let shelf = Shelf { tier: TierName::Edge, at: location, sub: operation.sub };
            rooms.ask(shelf, namespace, key, found != Lookup::Miss);
        }
        match step(found, || cache.fetch(key), rules.coalesce) {
            Step::Serve(snapshot, source) => self.serve_hit_of(Operation { source, ..operation }, snapshot),
            Step::ServeAndRefresh(snapshot, source) => {
                if !operation.is_probe() {
                    let dice = Purpose::Refresh.of(dice);
                    let fetch = self.edge_fetch(&operation, dice, Some(snapshot.read_at), NOBODY, true);
                    self.fetch_from_upper(fetch);
                }
                self.serve_hit_of(Operation { source, ..operation }, snapshot);
            }
            Step::Join(fetch) => {
                self.note_join(namespace, key, (dice, TierName::Edge), fetch);
                let next = self.fetches[fetch.at()].waiting;
                let op = self.keep(Operation { source: Source::Coalesced, next, ..operation });
                self.fetches[fetch.at()].waiting = op.0;
            }
            Step::Fetch { open } => {
                let op = self.keep(operation);
                let fetch = self.edge_fetch(&operation, dice, None, op.0, open);
                self.fetch_from_upper(fetch);
            }
        }
    }

    fn edge_fetch(
        &mut self,
        operation: &Operation,
        dice: Dice,
        newer_than: Option<Time>,
        waiting: u32,
        open: bool,
    ) -> FetchId {
        let fetch = FetchId::from_place(self.fetches.insert(Fetch {
            tier: Tier::Edge,
            namespace: operation.namespace,
            location: operation.location,
            key: operation.key,
            sub: operation.sub,
            dice,
            renews: newer_than.is_some(),
            renewed: newer_than.unwrap_or(Time::ZERO),
            is_probe: operation.is_probe(),
            is_measured: operation.is_measured(),
            waiting,
            next: NOBODY,
            snapshot: operation.snapshot,
        }));
        if !operation.is_probe() {
            let space = &mut self.spaces[operation.namespace.at()];
            if let Some((cache, _)) = space.edge_cache(operation.location, operation.sub) {
                cache.begin_fetch(operation.key, fetch, open);
            }
        }
        fetch
    }

    fn fetch_from_upper(&mut self, fetch: FetchId) {
        let Fetch { namespace, location, key, dice, .. } = self.fetches[fetch.at()];
        match self.upper_to_ask(namespace, location) {
            Some(upper) => {
                if self.faults.is_some() {
                    // Until there is an answer; it says since when one is waited for.
                    self.fetches[fetch.at()].snapshot = Snapshot::failed(Failure::TimedOut, self.now());
                }
                let Ok(delay) = self.hop(Leg::Request, location, upper, Purpose::UpperUp.of(dice)) else {
                    self.note_lost((namespace, key, dice), (location, upper));
                    return self.never_answered(fetch);
                };
                self.note_sent((namespace, key, dice), (location, upper), delay, Parcel::ToUpper);
                self.after(delay, turn::READ_REQUEST, Event::AtUpper(fetch));
            }
            None => {
                let request = Request { namespace, from: location, key, dice };
                self.request(Requester::Fetch(fetch), Demand::Read, request);
            }
        }
    }

    /// The upper tier is passed by if it is known to be down, or out of reach.
    fn upper_to_ask(&self, namespace: NamespaceIx, location: LocationIx) -> Option<LocationIx> {
        let upper = self.upper_location(namespace, location)?;
        let avoided = self.faults.as_ref().is_some_and(|faults| faults.is_avoided(location, upper));
        (!avoided).then_some(upper)
    }

    pub(super) fn upper_location(&self, namespace: NamespaceIx, location: LocationIx) -> Option<LocationIx> {
        let upper = self.spaces[namespace.at()].namespace.upper.as_ref()?;
        Some(upper.at[usize::from(upper.serving[location.at()])])
    }

    /// An edge cache's fetch is at the upper tier: answered by its cache, or sent on.
    pub(super) fn ask_upper(&mut self, fetch: FetchId) {
        let edge = self.fetches[fetch.at()];
        let now = self.now();
        if let (Some(faults), Some(upper)) =
            (&self.faults, self.upper_location(edge.namespace, edge.location))
            && faults.has_no_caches(upper)
        {
            return self.never_answered(fetch);
        }
        let space = &mut self.spaces[edge.namespace.at()];
        let subs = space.namespace.upper.as_ref().map_or(1, |upper| upper.rules.sub_caches);
        let sub = if subs > 1 { Purpose::UpperSub.of(edge.dice).rng().random_range(0..subs) } else { 0 };
        let (cache, rules) =
            space.upper_cache(edge.location, sub).expect("only a namespace with an upper tier asks it");
        let lookup = match cache.look_up(edge.key, now, rules) {
            lookup if lookup.is_newer_than(edge.newer_than()) => lookup,
            _ => Lookup::Miss,
        };
        let step = step(lookup, || cache.fetch(edge.key), rules.coalesce);
        let is_counted = edge.is_measured && !edge.renews;
        if is_counted {
            step.count(&mut space.tally.place(edge.location).upper);
        }
        if self.rooms.is_some() {
            self.ask_upper_room(&edge, sub, lookup != Lookup::Miss, is_counted);
        }
        if let Step::Serve(snapshot, _) | Step::ServeAndRefresh(snapshot, _) = step {
            self.note_kept(edge, sub, snapshot);
        }
        match step {
            Step::Serve(snapshot, source) => self.relay_hit(fetch, kept(snapshot, now, source)),
            Step::ServeAndRefresh(snapshot, source) => {
                if !edge.is_probe {
                    let dice = Purpose::Refresh.of(edge.dice);
                    self.upper_fetch(edge, sub, dice, NOBODY, true);
                }
                self.relay_hit(fetch, kept(snapshot, now, source));
            }
            Step::Join(upper) => {
                self.note_join(edge.namespace, edge.key, (edge.dice, TierName::Upper), upper);
                let head = std::mem::replace(&mut self.fetches[upper.at()].waiting, fetch.at() as u32);
                self.fetches[fetch.at()].next = head;
            }
            Step::Fetch { open } => self.upper_fetch(edge, sub, edge.dice, fetch.at() as u32, open),
        }
    }

    fn upper_fetch(&mut self, edge: Fetch, sub: u16, dice: Dice, waiting: u32, open: bool) {
        let Fetch { namespace, location, key, .. } = edge;
        let fetch = Fetch { tier: Tier::Upper, sub, dice, waiting, next: NOBODY, ..edge };
        let fetch = FetchId::from_place(self.fetches.insert(fetch));
        let space = &mut self.spaces[namespace.at()];
        if !edge.is_probe {
            let (cache, _) = space.upper_cache(location, sub).expect("it was asked");
            cache.begin_fetch(key, fetch, open);
        }
        let at = self.upper_location(namespace, location).expect("it was asked");
        self.request(Requester::Fetch(fetch), Demand::Read, Request { namespace, from: at, key, dice });
    }

    /// The upper tier answers an edge cache.
    pub(super) fn relay(&mut self, fetch: FetchId, snapshot: Snapshot) {
        let Fetch { namespace, location, key, dice, is_probe, .. } = self.fetches[fetch.at()];
        let upper = self.upper_location(namespace, location).expect("it answers");
        let mut delay = self.hop(Leg::Response, upper, location, Purpose::UpperDown.of(dice));
        if !is_probe && snapshot.failure.is_none() {
            let value = Value::new(namespace, key, snapshot.version);
            delay = delay.and_then(|delay| self.hop_value((upper, location), delay, value));
        }
        let Ok(delay) = delay else {
            self.note_lost((namespace, key, dice), (upper, location));
            return self.never_answered(fetch);
        };
        self.fetches[fetch.at()].snapshot = snapshot;
        let parcel = Parcel::FromUpper(snapshot.version);
        self.note_sent((namespace, key, dice), (upper, location), delay, parcel);
        self.after(delay, turn::READ_ANSWER, Event::FromUpper(fetch));
    }

    /// A fetch is done: store the value and answer those who wait.
    pub(super) fn store(&mut self, id: FetchId) {
        let fetch = self.fetches.remove(id.at());
        let now = self.now();
        let space = &mut self.spaces[fetch.namespace.at()];
        let cache = match fetch.tier {
            Tier::Edge => space.edge_cache(fetch.location, fetch.sub),
            Tier::Upper => space.upper_cache(fetch.location, fetch.sub),
        };
        if let (Some((cache, rules)), false) = (cache, fetch.is_probe) {
            let was_live = self.rooms.is_some() && cache.look_up(fetch.key, now, rules) != Lookup::Miss;
            let is_stored = cache.end_fetch(fetch.key, id, fetch.snapshot, now, rules);
            if fetch.snapshot.failure.is_some()
                && let Some(last) = cache.last_resort(fetch.key, now, rules)
            {
                return self.answer_with_old(fetch, last);
            }
            if is_stored && self.rooms.is_some() {
                self.make_room_for(&fetch, was_live);
            }
        }
        if !fetch.is_probe {
            self.note_fill(&fetch);
            self.cache_filled(&fetch);
        }
        self.answer_waiting(&fetch, false);
    }

    /// A fetch has failed: those who wait get an old entry.
    #[cold]
    fn answer_with_old(&mut self, mut fetch: Fetch, last: Snapshot) {
        let tier = if fetch.tier == Tier::Edge { TierName::Edge } else { TierName::Upper };
        let strand = Strand::of(fetch.dice);
        self.note(fetch.namespace, fetch.key, || What::Spared { strand, tier });
        fetch.snapshot = match fetch.tier {
            Tier::Edge => last,
            Tier::Upper => kept(last, self.now(), Source::Revalidating),
        };
        self.answer_waiting(&fetch, true);
    }

    /// What a fetch asks the replicas for.
    pub(super) fn request_of_fetch(&self, fetch: FetchId) -> Request {
        let Fetch { tier, namespace, location, key, dice, .. } = self.fetches[fetch.at()];
        let upper = if tier == Tier::Upper { self.upper_location(namespace, location) } else { None };
        Request { namespace, from: upper.unwrap_or(location), key, dice }
    }

    fn cache_filled(&mut self, fetch: &Fetch) {
        let upper = self.spaces[fetch.namespace.at()].namespace.upper.as_ref();
        match (fetch.tier, upper) {
            (Tier::Upper, Some(upper)) => {
                let serving = |location: LocationIx| upper.serving[location.at()];
                let served = serving(fetch.location);
                self.serving_changed(fetch.namespace, fetch.key, |reader| serving(reader) == served);
            }
            _ => self.serving_changed(fetch.namespace, fetch.key, |reader| reader == fetch.location),
        }
    }

    /// Those who wait get what was fetched, or an old entry as a last resort.
    fn answer_waiting(&mut self, fetch: &Fetch, last_resort: bool) {
        let mut waiting = fetch.waiting;
        while waiting != NOBODY {
            match fetch.tier {
                Tier::Edge => {
                    let mut operation = self.ops.remove(waiting as usize);
                    waiting = operation.next;
                    if last_resort {
                        operation.source = Source::LastResort;
                    }
                    self.serve(operation, fetch.snapshot);
                }
                Tier::Upper => {
                    let edge = FetchId::from_place(waiting as usize);
                    waiting = self.fetches[edge.at()].next;
                    self.relay(edge, fetch.snapshot);
                }
            }
        }
    }
}

impl Fetch {
    fn newer_than(&self) -> Option<Time> {
        self.renews.then_some(self.renewed)
    }

    /// The location to count it at, and whether it counts.
    pub(super) fn measured_at(&self) -> (LocationIx, bool) {
        (self.location, self.is_measured)
    }
}
