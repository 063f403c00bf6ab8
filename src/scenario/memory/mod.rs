//! How much memory a run will take: the parts that grow with a scenario, by the sizes of what they are made of.

mod counts;
mod faults;
mod rooms;
mod sessions;
mod size;
mod space;
mod under_way;

use super::case::Case;
use super::overload::left_waiting;
use super::shares::Shares;
use crate::base::{Bytes, LocationIx, NamespaceIx, Time};
use crate::model::network::MeanDelays;
use space::Space;

/// What becomes of finished trials until all are there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keeping {
    /// They stay in memory.
    InMemory,
    /// They go to disk; those of one case at a time are read again.
    OnDisk,
}

/// What a run takes, in bytes: estimates, rather too much.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Memory {
    /// A running trial where all events are carried out in order of time.
    pub general: Running,
    /// Where the writes are carried out before the reads, as long as these cannot influence them.
    pub auto: Running,
    /// Where hits are counted in bulk.
    pub aggregate: Running,
    /// Where every operation is recorded.
    pub recorded: Running,
    /// The networks of the cases, the keys of their traces, the finished trials, of which the counts are kept until the end, and the program.
    kept: f64,
    /// Of `kept`, the finished trials of all cases, and those of the case that has most.
    counts: (f64, f64),
    /// What is allowed.
    pub limit: f64,
    trials: usize,
}

/// What a running trial takes: of the cases' trials the largest.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Running {
    /// Once, however many threads work on it.
    once: f64,
    /// For each thread that works on it.
    each_thread: f64,
}

impl Running {
    fn on(self, threads: usize) -> f64 {
        self.once + self.each_thread * threads as f64
    }

    fn max(self, other: Running) -> Running {
        let (once, each_thread) = (self.once.max(other.once), self.each_thread.max(other.each_thread));
        Running { once, each_thread }
    }
}

impl Memory {
    /// Of all trials of all cases.
    pub(super) fn of(cases: &[Case], limit: Bytes) -> Memory {
        let (general, auto, aggregate, recorded) = Default::default();
        let limit = limit.as_u64() as f64;
        let mut memory = Memory {
            general,
            auto,
            aggregate,
            recorded,
            kept: size::PROCESS + super::traces::bytes(cases),
            counts: (0.0, 0.0),
            limit,
            trials: 0,
        };
        for case in cases {
            let Trial { general, feed_forward, aggregate, recorded, counts } = Trial::new(case);
            let in_order = case.is_in_order();
            let auto = if in_order { general } else { feed_forward };
            memory.general = memory.general.max(general);
            memory.auto = memory.auto.max(auto);
            memory.aggregate = memory.aggregate.max(aggregate);
            memory.recorded = memory.recorded.max(recorded);
            memory.kept += case.network.bytes() as f64 + f64::from(case.trials) * counts;
            let counts = f64::from(case.trials) * counts;
            memory.counts = (memory.counts.0 + counts, memory.counts.1.max(counts));
            memory.trials += case.trials as usize;
        }
        memory
    }

    /// Where finished trials are kept on disk, and those of one case at a time are read again.
    pub fn by_case(self) -> Memory {
        let (all, most) = self.counts;
        Memory { kept: self.kept - all + most, ..self }
    }

    /// At its highest, if trials on so many threads each take `running`.
    pub fn peak(&self, running: Running, threads: usize) -> f64 {
        let Shares { alone, left_over, threads: of_each } = Shares::new(self.trials, threads);
        let alone = alone.min(threads) as f64 * running.on(1);
        self.kept + alone.max(left_over as f64 * running.on(of_each))
    }

    /// How many of the threads there is room for, at least one, if trials each take `running`.
    pub fn room_for(&self, running: Running, threads: usize) -> usize {
        (1..=threads).rev().find(|&threads| self.peak(running, threads) <= self.limit).unwrap_or(1)
    }
}

/// For each location of a case how many entries each of its edge caches has at the end of a trial, on average.
pub fn edge_entries(case: &Case, namespace: NamespaceIx) -> Vec<f64> {
    let delays = MeanDelays::new(&case.network, case.horizon.since(Time::ZERO));
    Space::new(case, namespace, &delays).edge_entries()
}

/// What one trial of a case takes.
struct Trial {
    general: Running,
    feed_forward: Running,
    aggregate: Running,
    recorded: Running,
    /// When it is finished.
    counts: f64,
}

impl Trial {
    fn new(case: &Case) -> Trial {
        let delays = MeanDelays::new(&case.network, case.horizon.since(Time::ZERO));
        let indices = (0..case.namespaces.len()).map(NamespaceIx::from_position);
        let spaces: Vec<Space> = indices.map(|index| Space::new(case, index, &delays)).collect();
        let sum = |of: &dyn Fn(&Space) -> f64| spaces.iter().map(of).sum::<f64>();
        let pairs = (case.locations.len() as f64).powi(2) * size::PAIR;
        let all: Vec<LocationIx> = (0..case.locations.len()).map(LocationIx::from_position).collect();
        let everywhere = rooms::of_rooms(case, &spaces, &all)
            + sum(&|space| {
                space.caches() + space.under_way() + space.purges_under_way() + space.observed_live()
            });
        let sessions = sessions::of_sessions(case);
        let faults = faults::of_a_trial(case);
        let lives = super::traces::bytes_of_lives(case);
        let waiting = left_waiting(case) * size::WAITING;
        let general = Running {
            once: pairs + sum(&|space| space.live()) + everywhere + sessions + faults + waiting + lives,
            each_thread: 0.0,
        };
        let recorded = Running { once: general.once + sessions::of_others(case), each_thread: 0.0 };
        let writes = sum(&|space| space.live() + space.logged() + space.writes_under_way());
        let past = pairs + sum(&|space| space.past());
        let groups = case.groups();
        let groups = groups.iter().map(|group| of_a_group(case, &spaces, group)).fold(0.0, f64::max);
        let of_a_thread = sum(&|space| space.of_a_thread());
        // First the writes, then the reads: the one is gone before the other comes.
        let phases = |once: f64, each_thread: f64| Running {
            once: past + once.max(writes - each_thread),
            each_thread,
        };
        let feed_forward = phases(sum(&|space| space.told()), of_a_thread + groups);
        let bulk = sum(&|space| space.for_bulk());
        let aggregate = phases(bulk, of_a_thread + size::EXPOSURE);
        Trial { general, feed_forward, aggregate, recorded, counts: sum(&|space| space.counts()) + faults }
    }
}

/// The reads of a group of locations, key by key or in order of time.
fn of_a_group(case: &Case, spaces: &[Space], group: &[LocationIx]) -> f64 {
    let reads: f64 = group.iter().map(|&location| case.reads_at(location)).sum();
    let seconds = case.horizon.as_nanos() as f64 / 1e9;
    let of = |space: &Space| space.in_store(group);
    let in_store: f64 = spaces.iter().map(of).sum();
    let by_key = reads * seconds <= Case::MOST_READS_BY_KEY && !case.couples_keys();
    let state = |space: &Space| match by_key {
        true => space.of_the_hottest_key(group),
        false => space.caches_of(group) + space.under_way_of(group),
    };
    let drawn = if by_key { reads * seconds * size::DUE } else { 0.0 };
    in_store + drawn + rooms::of_rooms(case, spaces, group) + spaces.iter().map(state).sum::<f64>()
}
