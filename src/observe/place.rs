//! What is counted at one location of a namespace, or over all of them.

use crate::base::{Failure, Span, Time};
use crate::model::workload::OpKind;
use crate::stats::{Distribution, Resolution};
use crate::truth::Verdict;

use super::SessionTally;

/// Counts of operations and of the reads through the tiers.
#[derive(Clone, Debug)]
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
}

/// What became of the operations of one kind.
#[derive(Clone, Debug)]
pub struct OpTally {
    /// From the intended start to the answer, in nanoseconds; without those at once until the end of a trial.
    pub latency: Distribution,
    /// Answers without any delay, most of which are hits.
    at_once: u64,
    /// How often one was tried again.
    pub retries: u64,
    /// Those that had no answer, in the order of [`Failure::ALL`].
    pub failed: [u64; Failure::ALL.len()],
    /// The reads in it, held against the truth.
    pub judged: Judged,
}

/// Reads held against the truth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
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
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct UpdateTally {
    /// All.
    pub committed: u64,
    /// Those that were built on a version that was not the newest any more.
    pub blind: u64,
    /// Those that were overwritten by an update that had not seen them.
    pub overwritten: u64,
}

/// What a tier of caches did with the requests that reached it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
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
        }
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
    pub fn answered(&mut self, kind: OpKind, latency: Span) {
        let op = &mut self.ops[kind as usize];
        match latency {
            Span::ZERO => op.at_once += 1,
            later => op.latency.record(later.as_nanos()),
        }
    }

    /// An operation ended without an answer.
    pub(super) fn failed(&mut self, kind: OpKind, failure: Failure) {
        self.ops[kind as usize].failed[failure as usize] += 1;
    }

    /// Puts answers that came at once to the others, at the end of a trial.
    pub(super) fn finish(&mut self) {
        for op in &mut self.ops {
            op.latency.record_times(0, std::mem::take(&mut op.at_once));
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

    /// Adds the counts of another place, but not its latencies: they may be told apart more coarsely there.
    pub fn add_counts(&mut self, other: &PlaceTally) {
        for (here, there) in self.ops.iter_mut().zip(&other.ops) {
            here.judged.merge(there.judged);
            here.retries += there.retries;
            here.failed.iter_mut().zip(there.failed).for_each(|(here, there)| *here += there);
        }
        self.edge.merge(other.edge);
        self.upper.merge(other.upper);
        self.updates.merge(other.updates);
        self.origin_requests += other.origin_requests;
        self.origin_bytes += other.origin_bytes;
        self.sessions.merge(other.sessions);
    }

    /// Adds all that was counted of the same place.
    pub fn merge(&mut self, other: &PlaceTally) {
        self.add_counts(other);
        for (here, there) in self.ops.iter_mut().zip(&other.ops) {
            here.latency.merge(&there.latency);
        }
    }
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
