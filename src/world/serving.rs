//! What a location would serve of a write, as far as the caches of one tier tell.

use super::read::FetchId;
use crate::base::{KeyId, Time, Version};
use crate::model::cache::{Cache, TierSpec};

/// Whether a location would serve a version or newer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Serving {
    /// It would now.
    pub(super) fresh: bool,
    /// And nothing older is left that it could fall back to.
    pub(super) settled: bool,
    /// When that may change by an entry's end.
    pub(super) next_change: Time,
}

impl Serving {
    /// Takes in the entries of one tier; tells whether all of its sub-caches would answer themselves.
    pub(super) fn look(
        &mut self,
        caches: &[Cache<FetchId>],
        rules: Option<&TierSpec>,
        key: KeyId,
        version: Version,
        now: Time,
    ) -> bool {
        let Some(rules) = rules else { return false };
        let mut all_live = true;
        for cache in caches {
            self.settled &= !cache.is_fetching(key);
            let live = cache
                .entry(key)
                .map(|entry| (entry, entry.expires + rules.stale_while_revalidate))
                .filter(|&(_, end)| now < end);
            let Some((entry, end)) = live else {
                all_live = false;
                continue;
            };
            self.next_change = self.next_change.min(end);
            if entry.snapshot.version < version {
                self.fresh = false;
                self.settled = false;
            }
        }
        all_live
    }
}
