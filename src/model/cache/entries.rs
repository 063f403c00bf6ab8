//! The entries of one cache, in as little memory as they need: a hash table with open addressing and linear
//! probing (Knuth, TAOCP 3, section 6.4, algorithm L) whose slots take half a cache line, so that a look-up
//! touches one.

use super::snapshot::Snapshot;
use super::store::Entry;
use crate::base::{KeyId, Span, Time, Version};

/// Entries by key.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// Their number is a power of two; one if only the entry of one key is kept, none at first.
    lines: Vec<Line>,
    used: usize,
}

/// A cache line of slots. The search for a key begins with the first of a line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Line([Slot; SLOTS]);

const SLOTS: usize = 2;
const _: () = assert!(size_of::<Line>() == 64);

#[derive(Clone, Copy, Debug)]
struct Slot {
    key: u32,
    version: Version,
    read_at: Time,
    /// Nanoseconds, doubled; one more if served past its TTL by the upper tier.
    relayed_at: u64,
    expires: Time,
}

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
const FEWEST_LINES: usize = 8;

impl Entries {
    #[inline]
    pub(super) fn get(&self, key: KeyId) -> Option<Entry> {
        if self.lines.is_empty() {
            return None;
        }
        let slot = self.slot(self.find(key));
        (slot.key == key.0 && slot.relayed_at != GONE).then(|| slot.entry())
    }

    #[inline]
    pub(super) fn insert(&mut self, key: KeyId, entry: Entry) {
        // Filled to at most five eighths: a key that is not there is missed after one more line or so.
        if self.used * 8 >= self.lines.len() * SLOTS * 5 && self.lines.len() != 1 {
            self.grow();
        }
        let at = self.find(key);
        self.used += usize::from(self.slot(at).key == NOBODY);
        *self.slot_mut(at) = Slot::new(key, entry);
    }

    /// The slot stays with the key, if it has one.
    pub(super) fn remove(&mut self, key: KeyId) {
        if !self.lines.is_empty() {
            let slot = self.slot_mut(self.find(key));
            if slot.key == key.0 {
                *slot = Slot { key: key.0, ..EMPTY };
            }
        }
    }

    /// Takes out the entry of a key, and its slot with it: what comes after in the search moves up (Knuth, TAOCP 3, section
    /// 6.4, algorithm R).
    pub(super) fn take_out(&mut self, key: KeyId) {
        if self.lines.is_empty() {
            return;
        }
        let mut free = self.find(key);
        if self.slot(free).key != key.0 {
            return;
        }
        self.used -= 1;
        let mask = self.lines.len() * SLOTS - 1;
        let mut at = free;
        loop {
            at = (at + 1) & mask;
            let slot = *self.slot(at);
            if slot.key == NOBODY {
                break;
            }
            // How far from where its search begins it is, and would be.
            let home = home(KeyId(slot.key), self.lines.len()) * SLOTS;
            if (at.wrapping_sub(home) & mask) >= (at.wrapping_sub(free) & mask) {
                *self.slot_mut(free) = slot;
                free = at;
            }
        }
        *self.slot_mut(free) = EMPTY;
    }

    /// How many cache lines there are.
    pub(super) fn lines(&self) -> usize {
        self.lines.len()
    }

    /// Removes the entries of some keys, and tells which had one.
    pub(super) fn remove_all(&mut self, of: impl Fn(KeyId) -> bool, mut removed: impl FnMut(KeyId)) {
        let there = |slot: &&mut Slot| slot.key != NOBODY && slot.relayed_at != GONE;
        for slot in self.lines.iter_mut().flat_map(|line| &mut line.0).filter(there) {
            let key = slot.key;
            if of(KeyId(key)) {
                *slot = Slot { key, ..EMPTY };
                removed(KeyId(key));
            }
        }
    }

    /// Forgets all; from now on only the entry of the key that was stored last is kept.
    pub(super) fn keep_one(&mut self) {
        self.lines.clear();
        self.lines.push(Line([EMPTY; SLOTS]));
        self.used = 0;
    }

    /// Forgets all, and keeps the memory.
    pub(super) fn clear(&mut self) {
        if self.lines.len() == 1 {
            self.lines.clear();
        }
        if self.used > 0 {
            self.lines.fill(Line([EMPTY; SLOTS]));
            self.used = 0;
        }
    }

    /// The line where the search for a key begins.
    #[inline]
    pub(super) fn home(&self, key: KeyId) -> u32 {
        home(key, self.lines.len().max(1)) as u32
    }

    #[inline]
    pub(super) fn load(&self, line: u32) -> u64 {
        self.lines.get(line as usize).map_or(0, |line| line.0[0].expires.as_nanos())
    }

    fn slot(&self, at: usize) -> &Slot {
        &self.lines[at / SLOTS].0[at % SLOTS]
    }

    fn slot_mut(&mut self, at: usize) -> &mut Slot {
        &mut self.lines[at / SLOTS].0[at % SLOTS]
    }

    /// The slot of the key, or the empty one where it would be put.
    #[inline]
    fn find(&self, key: KeyId) -> usize {
        if self.lines.len() == 1 {
            return 0;
        }
        let mut at = home(key, self.lines.len()) * SLOTS;
        while self.slot(at).key != key.0 && self.slot(at).key != NOBODY {
            at = (at + 1) & (self.lines.len() * SLOTS - 1);
        }
        at
    }

    fn grow(&mut self) {
        self.resize((self.lines.len() * 2).max(FEWEST_LINES));
    }

    /// Makes room for so many entries at once.
    pub(super) fn reserve(&mut self, entries: usize) {
        let mut lines = self.lines.len().max(FEWEST_LINES);
        while entries * 8 >= lines * SLOTS * 5 {
            lines *= 2;
        }
        if lines > self.lines.len() {
            self.resize(lines);
        }
    }

    fn resize(&mut self, lines: usize) {
        let lines = std::mem::replace(&mut self.lines, vec![Line([EMPTY; SLOTS]); lines]);
        for slot in lines.into_iter().flat_map(|line| line.0).filter(|slot| slot.key != NOBODY) {
            let at = self.find(KeyId(slot.key));
            *self.slot_mut(at) = slot;
        }
    }
}

/// Multiplicative hashing by the golden ratio (Knuth, TAOCP 3, section 6.4).
fn home(key: KeyId, lines: usize) -> usize {
    let hash = u64::from(key.0).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (hash >> 32) as usize & (lines - 1)
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
                failure: None,
            },
            expires: self.expires,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against a map, over random keys of which many share the beginning of their search.
    #[test]
    fn what_is_taken_out_hides_nothing() {
        let mut entries = Entries::default();
        let mut known = std::collections::BTreeMap::new();
        let mut rng = crate::base::Dice::of_trial(5, 0).rng();
        for step in 0..20_000u32 {
            let key = KeyId(rand::RngExt::random_range(&mut rng, 0..300));
            if rand::RngExt::random(&mut rng) {
                let snapshot = Snapshot::of_replica(Version::new(step, false), Time::ZERO);
                entries.insert(key, Entry { snapshot, expires: Time::ZERO });
                known.insert(key, snapshot.version);
            } else {
                entries.take_out(key);
                known.remove(&key);
            }
            let key = KeyId(step % 300);
            assert_eq!(entries.get(key).map(|entry| entry.snapshot.version), known.get(&key).copied());
            assert_eq!(entries.used, known.len());
        }
    }

    /// What never was there takes no slot: otherwise these would run out, and a search would never end.
    #[test]
    fn removing_what_is_not_there_leaves_room() {
        let mut entries = Entries::default();
        let snapshot = Snapshot::of_replica(Version::new(1, false), Time::ZERO);
        entries.insert(KeyId(0), Entry { snapshot, expires: Time::ZERO });
        (1..1_000).for_each(|key| entries.remove(KeyId(key)));
        assert_eq!((entries.lines.len(), entries.used), (FEWEST_LINES, 1));
        assert!(entries.get(KeyId(0)).is_some() && entries.get(KeyId(1)).is_none());
    }
}
