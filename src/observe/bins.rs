//! Fractions, and fractions by age.

use crate::base::Span;

/// So many of so many.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Fraction {
    /// How many had it.
    pub hits: u64,
    /// Of how many.
    pub of: u64,
}

impl Fraction {
    /// Counts one more.
    pub fn count(&mut self, hit: bool) {
        self.hits += u64::from(hit);
        self.of += 1;
    }
}

/// A fraction for each of a row of ages: eight to the decade from 1 ms on.
#[derive(Clone, Debug)]
pub struct AgeBins {
    bins: Vec<Fraction>,
}

/// Upper bounds of the bins in nanoseconds: 1 ms · 10^(i/8), rounded, up to about 28 hours.
const BOUNDS: usize = 65;
const PER_DECADE: f64 = 8.0;

impl Default for AgeBins {
    fn default() -> AgeBins {
        AgeBins { bins: vec![Fraction::default(); BOUNDS + 1] }
    }
}

impl AgeBins {
    /// Counts one of this age.
    pub fn count(&mut self, age: Span, hit: bool) {
        let exponent = ((age.as_nanos().max(1) as f64 / 1e6).log10() * PER_DECADE).ceil();
        self.bins[(exponent.max(0.0) as usize).min(BOUNDS)].count(hit);
    }

    /// The bins with the middle of their ages in seconds (the geometric mean of the bounds).
    pub fn iter(&self) -> impl Iterator<Item = (f64, Fraction)> + '_ {
        let middle = |at: usize| 1e-3 * 10f64.powf((at as f64 - 0.5) / PER_DECADE);
        self.bins.iter().enumerate().map(move |(at, &fraction)| (middle(at), fraction))
    }
}
