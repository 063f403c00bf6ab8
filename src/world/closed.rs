//! Clients in a closed loop: each begins its next operation some time after the answer to the one before.

use rand_distr::{Distribution, Exp1};
use rustc_hash::FxHashMap;

use super::arrivals::draw;
use super::{Event, World, turn};
use crate::base::{Dice, LocationIx, PopulationIx, Rng, Span, Time};
use crate::model::workload::Process;

/// The place of a client among those in a closed loop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct SeatId(u32);

/// All of them, and what each waits for.
#[derive(Debug, Default)]
pub(super) struct Closed {
    seats: Vec<Seat>,
    /// Whose operation is under way, by its dice.
    waiting: FxHashMap<u64, SeatId>,
}

/// A client.
#[derive(Debug)]
struct Seat {
    population: PopulationIx,
    location: LocationIx,
    /// The mean time that it thinks.
    think: Span,
    dice: Dice,
    /// How many operations it has begun.
    begun: u64,
    rng: Rng,
}

impl Seat {
    /// When it has thought, from now on.
    fn thinks(&mut self, now: Time) -> Time {
        let unit: f64 = Exp1.sample(&mut self.rng);
        now + Span::from_nanos_f64(self.think.as_nanos() as f64 * unit)
    }
}

/// Sequence numbers count from 0, so this label is none of them.
const THINKING: u64 = u64::MAX;

impl Closed {
    /// What goes on under other dice is still the same client's.
    pub(super) fn go_on(&mut self, before: Dice, after: Dice) {
        if !self.waiting.is_empty()
            && let Some(seat) = self.waiting.remove(&before.bits())
        {
            self.waiting.insert(after.bits(), seat);
        }
    }
}

impl World<'_> {
    /// Seats all clients in a closed loop; they begin by thinking.
    pub(super) fn seat_clients(&mut self) {
        for (index, clients) in self.trial.case.populations.iter().enumerate() {
            for stream in &clients.streams {
                let Process::Closed { clients: count, think } = stream.process else { continue };
                let location = stream.location;
                let dice = self.trial.streams.clients(index, location).named("closed");
                for client in 0..count {
                    let dice = dice.fork(u64::from(client));
                    let rng = dice.fork(THINKING).rng();
                    let population = PopulationIx::from_position(index);
                    let mut seat = Seat { population, location, think, dice, begun: 0, rng };
                    let at = seat.thinks(Time::ZERO);
                    self.closed.seats.push(seat);
                    self.think_until(at, SeatId(self.closed.seats.len() as u32 - 1));
                }
            }
        }
    }

    fn think_until(&mut self, at: Time, seat: SeatId) {
        if at < self.trial.case.horizon {
            self.pending.at(at, turn::READ_BEGINS, Event::Thought(seat));
        }
    }

    /// A client begins its next operation.
    pub(super) fn begin_thought(&mut self, id: SeatId) {
        let (now, case) = (self.now(), self.trial.case);
        let seat = &mut self.closed.seats[id.0 as usize];
        let (population, home) = (seat.population, seat.location);
        let dice = seat.dice.fork(seat.begun);
        seat.begun += 1;
        let clients = &case.populations[population.at()];
        let namespace = &case.namespaces[clients.namespace.at()];
        let Some(arrival) = draw(&clients.mix, None, namespace, now, dice, |_| true) else { return };
        self.closed.waiting.insert(dice.bits(), id);
        let location = match &mut self.recorder {
            Some(recorder) => recorder.begin(case, population, home, &arrival),
            None => home,
        };
        self.begin(population, location, arrival);
    }

    /// An operation has ended: if its client is in a closed loop, it thinks about the next one.
    pub(super) fn think_on(&mut self, dice: Dice) {
        if self.closed.waiting.is_empty() {
            return;
        }
        if let Some(seat) = self.closed.waiting.remove(&dice.bits()) {
            let at = self.closed.seats[seat.0 as usize].thinks(self.pending.now());
            self.think_until(at, seat);
        }
    }
}
