//! The few events that come next, in order.

use super::key::Key;

/// How many events the front holds at most: inserting costs about half as many moves of a key. The slots, one more
/// before the front is cut, are numbered by a byte.
pub(super) const FRONT: usize = 128;
const _: () = assert!(FRONT < 1 << u8::BITS);

/// A sorted run of keys, the next one at its end. The events stay where they were put, in slots, and only keys move.
#[derive(Debug)]
pub(super) struct Front<E> {
    keys: Vec<Key>,
    slots: Vec<E>,
    free: Vec<u8>,
}

impl<E> Default for Front<E> {
    fn default() -> Front<E> {
        Front { keys: Vec::new(), slots: Vec::new(), free: Vec::new() }
    }
}

impl<E: Copy> Front<E> {
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn next(&self) -> Option<Key> {
        self.keys.last().copied()
    }

    pub(super) fn events(&self) -> impl Iterator<Item = &E> {
        self.keys.iter().map(|key| &self.slots[key.slot()])
    }

    pub(super) fn pop(&mut self) -> Option<(Key, E)> {
        let key = self.keys.pop()?;
        self.free.push(key.slot() as u8);
        Some((key, self.slots[key.slot()]))
    }

    /// Puts an event where it belongs. Keys are moved one by one: a search and one move of many measured twice as
    /// slow, since reading back a block just written elsewhere stalls.
    pub(super) fn insert(&mut self, key: Key, event: E) {
        self.append(key, event);
        let keys = &mut self.keys[..];
        let mut to = keys.len() - 1;
        let key = keys[to];
        while to > 0 && keys[to - 1] < key {
            keys[to] = keys[to - 1];
            to -= 1;
        }
        keys[to] = key;
    }

    /// Puts an event at the end, whatever its key; [`Front::sort`] is to follow.
    pub(super) fn append(&mut self, key: Key, event: E) {
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[usize::from(slot)] = event;
                slot
            }
            None => {
                self.slots.push(event);
                (self.slots.len() - 1) as u8
            }
        };
        self.keys.push(key.in_slot(slot));
    }

    pub(super) fn sort(&mut self) {
        self.keys.sort_unstable_by(|a, b| b.cmp(a));
    }

    /// The key of the event that has `before` others before it.
    pub(super) fn key_after(&self, before: usize) -> Key {
        self.keys[self.keys.len() - 1 - before]
    }

    /// Takes out all but the next `kept` events.
    pub(super) fn cut(&mut self, kept: usize, mut take: impl FnMut(Key, E)) {
        for key in self.keys.drain(..self.keys.len() - kept) {
            self.free.push(key.slot() as u8);
            take(key.in_slot(0), self.slots[key.slot()]);
        }
    }
}
