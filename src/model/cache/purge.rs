//! Invalidation: messages by which writes have caches drop what they hold.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::{KeyId, Probability, Span};
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
    /// The keys, of so many, that the purge of a written one drops.
    pub fn keys(self, written: KeyId, count: usize) -> impl Iterator<Item = KeyId> {
        let tags = match self {
            PurgeBy::Key => count,
            PurgeBy::Tags(tags) => tags as usize,
        };
        (written.0 as usize % tags..count).step_by(tags).map(|key| KeyId(key as u32))
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

    /// A purge between the beginning and the end of a fetch: with a lease the fetch stores nothing, and the next one
    /// does again.
    #[test]
    fn a_purge_takes_the_lease_of_a_fetch_under_way() {
        let rules: TierSpec = toml::from_str("ttl = '10s'").unwrap();
        let now = Time::ZERO;
        let brings = Snapshot::of_replica(Version::new(1, false), now);
        for (lease, then) in [(false, Lookup::Hit(brings)), (true, Lookup::Miss)] {
            let mut cache: Cache<u32> = Cache::default();
            cache.fill(KEY, brings, now, &rules);
            cache.begin_fetch(KEY, 1, true);
            assert!(cache.purge(KEY, lease), "there was an entry");
            assert!(!cache.purge(KEY, lease), "it is gone");
            assert_eq!(cache.fetch(KEY), Some(1), "it may be joined");
            cache.end_fetch(KEY, 1, brings, now, &rules);
            assert_eq!(cache.look_up(KEY, now, &rules), then);
            cache.begin_fetch(KEY, 2, true);
            cache.end_fetch(KEY, 2, brings, now, &rules);
            assert_eq!(cache.look_up(KEY, now, &rules), Lookup::Hit(brings));
        }
    }
}
