//! How much memory a case will take: the parts that grow with a scenario, by the sizes of what they are made of.

use super::case::{Case, Namespace, Population};
use crate::base::{Bytes, LocationIx, NamespaceIx, Time};
use crate::model::workload::OpKind;

/// What a run takes, in bytes: estimates, rather too much.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Memory {
    /// The largest running trial where all events are carried out in order of time.
    pub general: f64,
    /// The largest running trial where the writes are carried out before the reads, as long as these cannot
    /// influence them.
    pub auto: f64,
    /// The finished trials, of which the counts are kept until the end, and the program itself.
    pub kept: f64,
    /// What is allowed.
    pub limit: f64,
    /// More trials never run at the same time.
    trials: f64,
}

/// The program, its tables of cities and its report.
const PROCESS: f64 = 7e6;

/// Bytes of the things that there are many of. The floors where they live are above this one or keep them to
/// themselves; `tests/it/memory.rs` holds their sum against what a run takes.
mod size {
    /// A version at a replica, or the place of a key in the ledger.
    pub(super) const OF_A_KEY: f64 = 4.0;
    /// An entry's slot in a cache.
    pub(super) const SLOT: f64 = 32.0;
    /// The history of a written key: itself, and the block of its first commits.
    pub(super) const HISTORY: f64 = 40.0 + 112.0;
    /// A commit in a history or in the chronicle.
    pub(super) const COMMIT: f64 = 24.0;
    /// What a replica holds from when on: in the log of the writes, and sorted by key.
    pub(super) const APPLIED: f64 = 24.0;
    pub(super) const STEP: f64 = 16.0;
    /// A write that passes an edge cache: in the log, and as it is put in store for the reads.
    pub(super) const PASS: f64 = 64.0 + 64.0;
    /// A read that is drawn ahead, and again while they are sorted.
    pub(super) const DUE: f64 = 24.0 + 24.0;
    /// An operation under way, with its fetch, its exchange, and an event for each replica.
    pub(super) const UNDER_WAY: f64 = 400.0;
    /// The delay between two locations: of the case, and with a trial's detour.
    pub(super) const PAIR: f64 = 16.0;
    /// A followed write, at each location that reads.
    pub(super) const FOLLOWED: f64 = 24.0;
}

/// How long operations are taken to last, at most.
const LATENCY_SECONDS: f64 = 0.3;
/// How long they keep what they need: hits and answers from nearby need less.
const UNDER_WAY_SECONDS: f64 = 0.1;
/// A larger group of locations is run in order of time, as `world::by_key` says.
const MOST_READS_BY_KEY: f64 = (1 << 23) as f64;

impl Memory {
    /// Of all trials of all cases.
    pub(super) fn of(cases: &[Case], limit: Bytes) -> Memory {
        let mut memory =
            Memory { general: 0.0, auto: 0.0, kept: PROCESS, limit: limit.as_u64() as f64, trials: 0.0 };
        for case in cases {
            let trials = f64::from(case.trials);
            let Trial { general, auto, counts } = Trial::new(case);
            memory.general = memory.general.max(general);
            memory.auto = memory.auto.max(auto);
            memory.kept += trials * counts;
            memory.trials += trials;
        }
        memory
    }

    /// At its highest, if so many threads each have a trial that takes `running`.
    pub fn peak(&self, running: f64, threads: usize) -> f64 {
        self.kept + running * self.trials.min(threads as f64)
    }

    /// How many of the threads there is room for, at least one, if each has a trial that takes `running`.
    pub fn room_for(&self, running: f64, threads: usize) -> usize {
        (1..=threads).rev().find(|&threads| self.peak(running, threads) <= self.limit).unwrap_or(1)
    }
}

/// For each location how many entries each of its edge caches has at the end of a trial, on average.
pub fn edge_entries(case: &Case, namespace: NamespaceIx) -> Vec<f64> {
    Space::new(case, namespace).edge_entries().collect()
}

/// What one trial of a case takes.
struct Trial {
    general: f64,
    auto: f64,
    /// When it is finished.
    counts: f64,
}

impl Trial {
    fn new(case: &Case) -> Trial {
        let all: Vec<Space> =
            (0..case.namespaces.len()).map(|at| Space::new(case, NamespaceIx::from_position(at))).collect();
        let sum = |of: &dyn Fn(&Space) -> f64| all.iter().map(of).sum::<f64>();
        let pairs = (case.locations.len() as f64).powi(2) * size::PAIR;
        let general = pairs + sum(&|space| space.live() + space.caches() + space.under_way());
        let past = sum(&|space| space.past());
        let writes = sum(&|space| space.live() + space.logged());
        let feed_forward = pairs + past + writes.max(sum(&|space| space.reads_of_a_group()));
        let updates = case.populations.iter().any(|clients| clients.mix.share(OpKind::Update) > 0.0);
        let auto = if updates { general } else { feed_forward };
        Trial { general, auto, counts: sum(&|space| space.counts()) }
    }
}

/// One namespace of a case.
struct Space<'a> {
    case: &'a Case,
    namespace: &'a Namespace,
    clients: Vec<&'a Population>,
}

impl<'a> Space<'a> {
    fn new(case: &'a Case, index: NamespaceIx) -> Space<'a> {
        let clients = case.populations.iter().filter(|population| population.namespace == index);
        Space { case, namespace: &case.namespaces[index.at()], clients: clients.collect() }
    }

    fn seconds(&self) -> f64 {
        self.case.horizon.as_nanos() as f64 / 1e9
    }

    fn keys(&self) -> f64 {
        self.namespace.catalogue.count() as f64
    }

    fn distinct(&self, operations: f64) -> f64 {
        self.namespace.catalogue.distinct(operations, self.case.horizon.since(Time::ZERO))
    }

    fn writes(&self) -> f64 {
        self.clients.iter().map(|clients| clients.writes_per_second()).sum::<f64>() * self.seconds()
    }

    /// What the locations do by themselves over the horizon: for each, operations that fill its cache.
    fn fills(&self) -> impl Iterator<Item = (LocationIx, f64)> {
        let through = self.namespace.edge.as_ref().map_or(0.0, |edge| edge.write_through.as_f64());
        let locations = (0..self.case.locations.len()).map(LocationIx::from_position);
        let share = move |clients: &Population| {
            let share = |kind| clients.mix.share(kind);
            let (reads, writes) = (share(OpKind::Read), share(OpKind::Write) + share(OpKind::Delete));
            reads + share(OpKind::Update) + writes * through
        };
        locations.map(move |location| {
            let here = self.clients.iter().filter(|clients| clients.at.contains(&location));
            let rate = here.map(|clients| clients.arrivals.rate_per_second() * share(clients));
            (location, rate.sum::<f64>() * self.seconds())
        })
    }

    /// Versions at the replicas, and the ledger.
    fn live(&self) -> f64 {
        let each = size::OF_A_KEY * (f64::from(self.namespace.placement.count()) + 1.0);
        let readers = self.namespace.visibility.readers.len() as f64;
        let followed = self.writes() * self.namespace.visibility.followed.as_f64() * readers;
        each * self.keys()
            + self.distinct(self.writes()) * size::HISTORY
            + self.writes() * size::COMMIT
            + followed * size::FOLLOWED
    }

    /// The initial versions again, and what the writes leave behind.
    fn logged(&self) -> f64 {
        let through = self.namespace.edge.as_ref().map_or(0.0, |edge| edge.write_through.as_f64());
        let replicas = f64::from(self.namespace.placement.count());
        size::OF_A_KEY * self.keys() + self.writes() * (replicas * size::APPLIED + through * size::PASS)
    }

    /// The same, in order: what the reads are held against.
    fn past(&self) -> f64 {
        let replicas = f64::from(self.namespace.placement.count());
        self.writes() * (size::COMMIT + replicas * size::STEP)
    }

    /// The reads of the largest group of locations: all locations that share an upper tier are one.
    fn reads_of_a_group(&self) -> f64 {
        let reads = self.fills().map(|(_, reads)| reads);
        let reads = match self.namespace.upper {
            Some(_) => reads.sum::<f64>(),
            None => reads.fold(0.0, f64::max),
        };
        match (reads <= MOST_READS_BY_KEY, &self.namespace.upper) {
            (true, _) => reads * size::DUE,
            (false, Some(_)) => self.caches(),
            (false, None) => self.edge_caches().fold(0.0, f64::max),
        }
    }

    fn caches(&self) -> f64 {
        self.edge_caches().sum::<f64>() + self.upper_caches()
    }

    /// What the edge caches of each location take.
    fn edge_caches(&self) -> impl Iterator<Item = f64> {
        let subs = self.namespace.edge.as_ref().map_or(0.0, |edge| f64::from(edge.sub_caches));
        self.edge_entries().map(move |entries| if entries > 0.0 { subs * table(entries) } else { 0.0 })
    }

    /// How many entries each edge cache of each location has at the end.
    fn edge_entries(&self) -> impl Iterator<Item = f64> {
        let edge = self.namespace.edge.as_ref().filter(|edge| edge.longest_use().as_nanos() > 0);
        let subs = edge.map_or(f64::INFINITY, |edge| f64::from(edge.sub_caches));
        let mut last = (0.0, 0.0);
        self.fills().map(move |(_, fills)| {
            // Most locations are alike.
            if last.0 != fills {
                last = (fills, self.distinct(fills / subs));
            }
            last.1
        })
    }

    fn upper_caches(&self) -> f64 {
        let Some(upper) = &self.namespace.upper else { return 0.0 };
        let subs = f64::from(upper.rules.sub_caches);
        let serve = |at: usize| {
            let here = self.fills().filter(|(location, _)| usize::from(upper.serving[location.at()]) == at);
            subs * table(self.distinct(here.map(|(_, fills)| fills).sum::<f64>() / subs))
        };
        (0..upper.at.len()).map(serve).sum()
    }

    fn under_way(&self) -> f64 {
        let rate: f64 = self.clients.iter().map(|clients| clients.operations_per_second()).sum();
        rate * UNDER_WAY_SECONDS.min(self.seconds()) * size::UNDER_WAY
    }

    /// The counts of one trial: histograms, mostly.
    fn counts(&self) -> f64 {
        let tiers = self.namespace.edge.iter().chain(self.namespace.upper.as_ref().map(|upper| &upper.rules));
        let age: f64 = tiers.map(|tier| tier.longest_use().as_secs_f64()).sum::<f64>();
        let age = age.min(self.seconds()).max(LATENCY_SECONDS);
        let kinds = |clients: &&Population| {
            OpKind::ALL.into_iter().filter(|&kind| clients.mix.share(kind) > 0.0).count() as f64
        };
        let places = self.clients.iter().map(|clients| clients.at.len() as f64 * (kinds(clients) + 0.5));
        let visibility = &self.namespace.visibility;
        let follows = f64::from(u8::from(visibility.followed.as_f64() > 0.0));
        places.sum::<f64>() * histogram(COARSE, LATENCY_SECONDS)
            + SLICES * histogram(COARSE, LATENCY_SECONDS)
            + 2.0 * histogram(FINE, LATENCY_SECONDS)
            + (2.0 + 5.0 * follows) * histogram(FINE, age)
    }
}

/// A table of so many entries: a power of two slots, at most five eighths of them used.
fn table(entries: f64) -> f64 {
    (entries * 8.0 / 5.0).log2().ceil().exp2().max(16.0) * size::SLOT
}

/// Slices of a trial's timeline.
const SLICES: f64 = 60.0;
/// Buckets of a histogram for each doubling of its values, from 512 ns times twice as many on.
const COARSE: f64 = 128.0;
const FINE: f64 = 1024.0;

/// A histogram of values up to `longest` seconds; its memory grows by doubling, so that a part is unused.
fn histogram(buckets: f64, longest: f64) -> f64 {
    let doublings = (longest * 1e9 / 512.0 / buckets).log2().max(1.0) + 1.0;
    buckets * doublings * 8.0 * 1.3
}
