//! The state of one namespace in one trial.

use std::borrow::Cow;
use std::hint::black_box;
use std::sync::Arc;

use crate::base::{Dice, KeyId, LocationIx, NamespaceIx, Time, Version};
use crate::model::cache::{Cache, Snapshot, TierSpec};
use crate::model::conflicts::{Clocks, ConflictsSpec, UpdatesSpec};
use crate::model::price;
use crate::model::quota::Quota;
use crate::model::replication::{Contacts, Past, Placement, Replicas};
use crate::model::workload::OpKind;
use crate::observe::{NamespaceTally, ReadTold};
use crate::scenario::{Caches, Namespace, edge_entries};
use crate::truth::{CausalLedger, Chronicle, Judge, Ledger, Source, Updates, Verdict, cause};

use super::Part;
use super::channels::Channels;
use super::condition::Condition;
use super::faults::wrong_clocks;
use super::proposed::Proposed;
use super::read::FetchId;
use super::record::{Log, Pass, SpaceRecord};
use super::spread::Follower;
use super::trace::TierName;
use super::trial::Trial;
use super::waits::Waits;

/// A namespace's replicas, caches, truth and counts.
#[derive(Debug)]
pub(super) struct Space<'a> {
    pub(super) namespace: &'a Namespace,
    /// Where its replicas are, and who turns to which of them now.
    pub(super) placement: Cow<'a, Placement>,
    /// Which of them are up; `None` where all always are.
    pub(super) condition: Option<Condition>,
    /// The stream of what belongs to the namespace and to no operation.
    pub(super) dice: Dice,
    pub(super) replicas: Replicas,
    pub(super) truth: Truth,
    /// For each location the place of its edge caches; [`ELSEWHERE`] if it plays no part now.
    pub(super) slots: Vec<u16>,
    /// The sub-caches of each place in turn.
    pub(super) edge: Vec<Cache<FetchId>>,
    /// The sub-caches of each location of the upper tier in turn.
    pub(super) upper: Vec<Cache<FetchId>>,
    pub(super) follower: Follower,
    pub(super) channels: Channels,
    /// The clocks that order writes; `None` where the order of arrival does.
    pub(super) clocks: Option<Clocks>,
    /// What is too fast; `None` where nothing is.
    pub(super) quota: Option<Quota>,
    /// Writes under way, where updates build on them or compare with them.
    pub(super) proposed: Option<Proposed>,
    /// The updates so far; `None` where nobody updates.
    pub(super) updates: Option<Updates>,
    pub(super) contacts: Contacts,
    /// Exchanges that wait for replicas to catch up.
    pub(super) waits: Waits,
    /// What writes leave for reads that are simulated after them.
    pub(super) log: Log,
    /// Writes of the past that passed edge caches.
    pub(super) passes: Arc<[Pass]>,
    /// All caches that are told of writes, wherever they are simulated.
    pub(super) told: Vec<Caches>,
    /// Whether the edge caches of each location have a limited capacity; empty where none has.
    limited: Vec<bool>,
    pub(super) tally: NamespaceTally,
    /// Whether bytes of answers are counted, as they cost something.
    weighs_answers: bool,
}

/// A read, or the get of an update, with its answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Read {
    pub(super) kind: OpKind,
    pub(super) invoked: Time,
    /// Since when its client waits: earlier, if it is not the first attempt.
    pub(super) since: Time,
    /// Whether it began after the warm-up.
    pub(super) measured: bool,
    pub(super) snapshot: Snapshot,
    /// How it came by that,
    pub(super) source: Source,
    /// and when.
    pub(super) at: Time,
}

/// What committed.
#[derive(Debug)]
pub(super) enum Truth {
    /// So far.
    Live(Ledger),
    /// So far, where replicas merge.
    Merged(CausalLedger),
    /// At any time.
    Past(Judge),
}

const ELSEWHERE: u16 = u16::MAX;

impl<'a> Space<'a> {
    /// Everything at all locations, or the writes only.
    pub(super) fn new(trial: &Trial<'a>, index: NamespaceIx, part: Part) -> Space<'a> {
        let namespace = &trial.case.namespaces[index.at()];
        let initial = initial(namespace, trial.stream(namespace));
        let replicas = Replicas::new(namespace.placement.count(), initial, namespace.nature.keeps_history);
        let keys = namespace.catalogue.count();
        let (replicas, truth) = match namespace.conflicts.merges() {
            false => (replicas, Truth::Live(Ledger::new(keys))),
            true => {
                let ledger = CausalLedger::new(keys, namespace.placement.at.len());
                (replicas.merging(), Truth::Merged(ledger))
            }
        };
        let mut space = Space::empty(trial, index, replicas, truth);
        if part == Part::Everything {
            let everywhere: Vec<LocationIx> =
                (0..trial.case.locations.len()).map(LocationIx::from_position).collect();
            space.enter(&everywhere);
            space.reserve(&edge_entries(trial.case, index));
            space.follower.watch(&namespace.visibility, |_| true);
        }
        space
    }

    /// The reads only, against what the writes have left.
    pub(super) fn of_record(trial: &Trial<'a>, index: NamespaceIx, record: &SpaceRecord) -> Space<'a> {
        let replicas = Replicas::Past(record.replicas.clone());
        let truth = Truth::Past(Judge::new(record.chronicle.clone()));
        let space = Space::empty(trial, index, replicas, truth);
        Space { passes: record.passes.clone(), ..space }
    }

    fn empty(trial: &Trial<'a>, index: NamespaceIx, replicas: Replicas, truth: Truth) -> Space<'a> {
        let case = trial.case;
        let namespace = &case.namespaces[index.at()];
        let subs = namespace.upper.as_ref().map_or(0, |u| u.at.len() * usize::from(u.rules.sub_caches));
        let clients = case.populations.iter().filter(|population| population.namespace == index);
        let updates = clients.clone().any(|population| population.mix.share(OpKind::Update) > 0.0);
        let compares = !matches!(namespace.updates, UpdatesSpec::ReadThenWrite);
        let clock = trial.dice.named("clock");
        let clocks = case.locations.iter().map(|place| clock.named(&place.name));
        let mut tally = NamespaceTally::new(
            case.locations.len(),
            clients.clone().flat_map(|clients| &clients.at).chain(&namespace.visibility.from).copied(),
            case.horizon,
        );
        if namespace.disturbed {
            tally.feel_pulse();
        }
        Space {
            namespace,
            placement: Cow::Borrowed(&namespace.placement),
            condition: None,
            dice: trial.stream(namespace),
            replicas,
            truth,
            slots: vec![ELSEWHERE; case.locations.len()],
            edge: Vec::new(),
            upper: std::iter::repeat_with(Cache::default).take(subs).collect(),
            follower: Follower::default(),
            channels: Channels::default(),
            clocks: Clocks::new(&namespace.conflicts, clocks, case.horizon, wrong_clocks(case)),
            quota: namespace.quota.map(Quota::new),
            proposed: compares.then(Proposed::default),
            updates: (updates && !namespace.conflicts.merges()).then(Updates::default),
            contacts: Contacts::default(),
            waits: Waits::default(),
            log: Log::default(),
            passes: Arc::default(),
            told: case.purged(index),
            limited: super::rooms::limited(case),
            tally,
            weighs_answers: namespace.price.as_ref().is_some_and(|price| price.charges(price::Part::Egress)),
        }
    }

    /// Begins anew at these locations, with empty caches.
    pub(super) fn enter(&mut self, locations: &[LocationIx]) {
        if let Truth::Past(judge) = &mut self.truth {
            judge.restart();
        }
        self.slots.fill(ELSEWHERE);
        for (slot, location) in locations.iter().enumerate() {
            self.slots[location.at()] = slot as u16;
        }
        let subs = self.namespace.edge.as_ref().map_or(0, |rules| usize::from(rules.sub_caches));
        let caches = locations.len() * subs;
        self.edge.resize_with(caches.max(self.edge.len()), Cache::default);
        self.edge.iter_mut().chain(&mut self.upper).for_each(Cache::clear);
    }

    /// Makes room in the edge caches of all locations for as many entries as are expected at each.
    fn reserve(&mut self, entries: &[f64]) {
        let subs = self.namespace.edge.as_ref().map_or(1, |rules| usize::from(rules.sub_caches));
        for (caches, &entries) in
            self.edge.chunks_mut(subs).zip(entries).filter(|(_, entries)| **entries > 0.0)
        {
            caches.iter_mut().for_each(|cache| cache.reserve(entries));
        }
    }

    /// Caches keep one key only, as long as keys come one after another.
    pub(super) fn keep_one(&mut self) {
        self.edge.iter_mut().chain(&mut self.upper).for_each(Cache::keep_one);
    }

    /// Whether a location plays a part now.
    pub(super) fn simulates(&self, location: LocationIx) -> bool {
        self.slots[location.at()] != ELSEWHERE
    }

    /// Loads what is known of a key's commits.
    #[inline]
    pub(super) fn load_truth(&self, key: KeyId) -> u64 {
        match &self.truth {
            Truth::Live(ledger) => ledger.load(key),
            Truth::Merged(_) => 0,
            Truth::Past(judge) => judge.load(key),
        }
    }

    /// Loads what the nearest replica to a location holds.
    #[inline]
    pub(super) fn load_nearest(&self, location: LocationIx, key: KeyId) -> u64 {
        self.replicas.load(self.placement.nearest_to(location), key)
    }

    /// The place of an edge cache among those of the namespace, beyond them if it has none there.
    #[inline]
    pub(super) fn edge_place(&self, location: LocationIx, sub: u16) -> u32 {
        let subs = self.namespace.edge.as_ref().map_or(0, |rules| u32::from(rules.sub_caches));
        u32::from(self.slots[location.at()]) * subs + u32::from(sub)
    }

    /// The edge cache at a place.
    #[inline]
    pub(super) fn edge_at(&self, place: u32) -> Option<&Cache<FetchId>> {
        self.edge.get(place as usize)
    }

    /// Loads what is recorded of a key that a read at a location will soon meet.
    pub(super) fn load_past(&self, location: LocationIx, key: KeyId) {
        if let Truth::Past(judge) = &self.truth {
            black_box(judge.load(key) ^ self.load_nearest(location, key));
        }
    }

    /// The newest version that whoever orders writes has been given.
    pub(super) fn newest(&self, key: KeyId, now: Time) -> Version {
        let Some(proposed) = &self.proposed else { return Version::new(0, true) };
        let orders = self.namespace.policy.leader(&self.placement).unwrap_or(0);
        let held = self.replicas.held(orders, key, now);
        proposed.newest(key).map_or(held, |proposed| proposed.max(held))
    }

    /// What is written to.
    ///
    /// # Panics
    /// If all writes are over, or in no one order.
    pub(super) fn ledger(&mut self) -> &mut Ledger {
        match &mut self.truth {
            Truth::Live(ledger) => ledger,
            Truth::Merged(_) => panic!("what replicas merge has a ledger of its own"),
            Truth::Past(_) => panic!("nothing is written any more"),
        }
    }

    /// Judges a read of `key` that began at `invoked` and returns a version at `at`.
    #[inline]
    pub(super) fn verdict(&mut self, key: KeyId, version: Version, invoked: Time, at: Time) -> Verdict {
        match &mut self.truth {
            Truth::Live(ledger) => ledger.judge(key, version, invoked, at),
            Truth::Merged(ledger) => ledger.judge(key, self.replicas.included(version), invoked, at),
            Truth::Past(judge) => judge.judge(key, version, invoked, at),
        }
    }

    /// Judges a read of `key`, or the get of an update, and counts it.
    #[inline]
    pub(super) fn count_read(&mut self, location: LocationIx, key: KeyId, read: &Read) -> Verdict {
        let &Read { kind, invoked, since, measured, snapshot, source, at } = read;
        if measured
            && matches!((&self.truth, &self.namespace.conflicts), (Truth::Merged(_), ConflictsSpec::Siblings))
        {
            self.tally.siblings(kind, self.replicas.siblings(snapshot.version));
        }
        if measured {
            self.tally.answered_bytes += self.bytes_answered(key, snapshot);
        }
        let verdict = self.verdict(key, snapshot.version, invoked, at);
        let cause = verdict.is_stale().then(|| cause(source, snapshot, verdict.first_missed));
        let edge = self.namespace.edge.is_some().then_some(source);
        let latency = (kind == OpKind::Read).then(|| at.since(since));
        if measured && edge.is_some() && self.limited.get(location.at()) == Some(&true) {
            let bytes = self.namespace.catalogue.size(key, self.dice).as_u64();
            let is_hit = matches!(source, Source::Hit | Source::Revalidating);
            self.tally.room(TierName::Edge as usize, location).count(bytes, is_hit);
        }
        self.tally.read(location, &ReadTold { kind, invoked, verdict, edge, cause, latency, measured });
        verdict
    }

    /// What an answer to a client weighs, where that is counted: nothing if there is no value.
    #[inline]
    pub(super) fn bytes_answered(&self, key: KeyId, snapshot: Snapshot) -> u64 {
        match self.weighs_answers && !snapshot.version.is_absent() {
            true => self.namespace.catalogue.size(key, self.dice).as_u64(),
            false => 0,
        }
    }

    /// A read for a location goes on to the replicas.
    pub(super) fn count_origin_request(&mut self, location: LocationIx, key: KeyId) {
        let bytes = self.namespace.catalogue.size(key, self.dice).as_u64();
        let place = self.tally.place(location);
        place.origin_requests += 1;
        place.origin_bytes += bytes;
    }

    /// What was counted, at the end of the trial.
    pub(super) fn into_tally(mut self) -> NamespaceTally {
        self.tally.propagation.unfinished += self.follower.unfinished();
        if let Some(updates) = &self.updates {
            self.tally.updates_kept = updates.kept();
        }
        if let Some(kept) = self.kept_by_merging() {
            self.tally.updates_kept = kept;
        }
        self.tally.finish();
        self.tally
    }

    /// What the writes have left, and what was counted of them.
    pub(super) fn into_record(mut self) -> (SpaceRecord, NamespaceTally) {
        let initial: Vec<Version> = initial(self.namespace, self.dice).collect();
        let applied = std::mem::take(&mut self.log.applied);
        let chronicle = Chronicle::from(&*self.ledger());
        let count = self.namespace.placement.count();
        let record = SpaceRecord {
            replicas: Arc::new(Past::new(count, &initial, chronicle.written(), &applied)),
            chronicle: Arc::new(chronicle),
            passes: self.log.passes.into(),
            purging: self.log.purging,
            followed: self.follower.into_writes(),
        };
        self.tally.finish();
        (record, self.tally)
    }

    /// The edge cache of a location that a request meets, and its rules.
    #[inline]
    pub(super) fn edge_cache(
        &mut self,
        location: LocationIx,
        sub: u16,
    ) -> Option<(&mut Cache<FetchId>, &'a TierSpec)> {
        let rules = self.namespace.edge.as_ref()?;
        let slot = usize::from(self.slots[location.at()]);
        Some((&mut self.edge[slot * usize::from(rules.sub_caches) + usize::from(sub)], rules))
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

    /// The sub-caches that a purge is for.
    pub(super) fn caches_mut(&mut self, caches: Caches) -> &mut [Cache<FetchId>] {
        let subs = |rules: Option<&TierSpec>| rules.map_or(0, |rules| usize::from(rules.sub_caches));
        match caches {
            Caches::Edge(location) => {
                let subs = subs(self.namespace.edge.as_ref());
                &mut self.edge[usize::from(self.slots[location.at()]) * subs..][..subs]
            }
            Caches::Upper(at) => {
                let subs = subs(self.namespace.upper.as_ref().map(|upper| &upper.rules));
                &mut self.upper[usize::from(at) * subs..][..subs]
            }
        }
    }
}

/// What all replicas hold of each key when the trial begins.
pub(super) fn initial(namespace: &Namespace, dice: Dice) -> impl Iterator<Item = Version> + Clone + '_ {
    let catalogue = &namespace.catalogue;
    (0..catalogue.count() as u32).map(move |key| Version::new(0, !catalogue.exists(KeyId(key), dice)))
}
