//! The process by which one stream of operations arrives at one location.

use super::arrivals::StateSpec;
use super::day::Day;
use super::pulses::Pulses;
use crate::base::{Span, Time};

/// How arrivals of one stream are spaced, with all that its location does to the rate.
#[derive(Clone, Debug)]
pub enum Process {
    /// Poisson, so many in a second.
    Steady(f64),
    /// One in each such period, from a random phase on.
    Every(Span),
    /// Poisson at a rate that switches or follows the day.
    Varying(Varying),
    /// Poisson while pulses last, so many in a second at their height.
    Pulses {
        /// When, and how steep.
        pulses: Pulses,
        /// At their height.
        rate: f64,
    },
    /// Clients who wait for their answers begin them.
    Closed {
        /// How many clients.
        clients: u32,
        /// How long each thinks on average.
        think: Span,
    },
    /// A trace has them, so many in a second on average.
    Replayed(f64),
}

/// A rate that switches between states, one if it does not, and follows the day, if it does.
#[derive(Clone, Debug)]
pub struct Varying {
    pub(super) states: Vec<State>,
    pub(super) day: Option<Day>,
}

/// A state: arrivals per second, and the mean stay.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    pub(super) rate: f64,
    pub(super) stay: Span,
}

impl Varying {
    /// A rate that follows the day.
    pub fn by_day(rate: f64, day: Day) -> Varying {
        Varying { states: vec![State { rate, stay: Span::MAX }], day: Some(day) }
    }

    /// A rate that switches, of which a location has this share.
    pub fn switching(states: &[StateSpec], share: f64, day: Option<Day>) -> Varying {
        let state = |spec: &StateSpec| State { rate: spec.rate.as_per_second() * share, stay: spec.stay };
        Varying { states: states.iter().map(state).collect(), day }
    }

    /// Mean arrivals per second, over all days. States follow one another each alike, so each holds for its share of
    /// the stays.
    pub(super) fn mean(&self) -> f64 {
        let stays: f64 = self.states.iter().map(|state| state.stay.as_secs_f64()).sum();
        self.states.iter().map(|state| state.rate * state.stay.as_secs_f64()).sum::<f64>() / stays
    }
}

impl Process {
    /// Mean arrivals per second from the beginning to the horizon; in a closed loop, if answers come at once.
    pub fn per_second(&self, horizon: Time) -> f64 {
        match self {
            Process::Steady(rate) | Process::Replayed(rate) => *rate,
            Process::Every(period) => 1.0 / period.as_secs_f64(),
            Process::Closed { clients, think } => f64::from(*clients) / think.as_secs_f64(),
            Process::Varying(varying) => {
                varying.mean() * varying.day.as_ref().map_or(1.0, |day| day.mean(horizon))
            }
            Process::Pulses { pulses, rate } => {
                let seconds = horizon.since(Time::ZERO).as_secs_f64();
                rate * pulses.area(horizon) / seconds
            }
        }
    }

    /// Whether arrivals are Poisson at one rate.
    pub fn is_steady(&self) -> bool {
        matches!(self, Process::Steady(_))
    }
}
