//! What a location would serve of a write: what its caches and the replicas tell.

use super::read::FetchId;
use super::space::Space;
use crate::base::{Dice, KeyId, LocationIx, Time, Version};
use crate::model::cache::{Cache, TierSpec};
use crate::model::replication::{Demand, Exchange};

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
        has_it: impl Fn(Version) -> bool,
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
            if !has_it(entry.snapshot.version) {
                self.fresh = false;
                self.settled = false;
            }
        }
        all_live
    }
}

impl Space<'_> {
    /// What a read begun at a location now would be served, from what its caches and the replicas
    /// that it would ask hold at this instant; `dice` choose these where the policy leaves it to chance.
    pub(super) fn would_serve(
        &self,
        location: LocationIx,
        key: KeyId,
        version: Version,
        now: Time,
        dice: Dice,
    ) -> Serving {
        let (edge, upper) = (self.namespace.edge.as_ref(), self.namespace.upper.as_ref());
        let mut serving = Serving { fresh: true, settled: true, next_change: Time::NEVER };
        let mut above = serving;
        let has_it = |held| self.replicas.covers(held, version);
        let edge_answers = serving.look(self.edge_caches(location), edge, key, has_it, now);
        let upper = upper.map(|upper| &upper.rules);
        let upper_answers = above.look(self.upper_caches(location), upper, key, has_it, now);
        let is_held = self.held_for(location, key, now, dice).any(has_it);
        if !edge_answers {
            serving.fresh &= above.fresh && (upper_answers || is_held);
        }
        serving.settled &= above.settled && is_held;
        serving.next_change = serving.next_change.min(above.next_change);
        serving
    }

    fn edge_caches(&self, location: LocationIx) -> &[Cache<FetchId>] {
        let subs = self.namespace.edge.as_ref().map_or(0, |rules| usize::from(rules.sub_caches));
        &self.edge[usize::from(self.slots[location.at()]) * subs..][..subs]
    }

    fn upper_caches(&self, location: LocationIx) -> &[Cache<FetchId>] {
        let Some(upper) = &self.namespace.upper else { return &[] };
        let subs = usize::from(upper.rules.sub_caches);
        &self.upper[usize::from(upper.serving[location.at()]) * subs..][..subs]
    }

    /// What the replicas hold that a read from the location would hear first.
    fn held_for(
        &self,
        location: LocationIx,
        key: KeyId,
        now: Time,
        dice: Dice,
    ) -> impl Iterator<Item = Version> + '_ {
        let placement = &*self.placement;
        let at = match &self.namespace.upper {
            Some(upper) => upper.at[usize::from(upper.serving[location.at()])],
            None => location,
        };
        let coordinator = self.namespace.policy.coordinator(Demand::Read, at, placement);
        let exchange = Exchange::new(key, Demand::Read, coordinator, dice);
        let (asked, r) = self.namespace.policy.read_plan(&exchange, placement);
        let heard = asked.into_iter().take(usize::from(r));
        heard.map(move |replica| self.replicas.held(replica, key, now))
    }
}
