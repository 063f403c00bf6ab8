//! What happened in each slice of simulated time.

use crate::base::{Span, Time};
use crate::stats::{Distribution, Resolution};

use super::Fraction;

/// Equal slices of the time from the beginning of the trial to its horizon.
#[derive(Clone, Debug)]
pub struct Timeline {
    slice: Span,
    slices: Vec<Slice>,
}

/// What was begun in one slice of time.
#[derive(Clone, Debug)]
pub struct Slice {
    /// Stale reads of all.
    pub stale: Fraction,
    /// Hits of the requests to the edge cache.
    pub edge: Fraction,
    /// Latency of reads in nanoseconds.
    pub latency: Distribution,
    /// Writes answered.
    pub writes: u64,
}

const SLICES: u64 = 60;

impl Timeline {
    /// An empty timeline up to `horizon`.
    pub fn new(horizon: Time) -> Timeline {
        let slice = Span::from_nanos(horizon.as_nanos().div_ceil(SLICES).max(1));
        let empty = Slice {
            stale: Fraction::default(),
            edge: Fraction::default(),
            latency: Distribution::new(Resolution::Coarse),
            writes: 0,
        };
        Timeline { slice, slices: vec![empty; SLICES as usize] }
    }

    /// The slice in which something began.
    pub fn at(&mut self, begun: Time) -> &mut Slice {
        let index = (begun.as_nanos() / self.slice.as_nanos()) as usize;
        let last = self.slices.len() - 1;
        &mut self.slices[index.min(last)]
    }

    /// The slices in order, each with its beginning and end in seconds.
    pub fn iter(&self) -> impl Iterator<Item = (f64, f64, &Slice)> {
        let width = self.slice.as_secs_f64();
        self.slices
            .iter()
            .enumerate()
            .map(move |(at, slice)| (at as f64 * width, (at + 1) as f64 * width, slice))
    }
}
