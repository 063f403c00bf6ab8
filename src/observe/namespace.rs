//! What is counted of one namespace.

use crate::base::{LocationIx, Span, Time};
use crate::stats::{Distribution, Resolution};
use crate::truth::Cause;

use super::{AgeBins, Fraction, PlaceTally, Timeline};

/// The shares of locations whose time to serve a write is told.
pub const PROPAGATION_SHARES: [f64; 4] = [0.5, 0.9, 0.99, 1.0];

/// All counts of one namespace in one trial.
#[derive(Clone, Debug)]
pub struct NamespaceTally {
    /// Over all locations.
    pub all: PlaceTally,
    /// By location of the case; `None` where no client is.
    pub places: Vec<Option<Box<PlaceTally>>>,
    /// How long stale reads were overdue, in nanoseconds.
    pub overdue: Distribution,
    /// Reads by the versions they missed: 0, 1, 2, …; the last counts that many or more.
    pub behind: Vec<u64>,
    /// Stale reads by cause, in the order of [`Cause::ALL`].
    pub causes: [u64; Cause::ALL.len()],
    /// Fresh reads by the time since the last commit of their key.
    pub by_age: AgeBins,
    /// Fresh probes by delay; at the writer's own location and elsewhere.
    pub probes: Vec<[Fraction; 2]>,
    /// For sampled writes, the least time after commit from which one drawn read is fresh.
    pub thresholds: Thresholds,
    /// How sampled writes spread.
    pub propagation: Propagation,
    /// Reads and writes over time, warm-up included.
    pub timeline: Timeline,
    /// Writes that committed after the warm-up.
    pub commits: u64,
}

/// From when on after a commit a drawn read is fresh.
#[derive(Clone, Debug)]
pub struct Thresholds {
    /// Reads that are fresh already when they begin at the commit.
    pub at_once: u64,
    /// The others, in nanoseconds.
    pub later: Distribution,
}

/// How sampled writes became what the locations would serve.
#[derive(Clone, Debug)]
pub struct Propagation {
    /// From commit until one location would serve the write, in nanoseconds, over writes and locations.
    pub locations: Distribution,
    /// From commit until a share of the locations would, by [`PROPAGATION_SHARES`].
    pub shares: [Distribution; 4],
    /// Writes followed until they had spread.
    pub writes: u64,
    /// Writes followed that had not spread when the trial ended: the distributions lack them.
    pub unfinished: u64,
}

/// Reads further behind than this are counted together.
const MOST_BEHIND: usize = 100;

impl NamespaceTally {
    /// Empty counts for a trial up to `horizon`, with a place for each of the `clients`' locations.
    pub fn new(
        locations: usize,
        clients: impl Iterator<Item = LocationIx>,
        probes: usize,
        horizon: Time,
    ) -> NamespaceTally {
        let mut places = vec![None; locations];
        clients
            .for_each(|location| places[location.at()] = Some(Box::new(PlaceTally::new(Resolution::Coarse))));
        let fine = || Distribution::new(Resolution::Fine);
        NamespaceTally {
            all: PlaceTally::new(Resolution::Fine),
            places,
            overdue: fine(),
            behind: vec![0; MOST_BEHIND + 1],
            causes: [0; Cause::ALL.len()],
            by_age: AgeBins::default(),
            probes: vec![Default::default(); probes],
            thresholds: Thresholds { at_once: 0, later: fine() },
            propagation: Propagation {
                locations: fine(),
                shares: [fine(), fine(), fine(), fine()],
                writes: 0,
                unfinished: 0,
            },
            timeline: Timeline::new(horizon),
            commits: 0,
        }
    }

    /// Counts the same thing over all locations and at its own.
    pub fn at(&mut self, location: LocationIx, count: impl Fn(&mut PlaceTally)) {
        count(&mut self.all);
        if let Some(place) = &mut self.places[location.at()] {
            count(place);
        }
    }

    /// A judged read missed that many versions.
    pub fn missed(&mut self, behind: u32) {
        self.behind[(behind as usize).min(MOST_BEHIND)] += 1;
    }
}

impl Thresholds {
    /// Counts one drawn read.
    pub fn record(&mut self, threshold: Span) {
        match threshold {
            Span::ZERO => self.at_once += 1,
            later => self.later.record(later.as_nanos()),
        }
    }

    /// All drawn reads, those that are fresh at once as zeros.
    pub fn all(&self) -> Distribution {
        let mut all = self.later.clone();
        all.record_times(0, self.at_once);
        all
    }
}

impl Propagation {
    /// A write has spread: for each location the time from commit until it would serve it.
    pub fn spread(&mut self, mut until: Vec<Span>) {
        until.sort_unstable();
        until.iter().for_each(|span| self.locations.record(span.as_nanos()));
        for (share, distribution) in PROPAGATION_SHARES.iter().zip(&mut self.shares) {
            let rank = (share * until.len() as f64).ceil() as usize;
            distribution.record(until[rank.max(1) - 1].as_nanos());
        }
        self.writes += 1;
    }
}
