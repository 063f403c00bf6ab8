//! When operations begin, at one location, for one client population.

use rand::RngExt;
use rand_distr::{Distribution, Exp1};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::{Dice, Rate, Rng, Span, Time};

/// How arrivals at each location of a population are spaced.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ArrivalsSpec {
    /// A Poisson process of this rate at each location.
    Poisson(Rate),
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

impl ArrivalsSpec {
    /// Mean arrivals per second at one location; in a closed loop, if answers come at once.
    pub fn rate_per_second(self) -> f64 {
        match self {
            ArrivalsSpec::Poisson(rate) => rate.as_per_second(),
            ArrivalsSpec::Every(period) => 1.0 / period.as_secs_f64(),
            ArrivalsSpec::Closed { clients, think } => f64::from(clients) / think.as_secs_f64(),
        }
    }
}

/// The arrivals of one population at one location: an endless sequence of instants.
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
    None,
}

impl Arrivals {
    /// The stream of `dice`, from the start of the trial on.
    pub fn new(spec: ArrivalsSpec, dice: Dice) -> Arrivals {
        let mut arrivals = Arrivals { spacing: Spacing::None, next: Time::NEVER, rng: dice.rng() };
        match spec {
            ArrivalsSpec::Poisson(rate) if rate.as_per_second() > 0.0 => {
                arrivals.spacing = Spacing::Poisson { mean_nanos: 1e9 / rate.as_per_second() };
                arrivals.next = Time::ZERO;
                arrivals.step();
            }
            ArrivalsSpec::Every(period) if period > Span::ZERO => {
                let phase = arrivals.rng.random_range(0..period.as_nanos());
                arrivals.spacing = Spacing::Every(period);
                arrivals.next = Time::ZERO + Span::from_nanos(phase);
            }
            _ => {}
        }
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
        let gap = match self.spacing {
            Spacing::Poisson { mean_nanos } => {
                let unit: f64 = Exp1.sample(&mut self.rng);
                Span::from_nanos_f64(mean_nanos * unit)
            }
            Spacing::Every(period) => period,
            Spacing::None => return,
        };
        self.next = self.next + gap;
    }
}
