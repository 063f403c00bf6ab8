//! Invalidation: messages by which writes have caches drop what they hold.

use schemars::JsonSchema;
use serde::Deserialize;

use super::store::Cache;
use crate::base::{KeyId, Probability, Span, Time};
use crate::dist::Dist;

/// When a write commits, its coordinator sends a message to each location of the tier.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PurgeSpec {
    /// What a message names: all that it names is dropped where it arrives, whatever its version.
    #[serde(default)]
    pub by: PurgeBy,
    /// How much longer than its way through the network each message takes; nothing by default.
    pub delay: Option<Dist<Span>>,
    /// Probability that a message is lost, each by itself.
    #[serde(default)]
    pub loss: Probability,
    /// Whether a fetch that is under way when a message arrives must not store what it brings; those who wait for it
    /// get that all the same (R. Nishtala et al., Scaling Memcache at Facebook, NSDI 2013, section 3.2.1).
    #[serde(default)]
    pub lease: bool,
}

/// What a message names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum PurgeBy {
    /// The written key.
    #[default]
    Key,
    /// The written key's tag, one of this many: keys are dealt to tags in turn, the most popular ones to different tags.
    Tags(u32),
}

impl PurgeSpec {
    /// Whether it ever reaches a cache.
    pub fn arrives(&self) -> bool {
        self.loss != Probability::ONE
    }

    /// The mean of [`PurgeSpec::delay`] in nanoseconds; a delay beyond `most` counts as that.
    pub fn mean_delay(&self, most: Span) -> f64 {
        self.delay.as_ref().map_or(0.0, |delay| delay.mean_up_to(most))
    }
}

impl PurgeBy {
    /// How many tags so many keys are dealt to.
    fn tags(self, count: usize) -> usize {
        match self {
            PurgeBy::Key => count,
            PurgeBy::Tags(tags) => tags as usize,
        }
    }

    /// The keys, of so many, that the purge of a written one names.
    fn keys(self, written: KeyId, count: usize) -> impl ExactSizeIterator<Item = KeyId> {
        let tags = self.tags(count);
        (written.0 as usize % tags..count).step_by(tags).map(|key| KeyId(key as u32))
    }
}

/// As many cache lines are looked through, one after another, while an entry is found by its key.
const LINES_OF_A_SEARCH: usize = 16;

impl<F: Copy + PartialEq> Cache<F> {
    /// A purge of a written key, one of so many, arrives: drops the entries that it names, whose keys are added to
    /// `dropped`, and, with leases, what fetches of these keys bring that are under way.
    pub fn purge(&mut self, rules: &PurgeSpec, written: KeyId, count: usize, dropped: &mut Vec<KeyId>) {
        let named = rules.by.keys(written, count);
        if named.len() == 1 || named.len() < self.entries.lines() / LINES_OF_A_SEARCH {
            for key in named {
                if rules.lease && self.is_fetching(key) {
                    self.passed.insert(key, Time::NEVER);
                }
                if self.entries.get(key).is_some() {
                    self.entries.remove(key);
                    dropped.push(key);
                }
            }
            return;
        }
        let tags = rules.by.tags(count) as u32;
        let is_named = |key: KeyId| key.0 % tags == written.0 % tags;
        self.entries.remove_all(is_named, |key| dropped.push(key));
        if rules.lease {
            let fetched = self.fetches.keys().filter(|&key| is_named(key));
            self.passed.extend(fetched.map(|key| (key, Time::NEVER)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Cache, Lookup, Snapshot, TierSpec};
    use super::*;
    use crate::base::{Time, Version};

    const KEY: KeyId = KeyId(3);

    /// By hand: 3 and 7 are dealt to the last of four tags; with more tags than keys each has its own.
    #[test]
    fn a_tag_names_every_so_manieth_key() {
        let keys = |by: PurgeBy| by.keys(KEY, 10).map(|key| key.0).collect::<Vec<_>>();
        assert_eq!(keys(PurgeBy::Key), [3]);
        assert_eq!(keys(PurgeBy::Tags(4)), [3, 7]);
        assert_eq!(keys(PurgeBy::Tags(1)), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(keys(PurgeBy::Tags(1_000)), [3]);
    }

    fn rules(text: &str) -> PurgeSpec {
        toml::from_str(text).unwrap()
    }

    /// A purge between the beginning and the end of a fetch: with a lease the fetch stores nothing, and the next one
    /// does again.
    #[test]
    fn a_purge_takes_the_lease_of_a_fetch_under_way() {
        let ttl: TierSpec = toml::from_str("ttl = '10s'").unwrap();
        let now = Time::ZERO;
        let brings = Snapshot::of_replica(Version::new(1, false), now);
        for by in ["key", "tags"] {
            for (lease, then) in [(false, Lookup::Hit(brings)), (true, Lookup::Miss)] {
                let by = if by == "key" { "by = 'key'" } else { "by.tags = 2" };
                let rules = rules(&format!("{by}\nlease = {lease}"));
                let mut cache: Cache<u32> = Cache::default();
                let mut dropped = Vec::new();
                cache.fill(KEY, brings, now, &ttl);
                cache.begin_fetch(KEY, 1, true);
                cache.purge(&rules, KEY, 10, &mut dropped);
                assert_eq!(dropped, [KEY]);
                cache.purge(&rules, KEY, 10, &mut dropped);
                assert_eq!(dropped, [KEY], "it is gone");
                assert_eq!(cache.fetch(KEY), Some(1), "it may be joined");
                cache.end_fetch(KEY, 1, brings, now, &ttl);
                assert_eq!(cache.look_up(KEY, now, &ttl), then);
                cache.begin_fetch(KEY, 2, true);
                cache.end_fetch(KEY, 2, brings, now, &ttl);
                assert_eq!(cache.look_up(KEY, now, &ttl), Lookup::Hit(brings));
            }
        }
    }

    /// Few keys are searched for, many are looked through: either way those of the tag go, and no others.
    #[test]
    fn small_and_large_tags_are_dropped_alike() {
        let ttl: TierSpec = toml::from_str("ttl = '10s'").unwrap();
        let held = Snapshot::of_replica(Version::new(1, false), Time::ZERO);
        for tags in [2, 500] {
            let mut cache: Cache<u32> = Cache::default();
            (0..1_000).for_each(|key| cache.fill(KeyId(key), held, Time::ZERO, &ttl));
            let mut dropped = Vec::new();
            cache.purge(&rules(&format!("by.tags = {tags}")), KEY, 1_000, &mut dropped);
            dropped.sort_unstable_by_key(|key| key.0);
            assert_eq!(
                dropped,
                (0..1_000).filter(|key| key % tags == 3 % tags).map(KeyId).collect::<Vec<_>>()
            );
            let is_there = |key| cache.entry(KeyId(key)).is_some();
            assert!((0..1_000).all(|key| is_there(key) == (key % tags != 3 % tags)), "{tags} tags");
        }
    }
}
