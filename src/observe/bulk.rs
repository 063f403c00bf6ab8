//! Hits of an edge cache that are counted many at once.

use super::{AgeBins, Fraction, NamespaceTally};
use crate::base::LocationIx;
use crate::model::workload::OpKind;
use crate::truth::Cause;

/// Reads at one location that its edge cache answered at once, each from an entry within its TTL.
#[derive(Clone, Debug, Default)]
pub struct Bulk {
    /// For each slice of the timeline the stale ones of all, warm-up included.
    pub slices: Vec<Fraction>,
    /// The stale ones of all that began after the warm-up; the rest is about these.
    pub measured: Fraction,
    /// How many returned what had not committed yet.
    pub ahead: u64,
    /// How many missed so many versions, from 1 on, with these versions' sum.
    pub behind: Vec<Behind>,
    /// The fresh ones of all, by the bin of the time since the last commit of their key.
    pub ages: AgeBins,
    /// Stale ones by cause, in the order of [`Cause::ALL`].
    pub causes: [u64; Cause::ALL.len()],
    /// How many were overdue by so many nanoseconds.
    pub overdue: Vec<(u64, u64)>,
}

/// Stale reads that missed as many versions, or about as many.
#[derive(Clone, Copy, Debug)]
pub struct Behind {
    /// How many versions each missed; where many did, about.
    pub versions: usize,
    /// How many reads there are.
    pub reads: u64,
    /// How many versions they missed together.
    pub sum: u64,
}

impl NamespaceTally {
    /// Many reads had their answers at once.
    pub fn hits(&mut self, location: LocationIx, bulk: &Bulk) {
        for (index, slice) in bulk.slices.iter().enumerate() {
            let here = self.timeline.slice_mut(index);
            here.edge.merge(Fraction { hits: slice.of, of: slice.of });
            here.stale.merge(*slice);
            here.latency.record_times(0, slice.of);
        }
        let Fraction { hits: stale, of } = bulk.measured;
        self.by_age.merge(&bulk.ages);
        self.causes.iter_mut().zip(bulk.causes).for_each(|(here, there)| *here += there);
        self.behind[0] += of - stale;
        let most = self.behind.len() - 1;
        bulk.behind.iter().for_each(|behind| self.behind[behind.versions.min(most)] += behind.reads);
        bulk.overdue.iter().for_each(|&(nanos, reads)| self.overdue.record_times(nanos, reads));
        self.all.op_mut(OpKind::Read).latency.record_times(0, of);
        let place = self.place(location);
        place.edge.requests += of;
        place.edge.hits += of;
        let read = place.op_mut(OpKind::Read);
        read.latency.record_times(0, of);
        read.judged.reads += of;
        read.judged.stale += stale;
        read.judged.ahead += bulk.ahead;
        read.judged.behind += bulk.behind.iter().map(|behind| behind.sum).sum::<u64>();
        let overdue = |&(nanos, reads): &(u64, u64)| u128::from(nanos) * u128::from(reads);
        read.judged.overdue += bulk.overdue.iter().map(overdue).sum::<u128>();
    }
}
