//! The room in one cache, shared by those who store there.

use super::admission::{Admission, AdmissionSpec};
use super::eviction::{Eviction, EvictionSpec, Object, Shelf};
use crate::base::Bytes;

/// How much a cache holds, and which objects.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Capacity {
    /// The limit.
    pub limit: Limit,
    /// Who goes when it is full.
    pub eviction: EvictionSpec,
    /// What is stored at all; everything by default.
    pub admission: Option<AdmissionSpec>,
}

/// What is limited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// The sum of sizes.
    Bytes(u64),
    /// The number of objects.
    Entries(u64),
}

/// What is stored in one cache, and who goes next. It knows names and sizes, not values.
#[derive(Debug)]
pub struct Room {
    capacity: Capacity,
    /// About so many objects fit in.
    objects: f64,
    shelf: Shelf,
    eviction: Eviction,
    admission: Admission,
}

impl Limit {
    /// As a number.
    pub const fn amount(self) -> u64 {
        match self {
            Limit::Bytes(amount) | Limit::Entries(amount) => amount,
        }
    }

    /// What an object counts.
    const fn weight(self, size: Bytes) -> u64 {
        match self {
            Limit::Bytes(_) => size.as_u64(),
            Limit::Entries(_) => 1,
        }
    }
}

impl Room {
    /// An empty one, into which about so many objects fit.
    pub fn new(capacity: Capacity, objects: f64) -> Room {
        let limit = capacity.limit.amount();
        Room {
            capacity,
            objects,
            shelf: Shelf::new(limit),
            eviction: Eviction::new(&capacity.eviction, limit, objects),
            admission: Admission::new(capacity.admission.as_ref(), objects),
        }
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        *self = Room::new(self.capacity, self.objects);
    }

    /// Somebody asks for an object; `is_served` if it is given what is held.
    #[inline]
    pub fn ask(&mut self, object: Object, is_served: bool) {
        self.eviction.asked(object);
        self.admission.asked(object);
        if is_served {
            self.use_of(object);
        }
    }

    /// An object is used, if it is held.
    #[inline]
    pub fn use_of(&mut self, object: Object) {
        if let Some(at) = self.shelf.find(object) {
            self.eviction.used(&mut self.shelf, at);
        }
    }

    /// Whether an object is held.
    pub fn holds(&self, object: Object) -> bool {
        self.shelf.find(object).is_some()
    }

    /// An object of a size comes in that is not held; `bits` are even. Tells whether it is stored, and adds those that
    /// went to `evicted`: some may although it is not.
    pub fn store(&mut self, object: Object, size: Bytes, bits: u64, evicted: &mut Vec<Object>) -> bool {
        let weight = self.capacity.limit.weight(size);
        debug_assert!(!self.holds(object));
        if !self.admission.admits(object, size, bits) || weight > self.shelf.limit() {
            return false;
        }
        self.eviction.prepare(&mut self.shelf, object, weight);
        while !self.shelf.fits(weight) {
            let victim = self.eviction.victim(&mut self.shelf, weight);
            let name = self.shelf.object(victim);
            if !self.admission.prefers(object, name) {
                return false;
            }
            self.eviction.evict(&mut self.shelf, victim);
            evicted.push(name);
        }
        self.eviction.insert(&mut self.shelf, object, weight);
        true
    }

    /// An object is dropped for another reason, if it is held.
    pub fn drop_it(&mut self, object: Object) {
        if let Some(at) = self.shelf.find(object) {
            self.eviction.remove(&mut self.shelf, at);
        }
    }

    /// How many objects are held.
    pub fn entries(&self) -> u64 {
        self.shelf.count() as u64
    }

    /// Those that are held, in no order that means anything.
    pub fn objects(&self) -> impl Iterator<Item = Object> + '_ {
        self.shelf.objects()
    }

    /// The sum of what is limited.
    pub fn held(&self) -> u64 {
        self.shelf.held()
    }
}
