//! Day and night: how a rate follows the local solar time of a location.

use std::f64::consts::TAU;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::{Probability, Span, Time};

/// How rates follow the local solar time of each location, which its longitude tells: 15 degrees are an hour. Over a whole
/// day the mean of a rate stays what it is.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum DaySpec {
    /// A sine with its peak at one hour, and its lowest twelve hours later.
    Sine {
        /// Local solar time of the peak, such as "20h30m".
        peak: Span,
        /// The lowest rate as a share of the highest; 1 for a day without a night.
        night: Probability,
        /// The time of day (UTC) at which a trial begins; midnight by default.
        #[serde(default)]
        starts: Span,
    },
    /// A rate for each hour.
    Hourly {
        /// Its weight in each of the 24 hours of local solar time, from midnight on.
        weights: Vec<f64>,
        /// The time of day (UTC) at which a trial begins; midnight by default.
        #[serde(default)]
        starts: Span,
    },
}

const HOUR: f64 = 3_600.0;
const HOURS: usize = 24;
const DAY: f64 = HOUR * HOURS as f64;

/// The day at one location: what a rate is multiplied by at each instant. Its mean over a day is 1.
#[derive(Clone, Debug)]
pub struct Day {
    shape: Shape,
    /// Local solar time at the beginning of a trial, in seconds.
    begins: f64,
}

#[derive(Clone, Debug)]
enum Shape {
    /// 1 + a cos(2π (t − peak) / day), times in seconds.
    Sine { a: f64, peak: f64 },
    /// A factor for each hour.
    Hourly([f64; HOURS]),
}

impl DaySpec {
    /// What is wrong with it.
    ///
    /// # Errors
    /// A time of day of 24 hours or more, or weights that are none.
    pub fn check(&self) -> Result<(), String> {
        let (DaySpec::Sine { starts, .. } | DaySpec::Hourly { starts, .. }) = self;
        let peak = if let DaySpec::Sine { peak, .. } = self { *peak } else { Span::ZERO };
        for (name, time) in [("peak", peak), ("starts", *starts)] {
            if time.as_secs_f64() >= DAY {
                return Err(format!("`{name}` is {time}; a time of day is less than 24h"));
            }
        }
        if let DaySpec::Hourly { weights, .. } = self {
            let wrong = weights.iter().find(|weight| !(0.0..=1e9).contains(*weight));
            if let Some(weight) = wrong {
                return Err(format!("a weight of {weight}; weights of hours lie between 0 and 1e9"));
            }
            if weights.len() != HOURS || weights.iter().sum::<f64>() <= 0.0 {
                return Err(format!(
                    "{} weights for 24 hours; it takes one for each hour from midnight on, and one above 0",
                    weights.len()
                ));
            }
        }
        Ok(())
    }

    /// The day at this longitude, in degrees east; `None` if rates stay the same.
    pub fn at(&self, longitude: f64) -> Option<Day> {
        let (shape, starts) = match self {
            DaySpec::Sine { peak, night, starts } => {
                let night = night.as_f64();
                let a = (1.0 - night) / (1.0 + night);
                ((a > 0.0).then(|| Shape::Sine { a, peak: peak.as_secs_f64() })?, starts)
            }
            DaySpec::Hourly { weights, starts } => {
                let mean = weights.iter().sum::<f64>() / HOURS as f64;
                let mut factors = [1.0; HOURS];
                factors.iter_mut().zip(weights).for_each(|(factor, weight)| *factor = weight / mean);
                let is_flat = weights.iter().all(|weight| *weight == weights[0]);
                ((!is_flat).then_some(Shape::Hourly(factors))?, starts)
            }
        };
        let begins = (starts.as_secs_f64() + longitude / 15.0 * HOUR).rem_euclid(DAY);
        Some(Day { shape, begins })
    }
}

impl Day {
    /// The factor at an instant.
    pub fn at(&self, now: Time) -> f64 {
        let local = self.begins + now.since(Time::ZERO).as_secs_f64();
        match &self.shape {
            Shape::Sine { a, peak } => 1.0 + a * (TAU * (local - peak) / DAY).cos(),
            Shape::Hourly(factors) => factors[(local / HOUR) as usize % HOURS],
        }
    }

    /// No factor is higher.
    pub(super) fn highest(&self) -> f64 {
        match &self.shape {
            Shape::Sine { a, .. } => 1.0 + a,
            Shape::Hourly(factors) => factors.iter().copied().fold(0.0, f64::max),
        }
    }

    /// The mean factor from the beginning of a trial to its horizon.
    pub(super) fn mean(&self, horizon: Time) -> f64 {
        let seconds = horizon.since(Time::ZERO).as_secs_f64();
        let (from, to) = (self.begins, self.begins + seconds);
        (self.integral(to) - self.integral(from)) / seconds
    }

    /// Of the factor, from midnight on.
    fn integral(&self, to: f64) -> f64 {
        match &self.shape {
            Shape::Sine { a, peak } => {
                to + a * DAY / TAU * ((TAU * (to - peak) / DAY).sin() + (TAU * peak / DAY).sin())
            }
            Shape::Hourly(factors) => {
                let days = (to / DAY).floor();
                let hours = (to - days * DAY) / HOUR;
                let whole = (hours as usize).min(HOURS - 1);
                let part = (hours - whole as f64) * factors[whole];
                days * DAY + (factors[..whole].iter().sum::<f64>() + part) * HOUR
            }
        }
    }
}
