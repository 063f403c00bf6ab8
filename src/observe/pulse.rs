//! What happened in short slices of simulated time, where faults come and go.

use serde::{Deserialize, Serialize};

use crate::base::{Span, Time, nanos};

use super::timeline::SLICES;

/// Slices of the time from the beginning of the trial to its horizon: each of the timeline's cut into ten.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pulse {
    /// A slice of the timeline.
    #[serde(with = "nanos")]
    long: Span,
    #[serde(with = "nanos")]
    short: Span,
    beats: Vec<Beat>,
}

/// What was begun in one slice.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Beat {
    /// Operations that had an answer,
    pub answered: u64,
    /// and that had none.
    pub failed: u64,
    /// Reads that had an answer, and the gets of updates,
    pub reads: u64,
    /// and how many of them were stale.
    pub stale: u64,
    /// Requests to the replicas for reads, by when they went out.
    pub origin: u64,
}

/// A fault was there for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FaultTold {
    /// Which one, by its place in the case's list.
    pub fault: u16,
    /// From when on, in simulated nanoseconds.
    pub from: u64,
    /// When it was over.
    pub until: u64,
}

impl Pulse {
    /// How many beats a slice of the timeline has.
    pub const BEATS: usize = 10;

    /// No beat yet, up to `horizon`.
    pub(super) fn new(long: Span) -> Pulse {
        let short = Span::from_nanos(long.as_nanos().div_ceil(Pulse::BEATS as u64).max(1));
        Pulse { long, short, beats: vec![Beat::default(); SLICES * Pulse::BEATS] }
    }

    /// The beat of an instant.
    pub(super) fn at(&mut self, time: Time) -> &mut Beat {
        let (long, rest) = (time.as_nanos() / self.long.as_nanos(), time.as_nanos() % self.long.as_nanos());
        let at = long as usize * Pulse::BEATS + (rest / self.short.as_nanos()) as usize;
        let last = self.beats.len() - 1;
        &mut self.beats[at.min(last)]
    }

    /// The beats in order, each with its beginning.
    pub fn iter(&self) -> impl Iterator<Item = (Time, &Beat)> {
        self.beats.iter().enumerate().map(|(at, beat)| {
            let (long, short) = ((at / Pulse::BEATS) as u64, (at % Pulse::BEATS) as u64);
            let nanos = long * self.long.as_nanos() + short * self.short.as_nanos();
            (Time::ZERO + Span::from_nanos(nanos), beat)
        })
    }

    /// What was counted in one slice of the timeline.
    pub fn slice(&self, at: usize) -> Beat {
        let mut sum = Beat::default();
        self.beats[at * Pulse::BEATS..][..Pulse::BEATS].iter().for_each(|beat| sum.add(beat));
        sum
    }

    /// Adds what was counted in another part of the same trial.
    pub(super) fn merge(&mut self, other: &Pulse) {
        self.beats.iter_mut().zip(&other.beats).for_each(|(here, there)| here.add(there));
    }
}

impl Beat {
    /// Adds another one.
    pub fn add(&mut self, other: &Beat) {
        self.answered += other.answered;
        self.failed += other.failed;
        self.reads += other.reads;
        self.stale += other.stale;
        self.origin += other.origin;
    }
}
