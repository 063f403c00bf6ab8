//! Arrivals of a Markov-modulated Poisson process (Fischer and Meier-Hellstern, Performance Evaluation 18, 1993), thinned
//! by the time of day (Lewis and Shedler, Naval Research Logistics 26, 1979).

use rand::RngExt;
use rand_distr::{Distribution, Exp1};

use super::process::{State, Varying};
use crate::base::{Rng, Span, Time};

/// The state of the rate while arrivals are drawn.
#[derive(Debug)]
pub(super) struct Switching {
    varying: Varying,
    state: usize,
    /// When the state ends.
    until: Time,
    /// From here on nobody asks.
    horizon: Time,
}

impl Switching {
    /// Begins in a state as likely as it is at any time.
    pub(super) fn new(varying: Varying, horizon: Time, rng: &mut Rng) -> Switching {
        let states = &varying.states;
        let (state, until) = match states.len() {
            1 => (0, Time::NEVER),
            _ => {
                let stays: f64 = states.iter().map(|state| state.stay.as_secs_f64()).sum();
                let mut point = rng.random::<f64>() * stays;
                let state = states.iter().position(|state| {
                    point -= state.stay.as_secs_f64();
                    point < 0.0
                });
                let state = state.unwrap_or(states.len() - 1);
                (state, Time::ZERO + stay(states[state], rng))
            }
        };
        Switching { varying, state, until, horizon }
    }

    /// The first arrival after `now`; [`Time::NEVER`] if that is not before the horizon.
    pub(super) fn after(&mut self, mut now: Time, rng: &mut Rng) -> Time {
        let most = self.varying.day.as_ref().map_or(1.0, |day| day.highest());
        while now < self.horizon {
            let rate = self.varying.states[self.state].rate * most;
            let gap: f64 = Exp1.sample(rng);
            let next = if rate > 0.0 { now + Span::from_nanos_f64(1e9 / rate * gap) } else { Time::NEVER };
            if next >= self.until {
                now = self.until;
                self.switch(rng);
                continue;
            }
            now = next;
            let is_one = match &self.varying.day {
                None => true,
                Some(day) => rng.random::<f64>() * most < day.at(now),
            };
            if is_one {
                return now;
            }
        }
        Time::NEVER
    }

    /// Goes to one of the other states.
    fn switch(&mut self, rng: &mut Rng) {
        let states = &self.varying.states;
        if states.len() > 1 {
            let others = rng.random_range(1..states.len());
            self.state = (self.state + others) % states.len();
            self.until = self.until + stay(states[self.state], rng);
        }
    }
}

fn stay(state: State, rng: &mut Rng) -> Span {
    let unit: f64 = Exp1.sample(rng);
    Span::from_nanos_f64(state.stay.as_nanos() as f64 * unit)
}
