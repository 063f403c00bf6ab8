//! What is counted of one namespace.

use serde::{Deserialize, Serialize};

use crate::base::{Failure, LocationIx, Span, Time};
use crate::model::workload::OpKind;
use crate::stats::{Distribution, Resolution};
use crate::truth::{Cause, Clash, Source, Verdict};

use super::place::add;
use super::{Fraction, PlaceTally, Pulse, RoomTally, SiblingTally, SpreadSample, SpreadWrite, Timeline};

/// The shares of locations whose time to serve a write is told.
pub const PROPAGATION_SHARES: [f64; 4] = [0.5, 0.9, 0.99, 1.0];

/// All counts of one namespace in one trial.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NamespaceTally {
    /// Over all locations: but for latencies, which are told apart more finely here, the sum of these.
    pub all: PlaceTally,
    /// By location of the case; `None` where nobody reads, writes or observes.
    pub places: Vec<Option<Box<PlaceTally>>>,
    /// How long stale reads were overdue, in nanoseconds.
    pub overdue: Distribution,
    /// For sampled or isolated writes, the least time after commit from which one drawn read is fresh.
    pub thresholds: Thresholds,
    /// How sampled writes spread.
    pub propagation: Propagation,
    /// A few of these writes.
    pub spread: SpreadSample,
    /// Reads and writes over time, warm-up included.
    pub timeline: Timeline,
    /// Writes that committed after the warm-up.
    pub commits: u64,
    /// Writes that were later than one that had committed, and whose clock put them before it.
    pub outranked: Fraction,
    /// How many versions reads returned side by side, and the gets of updates, where several may stand.
    pub siblings: [SiblingTally; 2],
    /// How many updates went into the newest values, and how many there were, warm-up included.
    pub updates_kept: (u64, u64),
    /// Purges that committing writes sent after the warm-up, lost ones included: to the edge caches, and to the upper tier's.
    pub purges: [u64; 2],
    /// What caches of limited capacity did, of the edge and of the upper tier, by location; empty where there are none.
    pub rooms: [Vec<RoomTally>; 2],
    /// Bytes of values in answers to reads and to gets of updates, after the warm-up; counted where they cost something.
    pub answered_bytes: u64,
    /// Bytes of the keys that have a value when the trial begins, once each; counted where they cost something.
    pub stored_bytes: u64,
    /// In short slices of time, where there are faults.
    pub pulse: Option<Box<Pulse>>,
}

/// What is known of a read when it has its answer.
#[derive(Clone, Copy, Debug)]
pub struct ReadTold {
    /// A read or an update.
    pub kind: OpKind,
    /// When it began.
    pub invoked: Time,
    /// Held against the truth.
    pub verdict: Verdict,
    /// How the edge cache answered it; `None` where there is none.
    pub edge: Option<Source>,
    /// Why it was stale, if it was.
    pub cause: Option<Cause>,
    /// How long it took; `None` of the get of an update, which is not over yet.
    pub latency: Option<Span>,
    /// Whether it began after the warm-up.
    pub measured: bool,
}

/// From when on after a commit a drawn read is fresh.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Thresholds {
    /// Reads that are fresh already when they begin at the commit.
    pub at_once: u64,
    /// The others, in nanoseconds.
    pub later: Distribution,
}

/// How sampled writes became what the locations would serve.
#[derive(Clone, Debug, Serialize, Deserialize)]
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

impl NamespaceTally {
    /// Empty counts for a trial up to `horizon`, with a place for each of the locations `used`.
    pub fn new(locations: usize, used: impl Iterator<Item = LocationIx>, horizon: Time) -> NamespaceTally {
        let mut places = vec![None; locations];
        used.for_each(|location| places[location.at()] = Some(Box::new(PlaceTally::new(Resolution::Coarse))));
        let fine = || Distribution::new(Resolution::Fine);
        NamespaceTally {
            all: PlaceTally::new(Resolution::Fine),
            places,
            overdue: fine(),
            thresholds: Thresholds { at_once: 0, later: fine() },
            propagation: Propagation {
                locations: fine(),
                shares: [fine(), fine(), fine(), fine()],
                writes: 0,
                unfinished: 0,
            },
            spread: SpreadSample::default(),
            timeline: Timeline::new(horizon),
            commits: 0,
            outranked: Fraction::default(),
            siblings: Default::default(),
            updates_kept: (0, 0),
            purges: [0; 2],
            rooms: Default::default(),
            answered_bytes: 0,
            stored_bytes: 0,
            pulse: None,
        }
    }

    /// Counts in short slices of time as well.
    pub fn feel_pulse(&mut self) {
        self.pulse = Some(Box::new(Pulse::new(self.timeline.width())));
    }

    /// A read goes on to the replicas, now; counted where there are faults.
    #[inline]
    pub fn asks_origin(&mut self, now: Time) {
        if let Some(pulse) = &mut self.pulse {
            pulse.at(now).origin += 1;
        }
    }

    /// The counts at a location where clients are.
    #[inline]
    pub fn place(&mut self, location: LocationIx) -> &mut PlaceTally {
        place_of(&mut self.places, location)
    }

    /// The counts of the caches of a tier at a location, whose capacity is limited.
    pub fn room(&mut self, tier: usize, location: LocationIx) -> &mut RoomTally {
        let rooms = &mut self.rooms[tier];
        rooms.resize(rooms.len().max(self.places.len()), RoomTally::default());
        &mut rooms[location.at()]
    }

    /// A read, or the get of an update, has its answer.
    #[inline]
    pub fn read(&mut self, location: LocationIx, told: &ReadTold) {
        let &ReadTold { kind, invoked, verdict, edge, cause, latency, measured } = told;
        let is_hit = matches!(edge, Some(Source::Hit | Source::Revalidating));
        let later = latency.filter(|&latency| latency != Span::ZERO);
        let at = self.timeline.index(invoked);
        if let Some(latency) = later {
            self.timeline.slice_mut(at).latency.record(latency.as_nanos());
        }
        if let Some(pulse) = &mut self.pulse {
            let beat = pulse.at(invoked);
            beat.answered += u64::from(kind == OpKind::Read);
            beat.reads += 1;
            beat.stale += u64::from(verdict.is_stale());
        }
        let place = place_of(&mut self.places, location);
        let slice = &mut place.timeline[at];
        slice.waited += u128::from(latency.map_or(0, Span::as_nanos));
        if edge.is_some() {
            slice.edge.count(is_hit);
        }
        if kind == OpKind::Read {
            slice.stale.count(verdict.is_stale());
        }
        if !measured {
            return;
        }
        if let Some(latency) = latency {
            place.answered(kind, latency);
        }
        if let Some(latency) = later {
            self.all.answered(kind, latency);
        }
        if edge.is_some() {
            place.edge.count(is_hit, edge == Some(Source::Coalesced));
        }
        place.judged(kind, verdict, invoked);
        if kind != OpKind::Read {
            return;
        }
        if verdict.last_commit != Time::NEVER {
            place.by_age.count(invoked.since(verdict.last_commit), !verdict.is_stale());
        }
        if let Some(cause) = cause {
            place.stale(verdict, cause, invoked);
            self.overdue.record(verdict.overdue(invoked).as_nanos());
        }
    }

    /// A measured read, or the get of an update, returned so many versions.
    pub fn siblings(&mut self, kind: OpKind, returned: u32) {
        self.siblings[usize::from(kind != OpKind::Read)].count(returned);
    }

    /// A write, or an update, has its answer.
    pub fn written(&mut self, location: LocationIx, kind: OpKind, invoked: Time, now: Time, measured: bool) {
        self.timeline.at(invoked).writes += 1;
        if let Some(pulse) = &mut self.pulse {
            pulse.at(invoked).answered += 1;
        }
        if measured {
            let latency = now.since(invoked);
            self.place(location).answered(kind, latency);
            if latency != Span::ZERO {
                self.all.answered(kind, latency);
            }
        }
    }

    /// A write that was made at a location has committed.
    pub fn clashed(&mut self, location: LocationIx, clash: &Clash) {
        let updates = &mut self.place(location).updates;
        updates.committed += u64::from(clash.is_update);
        updates.blind += u64::from(clash.is_update && clash.is_blind);
        for &location in &clash.lost {
            self.place(location).updates.overwritten += 1;
        }
    }

    /// A write is served by all of the `readers`, in whose order it tells since when.
    pub fn spread(&mut self, readers: &[LocationIx], write: SpreadWrite) {
        let until: Vec<Span> = write.since.iter().map(|since| since.since(write.committed)).collect();
        for (&reader, &until) in readers.iter().zip(&until) {
            self.place(reader).propagation.record_times(until, 1);
        }
        self.propagation.spread(until);
        self.spread.take(write);
    }

    /// An operation that failed is tried again.
    pub fn retried(&mut self, location: LocationIx, kind: OpKind) {
        self.place(location).op_mut(kind).retries += 1;
    }

    /// An operation is sent once more before it has an answer.
    pub fn hedged(&mut self, location: LocationIx, kind: OpKind) {
        self.place(location).op_mut(kind).hedges += 1;
    }

    /// An operation ended without an answer.
    pub fn failed(
        &mut self,
        location: LocationIx,
        kind: OpKind,
        invoked: Time,
        failure: Failure,
        measured: bool,
    ) {
        self.timeline.at(invoked).failed += 1;
        if let Some(pulse) = &mut self.pulse {
            pulse.at(invoked).failed += 1;
        }
        if measured {
            self.place(location).failed(kind, failure);
        }
    }

    /// Ends the trial, or a part of it: sums up over all locations what is counted at each.
    pub fn finish(&mut self) {
        for place in self.places.iter_mut().flatten() {
            place.finish(&mut self.all);
            self.all.add_counts(place);
        }
        self.timeline.finish(&self.all.timeline);
    }

    /// Adds what was counted in another part of the same trial.
    pub fn merge(&mut self, other: &NamespaceTally) {
        self.all.merge(&other.all);
        for (here, there) in self.places.iter_mut().zip(&other.places) {
            match (here, there) {
                (Some(here), Some(there)) => here.merge(there),
                (here, there) => *here = here.take().or_else(|| there.clone()),
            }
        }
        self.overdue.merge(&other.overdue);
        self.thresholds.at_once += other.thresholds.at_once;
        self.thresholds.later.merge(&other.thresholds.later);
        self.propagation.merge(&other.propagation);
        self.spread.merge(&other.spread);
        self.timeline.merge(&other.timeline);
        self.commits += other.commits;
        self.outranked.merge(other.outranked);
        self.siblings.iter_mut().zip(other.siblings).for_each(|(here, there)| here.merge(there));
        self.updates_kept.0 += other.updates_kept.0;
        self.updates_kept.1 += other.updates_kept.1;
        add(&mut self.purges, &other.purges);
        for (here, there) in self.rooms.iter_mut().zip(&other.rooms) {
            here.resize(here.len().max(there.len()), RoomTally::default());
            here.iter_mut().zip(there).for_each(|(here, there)| here.merge(there));
        }
        self.answered_bytes += other.answered_bytes;
        self.stored_bytes += other.stored_bytes;
        if let (Some(here), Some(there)) = (&mut self.pulse, &other.pulse) {
            here.merge(there);
        }
    }
}

#[inline]
fn place_of(places: &mut [Option<Box<PlaceTally>>], location: LocationIx) -> &mut PlaceTally {
    places[location.at()].get_or_insert_with(|| Box::new(PlaceTally::new(Resolution::Coarse)))
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
    fn merge(&mut self, other: &Propagation) {
        self.locations.merge(&other.locations);
        self.shares.iter_mut().zip(&other.shares).for_each(|(here, there)| here.merge(there));
        self.writes += other.writes;
        self.unfinished += other.unfinished;
    }

    /// A write has spread: the time from commit until each location would serve it.
    fn spread(&mut self, mut until: Vec<Span>) {
        until.sort_unstable();
        until.iter().for_each(|span| self.locations.record(span.as_nanos()));
        for (share, distribution) in PROPAGATION_SHARES.iter().zip(&mut self.shares) {
            let rank = (share * until.len() as f64).ceil() as usize;
            distribution.record(until[rank.max(1) - 1].as_nanos());
        }
        self.writes += 1;
    }
}
