//! The entries of one cache, in as little memory as they need: a hash table with open addressing and linear
//! probing (Knuth, TAOCP 3, section 6.4, algorithm L) whose slots take half a cache line, so that a look-up
//! touches one.

use super::store::{Entry, Snapshot};
use crate::base::{KeyId, Span, Time, Version};

/// Entries by key.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// Their number is a power of two; one if only the entry of one key is kept, none at first.
    slots: Vec<Slot>,
    used: usize,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    key: u32,
    version: Version,
    read_at: Time,
    /// Nanoseconds, doubled; one more if served past its TTL by the upper tier.
    relayed_at: u64,
    expires: Time,
}

const _: () = assert!(size_of::<Slot>() == 32);

/// No key has this number.
const NOBODY: u32 = u32::MAX;
const EMPTY: Slot = Slot {
    key: NOBODY,
    version: Version::new(0, true),
    read_at: Time::ZERO,
    relayed_at: GONE,
    expires: Time::ZERO,
};
/// The key had an entry, and has none now.
const GONE: u64 = u64::MAX;
const FEWEST: usize = 16;

impl Entries {
    #[inline]
    pub(super) fn get(&self, key: KeyId) -> Option<Entry> {
        if self.slots.is_empty() {
            return None;
        }
        let slot = &self.slots[self.find(key)];
        (slot.key == key.0 && slot.relayed_at != GONE).then(|| slot.entry())
    }

    #[inline]
    pub(super) fn insert(&mut self, key: KeyId, entry: Entry) {
        // Filled to at most five eighths: a key that is not there is missed after two more looks or so.
        if self.used * 8 >= self.slots.len() * 5 && self.slots.len() != 1 {
            self.grow();
        }
        let at = self.find(key);
        self.used += usize::from(self.slots[at].key == NOBODY);
        self.slots[at] = Slot::new(key, entry);
    }

    /// The slot stays with the key, if it has one.
    pub(super) fn remove(&mut self, key: KeyId) {
        if !self.slots.is_empty() {
            let at = self.find(key);
            if self.slots[at].key == key.0 {
                self.slots[at] = Slot { key: key.0, ..EMPTY };
            }
        }
    }

    /// Forgets all; from now on only the entry of the key that was stored last is kept.
    pub(super) fn keep_one(&mut self) {
        self.slots.clear();
        self.slots.push(EMPTY);
        self.used = 0;
    }

    /// Forgets all, and keeps the memory.
    pub(super) fn clear(&mut self) {
        if self.slots.len() == 1 {
            self.slots.clear();
        }
        if self.used > 0 {
            self.slots.fill(EMPTY);
            self.used = 0;
        }
    }

    pub(super) fn touch(&self, key: KeyId) -> u64 {
        match self.slots.len() {
            0 => 0,
            len => self.slots[start(key, len)].expires.as_nanos(),
        }
    }

    /// The slot of the key, or the empty one where it would be put.
    #[inline]
    fn find(&self, key: KeyId) -> usize {
        if self.slots.len() == 1 {
            return 0;
        }
        let mut at = start(key, self.slots.len());
        while self.slots[at].key != key.0 && self.slots[at].key != NOBODY {
            at = (at + 1) & (self.slots.len() - 1);
        }
        at
    }

    fn grow(&mut self) {
        let larger = vec![EMPTY; (self.slots.len() * 2).max(FEWEST)];
        let slots = std::mem::replace(&mut self.slots, larger);
        for slot in slots.into_iter().filter(|slot| slot.key != NOBODY) {
            let at = self.find(KeyId(slot.key));
            self.slots[at] = slot;
        }
    }
}

/// Multiplicative hashing by the golden ratio (Knuth, TAOCP 3, section 6.4).
fn start(key: KeyId, slots: usize) -> usize {
    let hash = u64::from(key.0).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (hash >> 32) as usize & (slots - 1)
}

impl Slot {
    fn new(key: KeyId, entry: Entry) -> Slot {
        let Entry { snapshot, expires } = entry;
        let relayed_at = snapshot.relayed_at.as_nanos().min(Span::MAX.as_nanos());
        let relayed_at = relayed_at << 1 | u64::from(snapshot.past_ttl);
        Slot { key: key.0, version: snapshot.version, read_at: snapshot.read_at, relayed_at, expires }
    }

    fn entry(&self) -> Entry {
        Entry {
            snapshot: Snapshot {
                version: self.version,
                read_at: self.read_at,
                relayed_at: Time::ZERO + Span::from_nanos(self.relayed_at >> 1),
                past_ttl: self.relayed_at & 1 == 1,
            },
            expires: self.expires,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What never was there takes no slot: otherwise these would run out, and a search would never end.
    #[test]
    fn removing_what_is_not_there_leaves_room() {
        let mut entries = Entries::default();
        let snapshot = Snapshot::of_replica(Version::new(1, false), Time::ZERO);
        entries.insert(KeyId(0), Entry { snapshot, expires: Time::ZERO });
        (1..1_000).for_each(|key| entries.remove(KeyId(key)));
        assert_eq!((entries.slots.len(), entries.used), (FEWEST, 1));
        assert!(entries.get(KeyId(0)).is_some() && entries.get(KeyId(1)).is_none());
    }
}
