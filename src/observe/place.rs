//! What is counted at one location of a namespace, or over all of them.

use serde::{Deserialize, Serialize};

use crate::base::{Failure, Span, Time, array};
use crate::model::workload::OpKind;
use crate::stats::{Distribution, Resolution};
use crate::truth::{Cause, Verdict};

use super::timeline::SLICES;
use super::{AgeBins, Decades, Fraction, PlaceSlice, SessionTally};

/// Counts of operations and of the reads through the tiers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlaceTally {
    ops: [OpTally; 4],
    /// Requests to the edge cache.
    pub edge: TierTally,
    /// Requests to the upper tier's cache.
    pub upper: TierTally,
    /// Updates that were made here.
    pub updates: UpdateTally,
    /// Reads that went on to the replicas.
    pub origin_requests: u64,
    /// Bytes that these brought home.
    pub origin_bytes: u64,
    /// Operations of users with sessions.
    pub sessions: SessionTally,
    /// Stale reads by cause, in the order of [`Cause::ALL`].
    pub causes: [u64; Cause::ALL.len()],
    /// Stale reads by the versions they missed, from 0, where none is; the last counts that many or more.
    missed: Vec<u64>,
    /// How long stale reads were overdue.
    pub overdue: Decades,
    /// Fresh reads by the time since the last commit of their key.
    pub by_age: AgeBins,
    /// Fresh probes by delay; of writes that were made here and elsewhere. Empty where none was sent.
    pub probes: Vec<[Fraction; 2]>,
    /// From the commit of each followed write until it would be served here. Over all locations see
    /// [`NamespaceTally::propagation`](super::NamespaceTally).
    pub propagation: Decades,
    /// Reads over time, warm-up included.
    #[serde(with = "array")]
    pub timeline: [PlaceSlice; SLICES],
}

/// Reads further behind than this are counted together.
const MOST_BEHIND: usize = 100;

/// What became of the operations of one kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpTally {
    /// From the intended start to the answer, in nanoseconds; without those at once until the end of a trial.
    pub latency: Distribution,
    /// Answers without any delay, most of which are hits.
    at_once: u64,
    /// How often one was tried again.
    pub retries: u64,
    /// How often one was sent once more before it had an answer.
    pub hedges: u64,
    /// Those that had no answer, in the order of [`Failure::ALL`].
    pub failed: [u64; Failure::ALL.len()],
    /// The reads in it, held against the truth.
    pub judged: Judged,
}

/// Reads held against the truth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Judged {
    /// Reads.
    pub reads: u64,
    /// Stale ones.
    pub stale: u64,
    /// Those that returned what had not committed yet.
    pub ahead: u64,
    /// Sum of the versions missed.
    pub behind: u64,
    /// Sum of the nanoseconds overdue.
    pub overdue: u128,
}

/// Updates that committed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct UpdateTally {
    /// All.
    pub committed: u64,
    /// Those that were built on a version that was not the newest any more.
    pub blind: u64,
    /// Those that were overwritten by an update that had not seen them.
    pub overwritten: u64,
}

/// What a tier of caches did with the requests that reached it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct TierTally {
    /// Requests.
    pub requests: u64,
    /// Answered from an entry.
    pub hits: u64,
    /// Joined a fetch that was under way.
    pub coalesced: u64,
}

impl PlaceTally {
    /// Nothing counted yet; latencies as finely as `resolution` says.
    pub fn new(resolution: Resolution) -> PlaceTally {
        let op = OpTally {
            latency: Distribution::new(resolution),
            at_once: 0,
            retries: 0,
            hedges: 0,
            failed: [0; Failure::ALL.len()],
            judged: Judged::default(),
        };
        PlaceTally {
            ops: [op.clone(), op.clone(), op.clone(), op],
            edge: TierTally::default(),
            upper: TierTally::default(),
            updates: UpdateTally::default(),
            origin_requests: 0,
            origin_bytes: 0,
            sessions: SessionTally::default(),
            causes: [0; Cause::ALL.len()],
            missed: Vec::new(),
            overdue: Decades::default(),
            by_age: AgeBins::default(),
            probes: Vec::new(),
            propagation: Decades::default(),
            timeline: [PlaceSlice::default(); SLICES],
        }
    }

    /// Reads that missed just so many versions.
    pub fn behind_by(&self, versions: usize) -> u64 {
        let Judged { reads, stale, .. } = self.op(OpKind::Read).judged;
        let fresh = if versions == 0 { reads - stale } else { 0 };
        fresh + self.missed.get(versions).copied().unwrap_or(0)
    }

    /// Reads that missed at most so many versions.
    pub fn behind_up_to(&self, versions: usize) -> u64 {
        (0..=versions).map(|versions| self.behind_by(versions)).sum()
    }

    /// The most versions that a read missed; `MOST_BEHIND` stands for more.
    pub fn furthest_behind(&self) -> usize {
        self.missed.len().saturating_sub(1)
    }

    /// The operations of one kind.
    pub fn op(&self, kind: OpKind) -> &OpTally {
        &self.ops[kind as usize]
    }

    pub(super) fn op_mut(&mut self, kind: OpKind) -> &mut OpTally {
        &mut self.ops[kind as usize]
    }

    /// An operation has its answer.
    #[inline]
    pub(super) fn answered(&mut self, kind: OpKind, latency: Span) {
        let op = &mut self.ops[kind as usize];
        match latency {
            Span::ZERO => op.at_once += 1,
            later => op.latency.record(later.as_nanos()),
        }
    }

    /// A read was stale.
    pub(super) fn stale(&mut self, verdict: Verdict, cause: Cause, invoked: Time) {
        self.causes[cause as usize] += 1;
        self.missed(verdict.behind as usize, 1);
        self.overdue.record_times(verdict.overdue(invoked), 1);
    }

    /// Stale reads missed so many versions.
    pub(super) fn missed(&mut self, versions: usize, reads: u64) {
        let versions = versions.min(MOST_BEHIND);
        if versions >= self.missed.len() {
            self.missed.resize(versions + 1, 0);
        }
        self.missed[versions] += reads;
    }

    /// A probe that was sent from here so long after a commit, the `delay`-th delay, has its answer.
    pub fn probed(&mut self, delay: usize, own: bool, fresh: bool) {
        if delay >= self.probes.len() {
            self.probes.resize(delay + 1, Default::default());
        }
        self.probes[delay][usize::from(!own)].count(fresh);
    }

    /// An operation ended without an answer.
    pub(super) fn failed(&mut self, kind: OpKind, failure: Failure) {
        self.ops[kind as usize].failed[failure as usize] += 1;
    }

    /// Puts answers that came at once to the others, here and over `all` locations, at the end of a trial.
    pub(super) fn finish(&mut self, all: &mut PlaceTally) {
        for (op, all) in self.ops.iter_mut().zip(&mut all.ops) {
            let at_once = std::mem::take(&mut op.at_once);
            op.latency.record_times(0, at_once);
            all.latency.record_times(0, at_once);
        }
    }

    /// A read, or the get of an update, has been judged.
    #[inline]
    pub fn judged(&mut self, kind: OpKind, verdict: Verdict, invoked: Time) {
        self.ops[kind as usize].judged.count(verdict, invoked);
    }

    /// So many operations were answered without any delay.
    pub(super) fn answered_at_once(&mut self, kind: OpKind, count: u64) {
        self.ops[kind as usize].at_once += count;
    }

    /// Reads were judged that the edge cache answered from entries.
    pub(super) fn hits(&mut self, kind: OpKind, judged: Judged) {
        self.edge.requests += judged.reads;
        self.edge.hits += judged.reads;
        self.ops[kind as usize].judged.merge(judged);
    }

    /// Adds the counts of another place, but neither its latencies nor how writes spread: over all locations these are told
    /// apart more finely.
    pub fn add_counts(&mut self, other: &PlaceTally) {
        for (here, there) in self.ops.iter_mut().zip(&other.ops) {
            here.judged.merge(there.judged);
            here.retries += there.retries;
            here.hedges += there.hedges;
            here.failed.iter_mut().zip(there.failed).for_each(|(here, there)| *here += there);
        }
        self.edge.merge(other.edge);
        self.upper.merge(other.upper);
        self.updates.merge(other.updates);
        self.origin_requests += other.origin_requests;
        self.origin_bytes += other.origin_bytes;
        self.sessions.merge(other.sessions);
        add(&mut self.causes, &other.causes);
        self.missed.resize(self.missed.len().max(other.missed.len()), 0);
        add(&mut self.missed, &other.missed);
        self.overdue.merge(&other.overdue);
        self.by_age.merge(&other.by_age);
        self.probes.resize(self.probes.len().max(other.probes.len()), Default::default());
        for (here, there) in self.probes.iter_mut().flatten().zip(other.probes.iter().flatten()) {
            here.merge(*there);
        }
        self.timeline.iter_mut().zip(other.timeline).for_each(|(here, there)| here.merge(there));
    }

    /// Adds all that was counted of the same place.
    pub fn merge(&mut self, other: &PlaceTally) {
        self.add_counts(other);
        for (here, there) in self.ops.iter_mut().zip(&other.ops) {
            here.latency.merge(&there.latency);
        }
        self.propagation.merge(&other.propagation);
    }
}

/// Adds counts one by one.
pub(super) fn add(here: &mut [u64], there: &[u64]) {
    here.iter_mut().zip(there).for_each(|(here, there)| *here += there);
}

impl Judged {
    #[inline]
    pub(super) fn count(&mut self, verdict: Verdict, invoked: Time) {
        self.reads += 1;
        self.ahead += u64::from(verdict.ahead);
        if verdict.is_stale() {
            self.stale += 1;
            self.behind += u64::from(verdict.behind);
            self.overdue += u128::from(verdict.overdue(invoked).as_nanos());
        }
    }

    fn merge(&mut self, other: Judged) {
        self.reads += other.reads;
        self.stale += other.stale;
        self.ahead += other.ahead;
        self.behind += other.behind;
        self.overdue += other.overdue;
    }
}

impl UpdateTally {
    fn merge(&mut self, other: UpdateTally) {
        self.committed += other.committed;
        self.blind += other.blind;
        self.overwritten += other.overwritten;
    }
}

impl TierTally {
    fn merge(&mut self, other: TierTally) {
        self.requests += other.requests;
        self.hits += other.hits;
        self.coalesced += other.coalesced;
    }

    /// A request was answered from an entry, joined a fetch, or neither.
    pub fn count(&mut self, hit: bool, coalesced: bool) {
        self.requests += 1;
        self.hits += u64::from(hit);
        self.coalesced += u64::from(coalesced);
    }
}
