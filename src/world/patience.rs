//! Clients who do not wait for ever: they give up, or send a read again. What they have sent goes on all the same.

use rustc_hash::FxHashMap;
use slab::Slab;

use super::faults::Lost;
use super::measured::Measured;
use super::operation::{Operation, Origin, Phase};
use super::streams::Purpose;
use super::trace::{Strand, What};
use super::{Event, World, turn};
use crate::base::{Dice, Failure, LocationIx, PopulationIx, Probability, Span};
use crate::model::cache::Snapshot;
use crate::model::network::Leg;
use crate::model::workload::{HedgeAfter, OpKind};
use crate::scenario::{Case, Population};

/// The place of an attempt that a client waits for; the number tells it from others that had the place before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct WaitId {
    place: u32,
    number: u32,
}

/// Attempts of clients who may give up or send again, and what they may still retry.
#[derive(Debug, Default)]
pub(super) struct Patience {
    /// Whether any client is such.
    is_limited: bool,
    attempts: Slab<Attempt>,
    /// Attempts, by the dice of the operation and of what was sent again.
    by_dice: FxHashMap<u64, WaitId>,
    begun: u32,
    /// What clients at a location have left of their budget of retries, in millionths of one.
    budgets: FxHashMap<(PopulationIx, LocationIx), u64>,
    measured: Measured,
    /// The other locations of a population, the nearest to one of them first.
    others: FxHashMap<(PopulationIx, LocationIx), Vec<LocationIx>>,
}

/// An attempt at an operation.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    operation: Operation,
    number: u32,
    /// How often it was sent again,
    hedges: u8,
    /// and how many of all may still be answered.
    under_way: u8,
}

/// A retry, in the unit of budgets.
const ONE: u64 = 1_000_000;
/// So many retries may come at once, and at the beginning: as many as Finagle and gRPC allow by default, about.
const MOST_SAVED: u64 = 10 * ONE;

impl Patience {
    pub(super) fn new(case: &Case) -> Patience {
        Patience { is_limited: case.populations.iter().any(Population::is_impatient), ..Patience::default() }
    }

    pub(super) fn is_over(&self) -> bool {
        self.attempts.is_empty()
    }

    /// An update goes on from its get to its put.
    pub(super) fn go_on(&mut self, get: Dice, put: &Operation) {
        if let Some(id) = self.by_dice.remove(&get.bits()) {
            self.by_dice.insert(put.dice.bits(), id);
            self.attempts[id.place as usize].operation = *put;
        }
    }

    fn save(&mut self, population: PopulationIx, location: LocationIx, budget: Probability) {
        let saved = self.budgets.entry((population, location)).or_insert(MOST_SAVED);
        *saved = (*saved + (budget.as_f64() * ONE as f64).round() as u64).min(MOST_SAVED);
    }

    /// Takes a retry from the budget of some clients; `false` if there is none.
    pub(super) fn spend(&mut self, population: PopulationIx, location: LocationIx) -> bool {
        let saved = self.budgets.entry((population, location)).or_insert(MOST_SAVED);
        let is_enough = *saved >= ONE;
        *saved -= if is_enough { ONE } else { 0 };
        is_enough
    }

    fn get(&self, id: WaitId) -> Option<&Attempt> {
        self.attempts.get(id.place as usize).filter(|attempt| attempt.number == id.number)
    }

    /// Nobody waits for it any more.
    fn end(&mut self, id: WaitId) -> Operation {
        let Attempt { operation, hedges, .. } = self.attempts.remove(id.place as usize);
        self.by_dice.remove(&operation.dice.bits());
        for nth in 0..hedges {
            self.by_dice.remove(&hedge_dice(operation.dice, nth).bits());
        }
        operation
    }
}

fn hedge_dice(dice: Dice, nth: u8) -> Dice {
    Purpose::Hedge.nth(dice, u16::from(nth))
}

impl World<'_> {
    /// A client begins an operation for the first time.
    pub(super) fn begin_first(&mut self, operation: Operation) {
        if let Origin::Client { population, .. } = operation.origin {
            self.save_for_retries(population, operation.location);
        }
        self.begin_attempt(operation);
    }

    /// An operation that is no retry adds to the budget of these.
    #[inline]
    pub(super) fn save_for_retries(&mut self, population: PopulationIx, location: LocationIx) {
        if self.patience.is_limited
            && let Some(budget) =
                self.trial.case.populations[population.at()].retries.and_then(|it| it.budget)
        {
            self.patience.save(population, location, budget);
        }
    }

    /// A client begins an attempt at an operation, and to wait for it.
    pub(super) fn begin_attempt(&mut self, operation: Operation) {
        if self.patience.is_limited {
            self.wait_for(&operation);
        }
        self.approach(operation);
    }

    fn wait_for(&mut self, operation: &Operation) {
        let Origin::Client { population, kind, .. } = operation.origin else { return };
        let Population { timeout, hedge, .. } = self.trial.case.populations[population.at()];
        let hedge = hedge.filter(|_| kind == OpKind::Read);
        if timeout.is_none() && hedge.is_none() {
            return;
        }
        let number = self.patience.begun;
        self.patience.begun = number.wrapping_add(1);
        let attempt = Attempt { operation: *operation, number, hedges: 0, under_way: 1 };
        let id = WaitId { place: self.patience.attempts.insert(attempt) as u32, number };
        self.patience.by_dice.insert(operation.dice.bits(), id);
        if let Some(timeout) = timeout {
            self.pending.after(timeout, turn::READ_BEGINS, Event::GivesUp(id));
        }
        if let Some(hedge) = hedge
            && let Some(after) = self.patience.measured.wait((population, operation.location), hedge.after)
        {
            self.pending.after(after, turn::READ_BEGINS, Event::Hedges(id));
        }
    }

    /// A client has waited for as long as it does.
    pub(super) fn give_up(&mut self, id: WaitId) {
        if self.patience.get(id).is_none() {
            return;
        }
        let operation = self.patience.end(id);
        let snapshot = Snapshot::failed(Failure::TimedOut, self.now());
        self.answered(Operation { snapshot, ..operation });
    }

    /// A client sends a read again that has no answer yet: to the next nearest of the locations where such clients are, but not to
    /// the one that it had turned to, or to the same one where there is no other.
    pub(super) fn hedge(&mut self, id: WaitId) {
        let Some(&Attempt { operation, hedges, .. }) = self.patience.get(id) else { return };
        let Origin::Client { population, kind, measured } = operation.origin else { return };
        let case = self.trial.case;
        let clients = &case.populations[population.at()];
        let Some(rule) = clients.hedge else { return };
        let home = operation.location;
        let turned_to = self.turned_to(&operation);
        let others = self.patience.others.entry((population, home)).or_insert_with(|| {
            let nearest = case.network.nearest_first(home, &clients.at);
            nearest.into_iter().filter(|&other| other != home).collect()
        });
        let left = || others.iter().copied().filter(|&other| Some(other) != turned_to);
        let nth = usize::from(hedges) % left().count().max(1);
        let location = left().nth(nth).unwrap_or(home);
        let attempt = &mut self.patience.attempts[id.place as usize];
        attempt.hedges += 1;
        attempt.under_way += 1;
        if hedges + 1 < rule.most
            && let Some(after) = self.patience.measured.wait((population, home), rule.after)
        {
            self.pending.after(after, turn::READ_BEGINS, Event::Hedges(id));
        }
        let dice = hedge_dice(operation.dice, hedges);
        self.patience.by_dice.insert(dice.bits(), id);
        if measured {
            self.spaces[operation.namespace.at()].tally.hedged(home, kind);
        }
        let Operation { namespace, key, dice: first, .. } = operation;
        let [strand, copy] = [first, dice].map(Strand::of);
        self.note(namespace, key, || What::Hedged { strand, copy, nth: hedges, from: home, to: location });
        self.approach(Operation { location, dice, ..operation });
    }

    /// How much longer a client's message travels than to or from its own location: elsewhere, if it was sent again.
    pub(super) fn detour(&self, operation: &Operation, leg: Leg) -> Result<Option<Span>, Lost> {
        let Some(id) = self.patience.by_dice.get(&operation.dice.bits()) else { return Ok(None) };
        let home = self.patience.attempts[id.place as usize].operation.location;
        let (way, nth) = match leg {
            Leg::Request => ((home, operation.location), 0),
            _ => ((operation.location, home), 1),
        };
        self.hop_of_client(leg, way, Purpose::Hedge.nth(operation.dice, nth))
    }

    /// What was sent elsewhere, or its answer, is lost: it comes to nothing when a request would.
    #[cold]
    pub(super) fn never_told(&mut self, operation: Operation) {
        let timeout = self.spaces[operation.namespace.at()].namespace.timeout.unwrap_or_default();
        let at = (operation.invoked + timeout).max(self.now());
        let turn = if operation.phase == Phase::Reading { turn::READ_ANSWER } else { turn::WRITE };
        let op = self.keep(Operation { snapshot: Snapshot::failed(Failure::TimedOut, at), ..operation });
        self.pending.at(at, turn, Event::Answered(op));
    }

    /// An answer reaches a client, who may have another one, or have given up.
    pub(super) fn answer(&mut self, operation: Operation) {
        if let Origin::Client { population, kind, .. } = operation.origin
            && self.patience.is_limited
            && self.trial.case.populations[population.at()].waits_for(kind)
        {
            let Some(&id) = self.patience.by_dice.get(&operation.dice.bits()) else { return };
            let has_failed = operation.snapshot.failure.is_some();
            let attempt = &mut self.patience.attempts[id.place as usize];
            if has_failed && attempt.under_way > 1 {
                attempt.under_way -= 1;
                self.patience.by_dice.remove(&operation.dice.bits());
                return;
            }
            // The get of an update is not the end of it.
            if has_failed || kind != OpKind::Update || operation.phase == Phase::Writing {
                let Operation { dice, location, namespace, key, invoked, .. } = self.patience.end(id);
                if kind == OpKind::Read && !has_failed && self.hedges_by_quantile(population) {
                    let latency = self.now().since(invoked);
                    self.patience.measured.record((population, location), latency);
                }
                if dice != operation.dice {
                    let [strand, copy] = [dice, operation.dice].map(Strand::of);
                    self.note(namespace, key, || What::CopyFirst { strand, copy });
                }
                return self.answered(Operation { dice, location, ..operation });
            }
        }
        self.answered(operation);
    }

    fn hedges_by_quantile(&self, population: PopulationIx) -> bool {
        let hedge = self.trial.case.populations[population.at()].hedge;
        hedge.is_some_and(|hedge| matches!(hedge.after, HedgeAfter::Quantile(_)))
    }

    /// Whether a client at a location may try again.
    pub(super) fn may_retry(&mut self, population: PopulationIx, location: LocationIx) -> bool {
        let retries = self.trial.case.populations[population.at()].retries;
        retries.is_none_or(|retries| retries.budget.is_none()) || self.patience.spend(population, location)
    }
}
