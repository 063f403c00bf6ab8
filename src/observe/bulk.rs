//! Hits of an edge cache that are counted many at once.

use super::place::add;
use super::{AgeBins, Fraction, NamespaceTally};
use crate::base::{LocationIx, Span};
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
        bulk.overdue.iter().for_each(|&(nanos, reads)| self.overdue.record_times(nanos, reads));
        let place = self.place(location);
        place.timeline.iter_mut().zip(&bulk.slices).for_each(|(here, &slice)| here.hits(slice));
        place.by_age.merge(&bulk.ages);
        add(&mut place.causes, &bulk.causes);
        bulk.behind.iter().for_each(|behind| place.missed(behind.versions, behind.reads));
        let overdue = bulk.overdue.iter().map(|&(nanos, reads)| (Span::from_nanos(nanos), reads));
        overdue.for_each(|(span, reads)| place.overdue.record_times(span, reads));
        let Fraction { hits: stale, of } = bulk.measured;
        place.edge.requests += of;
        place.edge.hits += of;
        place.answered_at_once(OpKind::Read, of);
        let read = place.op_mut(OpKind::Read);
        read.judged.reads += of;
        read.judged.stale += stale;
        read.judged.ahead += bulk.ahead;
        read.judged.behind += bulk.behind.iter().map(|behind| behind.sum).sum::<u64>();
        let overdue = |&(nanos, reads): &(u64, u64)| u128::from(nanos) * u128::from(reads);
        read.judged.overdue += bulk.overdue.iter().map(overdue).sum::<u128>();
    }
}
