//! The state of one namespace in one trial.

use crate::base::{Dice, KeyId, LocationIx, Time, Version};
use crate::model::cache::{Cache, TierSpec};
use crate::model::replication::{Demand, Exchange, Replicas};
use crate::observe::NamespaceTally;
use crate::scenario::{Case, Namespace};
use crate::truth::Ledger;

use super::read::FetchId;
use super::spread::Follower;

/// A namespace's replicas, caches, truth and counts.
#[derive(Debug)]
pub(super) struct Space<'a> {
    pub(super) namespace: &'a Namespace,
    /// The stream of what belongs to the namespace and to no operation.
    pub(super) dice: Dice,
    pub(super) replicas: Replicas,
    pub(super) ledger: Ledger,
    /// The sub-caches of each location in turn.
    edge: Vec<Cache<FetchId>>,
    /// The sub-caches of each location of the upper tier in turn.
    upper: Vec<Cache<FetchId>>,
    pub(super) follower: Follower,
    pub(super) tally: NamespaceTally,
}

impl<'a> Space<'a> {
    pub(super) fn new(case: &'a Case, namespace: &'a Namespace, trial: Dice) -> Space<'a> {
        let dice = trial.named("namespace").named(&namespace.name);
        let initial: Vec<Version> = (0..namespace.catalogue.count() as u32)
            .map(|key| Version::new(0, !namespace.catalogue.exists(KeyId(key), dice)))
            .collect();
        let caches = |places: usize, rules: Option<&TierSpec>| {
            let each = rules.map_or(0, |rules| usize::from(rules.sub_caches));
            std::iter::repeat_with(Cache::default).take(places * each).collect()
        };
        let upper = namespace.upper.as_ref();
        let clients = case
            .populations
            .iter()
            .filter(|population| case.namespaces[population.namespace.at()].name == namespace.name);
        Space {
            namespace,
            dice,
            replicas: Replicas::new(namespace.placement.count(), initial.clone()),
            ledger: Ledger::new(initial),
            edge: caches(case.locations.len(), namespace.edge.as_ref()),
            upper: caches(upper.map_or(0, |u| u.at.len()), upper.map(|u| &u.rules)),
            follower: Follower::default(),
            tally: NamespaceTally::new(
                case.locations.len(),
                clients.flat_map(|population| population.at.iter().copied()),
                namespace.visibility.delays.len(),
                case.horizon,
            ),
        }
    }

    /// What was counted, at the end of the trial.
    pub(super) fn into_tally(mut self) -> NamespaceTally {
        self.tally.propagation.unfinished = self.follower.unfinished();
        self.tally
    }

    /// The edge cache of a location that a request meets, and its rules.
    pub(super) fn edge_cache(
        &mut self,
        location: LocationIx,
        sub: u16,
    ) -> Option<(&mut Cache<FetchId>, &'a TierSpec)> {
        let rules = self.namespace.edge.as_ref()?;
        let at = location.at() * usize::from(rules.sub_caches) + usize::from(sub);
        Some((&mut self.edge[at], rules))
    }

    /// The upper cache that serves a location, and its rules.
    pub(super) fn upper_cache(
        &mut self,
        location: LocationIx,
        sub: u16,
    ) -> Option<(&mut Cache<FetchId>, &'a TierSpec)> {
        let upper = self.namespace.upper.as_ref()?;
        let serving = usize::from(upper.serving[location.at()]);
        let at = serving * usize::from(upper.rules.sub_caches) + usize::from(sub);
        Some((&mut self.upper[at], &upper.rules))
    }

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
        let edge_answers = serving.look(self.edge_caches(location), edge, key, version, now);
        let upper = upper.map(|upper| &upper.rules);
        let upper_answers = above.look(self.upper_caches(location), upper, key, version, now);
        let is_held = self.held_for(location, key, dice) >= version;
        if !edge_answers {
            serving.fresh &= above.fresh && (upper_answers || is_held);
        }
        serving.settled &= above.settled && is_held;
        serving.next_change = serving.next_change.min(above.next_change);
        serving
    }

    fn edge_caches(&self, location: LocationIx) -> &[Cache<FetchId>] {
        let subs = self.namespace.edge.as_ref().map_or(0, |rules| usize::from(rules.sub_caches));
        &self.edge[location.at() * subs..][..subs]
    }

    fn upper_caches(&self, location: LocationIx) -> &[Cache<FetchId>] {
        let Some(upper) = &self.namespace.upper else { return &[] };
        let subs = usize::from(upper.rules.sub_caches);
        &self.upper[usize::from(upper.serving[location.at()]) * subs..][..subs]
    }

    /// The newest version among the replicas that a read from the location would hear first.
    fn held_for(&self, location: LocationIx, key: KeyId, dice: Dice) -> Version {
        let placement = &self.namespace.placement;
        let at = match &self.namespace.upper {
            Some(upper) => upper.at[usize::from(upper.serving[location.at()])],
            None => location,
        };
        let coordinator = self.namespace.policy.coordinator(Demand::Read, at, placement);
        let exchange = Exchange::new(key, Demand::Read, coordinator, dice);
        let (asked, r) = self.namespace.policy.read_plan(&exchange, placement);
        let heard = asked.iter().take(usize::from(r));
        heard.map(|&replica| self.replicas.held(replica, key)).max().expect("a read asks somebody")
    }
}

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
    fn look(
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
