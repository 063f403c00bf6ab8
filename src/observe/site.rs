//! What is counted of what a location owns.

use serde::{Deserialize, Serialize};

use super::timeline::SLICES;
use crate::base::Time;
use crate::stats::{Distribution, Resolution};

/// All counts of one location's servers and of its link, whatever namespace they work for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SiteTally {
    /// Time that its servers were busy from warm-up to horizon: the sum over the servers, in nanoseconds.
    pub busy: u128,
    /// How many requests waited, summed over each nanosecond from warm-up to horizon.
    pub queued: u128,
    /// The most that waited at once from warm-up to horizon.
    pub most_queued: u64,
    /// How long requests waited that arrived from warm-up to horizon, in nanoseconds; those that did not have to, 0.
    pub waits: Distribution,
    /// Requests that arrived then and found the queue full.
    pub refused: u64,
    /// Bytes of values that were sent then to other locations and to clients.
    pub egress: u64,
    /// Over time, warm-up included.
    slices: Vec<SiteSlice>,
    /// The width of a slice in nanoseconds.
    slice: u64,
    measured: (Time, Time),
}

/// One slice of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SiteSlice {
    /// As [`SiteTally::busy`].
    pub busy: u128,
    /// As [`SiteTally::queued`].
    pub queued: u128,
}

impl SiteTally {
    /// Nothing yet.
    pub fn new(warmup: Time, horizon: Time) -> SiteTally {
        SiteTally {
            busy: 0,
            queued: 0,
            most_queued: 0,
            waits: Distribution::new(Resolution::Fine),
            refused: 0,
            egress: 0,
            slices: vec![SiteSlice::default(); SLICES],
            slice: horizon.as_nanos().div_ceil(SLICES as u64).max(1),
            measured: (warmup, horizon),
        }
    }

    /// The slices in order, each with its beginning and end in seconds.
    pub fn timeline(&self) -> impl Iterator<Item = (f64, f64, SiteSlice)> + '_ {
        let width = self.slice as f64 / 1e9;
        let slices = self.slices.iter().enumerate();
        slices.map(move |(at, &slice)| (at as f64 * width, (at + 1) as f64 * width, slice))
    }

    fn measures(&self, at: Time) -> bool {
        self.measured.0 <= at && at < self.measured.1
    }

    /// The part of a time that is measured.
    fn measured_part(&self, from: Time, to: Time) -> u128 {
        u128::from(to.min(self.measured.1).since(from.max(self.measured.0)).as_nanos())
    }

    /// The slices that a time falls into, and how much of it.
    fn each_slice(&mut self, from: Time, to: Time, mut take: impl FnMut(&mut SiteSlice, u128)) {
        let width = self.slice;
        let to = to.min(self.measured.1).as_nanos();
        let mut from = from.as_nanos();
        while from < to {
            let at = from / width;
            let end = to.min((at + 1) * width);
            if let Some(slice) = self.slices.get_mut(at as usize) {
                take(slice, u128::from(end - from));
            }
            from = end;
        }
    }

    /// A server is busy.
    pub fn busy(&mut self, from: Time, to: Time) {
        self.busy += self.measured_part(from, to);
        self.each_slice(from, to, |slice, time| slice.busy += time);
    }

    /// So many requests waited.
    pub fn queued(&mut self, requests: u64, from: Time, to: Time) {
        if requests == 0 || from == to {
            return;
        }
        let measured = self.measured_part(from, to);
        self.queued += u128::from(requests) * measured;
        if measured > 0 {
            self.most_queued = self.most_queued.max(requests);
        }
        self.each_slice(from, to, |slice, time| slice.queued += u128::from(requests) * time);
    }

    /// A request is served that has waited.
    pub fn served(&mut self, arrived: Time, now: Time) {
        if self.measures(arrived) {
            self.waits.record(now.since(arrived).as_nanos());
        }
    }

    /// A request is refused.
    pub fn refused(&mut self, now: Time) {
        self.refused += u64::from(self.measures(now));
    }

    /// A value is sent.
    pub fn sent(&mut self, bytes: u64, now: Time) {
        if self.measures(now) {
            self.egress += bytes;
        }
    }
}
