//! Caches of limited capacity: who asks, what is stored, and who has to go for it. What is shared is the room; each
//! namespace keeps its entries.

use super::World;
use super::read::{Fetch, FetchId, Tier};
use super::record::Pass;
use super::space::Space;
use super::streams::Purpose;
use super::trace::{TierName, What};
use crate::base::{Dice, KeyId, LocationIx, NamespaceIx};
use crate::model::cache::{Cache, Object, Room};
use crate::scenario::{Caches, Case, LimitedCaches};

/// The rooms of all caches whose capacity is limited.
#[derive(Debug)]
pub(super) struct Rooms {
    /// Of the edge and of the upper tier, by location, those of its sub-caches in turn.
    tiers: [Vec<Vec<Room>>; 2],
    /// Who had to go; used again and again.
    evicted: Vec<Object>,
}

/// One cache of one tier at a location.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Shelf {
    pub(super) tier: TierName,
    pub(super) at: LocationIx,
    pub(super) sub: u16,
}

/// What came to a cache.
#[derive(Clone, Copy, Debug)]
struct Arrived {
    namespace: NamespaceIx,
    key: KeyId,
    /// What was there before could have been served.
    was_live: bool,
    /// It is a request of its own, not the answer to one.
    is_request: bool,
    dice: Dice,
}

impl Rooms {
    /// Those of all caches at some locations; `None` if no capacity is limited.
    pub(super) fn new(case: &Case, here: impl Fn(LocationIx) -> bool) -> Option<Box<Rooms>> {
        case.limits_caches().then(|| {
            let all = || (0..case.locations.len()).map(LocationIx::from_position);
            let serves = |upper: LocationIx| {
                let tiers = case.namespaces.iter().filter_map(|namespace| namespace.upper.as_ref());
                let mut asks = tiers
                    .flat_map(|tier| all().map(move |at| (at, tier.at[usize::from(tier.serving[at.at()])])));
                asks.any(|(at, asked)| asked == upper && here(at))
            };
            let edge = |at| if here(at) { rooms(case.limited_edge(at)) } else { Vec::new() };
            let upper = |at| match case.limited_upper(at) {
                Some(limited) if serves(at) => rooms(Some(limited)),
                _ => Vec::new(),
            };
            Box::new(Rooms {
                tiers: [all().map(edge).collect(), all().map(upper).collect()],
                evicted: Vec::new(),
            })
        })
    }

    #[inline]
    fn room(&mut self, shelf: Shelf) -> Option<&mut Room> {
        self.tiers[shelf.tier as usize].get_mut(shelf.at.at())?.get_mut(usize::from(shelf.sub))
    }

    /// Somebody asks a cache for a key; `is_served` if an entry will do.
    #[inline]
    pub(super) fn ask(&mut self, shelf: Shelf, namespace: NamespaceIx, key: KeyId, is_served: bool) {
        if let Some(room) = self.room(shelf) {
            room.ask(Object::new(namespace, key), is_served);
        }
    }

    /// All caches at a location are empty again.
    pub(super) fn clear_at(&mut self, location: LocationIx) {
        self.tiers.iter_mut().flat_map(|tier| tier.get_mut(location.at())).flatten().for_each(Room::clear);
    }

    /// An entry is dropped for another reason than want of room.
    pub(super) fn drop_it(&mut self, shelf: Shelf, namespace: NamespaceIx, key: KeyId) {
        if let Some(room) = self.room(shelf) {
            room.drop_it(Object::new(namespace, key));
        }
    }
}

fn rooms(limited: Option<LimitedCaches>) -> Vec<Room> {
    let Some(LimitedCaches { count, capacity, entries }) = limited else { return Vec::new() };
    (0..count).map(|_| Room::new(capacity, entries)).collect()
}

/// Whether the edge caches of each location have a limited capacity.
pub(super) fn limited(case: &Case) -> Vec<bool> {
    let locations = 0..if case.limits_caches() { case.locations.len() } else { 0 };
    locations.map(|at| case.limited_edge(LocationIx::from_position(at)).is_some()).collect()
}

impl World<'_> {
    /// An edge's fetch asks the upper tier; it is counted, or not.
    #[cold]
    pub(super) fn ask_upper_room(&mut self, edge: &Fetch, sub: u16, is_served: bool, is_counted: bool) {
        let &Fetch { namespace, location, key, is_probe, .. } = edge;
        let Some(at) = self.upper_location(namespace, location) else { return };
        let (Some(rooms), false) = (&mut self.rooms, is_probe) else { return };
        let shelf = Shelf { tier: TierName::Upper, at, sub };
        if rooms.room(shelf).is_none() {
            return;
        }
        rooms.ask(shelf, namespace, key, is_served);
        if is_counted {
            let space = &mut self.spaces[namespace.at()];
            let bytes = space.namespace.catalogue.size(key, space.dice).as_u64();
            space.tally.room(TierName::Upper as usize, location).count(bytes, is_served);
        }
    }

    /// A fetch has stored what it brought, over something that was live or not.
    pub(super) fn make_room_for(&mut self, fetch: &Fetch, was_live: bool) {
        let &Fetch { namespace, location, key, sub, dice, .. } = fetch;
        let shelf = match fetch.tier {
            Tier::Edge => Shelf { tier: TierName::Edge, at: location, sub },
            Tier::Upper => {
                let at = self.upper_location(namespace, location).expect("it was asked");
                Shelf { tier: TierName::Upper, at, sub }
            }
        };
        self.make_room(shelf, Arrived { namespace, key, was_live, is_request: false, dice });
    }

    /// A write has stored its value in the edge cache that it passed.
    pub(super) fn make_room_for_pass(&mut self, pass: &Pass, was_live: bool) {
        let &Pass { namespace, location, key, sub, snapshot, .. } = pass;
        let of_key = self.spaces[namespace.at()]
            .dice
            .fork(u64::from(key.0) << 32 | u64::from(snapshot.version.number()));
        let dice = of_key.fork(self.trial.streams.location(location));
        let shelf = Shelf { tier: TierName::Edge, at: location, sub };
        self.make_room(shelf, Arrived { namespace, key, was_live, is_request: true, dice });
    }

    /// Something came to a cache of limited capacity: room is made for it, or it is not stored after all.
    #[cold]
    fn make_room(&mut self, shelf: Shelf, arrived: Arrived) {
        let Arrived { namespace, key, was_live, is_request, dice } = arrived;
        let World { rooms, spaces, .. } = self;
        let Some(rooms) = rooms else { return };
        let mut evicted = std::mem::take(&mut rooms.evicted);
        let Some(room) = rooms.room(shelf) else { return };
        let object = Object::new(namespace, key);
        let space = &mut spaces[namespace.at()];
        let size = space.namespace.catalogue.size(key, space.dice);
        let Some(cache) = space.cache_on(shelf) else { return };
        match cache.entry(key) {
            None => room.drop_it(object),
            Some(_) if was_live => {
                if is_request {
                    room.ask(object, true);
                }
            }
            Some(_) => {
                room.drop_it(object);
                if is_request {
                    room.ask(object, false);
                }
                if !room.store(object, size, Purpose::Admission.of(dice).bits(), &mut evicted) {
                    cache.evict(key);
                }
            }
        }
        for gone in evicted.drain(..) {
            self.evict(shelf, gone);
        }
        if let Some(rooms) = &mut self.rooms {
            rooms.evicted = evicted;
        }
    }

    /// An entry has to go.
    fn evict(&mut self, shelf: Shelf, gone: Object) {
        let (namespace, key) = (gone.namespace(), gone.key());
        let now = self.now();
        let space = &mut self.spaces[namespace.at()];
        if let Some(cache) = space.cache_on(shelf) {
            cache.evict(key);
        }
        if (self.trial.case.warmup..self.trial.case.horizon).contains(&now) {
            space.tally.room(shelf.tier as usize, shelf.at).evictions += 1;
        }
        let Shelf { tier, at, sub } = shelf;
        self.note(namespace, key, || What::Evicted { tier, at, sub });
        let spec = self.spaces[namespace.at()].namespace;
        if let Some(caches) = shelf.caches(spec.upper.as_ref().map_or(&[], |upper| &upper.at)) {
            self.serving_changed(namespace, key, |reader| caches.serve(spec, reader));
        }
    }

    /// Counts what is left in the rooms when a trial, or a group's part in it, is over.
    pub(super) fn close_rooms(&mut self) {
        let Some(rooms) = self.rooms.take() else { return };
        for (tier, locations) in rooms.tiers.iter().enumerate() {
            for (at, room) in
                locations.iter().enumerate().flat_map(|(at, subs)| subs.iter().map(move |sub| (at, sub)))
            {
                for object in room.objects() {
                    let space = &mut self.spaces[object.namespace().at()];
                    let bytes = space.namespace.catalogue.size(object.key(), space.dice).as_u64();
                    let tally = space.tally.room(tier, LocationIx::from_position(at));
                    tally.entries += 1;
                    tally.bytes += bytes;
                }
            }
        }
    }
}

impl Shelf {
    /// All sub-caches of it in a namespace whose upper tier is at these locations.
    fn caches(self, uppers: &[LocationIx]) -> Option<Caches> {
        match self.tier {
            TierName::Edge => Some(Caches::Edge(self.at)),
            TierName::Upper => {
                uppers.iter().position(|&upper| upper == self.at).map(|at| Caches::Upper(at as u16))
            }
        }
    }
}

impl Space<'_> {
    /// The namespace's entries in a cache.
    fn cache_on(&mut self, shelf: Shelf) -> Option<&mut Cache<FetchId>> {
        let uppers = self.namespace.upper.as_ref().map_or(&[][..], |upper| &upper.at);
        let caches = shelf.caches(uppers)?;
        self.caches_mut(caches).get_mut(usize::from(shelf.sub))
    }
}
