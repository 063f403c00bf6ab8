//! Operations of clients, from their beginning to their answer.

use rand::RngExt;

use super::arrivals::Arrival;
use super::probe::ProbeId;
use super::streams::Purpose;
use super::{Event, World};
use crate::base::{Dice, KeyId, LocationIx, NamespaceIx, PopulationIx, Span, Time, Version};
use crate::model::cache::Snapshot;
use crate::model::workload::OpKind;
use crate::truth::{Source, cause};

/// The place of an operation in its slab.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct OpId(pub(super) u32);

/// The end of a chain of waiting operations.
pub(super) const NOBODY: u32 = u32::MAX;

/// A client's operation that has begun and not ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation {
    pub(super) namespace: NamespaceIx,
    pub(super) location: LocationIx,
    pub(super) key: KeyId,
    /// Which of the location's sub-caches it meets.
    pub(super) sub: u16,
    /// Reading, or writing: an update does the one and then the other.
    pub(super) phase: Phase,
    pub(super) origin: Origin,
    pub(super) dice: Dice,
    pub(super) invoked: Time,
    pub(super) snapshot: Snapshot,
    pub(super) source: Source,
    /// The next operation that waits for the same fetch.
    pub(super) next: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    Reading,
    Writing,
}

/// Who began an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Origin {
    /// A client; measured unless it began in the warm-up.
    Client { population: PopulationIx, kind: OpKind, measured: bool },
    /// A probe, which leaves no trace: after which delay, and whether from where the write was made.
    Probe { probe: ProbeId, delay: u16, own: bool },
}

impl Operation {
    pub(super) fn is_probe(&self) -> bool {
        matches!(self.origin, Origin::Probe { .. })
    }

    /// Whether what it meets on its way is counted.
    pub(super) fn is_measured(&self) -> bool {
        matches!(self.origin, Origin::Client { measured: true, .. })
    }
}

const NOTHING_YET: Snapshot = Snapshot::of_replica(Version::new(0, true), Time::ZERO);

impl World<'_> {
    /// A client begins an operation now.
    pub(super) fn begin(&mut self, arrival: Arrival) {
        let population = &self.case.populations[arrival.population.at()];
        let now = self.now();
        let space = &self.spaces[population.namespace.at()];
        let dice = arrival.clients.fork(arrival.sequence);
        let mut rng = Purpose::What.of(dice).rng();
        let kind = population.mix.sample(&mut rng);
        let key = space.namespace.catalogue.sample(now, &mut rng);
        let sub = match &space.namespace.edge {
            Some(rules) if rules.sub_caches > 1 => rng.random_range(0..rules.sub_caches),
            _ => 0,
        };
        let op = OpId(self.ops.insert(Operation {
            namespace: population.namespace,
            location: arrival.location,
            key,
            sub,
            phase: match kind {
                OpKind::Read | OpKind::Update => Phase::Reading,
                OpKind::Write | OpKind::Delete => Phase::Writing,
            },
            origin: Origin::Client {
                population: arrival.population,
                kind,
                measured: now >= self.case.warmup,
            },
            dice,
            invoked: now,
            snapshot: NOTHING_YET,
            source: Source::Fetched,
            next: NOBODY,
        }) as u32);
        self.approach(op);
    }

    /// Sends a probe: a read from `location` that disturbs nothing.
    pub(super) fn begin_probe(
        &mut self,
        namespace: NamespaceIx,
        location: LocationIx,
        key: KeyId,
        origin: Origin,
        dice: Dice,
    ) {
        let sub = match &self.spaces[namespace.at()].namespace.edge {
            Some(rules) if rules.sub_caches > 1 => {
                Purpose::What.of(dice).rng().random_range(0..rules.sub_caches)
            }
            _ => 0,
        };
        let op = OpId(self.ops.insert(Operation {
            namespace,
            location,
            key,
            sub,
            phase: Phase::Reading,
            origin,
            dice,
            invoked: self.now(),
            snapshot: NOTHING_YET,
            source: Source::Fetched,
            next: NOBODY,
        }) as u32);
        self.enter(op);
    }

    fn approach(&mut self, op: OpId) {
        let delay = self.access(op, Purpose::AccessUp);
        self.after(delay, Event::Entered(op));
    }

    fn access(&self, op: OpId, purpose: Purpose) -> Option<Span> {
        let operation = &self.ops[op.0 as usize];
        let Origin::Client { population, .. } = operation.origin else { return None };
        let access = self.case.populations[population.at()].access.as_ref()?;
        Some(access.sample(&mut purpose.of(operation.dice).rng()))
    }

    /// An operation reaches its location.
    pub(super) fn enter(&mut self, op: OpId) {
        match self.ops[op.0 as usize].phase {
            Phase::Reading => self.read(op),
            Phase::Writing => self.write(op),
        }
    }

    /// The location answers an operation with what it has read or written.
    pub(super) fn serve(&mut self, op: OpId, snapshot: Snapshot) {
        self.ops[op.0 as usize].snapshot = snapshot;
        let delay = self.access(op, Purpose::AccessDown);
        self.after(delay, Event::Answered(op));
    }

    /// An answer reaches the client.
    pub(super) fn answer(&mut self, op: OpId) {
        let operation = self.ops[op.0 as usize];
        match operation.origin {
            Origin::Probe { probe, delay, own } => {
                self.ops.remove(op.0 as usize);
                self.count_probe(operation.namespace, probe, delay, own, operation.snapshot.version);
            }
            Origin::Client { kind, measured, .. } => {
                if operation.phase == Phase::Reading {
                    self.judge(&operation, kind, measured);
                }
                if operation.phase == Phase::Reading && kind == OpKind::Update {
                    let operation = &mut self.ops[op.0 as usize];
                    operation.phase = Phase::Writing;
                    operation.dice = Purpose::Put.of(operation.dice);
                    self.approach(op);
                } else {
                    self.ops.remove(op.0 as usize);
                    self.end(&operation, kind, measured);
                }
            }
        }
    }

    fn judge(&mut self, operation: &Operation, kind: OpKind, measured: bool) {
        let Operation { key, invoked, snapshot, .. } = *operation;
        let space = &mut self.spaces[operation.namespace.at()];
        let verdict = space.ledger.judge(key, snapshot.version, invoked);
        let tally = &mut space.tally;
        if kind == OpKind::Read {
            tally.timeline.at(invoked).stale.count(verdict.is_stale());
        }
        if !measured {
            return;
        }
        tally.at(operation.location, |place| place.judged(kind, verdict, invoked));
        if kind != OpKind::Read {
            return;
        }
        tally.missed(verdict.behind);
        if let Some(commit) = space.ledger.newest_commit_before(key, invoked) {
            tally.by_age.count(invoked.since(commit), !verdict.is_stale());
        }
        if verdict.is_stale() {
            let why = cause(operation.source, snapshot, verdict.first_missed);
            tally.causes[why as usize] += 1;
            tally.overdue.record(verdict.overdue(invoked).as_nanos());
        }
    }

    fn end(&mut self, operation: &Operation, kind: OpKind, measured: bool) {
        let latency = self.now().since(operation.invoked);
        let answer = operation.dice.fork(self.now().as_nanos());
        let answer = answer.fork(u64::from(operation.snapshot.version.number()));
        self.fingerprint = self.fingerprint.wrapping_add(answer.bits());
        let tally = &mut self.spaces[operation.namespace.at()].tally;
        let slice = tally.timeline.at(operation.invoked);
        match kind {
            OpKind::Read => slice.latency.record(latency.as_nanos()),
            OpKind::Write | OpKind::Update | OpKind::Delete => slice.writes += 1,
        }
        if measured {
            tally.at(operation.location, |place| place.answered(kind, latency));
        }
    }
}
