//! Hits of one edge cache that come one after another, counted together.

use crate::base::{LocationIx, Time};
use crate::model::workload::OpKind;
use crate::truth::{Cause, Verdict};

use super::{Judged, NamespaceTally};

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
    reads: u64,
    stale: u64,
    /// Over all slices, of what is measured.
    judged: Judged,
}

impl<'a> HitTally<'a> {
    /// Nothing counted yet.
    #[inline]
    pub fn new(tally: &'a mut NamespaceTally, location: LocationIx, warmup: Time) -> HitTally<'a> {
        let (slice, slice_ends, judged) = (0, Time::ZERO, Judged::default());
        HitTally { tally, location, warmup, slice, slice_ends, reads: 0, stale: 0, judged }
    }

    /// A read that began at `invoked`; why it was stale, if it was.
    #[inline]
    pub fn count(&mut self, invoked: Time, verdict: Verdict, cause: Option<Cause>) {
        if invoked >= self.slice_ends {
            self.flush();
            (self.slice, self.slice_ends) = self.tally.timeline.slice_and_end(invoked);
        }
        self.reads += 1;
        self.stale += u64::from(cause.is_some());
        if invoked < self.warmup {
            return;
        }
        self.judged.count(verdict, invoked);
        if verdict.last_commit != Time::NEVER {
            self.tally.by_age.count(invoked.since(verdict.last_commit), cause.is_none());
        }
        if let Some(cause) = cause {
            self.tally.stale(verdict, cause, invoked);
        }
    }

    fn flush(&mut self) {
        if self.reads > 0 {
            self.tally.timeline.slice_mut(self.slice).hits(self.reads, self.stale);
            (self.reads, self.stale) = (0, 0);
        }
    }

    /// Adds all to the counts of the namespace.
    #[inline]
    pub fn finish(mut self) {
        self.flush();
        let Judged { reads, stale, .. } = self.judged;
        self.tally.behind[0] += reads - stale;
        self.tally.all.answered_at_once(OpKind::Read, reads);
        let place = self.tally.place(self.location);
        place.answered_at_once(OpKind::Read, reads);
        place.hits(OpKind::Read, self.judged);
    }
}
