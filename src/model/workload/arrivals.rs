//! When operations begin, at one location, for one client population.

use rand::RngExt;
use rand_distr::{Distribution, Exp1};
use schemars::JsonSchema;
use serde::Deserialize;

use super::process::Process;
use super::pulses::Pulsing;
use super::switching::Switching;
use crate::base::{Dice, Rate, Rng, Span, Time};

/// How arrivals at each location of a population are spaced. With `weights` the rates are those of all its locations
/// together.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ArrivalsSpec {
    /// A Poisson process of this rate at each location.
    Poisson(Rate),
    /// A Poisson process whose rate switches between states, at each location by itself: a Markov-modulated Poisson
    /// process. Two states or more.
    Mmpp(Vec<StateSpec>),
    /// Bursts, and nothing in between: a Poisson process of one rate while each lasts.
    Bursts(BurstsSpec),
    /// One arrival each such period at each location, from a random phase on.
    Every(Span),
    /// Clients at each location that wait for each answer, and think before they begin the next operation.
    Closed {
        /// How many; 1 to 100,000.
        clients: u32,
        /// How long each thinks: exponentially distributed, with this mean.
        think: Span,
    },
}

/// A state of a rate that switches. From each the process goes to one of the others, each alike.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StateSpec {
    /// Arrivals per second in this state.
    pub rate: Rate,
    /// How long it stays: exponentially distributed, with this mean; 1 ms or longer.
    pub stay: Span,
}

/// Bursts at certain times, at all locations at once, such as those of a deployment.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BurstsSpec {
    /// When they begin, from the beginning of a trial; in rising order, none before the end of the one before.
    pub at: Vec<Span>,
    /// How long each lasts.
    #[serde(rename = "for")]
    pub lasting: Span,
    /// Arrivals per second while one lasts.
    pub rate: Rate,
    /// After this long they all begin again, and so on; only once by default.
    pub every: Option<Span>,
}

/// The arrivals of one stream: an endless sequence of instants.
#[derive(Debug)]
pub struct Arrivals {
    spacing: Spacing,
    next: Time,
    rng: Rng,
}

#[derive(Debug)]
enum Spacing {
    Poisson { mean_nanos: f64 },
    Every(Span),
    Switching(Box<Switching>),
    Pulsing(Box<Pulsing>),
    None,
}

impl Arrivals {
    /// The stream of `dice`, from the start of the trial on. Beyond `horizon` it may end.
    pub fn new(process: &Process, dice: Dice, horizon: Time) -> Arrivals {
        let mut arrivals = Arrivals { spacing: Spacing::None, next: Time::NEVER, rng: dice.rng() };
        let spacing = match process {
            &Process::Steady(rate) if rate > 0.0 => Spacing::Poisson { mean_nanos: 1e9 / rate },
            &Process::Every(period) if period > Span::ZERO => {
                let phase = arrivals.rng.random_range(0..period.as_nanos());
                arrivals.spacing = Spacing::Every(period);
                arrivals.next = Time::ZERO + Span::from_nanos(phase);
                return arrivals;
            }
            Process::Varying(varying) if varying.mean() > 0.0 => {
                let first = Switching::new(varying.clone(), horizon, &mut arrivals.rng);
                Spacing::Switching(Box::new(first))
            }
            Process::Pulses { pulses, rate } if *rate > 0.0 => {
                Spacing::Pulsing(Box::new(Pulsing::new(pulses.clone(), *rate)))
            }
            _ => return arrivals,
        };
        arrivals.spacing = spacing;
        arrivals.next = Time::ZERO;
        arrivals.step();
        arrivals
    }

    /// When the next operation begins; [`Time::NEVER`] if none does.
    #[inline]
    pub fn next(&self) -> Time {
        self.next
    }

    /// Moves on to the one after it.
    #[inline]
    pub fn step(&mut self) {
        let gap = match &mut self.spacing {
            Spacing::Poisson { mean_nanos } => {
                let unit: f64 = Exp1.sample(&mut self.rng);
                Span::from_nanos_f64(*mean_nanos * unit)
            }
            Spacing::Every(period) => *period,
            Spacing::Switching(switching) => {
                self.next = switching.after(self.next, &mut self.rng);
                return;
            }
            Spacing::Pulsing(pulsing) => {
                self.next = pulsing.next(&mut self.rng);
                return;
            }
            Spacing::None => return,
        };
        self.next = self.next + gap;
    }
}
