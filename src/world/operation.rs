//! Operations of clients, from their beginning to their answer.

use rand::RngExt;

use super::arrivals::{Arrival, Soon};
use super::attempts::first_phase;
use super::exchange::Request;
use super::faults::Lost;
use super::probe::ProbeId;
use super::space::Read;
use super::streams::Purpose;
use super::trace::{Strand, What};
use super::{Event, World, turn};
use crate::base::{Dice, KeyId, LocationIx, NamespaceIx, PopulationIx, Span, Time, Version};
use crate::engine::Turn;
use crate::model::cache::Snapshot;
use crate::model::network::Leg;
use crate::model::workload::OpKind;
use crate::scenario::{Namespace, Population};
use crate::truth::Source;

/// The place of an operation in its slab.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct OpId(pub(super) u32);

/// The end of a chain of waiting operations.
pub(super) const NOBODY: u32 = u32::MAX;

/// A client's operation that has begun and not ended. It takes one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
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

const _: () = assert!(size_of::<Operation>() == 64);

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
    /// A probe, which leaves no trace: of which write, and after which delay.
    Probe { probe: ProbeId, delay: u16 },
    /// A probe of somebody who looks at one key.
    Question,
}

impl Operation {
    pub(super) fn is_probe(&self) -> bool {
        matches!(self.origin, Origin::Probe { .. } | Origin::Question)
    }

    /// What it asks the replicas for, where no cache does.
    pub(super) fn request(&self) -> Request {
        let &Operation { namespace, location, key, dice, .. } = self;
        Request { namespace, from: location, key, dice }
    }

    pub(super) fn turn(&self) -> Turn {
        match self.phase {
            Phase::Reading => turn::READ_REQUEST,
            Phase::Writing => turn::WRITE,
        }
    }

    /// Whether what it meets on its way is counted.
    pub(super) fn is_measured(&self) -> bool {
        matches!(self.origin, Origin::Client { measured: true, .. })
    }
}

/// What the fingerprint of a trial adds up: which operation was answered when, and with what.
pub(super) fn answer(dice: Dice, now: Time, version: Version) -> u64 {
    dice.fork(now.as_nanos() ^ u64::from(version.number()).rotate_right(20)).bits()
}

/// Which of a location's sub-caches a read meets that no arrival was drawn for.
pub(super) fn sub_cache(namespace: &Namespace, dice: Dice) -> u16 {
    match &namespace.edge {
        Some(rules) if rules.sub_caches > 1 => Purpose::What.of(dice).rng().random_range(0..rules.sub_caches),
        _ => 0,
    }
}

pub(super) const NOTHING_YET: Snapshot = Snapshot::of_replica(Version::new(0, true), Time::ZERO);

impl World<'_> {
    /// A client begins the operation that comes next.
    pub(super) fn arrive(&mut self) {
        let Some(Soon { arrival, population, location }) = self.arrivals.pop(self.trial) else { return };
        self.look_at_arrivals();
        let location = match &mut self.recorder {
            Some(recorder) => recorder.begin(self.trial.case, population, location, &arrival),
            None => location,
        };
        if !self.serve_hit(population, location, &arrival) {
            self.begin(population, location, arrival);
        }
    }

    /// A client begins an operation.
    pub(super) fn begin(&mut self, population: PopulationIx, location: LocationIx, arrival: Arrival) {
        let Arrival { at, dice, key, sub, kind } = arrival;
        let case = self.trial.case;
        self.events += 1;
        self.pending.advance(at);
        let namespace = case.populations[population.at()].namespace;
        self.begin_first(Operation {
            namespace,
            location,
            key,
            sub,
            phase: first_phase(kind, &case.namespaces[namespace.at()].updates),
            origin: Origin::Client { population, kind, measured: at >= case.warmup },
            dice,
            invoked: at,
            snapshot: NOTHING_YET,
            source: Source::Fetched,
            next: NOBODY,
        });
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
        let sub = sub_cache(self.spaces[namespace.at()].namespace, dice);
        self.enter(Operation {
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
        });
    }

    /// Puts an operation aside that has to wait.
    pub(super) fn keep(&mut self, operation: Operation) -> OpId {
        OpId(self.ops.insert(operation) as u32)
    }

    pub(super) fn approach(&mut self, operation: Operation) {
        match self.access(&operation, Purpose::AccessUp, Leg::Request) {
            Err(Lost) => self.never_told(operation),
            Ok(Some(delay)) => {
                let op = self.keep(operation);
                self.pending.after(delay, operation.turn(), Event::Entered(op));
            }
            Ok(None) => self.enter(operation),
        }
    }

    fn access(&self, operation: &Operation, purpose: Purpose, leg: Leg) -> Result<Option<Span>, Lost> {
        let Origin::Client { population, .. } = operation.origin else { return Ok(None) };
        let Population { access, hedge, .. } = &self.trial.case.populations[population.at()];
        let access = access.as_ref().map(|access| access.sample(&mut purpose.of(operation.dice).rng()));
        let detour = if hedge.is_some() { self.detour(operation, leg)? } else { None };
        Ok(match detour {
            None => access,
            Some(detour) => Some(access.unwrap_or_default() + detour),
        })
    }

    /// An operation reaches its location.
    pub(super) fn enter(&mut self, operation: Operation) {
        if self.is_closed(operation.namespace, operation.location) {
            return self.turn_away(operation);
        }
        match operation.phase {
            Phase::Reading => self.read(operation),
            Phase::Writing => self.write(operation),
        }
    }

    /// The location answers an operation with what it has read or written.
    pub(super) fn serve(&mut self, operation: Operation, snapshot: Snapshot) {
        let mut served = Operation { snapshot, ..operation };
        let mut operation = served;
        let later = if self.faults.is_some() { self.back_home(&mut operation) } else { Span::ZERO };
        let Ok(mut delay) = self.access(&operation, Purpose::AccessDown, Leg::Response) else {
            return self.never_told(operation);
        };
        if self.sites.owns(served.location) {
            delay = self.leave_for_client(&mut served, delay);
            operation.snapshot = served.snapshot;
        }
        if later > Span::ZERO {
            delay = Some(delay.unwrap_or_default() + later);
        }
        match delay {
            Some(delay) => {
                let op = self.keep(operation);
                self.pending.after(delay, operation.turn(), Event::Answered(op));
            }
            None => self.answer(operation),
        }
    }

    /// A client has its answer.
    pub(super) fn answered(&mut self, operation: Operation) {
        match operation.origin {
            Origin::Client { kind, measured, .. } if operation.snapshot.failure.is_some() => {
                self.fail(&operation, kind, measured);
            }
            // A probe that gets no answer has not seen anything, old or new.
            Origin::Probe { .. } if operation.snapshot.failure.is_some() => {}
            Origin::Probe { probe, delay } => {
                self.count_probe(probe, delay, operation.location, operation.snapshot.version);
            }
            Origin::Question => self.question_answered(&operation),
            Origin::Client { kind, measured, .. } => match (operation.phase, kind) {
                (Phase::Reading, OpKind::Update) => self.put(operation, measured),
                (Phase::Reading, _) => {
                    self.judge(&operation, kind, measured);
                    self.end(&operation, kind, measured);
                }
                (Phase::Writing, _) => self.end(&operation, kind, measured),
            },
        }
    }

    /// The get of an update has its answer: the put begins.
    fn put(&mut self, operation: Operation, measured: bool) {
        let dice = Purpose::Put.of(operation.dice);
        if let Some(recorder) = &mut self.recorder {
            recorder.put(operation.dice, dice, self.pending.now());
        }
        self.attempts.go_on(operation.dice, dice);
        self.closed.go_on(operation.dice, dice);
        self.judge(&operation, OpKind::Update, measured);
        let put = Operation { phase: Phase::Writing, dice, ..operation };
        self.patience.go_on(operation.dice, &put);
        self.approach(put);
    }

    #[inline]
    fn judge(&mut self, operation: &Operation, kind: OpKind, measured: bool) {
        let Operation { namespace, location, key, invoked, snapshot, source, .. } = *operation;
        let since = self.attempts.first(operation.dice).unwrap_or(invoked);
        let read = Read { kind, invoked, since, measured, snapshot, source, at: self.now() };
        let verdict = self.spaces[namespace.at()].count_read(location, key, &read);
        if let Some(recorder) = &mut self.recorder {
            recorder.read(operation.dice, &read, verdict);
        }
        self.note(namespace, key, || What::answered(operation, verdict));
    }

    /// An operation ends without an answer.
    #[cold]
    fn fail(&mut self, operation: &Operation, kind: OpKind, measured: bool) {
        let Some(failure) = operation.snapshot.failure else { return };
        self.note(operation.namespace, operation.key, || What::Failed {
            strand: Strand::of(operation.dice),
            failure,
        });
        if self.try_again(operation, failure) {
            return;
        }
        let invoked = self.attempts.end(operation.dice).unwrap_or(operation.invoked);
        self.think_on(operation.dice);
        let answer = answer(operation.dice, self.now(), operation.snapshot.version);
        self.fingerprint = self.fingerprint.wrapping_add(answer);
        let tally = &mut self.spaces[operation.namespace.at()].tally;
        tally.failed(operation.location, kind, invoked, failure, measured);
        if let Some(recorder) = &mut self.recorder {
            recorder.failed(operation.dice, self.pending.now(), failure);
        }
    }

    fn end(&mut self, operation: &Operation, kind: OpKind, measured: bool) {
        let now = self.now();
        let answer = answer(operation.dice, now, operation.snapshot.version);
        self.fingerprint = self.fingerprint.wrapping_add(answer);
        let invoked = self.attempts.end(operation.dice).unwrap_or(operation.invoked);
        self.think_on(operation.dice);
        if operation.phase == Phase::Writing {
            let tally = &mut self.spaces[operation.namespace.at()].tally;
            tally.written(operation.location, kind, invoked, now, measured);
            self.record_write(operation);
        }
    }
}
