//! What happened in each slice of simulated time.

use serde::{Deserialize, Serialize};

use crate::base::{Span, Time, nanos};
use crate::stats::{Distribution, Resolution};

use super::Fraction;

/// Equal slices of the time from the beginning of the trial to its horizon.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Timeline {
    #[serde(with = "nanos")]
    slice: Span,
    slices_a_nanosecond: f64,
    slices: Vec<Slice>,
}

/// What was begun in one slice of time, at all locations together.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Slice {
    /// Latency of reads in nanoseconds; without those at once until the end of a trial.
    pub latency: Distribution,
    /// Writes answered.
    pub writes: u64,
    /// Operations that had no answer.
    pub failed: u64,
}

/// Reads that were begun in one slice of time at one location.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PlaceSlice {
    /// Stale reads of all.
    pub stale: Fraction,
    /// Hits of the requests to the edge cache.
    pub edge: Fraction,
    /// Sum of the latencies of all reads in nanoseconds.
    pub waited: u128,
}

/// Into how many slices a trial is cut.
pub(super) const SLICES: usize = 60;

impl PlaceSlice {
    /// So many reads were answered at once by the edge cache.
    pub(super) fn hits(&mut self, reads: Fraction) {
        self.edge.merge(Fraction { hits: reads.of, of: reads.of });
        self.stale.merge(reads);
    }

    /// Adds other counts.
    pub fn merge(&mut self, other: PlaceSlice) {
        self.stale.merge(other.stale);
        self.edge.merge(other.edge);
        self.waited += other.waited;
    }
}

impl Timeline {
    /// The slice in which something began, and when that ends.
    #[inline]
    pub(super) fn slice_and_end(&self, begun: Time) -> (usize, Time) {
        let index = self.near(begun);
        let end = (index as u64 + 1).saturating_mul(self.slice.as_nanos());
        (index.min(SLICES - 1), Time::ZERO + Span::from_nanos(end))
    }

    /// A float is next to the quotient, and two products tell on which side. (Signed numbers are the ones that
    /// processors convert.)
    #[inline]
    fn near(&self, begun: Time) -> usize {
        let (begun, slice) = (begun.as_nanos(), self.slice.as_nanos());
        let near = (begun as i64 as f64 * self.slices_a_nanosecond) as i64 as u64;
        let near = near - u64::from(near.saturating_mul(slice) > begun);
        (near + u64::from((near + 1).saturating_mul(slice) <= begun)) as usize
    }

    /// Puts answers that came at once to the others, at the end of a trial: those of all `reads` that are not there.
    pub(super) fn finish(&mut self, reads: &[PlaceSlice; SLICES]) {
        for (slice, reads) in self.slices.iter_mut().zip(reads) {
            slice.latency.record_times(0, reads.stale.of - slice.latency.count());
        }
    }

    /// An empty timeline up to `horizon`.
    pub fn new(horizon: Time) -> Timeline {
        let slice = Span::from_nanos(horizon.as_nanos().div_ceil(SLICES as u64).max(1));
        let empty = Slice { latency: Distribution::new(Resolution::Coarse), writes: 0, failed: 0 };
        let slices_a_nanosecond = 1.0 / slice.as_nanos() as f64;
        Timeline { slice, slices_a_nanosecond, slices: vec![empty; SLICES] }
    }

    /// The place of the slice in which something began.
    #[inline]
    pub(super) fn index(&self, begun: Time) -> usize {
        self.near(begun).min(SLICES - 1)
    }

    /// The slice in which something began.
    pub fn at(&mut self, begun: Time) -> &mut Slice {
        let index = self.index(begun);
        &mut self.slices[index]
    }

    /// How long each slice is.
    pub fn width(&self) -> Span {
        self.slice
    }

    #[inline]
    pub(super) fn slice_mut(&mut self, index: usize) -> &mut Slice {
        &mut self.slices[index]
    }

    /// Adds what happened in another part of the same trial.
    pub fn merge(&mut self, other: &Timeline) {
        for (here, there) in self.slices.iter_mut().zip(&other.slices) {
            here.latency.merge(&there.latency);
            here.writes += there.writes;
            here.failed += there.failed;
        }
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
