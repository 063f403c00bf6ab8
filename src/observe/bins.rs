//! Fractions, and fractions by age.

use std::sync::LazyLock;

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
    #[inline]
    pub fn count(&mut self, hit: bool) {
        self.hits += u64::from(hit);
        self.of += 1;
    }

    /// Adds other counts.
    pub fn merge(&mut self, other: Fraction) {
        self.hits += other.hits;
        self.of += other.of;
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

struct Table {
    bounds: [u64; BOUNDS],
    /// For each quarter of an octave how many bounds lie below it. There is at most one bound in each.
    first: [u8; 256],
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let bounds = std::array::from_fn(|at| (1e6 * 10f64.powf(at as f64 / PER_DECADE)) as u64);
    let least = |quarter: u64| (quarter % 4 + 4) << (quarter / 4).saturating_sub(2);
    let below = |quarter| bounds.partition_point(|&bound| bound < least(quarter));
    Table { bounds, first: std::array::from_fn(|quarter| below(quarter as u64) as u8) }
});

/// The quarter of an octave that a number lies in; those below 4 count as if they were one octave more.
#[inline]
fn quarter(number: u64) -> usize {
    let octave = (number | 4).ilog2();
    (octave as usize) << 2 | (number >> (octave - 2)) as usize & 3
}

impl Default for AgeBins {
    fn default() -> AgeBins {
        AgeBins { bins: vec![Fraction::default(); AgeBins::COUNT] }
    }
}

impl AgeBins {
    /// Counts one of this age.
    #[inline]
    pub fn count(&mut self, age: Span, hit: bool) {
        self.bins[AgeBins::bin(age)].count(hit);
    }

    /// How many bins there are.
    pub const COUNT: usize = BOUNDS + 1;

    /// The bin of an age.
    #[inline]
    pub fn bin(age: Span) -> usize {
        let nanos = age.as_nanos();
        let table = &*TABLE;
        let below = usize::from(table.first[quarter(nanos)]);
        below + usize::from(table.bounds.get(below).is_some_and(|&bound| bound < nanos))
    }

    /// The greatest age of a bin; of the last one [`Span::MAX`].
    pub fn end(bin: usize) -> Span {
        TABLE.bounds.get(bin).map_or(Span::MAX, |&bound| Span::from_nanos(bound))
    }

    /// Adds so many of this bin.
    pub fn add(&mut self, bin: usize, counts: Fraction) {
        self.bins[bin].merge(counts);
    }

    /// Adds other counts.
    pub fn merge(&mut self, other: &AgeBins) {
        self.bins.iter_mut().zip(&other.bins).for_each(|(here, there)| here.merge(*there));
    }

    /// The bins with the middle of their ages in seconds (the geometric mean of the bounds).
    pub fn iter(&self) -> impl Iterator<Item = (f64, Fraction)> + '_ {
        let middle = |at: usize| 1e-3 * 10f64.powf((at as f64 - 0.5) / PER_DECADE);
        self.bins.iter().enumerate().map(move |(at, &fraction)| (middle(at), fraction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bin reaches up to its bound: at, before and after each of them, and at the ends of the range.
    #[test]
    fn a_bin_is_found_as_by_looking_at_all_bounds() {
        let around = |bound: u64| [bound - 1, bound, bound + 1];
        let powers = (0..63).map(|bits| 1 << bits);
        for nanos in TABLE.bounds.into_iter().flat_map(around).chain(powers).chain([0, 3, u64::MAX]) {
            let age = Span::from_nanos(nanos);
            let bin = TABLE.bounds.partition_point(|&bound| bound < age.as_nanos());
            assert_eq!(AgeBins::bin(age), bin, "{nanos}");
        }
    }
}
