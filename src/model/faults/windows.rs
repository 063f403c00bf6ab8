//! When faults are there in one trial.

use rand::RngExt;

use super::fault::{Fault, When};
use crate::base::{Dice, Span, Time};

/// A fault is there for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// Which fault, by its place in the case's list.
    pub fault: u16,
    /// From when on.
    pub from: Time,
    /// When it is over: at the horizon at the latest, so that what is under way then comes to its end.
    pub until: Time,
    /// From when on others know; not before `until` if they never do.
    pub noticed: Time,
}

impl Fault {
    /// Most times that a drawn fault may be expected to come in one trial.
    pub const MOST_WINDOWS: f64 = 10_000.0;

    /// When the fault with this place in the list is there in the trial whose `dice` are given. While it is not, it comes at
    /// its rate: the times between are exponential.
    pub fn windows(&self, fault: u16, dice: Dice, horizon: Time) -> Vec<Window> {
        let window = |from: Time, until: Time| {
            let noticed = from + self.noticed_after;
            Window { fault, from, until: until.min(horizon), noticed }
        };
        let (rate, lasting) = match &self.when {
            &When::At { from, until } => return vec![window(from, until)],
            When::Drawn { rate, lasting } => (rate.as_per_second(), lasting),
        };
        let mut rng = dice.rng();
        let mut windows = Vec::new();
        if rate == 0.0 {
            return windows;
        }
        let mut free = Time::ZERO;
        loop {
            let even: f64 = rng.random();
            let from = free + Span::from_nanos_f64(-(1.0 - even).ln() / rate * 1e9);
            if from >= horizon {
                return windows;
            }
            free = from + lasting.sample(&mut rng).max(Span::from_nanos(1));
            windows.push(window(from, free));
        }
    }
}
