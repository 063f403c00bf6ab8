//! Hits of one edge cache that come one after another, counted together.

use crate::base::{LocationIx, Time};
use crate::model::workload::OpKind;
use crate::truth::{Cause, Verdict};

use super::{Fraction, Judged, NamespaceTally};

/// Counts reads at one location that its edge cache answers at once, in order of time.
#[derive(Debug)]
pub struct HitTally<'a> {
    tally: &'a mut NamespaceTally,
    location: LocationIx,
    /// Operations that begin earlier are not measured.
    warmup: Time,
    /// The current slice of the timeline, its end, and what was counted in it.
    slice: usize,
    slice_ends: Time,
    reads: Fraction,
    /// Over all slices, of what is measured.
    judged: Judged,
    /// What each answer weighs, where that is counted.
    bytes: u64,
}

impl<'a> HitTally<'a> {
    /// Nothing counted yet.
    #[inline]
    pub fn new(
        tally: &'a mut NamespaceTally,
        location: LocationIx,
        warmup: Time,
        bytes: u64,
    ) -> HitTally<'a> {
        let (slice, slice_ends, judged) = (0, Time::ZERO, Judged::default());
        HitTally { tally, location, warmup, slice, slice_ends, reads: Fraction::default(), judged, bytes }
    }

    /// A read that began at `invoked`; why it was stale, if it was.
    #[inline]
    pub fn count(&mut self, invoked: Time, verdict: Verdict, cause: Option<Cause>) {
        if invoked >= self.slice_ends {
            self.flush();
            (self.slice, self.slice_ends) = self.tally.timeline.slice_and_end(invoked);
        }
        self.reads.count(cause.is_some());
        if invoked < self.warmup {
            return;
        }
        self.judged.count(verdict, invoked);
        if verdict.last_commit != Time::NEVER {
            let age = invoked.since(verdict.last_commit);
            self.tally.place(self.location).by_age.count(age, cause.is_none());
        }
        if let Some(cause) = cause {
            self.tally.place(self.location).stale(verdict, cause, invoked);
            self.tally.overdue.record(verdict.overdue(invoked).as_nanos());
        }
    }

    fn flush(&mut self) {
        if self.reads.of > 0 {
            let reads = std::mem::take(&mut self.reads);
            self.tally.place(self.location).timeline[self.slice].hits(reads);
        }
    }

    /// Adds all to the counts of the namespace.
    #[inline]
    pub fn finish(mut self) {
        self.flush();
        self.tally.answered_bytes += self.judged.reads * self.bytes;
        let place = self.tally.place(self.location);
        place.answered_at_once(OpKind::Read, self.judged.reads);
        place.hits(OpKind::Read, self.judged);
    }
}
