//! What happened in each slice of simulated time.

use crate::base::{Span, Time};
use crate::stats::{Distribution, Resolution};

use super::Fraction;

/// Equal slices of the time from the beginning of the trial to its horizon.
#[derive(Clone, Debug)]
pub struct Timeline {
    slice: Span,
    slices_a_nanosecond: f64,
    slices: Vec<Slice>,
}

/// What was begun in one slice of time.
#[derive(Clone, Debug)]
pub struct Slice {
    /// Stale reads of all.
    pub stale: Fraction,
    /// Hits of the requests to the edge cache.
    pub edge: Fraction,
    /// Latency of reads in nanoseconds; without those at once until the end of a trial.
    pub latency: Distribution,
    at_once: u64,
    /// Writes answered.
    pub writes: u64,
    /// Operations that had no answer.
    pub failed: u64,
}

const SLICES: u64 = 60;

impl Slice {
    /// A read has its answer.
    #[inline]
    pub(super) fn answered(&mut self, latency: Span) {
        match latency {
            Span::ZERO => self.at_once += 1,
            later => self.latency.record(later.as_nanos()),
        }
    }

    /// So many reads were answered at once by the edge cache.
    pub(super) fn hits(&mut self, reads: u64, stale: u64) {
        self.edge.merge(Fraction { hits: reads, of: reads });
        self.stale.merge(Fraction { hits: stale, of: reads });
        self.at_once += reads;
    }
}

impl Timeline {
    /// The slice in which something began, and when that ends.
    #[inline]
    pub(super) fn slice_and_end(&self, begun: Time) -> (usize, Time) {
        let index = self.index(begun);
        let end = (index as u64 + 1).saturating_mul(self.slice.as_nanos());
        (index.min(self.slices.len() - 1), Time::ZERO + Span::from_nanos(end))
    }

    /// A float is next to the quotient, and two products tell on which side. (Signed numbers are the ones that
    /// processors convert.)
    #[inline]
    fn index(&self, begun: Time) -> usize {
        let (begun, slice) = (begun.as_nanos(), self.slice.as_nanos());
        let near = (begun as i64 as f64 * self.slices_a_nanosecond) as i64 as u64;
        let near = near - u64::from(near.saturating_mul(slice) > begun);
        (near + u64::from((near + 1).saturating_mul(slice) <= begun)) as usize
    }

    /// Puts answers that came at once to the others, at the end of a trial.
    pub(super) fn finish(&mut self) {
        for slice in &mut self.slices {
            slice.latency.record_times(0, std::mem::take(&mut slice.at_once));
        }
    }

    /// An empty timeline up to `horizon`.
    pub fn new(horizon: Time) -> Timeline {
        let slice = Span::from_nanos(horizon.as_nanos().div_ceil(SLICES).max(1));
        let empty = Slice {
            stale: Fraction::default(),
            edge: Fraction::default(),
            latency: Distribution::new(Resolution::Coarse),
            at_once: 0,
            writes: 0,
            failed: 0,
        };
        let slices_a_nanosecond = 1.0 / slice.as_nanos() as f64;
        Timeline { slice, slices_a_nanosecond, slices: vec![empty; SLICES as usize] }
    }

    /// The slice in which something began.
    #[inline]
    pub fn at(&mut self, begun: Time) -> &mut Slice {
        let index = self.index(begun);
        let last = self.slices.len() - 1;
        &mut self.slices[index.min(last)]
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
            here.stale.merge(there.stale);
            here.edge.merge(there.edge);
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
