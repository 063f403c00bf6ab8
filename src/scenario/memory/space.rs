//! What a namespace holds: its replicas and caches, what was written, and who observes it.

use super::size;
use crate::base::{LocationIx, NamespaceIx, Time};
use crate::model::cache::TierSpec;
use crate::model::conflicts::ConflictsSpec;
use crate::model::network::MeanDelays;
use crate::model::workload::{Mix, OpKind};
use crate::scenario::capacity::LimitedCaches;
use crate::scenario::case::{Caches, Case, Namespace, Population};

/// One namespace of a case.
pub(super) struct Space<'a> {
    pub(super) case: &'a Case,
    pub(super) namespace: &'a Namespace,
    pub(super) clients: Vec<&'a Population>,
    pub(super) delays: &'a MeanDelays<'a>,
    /// The caches that are told of writes.
    pub(super) told: Vec<Caches>,
}

impl<'a> Space<'a> {
    pub(super) fn new(case: &'a Case, index: NamespaceIx, delays: &'a MeanDelays) -> Space<'a> {
        let clients = case.populations.iter().filter(|population| population.namespace == index);
        let (namespace, told) = (&case.namespaces[index.at()], case.purged(index));
        Space { case, namespace, clients: clients.collect(), delays, told }
    }

    pub(super) fn seconds(&self) -> f64 {
        self.case.horizon.as_nanos() as f64 / 1e9
    }

    pub(super) fn replicas(&self) -> f64 {
        f64::from(self.namespace.placement.count())
    }

    fn keys(&self) -> f64 {
        self.namespace.catalogue.count() as f64
    }

    pub(super) fn distinct(&self, operations: f64) -> f64 {
        self.namespace.catalogue.distinct(operations, self.case.horizon.since(Time::ZERO))
    }

    pub(super) fn writes_per_second(&self) -> f64 {
        self.clients.iter().map(|clients| clients.writes_per_second()).sum()
    }

    fn writes(&self) -> f64 {
        self.writes_per_second() * self.seconds()
    }

    /// What clients at a location begin in a second, by the share of it that counts.
    pub(super) fn rate_at(&self, location: LocationIx, share: impl Fn(&Population, &Mix) -> f64) -> f64 {
        let streams = self
            .clients
            .iter()
            .flat_map(|clients| clients.streams.iter().map(move |stream| (clients, stream)));
        let here = streams.filter(|(_, stream)| stream.location == location);
        here.map(|(clients, stream)| stream.per_second * share(clients, &stream.mix)).sum()
    }

    pub(super) fn locations(&self) -> impl Iterator<Item = LocationIx> + use<> {
        (0..self.case.locations.len()).map(LocationIx::from_position)
    }

    fn through(&self) -> f64 {
        self.namespace.edge.as_ref().map_or(0.0, |edge| edge.write_through.as_f64())
    }

    /// Operations of the horizon that fill a location's cache.
    fn fills(&self, location: LocationIx) -> f64 {
        let share = |_: &Population, mix: &Mix| {
            let share = |kind| mix.share(kind);
            let writes = share(OpKind::Write) + share(OpKind::Delete);
            share(OpKind::Read) + share(OpKind::Update) + writes * self.through()
        };
        self.rate_at(location, share) * self.seconds()
    }

    /// Versions at the replicas, and the ledger.
    pub(super) fn live(&self) -> f64 {
        size::OF_A_KEY * (self.replicas() + 1.0) * self.keys()
            + self.distinct(self.writes()) * size::HISTORY
            + self.writes() * size::COMMIT
            + if self.namespace.conflicts.merges() { self.merged() } else { 0.0 }
            + self.kept_for_policies()
    }

    /// States of values where replicas merge: that of each write and, at each other replica, what it comes to together with
    /// what is held there, if that has not seen all of it: with writes of the same key that are on their way at the same
    /// time. And for each key a history of what each replica has coordinated.
    fn merged(&self) -> f64 {
        let on_their_way = self.writes_per_second() * self.longest_write();
        let alone = if on_their_way > 0.0 { self.distinct(on_their_way) / on_their_way } else { 1.0 };
        let joins = (self.replicas() - 1.0) * (1.0 - alone.min(1.0));
        let of_a_write = size::state(self.replicas()) + joins * size::join(self.replicas());
        self.writes() * of_a_write + self.distinct(self.writes()) * self.replicas() * size::LINE
    }

    /// Older versions, where reads look back; what updates were built on; time stamps.
    fn kept_for_policies(&self) -> f64 {
        let (written, writes) = (self.distinct(self.writes()), self.writes());
        let mut kept = 0.0;
        if self.namespace.policy.nature().keeps_history {
            kept += self.keys() * size::OF_A_KEY + written * size::OF_A_MAP + writes * size::OLDER;
        }
        if self.clients.iter().any(|clients| clients.mix.share(OpKind::Update) > 0.0) {
            kept += written * size::OF_A_MAP + writes * size::BUILT_ON;
        }
        if !matches!(self.namespace.conflicts, ConflictsSpec::Arrival) {
            kept += writes * size::STAMP;
        }
        kept
    }

    /// The initial versions again, and what the writes leave behind.
    pub(super) fn logged(&self) -> f64 {
        let each = self.replicas() * size::APPLIED + self.through() * size::PASS + self.purging();
        size::OF_A_KEY * self.keys() + self.writes() * each
    }

    /// The same, in order: what the reads are held against.
    pub(super) fn past(&self) -> f64 {
        let starts = (self.replicas() + 1.0) * size::START;
        self.writes() * (size::COMMIT + self.replicas() * size::STEP)
            + self.distinct(self.writes()) * starts
            + self.writes() * (self.through() * size::PASS + self.purging())
            + self.followed() * size::followed(self.replicas())
            + self.probed() * size::PROBE
    }

    /// What is kept of a write whose purges are drawn later.
    fn purging(&self) -> f64 {
        if self.told.is_empty() { 0.0 } else { size::PURGING }
    }

    /// What reads that are counted in bulk need beside the past.
    pub(super) fn for_bulk(&self) -> f64 {
        self.keys() * size::SHARE + self.writes() * size::IN_TIME
    }

    /// Of each thread that reads from the past: where it is in that, what it observes, and what it counts.
    pub(super) fn of_a_thread(&self) -> f64 {
        self.distinct(self.writes()) * size::PAGE + self.probed() * size::PROBE + self.counts_of_a_thread()
    }

    /// What writes and those who observe them will do in a group of locations.
    pub(super) fn in_store(&self, group: &[LocationIx]) -> f64 {
        let writes = |_: &Population, mix: &Mix| 1.0 - mix.share(OpKind::Read);
        let writes: f64 = group.iter().map(|&location| self.rate_at(location, writes)).sum();
        let visibility = &self.namespace.visibility;
        let watched = group.iter().filter(|location| visibility.readers.contains(location)).count() as f64;
        let probes = self.probed() * visibility.delays.len() as f64;
        let followed = if watched > 0.0 { self.followed() } else { 0.0 };
        let serve = |caches: &&Caches| group.iter().any(|&location| caches.serve(self.namespace, location));
        let purges = self.writes() * self.told.iter().filter(serve).count() as f64;
        (writes * self.seconds() * self.through() + purges + probes + followed) * size::IN_STORE
            + followed * (size::followed(self.replicas()) + watched * size::READER)
    }

    /// Since when each location serves each followed write.
    pub(super) fn told(&self) -> f64 {
        self.followed() * self.namespace.visibility.readers.len() as f64 * size::TOLD
    }

    /// Probes that wait for their time, and followed writes that have not spread.
    pub(super) fn observed_live(&self) -> f64 {
        let visibility = &self.namespace.visibility;
        let wait = |delay: f64| delay.min(self.seconds());
        let waits: f64 = visibility.delays.iter().map(|delay| wait(delay.as_secs_f64())).sum();
        let probes = self.writes_per_second() * visibility.probed.as_f64() * waits * size::EVENT;
        let upper = self.namespace.upper.as_ref().map(|upper| &upper.rules);
        let tiers = self.namespace.edge.iter().chain(upper);
        let served: f64 = tiers.map(|tier| tier.longest_use().as_secs_f64()).sum();
        // A write has spread when it is everywhere and no older one is in a cache.
        let spreading = (served + self.longest_write()) * self.writes_per_second();
        let followed = self.followed().min(spreading * visibility.followed.as_f64());
        let readers = visibility.readers.len() as f64;
        let of_followed = size::followed(self.replicas()) + readers * size::READER;
        probes + self.probed() * size::PROBE + followed * of_followed
    }

    /// The writes that are followed.
    fn followed(&self) -> f64 {
        let visibility = &self.namespace.visibility;
        let seconds = visibility.follow_until.since(self.case.warmup).as_secs_f64();
        self.writes_per_second() * visibility.followed.as_f64() * seconds
    }

    /// The writes that are probed.
    fn probed(&self) -> f64 {
        let visibility = &self.namespace.visibility;
        let seconds = self.case.horizon.since(self.case.warmup).as_secs_f64();
        let sends = !visibility.from.is_empty();
        if sends { self.writes_per_second() * visibility.probed.as_f64() * seconds } else { 0.0 }
    }

    /// All caches; while one of them grows, it is there twice: once half as large.
    pub(super) fn caches(&self) -> f64 {
        self.caches_of(&self.locations().collect::<Vec<_>>())
    }

    /// How many entries each edge cache of each location has at the end.
    pub(super) fn edge_entries(&self) -> Vec<f64> {
        let edge = self.namespace.edge.as_ref().filter(|edge| keeps(edge));
        let subs = edge.map_or(f64::INFINITY, |edge| f64::from(edge.sub_caches));
        let mut entries = remembering(|fills| self.distinct(fills / subs));
        let fit =
            |location| self.case.limited_edge(location).map_or(f64::INFINITY, |limited| limited.entries);
        self.locations().map(|location| entries(self.fills(location)).min(fit(location))).collect()
    }

    /// How many different keys come to each of the caches of limited capacity that serve some locations.
    pub(super) fn filled(&self, locations: &[LocationIx], limited: &LimitedCaches) -> f64 {
        let fills: f64 = locations.iter().map(|&location| self.fills(location)).sum();
        self.distinct(fills / f64::from(limited.count))
    }

    /// Where the upper tier is that a location asks.
    pub(super) fn upper_of(&self, location: LocationIx) -> Option<LocationIx> {
        let upper = self.namespace.upper.as_ref()?;
        Some(upper.at[usize::from(upper.serving[location.at()])])
    }

    pub(super) fn caches_of(&self, locations: &[LocationIx]) -> f64 {
        let (mut all, mut largest) = (0.0f64, 0.0f64);
        let mut add = |subs: f64, entries: f64| {
            let table = size::table(entries);
            all += subs * table;
            largest = largest.max(table);
        };
        let mut distinct = remembering(|fills| self.distinct(fills));
        let fit = |limited: Option<LimitedCaches>| limited.map_or(f64::INFINITY, |limited| limited.entries);
        if let Some(edge) = self.namespace.edge.as_ref().filter(|edge| keeps(edge)) {
            let subs = f64::from(edge.sub_caches);
            for &location in locations {
                let fills = self.fills(location);
                if fills > 0.0 {
                    add(subs, distinct(fills / subs).min(fit(self.case.limited_edge(location))));
                }
            }
        }
        if let Some(upper) = self.namespace.upper.as_ref().filter(|upper| keeps(&upper.rules)) {
            let subs = f64::from(upper.rules.sub_caches);
            for (at, &location) in upper.at.iter().enumerate() {
                let served = locations.iter().filter(|l| usize::from(upper.serving[l.at()]) == at);
                let fills: f64 = served.map(|&location| self.fills(location)).sum();
                if fills > 0.0 {
                    add(subs, distinct(fills / subs).min(fit(self.case.limited_upper(location))));
                }
            }
        }
        all + largest / 2.0
    }
}

fn keeps(rules: &TierSpec) -> bool {
    rules.longest_use().as_nanos() > 0
}

/// The same function, which need not be worked out again for the same value: most locations are alike.
pub(super) fn remembering(of: impl Fn(f64) -> f64) -> impl FnMut(f64) -> f64 {
    let mut last = (f64::NAN, 0.0);
    move |value| {
        if last.0 != value {
            last = (value, of(value));
        }
        last.1
    }
}
