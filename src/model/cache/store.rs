//! One cache: its entries and the fetches under way. What it may hold is told by a [`Room`](super::Room).

use rustc_hash::FxHashMap;

use super::entries::Entries;
use super::snapshot::{Lookup, Snapshot};
use super::spec::TierSpec;
use crate::base::{KeyId, Span, Time};

/// A value in a cache.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The value.
    pub snapshot: Snapshot,
    /// From then on it is no longer fresh to the cache.
    pub expires: Time,
}

/// One cache. `F` names a fetch under way.
#[derive(Debug)]
pub struct Cache<F> {
    pub(super) entries: Entries,
    pub(super) fetches: Fetches<F>,
    /// When the last write was made that passed since the first of a key's fetches began that are under way, or
    /// [`Time::NEVER`] if a purge took the lease of these; only of keys of which there is one.
    pub(super) passed: FxHashMap<KeyId, Time>,
}

/// The fetches under way by key.
#[derive(Debug)]
pub(super) enum Fetches<F> {
    OfMany(FxHashMap<KeyId, UnderWay<F>>),
    /// Of one key at a time.
    OfOne(Option<(KeyId, UnderWay<F>)>),
}

/// The fetches of one key that are under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct UnderWay<F> {
    count: u32,
    /// The one that others may join.
    open: Option<F>,
}

impl<F> Default for Cache<F> {
    fn default() -> Cache<F> {
        Cache {
            entries: Entries::default(),
            fetches: Fetches::OfMany(FxHashMap::default()),
            passed: FxHashMap::default(),
        }
    }
}

impl<F: Copy> Fetches<F> {
    /// The keys that are fetched, in any order.
    pub(super) fn keys(&self) -> impl Iterator<Item = KeyId> {
        let (many, one) = match self {
            Fetches::OfMany(fetches) => (Some(fetches.keys()), None),
            Fetches::OfOne(fetch) => (None, fetch.as_ref().map(|(key, _)| key)),
        };
        many.into_iter().flatten().chain(one).copied()
    }

    fn get(&self, key: KeyId) -> Option<&UnderWay<F>> {
        match self {
            Fetches::OfMany(fetches) => fetches.get(&key),
            Fetches::OfOne(fetch) => fetch.as_ref().filter(|(of, _)| *of == key).map(|(_, fetch)| fetch),
        }
    }

    fn get_mut(&mut self, key: KeyId) -> Option<&mut UnderWay<F>> {
        match self {
            Fetches::OfMany(fetches) => fetches.get_mut(&key),
            Fetches::OfOne(fetch) => fetch.as_mut().filter(|(of, _)| *of == key).map(|(_, fetch)| fetch),
        }
    }

    fn get_or_insert(&mut self, key: KeyId) -> &mut UnderWay<F> {
        let none = UnderWay { count: 0, open: None };
        match self {
            Fetches::OfMany(fetches) => fetches.entry(key).or_insert(none),
            Fetches::OfOne(fetch) => &mut fetch.get_or_insert((key, none)).1,
        }
    }

    fn remove(&mut self, key: KeyId) {
        match self {
            Fetches::OfMany(fetches) => drop(fetches.remove(&key)),
            Fetches::OfOne(fetch) => *fetch = None,
        }
    }
}

impl<F: Copy + PartialEq> Cache<F> {
    /// What the tier's rules make of the entry at `now`.
    #[inline]
    pub fn look_up(&self, key: KeyId, now: Time, rules: &TierSpec) -> Lookup {
        let Some(entry) = self.entries.get(key) else { return Lookup::Miss };
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

    /// Stores what a write that passes has written, at `now`.
    pub fn write_through(&mut self, key: KeyId, snapshot: Snapshot, now: Time, rules: &TierSpec) {
        self.store(key, snapshot, now, rules);
        if self.is_fetching(key) {
            let passed = self.passed.entry(key).or_insert(Time::ZERO);
            *passed = (*passed).max(snapshot.read_at);
        }
    }

    /// Stores what a fetch brings at `now` that was alone under way.
    #[inline]
    pub fn fill(&mut self, key: KeyId, snapshot: Snapshot, now: Time, rules: &TierSpec) {
        debug_assert!(!self.is_fetching(key));
        self.store(key, snapshot, now, rules);
    }

    #[inline]
    fn store(&mut self, key: KeyId, snapshot: Snapshot, now: Time, rules: &TierSpec) {
        self.store_until(key, snapshot, now, rules, rules.expiry(snapshot, now));
    }

    /// What was stored just now has its own TTL.
    pub fn keep_for(&mut self, key: KeyId, snapshot: Snapshot, now: Time, rules: &TierSpec, ttl: Span) {
        self.store_until(key, snapshot, now, rules, rules.expiry_of(snapshot, now, ttl));
    }

    #[inline]
    fn store_until(
        &mut self,
        key: KeyId,
        snapshot: Snapshot,
        now: Time,
        rules: &TierSpec,
        expiry: Option<Time>,
    ) {
        match expiry {
            Some(expires) if expires + rules.stale_while_revalidate > now => {
                self.entries.insert(key, Entry { snapshot, expires });
            }
            _ => self.entries.remove(key),
        }
    }

    /// The entry, live or not.
    #[inline]
    pub fn entry(&self, key: KeyId) -> Option<Entry> {
        self.entries.get(key)
    }

    /// Drops an entry for want of room.
    pub fn evict(&mut self, key: KeyId) {
        self.entries.take_out(key);
    }

    /// What may be served at `now` because a fetch has failed.
    pub fn last_resort(&self, key: KeyId, now: Time, rules: &TierSpec) -> Option<Snapshot> {
        let entry = self.entries.get(key)?;
        (now < entry.expires + rules.stale_if_error).then_some(entry.snapshot)
    }

    /// Makes room for as many entries as are expected.
    pub fn reserve(&mut self, entries: f64) {
        self.entries.reserve(entries as usize);
    }

    /// Forgets all, and keeps the memory.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.passed.clear();
        match &mut self.fetches {
            Fetches::OfMany(fetches) => fetches.clear(),
            Fetches::OfOne(_) => self.fetches = Fetches::OfMany(FxHashMap::default()),
        }
    }

    /// Forgets all; from now on only the entry of the key that was stored last is kept. For those who come with one
    /// key after another.
    pub fn keep_one(&mut self) {
        self.entries.keep_one();
        self.passed.clear();
        self.fetches = Fetches::OfOne(None);
    }

    /// Where the search for an entry begins, to load it with [`Cache::load`].
    #[inline]
    pub fn home(&self, key: KeyId) -> u32 {
        self.entries.home(key)
    }

    /// Loads from memory what is there.
    #[inline]
    pub fn load(&self, home: u32) -> u64 {
        self.entries.load(home)
    }

    /// The fetch of a key that is under way and may be joined.
    #[inline]
    pub fn fetch(&self, key: KeyId) -> Option<F> {
        self.fetches.get(key)?.open
    }

    /// Whether any fetch of a key is under way.
    pub fn is_fetching(&self, key: KeyId) -> bool {
        self.fetches.get(key).is_some()
    }

    /// When the last write passed during a key's fetches; forgotten with the last of them.
    fn passed_write(&mut self, key: KeyId, is_last: bool) -> Option<Time> {
        match (self.passed.is_empty(), is_last) {
            (true, _) => None,
            (false, true) => self.passed.remove(&key),
            (false, false) => self.passed.get(&key).copied(),
        }
    }

    /// A fetch begins; `open` if others may join it.
    pub fn begin_fetch(&mut self, key: KeyId, fetch: F, open: bool) {
        let under_way = self.fetches.get_or_insert(key);
        under_way.count += 1;
        if open {
            under_way.open = Some(fetch);
        }
    }

    /// A fetch that has begun ends at `now` with what it brings, if it brings anything. That is stored over whatever is there, unless a
    /// write passed after the fetch had read the replica: the write would be undone. Tells whether it did anything.
    #[inline]
    pub fn end_fetch(
        &mut self,
        key: KeyId,
        fetch: F,
        snapshot: Snapshot,
        now: Time,
        rules: &TierSpec,
    ) -> bool {
        let Some(under_way) = self.fetches.get_mut(key) else { return false };
        under_way.count -= 1;
        if under_way.open == Some(fetch) {
            under_way.open = None;
        }
        let is_last = under_way.count == 0;
        if is_last {
            self.fetches.remove(key);
        }
        let passed = self.passed_write(key, is_last);
        let stores = snapshot.failure.is_none() && passed.is_none_or(|passed| snapshot.read_at >= passed);
        if stores {
            self.store(key, snapshot, now, rules);
        }
        stores
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Version;

    const KEY: KeyId = KeyId(3);

    fn at(secs: u64) -> Time {
        Time::ZERO + Span::from_nanos(secs * 1_000_000_000)
    }

    fn rules(text: &str) -> TierSpec {
        toml::from_str(text).unwrap()
    }

    fn read_at(secs: u64, absent: bool) -> Snapshot {
        Snapshot {
            version: Version::new(1, absent),
            read_at: at(secs),
            relayed_at: at(secs),
            past_ttl: false,
            failure: None,
        }
    }

    /// The convention: used while fill ≤ t < fill + TTL, from the fill.
    #[test]
    fn an_entry_is_used_from_its_fill_until_just_before_its_end() {
        let rules = rules("ttl = '10s'");
        let mut cache: Cache<u32> = Cache::default();
        cache.store(KEY, read_at(95, false), at(100), &rules);
        assert_eq!(cache.look_up(KEY, at(100), &rules), Lookup::Hit(read_at(95, false)));
        assert_eq!(cache.look_up(KEY, at(109), &rules), Lookup::Hit(read_at(95, false)));
        assert_eq!(cache.look_up(KEY, at(110), &rules), Lookup::Miss);
    }

    /// Read at 95 with 10 s to live: gone at 105, though it was stored at 100; older than its TTL, it is
    /// not kept at all.
    #[test]
    fn a_ttl_from_the_origin_counts_the_way() {
        let rules = rules("ttl = '10s'\nttl_from = 'origin'");
        let mut cache: Cache<u32> = Cache::default();
        cache.store(KEY, read_at(95, false), at(100), &rules);
        assert_eq!(cache.look_up(KEY, at(104), &rules), Lookup::Hit(read_at(95, false)));
        assert_eq!(cache.look_up(KEY, at(105), &rules), Lookup::Miss);
        let mut cache: Cache<u32> = Cache::default();
        cache.store(KEY, read_at(80, false), at(100), &rules);
        assert_eq!(cache.look_up(KEY, at(100), &rules), Lookup::Miss);
    }

    /// Fetches that have read the replica at 90 come in at 100, while a write passed at 95: a value, a
    /// delete that is not kept, and one whose time to live is over by then.
    #[test]
    fn a_fetch_does_not_undo_a_write_that_overtook_it() {
        for (text, absent, then) in [
            ("ttl = '10s'", false, Lookup::Hit(read_at(95, false))),
            ("ttl = '10s'\nnegative = false", true, Lookup::Miss),
            ("ttl = '2s'", false, Lookup::Miss),
        ] {
            let rules = rules(text);
            let mut cache: Cache<u32> = Cache::default();
            cache.begin_fetch(KEY, 1, true);
            cache.write_through(KEY, read_at(95, absent), at(95), &rules);
            cache.end_fetch(KEY, 1, read_at(90, false), at(100), &rules);
            assert_eq!(cache.look_up(KEY, at(100), &rules), then, "{text}");
        }
    }

    #[test]
    fn otherwise_the_last_fill_wins() {
        let rules = rules("ttl = '10s'");
        let mut cache: Cache<u32> = Cache::default();
        cache.begin_fetch(KEY, 1, false);
        cache.begin_fetch(KEY, 2, false);
        cache.end_fetch(KEY, 2, read_at(95, false), at(99), &rules);
        assert!(cache.is_fetching(KEY));
        cache.end_fetch(KEY, 1, read_at(90, false), at(100), &rules);
        assert_eq!(cache.look_up(KEY, at(100), &rules), Lookup::Hit(read_at(90, false)));
        assert!(!cache.is_fetching(KEY));
    }

    /// `max-age=0, stale-while-revalidate=5`: never fresh, yet served.
    #[test]
    fn what_never_is_fresh_may_still_be_served() {
        let rules = rules("ttl = '0s'\nstale_while_revalidate = '5s'");
        let mut cache: Cache<u32> = Cache::default();
        cache.store(KEY, read_at(0, false), at(0), &rules);
        assert_eq!(cache.look_up(KEY, at(4), &rules), Lookup::Revalidate(read_at(0, false)));
        assert_eq!(cache.look_up(KEY, at(5), &rules), Lookup::Miss);
    }

    #[test]
    fn not_found_is_kept_for_its_own_time_or_not_at_all() {
        let mut cache: Cache<u32> = Cache::default();
        let short = rules("ttl = '10s'\nnegative_ttl = '2s'");
        cache.store(KEY, read_at(0, true), at(0), &short);
        assert_eq!(cache.look_up(KEY, at(1), &short), Lookup::Hit(read_at(0, true)));
        assert_eq!(cache.look_up(KEY, at(2), &short), Lookup::Miss);
        let never = rules("ttl = '10s'\nnegative = false");
        cache.store(KEY, read_at(0, false), at(0), &never);
        cache.store(KEY, read_at(1, true), at(1), &never);
        assert_eq!(cache.look_up(KEY, at(1), &never), Lookup::Miss);
    }

    #[test]
    fn hot_entries_are_renewed_before_their_end_and_served_after_it() {
        let rules = rules("ttl = '10s'\nrefresh_ahead = '3s'\nstale_while_revalidate = '5s'");
        let mut cache: Cache<u32> = Cache::default();
        let held = read_at(0, false);
        cache.store(KEY, held, at(0), &rules);
        let seen = |secs| cache.look_up(KEY, at(secs), &rules);
        assert_eq!(
            [seen(6), seen(7), seen(10), seen(15)],
            [Lookup::Hit(held), Lookup::HitDue(held), Lookup::Revalidate(held), Lookup::Miss]
        );
    }
}
