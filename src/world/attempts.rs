//! Operations that fail and are tried again.

use rand::RngExt;
use rustc_hash::FxHashMap;

use super::operation::{NOBODY, NOTHING_YET, OpId, Operation, Origin, Phase};
use super::streams::Purpose;
use super::{Event, World, turn};
use crate::base::{Dice, Failure, Span, Time};
use crate::model::conflicts::{Retries, UpdatesSpec};
use crate::model::workload::OpKind;
use crate::truth::Source;

/// Operations that are not at their first attempt, by the dice of the present one.
#[derive(Debug, Default)]
pub(super) struct Attempts(FxHashMap<u64, Attempt>);

/// What came before.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    failed: u8,
    /// When the first one began.
    invoked: Time,
}

impl Attempts {
    /// The put of an update goes on with the same attempt.
    pub(super) fn go_on(&mut self, get: Dice, put: Dice) {
        if !self.0.is_empty()
            && let Some(attempt) = self.0.remove(&get.bits())
        {
            self.0.insert(put.bits(), attempt);
        }
    }

    /// When the first attempt of an operation began, if this is not it.
    pub(super) fn first(&self, dice: Dice) -> Option<Time> {
        if self.0.is_empty() { None } else { self.0.get(&dice.bits()).map(|attempt| attempt.invoked) }
    }

    /// An operation has ended: when its first attempt began, if that was not this one.
    pub(super) fn end(&mut self, dice: Dice) -> Option<Time> {
        if self.0.is_empty() { None } else { self.0.remove(&dice.bits()).map(|attempt| attempt.invoked) }
    }
}

impl World<'_> {
    /// Tries an operation again that has failed, later, if its client does that; tells whether.
    pub(super) fn try_again(&mut self, operation: &Operation, failure: Failure) -> bool {
        let Origin::Client { population, kind, measured } = operation.origin else { return false };
        let Some(retries) = self.retries(operation, kind, failure) else { return false };
        let dice = operation.dice;
        let before = self.attempts.0.get(&dice.bits()).copied();
        let Attempt { failed, invoked } = before.unwrap_or(Attempt { failed: 0, invoked: operation.invoked });
        if failed >= retries.retries
            || failure != Failure::Conflict && !self.may_retry(population, operation.location)
        {
            return false;
        }
        self.attempts.0.remove(&dice.bits());
        let next = Purpose::Retry.of(dice);
        self.closed.go_on(dice, next);
        if let Some(lives) = &mut self.lives {
            lives.go_on(dice, next);
        }
        self.attempts.0.insert(next.bits(), Attempt { failed: failed + 1, invoked });
        if measured {
            let tally = &mut self.spaces[operation.namespace.at()].tally;
            tally.retried(operation.location, kind);
        }
        let phase = first_phase(kind, &self.spaces[operation.namespace.at()].namespace.updates);
        let after = backoff(retries, failed, next);
        let now = self.now();
        let begins = now + after;
        if let Some(recorder) = &mut self.recorder {
            recorder.again(dice, (now, failure), next, (phase, begins));
        }
        let again = Operation {
            phase,
            dice: next,
            invoked: begins,
            snapshot: NOTHING_YET,
            source: Source::Fetched,
            next: NOBODY,
            origin: Origin::Client { population, kind, measured },
            ..*operation
        };
        let op = self.keep(again);
        let turn = if phase == Phase::Reading { turn::READ_BEGINS } else { turn::WRITE_BEGINS };
        self.pending.at(begins, turn, Event::TriedAgain(op));
        true
    }

    fn retries(&self, operation: &Operation, kind: OpKind, failure: Failure) -> Option<Retries> {
        let Origin::Client { population, .. } = operation.origin else { return None };
        match (failure, &self.spaces[operation.namespace.at()].namespace.updates) {
            (Failure::Conflict, UpdatesSpec::CompareAndSet(retries)) if kind == OpKind::Update => {
                Some(*retries)
            }
            (Failure::Conflict, _) => None,
            (Failure::TimedOut | Failure::Throttled | Failure::Unavailable | Failure::Overloaded, _) => {
                self.trial.case.populations[population.at()].retries
            }
        }
    }

    /// Such an operation begins anew.
    pub(super) fn begin_again(&mut self, op: OpId) {
        let operation = self.ops.remove(op.0 as usize);
        self.begin_attempt(operation);
    }
}

/// What an operation begins with.
pub(super) fn first_phase(kind: OpKind, updates: &UpdatesSpec) -> Phase {
    match kind {
        OpKind::Read => Phase::Reading,
        OpKind::Update if !matches!(updates, UpdatesSpec::AtOwner) => Phase::Reading,
        OpKind::Update | OpKind::Write | OpKind::Delete => Phase::Writing,
    }
}

/// The wait doubles with each failure, up to the longest, and is drawn evenly from none to twice its mean.
fn backoff(retries: Retries, failed: u8, dice: Dice) -> Span {
    let mean = retries.backoff.as_nanos() as f64 * f64::from(failed.min(100)).exp2();
    let mean = mean.min(retries.longest.as_nanos() as f64);
    Span::from_nanos_f64(2.0 * mean * Purpose::Backoff.of(dice).rng().random::<f64>())
}
