//! Objects in lists: what all eviction policies are made of. Lists are threaded through one slab, so that nothing is
//! allocated for an access.

use rustc_hash::FxHashMap;

use crate::base::{KeyId, NamespaceIx};

/// What a cache stores: a key of a namespace.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Object(u64);

impl Object {
    /// The object of a key.
    pub const fn new(namespace: NamespaceIx, key: KeyId) -> Object {
        Object((namespace.0 as u64) << 32 | key.0 as u64)
    }

    /// Whose it is.
    pub const fn namespace(self) -> NamespaceIx {
        NamespaceIx((self.0 >> 32) as u16)
    }

    /// Its key there.
    pub const fn key(self) -> KeyId {
        KeyId(self.0 as u32)
    }

    /// All of it as a number.
    pub(in super::super) const fn bits(self) -> u64 {
        self.0
    }
}

/// A place on the shelf.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) struct Spot(u32);

const NOWHERE: Spot = Spot(u32::MAX);

#[derive(Clone, Copy, Debug)]
struct Node {
    object: Object,
    weight: u64,
    /// The one that is newer in its list; of a free place the next free one.
    newer: Spot,
    older: Spot,
    /// What its policy counts or notes of it.
    mark: u32,
    /// Which of its policy's lists it is in.
    list: u8,
    /// Only its name is still known.
    is_ghost: bool,
}

const _: () = assert!(size_of::<Node>() == 32);

/// The objects that are held, and those that are only remembered: ghosts.
#[derive(Debug)]
pub(in super::super) struct Shelf {
    nodes: Vec<Node>,
    free: Spot,
    index: FxHashMap<Object, Spot>,
    /// What all that are held may weigh together.
    limit: u64,
    held: u64,
    count: usize,
}

impl Shelf {
    pub(in super::super) fn new(limit: u64) -> Shelf {
        Shelf { nodes: Vec::new(), free: NOWHERE, index: FxHashMap::default(), limit, held: 0, count: 0 }
    }

    /// What all that are held weigh together.
    pub(in super::super) fn held(&self) -> u64 {
        self.held
    }

    /// How many are held.
    pub(in super::super) fn count(&self) -> usize {
        self.count
    }

    pub(in super::super) fn limit(&self) -> u64 {
        self.limit
    }

    /// Whether there is room for so much more.
    pub(in super::super) fn fits(&self, weight: u64) -> bool {
        self.held + weight <= self.limit
    }

    /// Where an object is that is held.
    #[inline]
    pub(in super::super) fn find(&self, object: Object) -> Option<Spot> {
        self.known(object).filter(|&at| !self.node(at).is_ghost)
    }

    /// Where a ghost is.
    pub(super) fn ghost(&self, object: Object) -> Option<Spot> {
        self.known(object).filter(|&at| self.node(at).is_ghost)
    }

    fn known(&self, object: Object) -> Option<Spot> {
        self.index.get(&object).copied()
    }

    pub(super) fn add(&mut self, object: Object, weight: u64) -> Spot {
        let node = Node { object, weight, newer: NOWHERE, older: NOWHERE, mark: 0, list: 0, is_ghost: false };
        let at = match self.free {
            NOWHERE => {
                self.nodes.push(node);
                Spot(self.nodes.len() as u32 - 1)
            }
            free => {
                self.free = self.node(free).newer;
                *self.node_mut(free) = node;
                free
            }
        };
        let before = self.index.insert(object, at);
        debug_assert!(before.is_none(), "an object is held or remembered once");
        self.held += weight;
        self.count += 1;
        at
    }

    /// Forgets an object that is in no list.
    pub(super) fn release(&mut self, at: Spot) {
        let Node { object, weight, is_ghost, .. } = *self.node(at);
        if !is_ghost {
            self.held -= weight;
            self.count -= 1;
        }
        self.index.remove(&object);
        self.node_mut(at).newer = self.free;
        self.free = at;
    }

    /// The object is held no longer, but remembered.
    pub(super) fn bury(&mut self, at: Spot) {
        let node = self.node_mut(at);
        node.is_ghost = true;
        let weight = node.weight;
        self.held -= weight;
        self.count -= 1;
    }

    /// All that are held.
    pub(in super::super) fn objects(&self) -> impl Iterator<Item = Object> + '_ {
        self.index.iter().filter(|&(_, &at)| !self.node(at).is_ghost).map(|(&object, _)| object)
    }

    pub(in super::super) fn object(&self, at: Spot) -> Object {
        self.node(at).object
    }

    pub(in super::super) fn weight(&self, at: Spot) -> u64 {
        self.node(at).weight
    }

    pub(super) fn mark(&self, at: Spot) -> u32 {
        self.node(at).mark
    }

    pub(super) fn set_mark(&mut self, at: Spot, mark: u32) {
        self.node_mut(at).mark = mark;
    }

    /// The number of the list where it is.
    pub(super) fn list(&self, at: Spot) -> u8 {
        self.node(at).list
    }

    pub(super) fn newer(&self, at: Spot) -> Option<Spot> {
        self.node(at).newer.somewhere()
    }

    fn node(&self, at: Spot) -> &Node {
        &self.nodes[at.0 as usize]
    }

    fn node_mut(&mut self, at: Spot) -> &mut Node {
        &mut self.nodes[at.0 as usize]
    }
}

impl Spot {
    fn somewhere(self) -> Option<Spot> {
        (self != NOWHERE).then_some(self)
    }
}

/// A list of objects, from the newest to the oldest.
#[derive(Debug)]
pub(super) struct List {
    number: u8,
    newest: Spot,
    oldest: Spot,
    weight: u64,
    len: u32,
}

impl List {
    /// The policy's list of that number.
    pub(super) const fn new(number: u8) -> List {
        List { number, newest: NOWHERE, oldest: NOWHERE, weight: 0, len: 0 }
    }

    pub(super) fn oldest(&self) -> Option<Spot> {
        self.oldest.somewhere()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.newest == NOWHERE
    }

    pub(super) fn weight(&self) -> u64 {
        self.weight
    }

    pub(super) fn len(&self) -> u32 {
        self.len
    }

    pub(super) fn push(&mut self, shelf: &mut Shelf, at: Spot) {
        let newest = self.newest;
        let node = shelf.node_mut(at);
        (node.newer, node.older, node.list) = (NOWHERE, newest, self.number);
        self.weight += node.weight;
        self.len += 1;
        match newest.somewhere() {
            Some(newest) => shelf.node_mut(newest).newer = at,
            None => self.oldest = at,
        }
        self.newest = at;
    }

    /// Takes out one that is in this list.
    pub(super) fn unlink(&mut self, shelf: &mut Shelf, at: Spot) {
        let Node { newer, older, weight, .. } = *shelf.node(at);
        match newer.somewhere() {
            Some(newer) => shelf.node_mut(newer).older = older,
            None => self.newest = older,
        }
        match older.somewhere() {
            Some(older) => shelf.node_mut(older).newer = newer,
            None => self.oldest = newer,
        }
        self.weight -= weight;
        self.len -= 1;
    }

    /// Makes one that is in this list its newest.
    pub(super) fn renew(&mut self, shelf: &mut Shelf, at: Spot) {
        if self.newest != at {
            self.unlink(shelf, at);
            self.push(shelf, at);
        }
    }
}
