//! One cache: its entries and the fetches under way. Unbounded.

use rustc_hash::FxHashMap;

use super::spec::TierSpec;
use crate::base::{KeyId, Time, Version};

/// What a read brought home, and where it stood on the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// The version.
    pub version: Version,
    /// When it was read from a replica.
    pub read_at: Time,
    /// When it left the upper tier's cache; the same as `read_at` if none kept it.
    pub relayed_at: Time,
}

/// A value in a cache.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The value.
    pub snapshot: Snapshot,
    /// From then on it is no longer fresh to the cache.
    pub expires: Time,
}

/// What a cache says to a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lookup {
    /// Use this.
    Hit(Snapshot),
    /// Use this, and fetch it anew in the background: it is about to expire.
    HitDue(Snapshot),
    /// Use this although it has expired, and fetch it anew in the background.
    Revalidate(Snapshot),
    /// Nothing to use.
    Miss,
}

/// One cache. `F` names a fetch under way.
#[derive(Debug)]
pub struct Cache<F> {
    entries: FxHashMap<KeyId, Entry>,
    fetches: FxHashMap<KeyId, F>,
}

impl<F> Default for Cache<F> {
    fn default() -> Cache<F> {
        Cache { entries: FxHashMap::default(), fetches: FxHashMap::default() }
    }
}

impl<F: Copy + PartialEq> Cache<F> {
    /// What the tier's rules make of the entry at `now`.
    pub fn look_up(&self, key: KeyId, now: Time, rules: &TierSpec) -> Lookup {
        let Some(entry) = self.entries.get(&key) else { return Lookup::Miss };
        if now < entry.expires.before(rules.refresh_ahead) {
            Lookup::Hit(entry.snapshot)
        } else if now < entry.expires {
            Lookup::HitDue(entry.snapshot)
        } else if now < entry.expires + rules.stale_while_revalidate {
            Lookup::Revalidate(entry.snapshot)
        } else {
            Lookup::Miss
        }
    }

    /// Stores a value at `now` over whatever was there, if the rules let it be kept.
    pub fn store(&mut self, key: KeyId, snapshot: Snapshot, now: Time, rules: &TierSpec) {
        match rules.expiry(snapshot, now) {
            Some(expires) if expires > now => {
                self.entries.insert(key, Entry { snapshot, expires });
            }
            _ => {
                self.entries.remove(&key);
            }
        }
    }

    /// The entry, live or not.
    pub fn entry(&self, key: KeyId) -> Option<Entry> {
        self.entries.get(&key).copied()
    }

    /// The fetch of a key that is under way and may be joined.
    pub fn fetch(&self, key: KeyId) -> Option<F> {
        self.fetches.get(&key).copied()
    }

    /// Announces a fetch that others may join.
    pub fn begin_fetch(&mut self, key: KeyId, fetch: F) {
        self.fetches.insert(key, fetch);
    }

    /// Ends a fetch, if it is the announced one.
    pub fn end_fetch(&mut self, key: KeyId, fetch: F) {
        if self.fetches.get(&key) == Some(&fetch) {
            self.fetches.remove(&key);
        }
    }
}
