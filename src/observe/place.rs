//! What is counted at one location of a namespace, or over all of them.

use crate::base::{Span, Time};
use crate::model::workload::OpKind;
use crate::stats::{Distribution, Resolution};
use crate::truth::Verdict;

/// Counts of operations and of the reads through the tiers.
#[derive(Clone, Debug)]
pub struct PlaceTally {
    ops: [OpTally; 4],
    /// Requests to the edge cache.
    pub edge: TierTally,
    /// Requests to the upper tier's cache.
    pub upper: TierTally,
    /// Reads that went on to the replicas.
    pub origin_requests: u64,
    /// Bytes that these brought home.
    pub origin_bytes: u64,
}

/// What became of the operations of one kind.
#[derive(Clone, Debug)]
pub struct OpTally {
    /// From the intended start to the answer, in nanoseconds.
    pub latency: Distribution,
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
        let op = OpTally { latency: Distribution::new(resolution), judged: Judged::default() };
        PlaceTally {
            ops: [op.clone(), op.clone(), op.clone(), op],
            edge: TierTally::default(),
            upper: TierTally::default(),
            origin_requests: 0,
            origin_bytes: 0,
        }
    }

    /// The operations of one kind.
    pub fn op(&self, kind: OpKind) -> &OpTally {
        &self.ops[kind as usize]
    }

    /// An operation has its answer.
    pub fn answered(&mut self, kind: OpKind, latency: Span) {
        self.ops[kind as usize].latency.record(latency.as_nanos());
    }

    /// A read, or the get of an update, has been judged.
    pub fn judged(&mut self, kind: OpKind, verdict: Verdict, invoked: Time) {
        let judged = &mut self.ops[kind as usize].judged;
        judged.reads += 1;
        judged.ahead += u64::from(verdict.ahead);
        if verdict.is_stale() {
            judged.stale += 1;
            judged.behind += u64::from(verdict.behind);
            judged.overdue += u128::from(verdict.overdue(invoked).as_nanos());
        }
    }
}

impl TierTally {
    /// A request was answered from an entry, joined a fetch, or neither.
    pub fn count(&mut self, hit: bool, coalesced: bool) {
        self.requests += 1;
        self.hits += u64::from(hit);
        self.coalesced += u64::from(coalesced);
    }
}
