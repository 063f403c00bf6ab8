//! Fractions, fractions by age, and spans by decade.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::base::{Span, array};
use crate::stats::Resolution;

/// So many of so many.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AgeBins {
    #[serde(with = "array")]
    bins: [Fraction; AgeBins::COUNT],
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
        AgeBins { bins: [Fraction::default(); AgeBins::COUNT] }
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
        self.bins.iter().enumerate().map(move |(at, &fraction)| (middle(at as f64), fraction))
    }

    /// The same, half as fine: all but the first and the last bin in pairs.
    pub fn pairs(&self) -> impl Iterator<Item = (f64, Fraction)> + '_ {
        let first = (middle(0.0), self.bins[0]);
        let pairs = self.bins[1..].chunks(2).enumerate().map(|(at, pair)| {
            let mut both = Fraction::default();
            pair.iter().for_each(|&bin| both.merge(bin));
            (middle(2.0 * at as f64 + 1.5), both)
        });
        std::iter::once(first).chain(pairs)
    }
}

/// In seconds.
fn middle(bin: f64) -> f64 {
    1e-3 * 10f64.powf((bin - 0.5) / PER_DECADE)
}

/// Counts of spans, five steps to the decade from a microsecond on; before these come those of no length.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Decades {
    /// Up to the longest that was counted.
    counts: Vec<u64>,
}

/// Where the steps are, in nanoseconds: up to three years, in which all that is longer is counted.
static STEPS: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let steps = (0..=70).map(|step| 10f64.powf(f64::from(90 + 6 * step) / 30.0) as u64);
    std::iter::once(0).chain(steps).collect()
});

/// The longest spans that belong to a step: as fine distributions tell spans apart, so that these count the same.
static ENDS: LazyLock<Vec<u64>> = LazyLock::new(|| {
    STEPS.iter().map(|&step| Resolution::Fine.end(Resolution::Fine.bucket(step)) - 1).collect()
});

impl Decades {
    /// Counts a span so many times.
    pub fn record_times(&mut self, span: Span, times: u64) {
        let step = ENDS.partition_point(|&end| end < span.as_nanos()).min(ENDS.len() - 1);
        if step >= self.counts.len() {
            self.counts.resize(step + 1, 0);
        }
        self.counts[step] += times;
    }

    /// Adds other counts.
    pub fn merge(&mut self, other: &Decades) {
        if other.counts.len() > self.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        self.counts.iter_mut().zip(&other.counts).for_each(|(here, there)| *here += there);
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How many are no longer than a step.
    pub fn count_up_to(&self, step: usize) -> u64 {
        self.counts.iter().take(step + 1).sum()
    }

    /// The steps at which any were counted, in order.
    pub fn steps(&self) -> impl Iterator<Item = usize> + '_ {
        self.counts.iter().enumerate().filter(|&(_, &count)| count > 0).map(|(step, _)| step)
    }

    /// Where a step is.
    pub fn at(step: usize) -> Span {
        Span::from_nanos(STEPS[step])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Distribution;

    /// A fine distribution, asked at each step, counts the same.
    #[test]
    fn decades_count_as_distributions_do() {
        let (mut decades, mut fine) = (Decades::default(), Distribution::new(Resolution::Fine));
        let values = (0..50).flat_map(|bits| [(1u64 << bits) - 1, 1 << bits, (1 << bits) + (1 << bits) / 3]);
        for value in values.chain(STEPS[..60].iter().flat_map(|&step| [step, step + 1])) {
            decades.record_times(Span::from_nanos(value), 1);
            fine.record(value);
        }
        assert_eq!(decades.count(), fine.count());
        for step in 0..STEPS.len() {
            assert_eq!(decades.count_up_to(step), fine.count_up_to(STEPS[step]), "{step}");
        }
        assert_eq!(
            (Decades::at(0), Decades::at(1), Decades::at(6)),
            (Span::ZERO, Span::from_nanos(1_000), Span::from_nanos(10_000),)
        );
    }

    /// By hand: bins 1 and 2 are the ages from 1 ms to 10^(1/4) ms.
    #[test]
    fn pairs_of_bins_hold_what_both_hold() {
        let mut bins = AgeBins::default();
        for micros in [500, 1_100, 1_400, 2_000] {
            bins.count(Span::from_nanos(micros * 1_000), micros > 1_200);
        }
        let pairs: Vec<(f64, Fraction)> = bins.pairs().take(3).collect();
        let counts: Vec<(u64, u64)> = pairs.iter().map(|(_, pair)| (pair.hits, pair.of)).collect();
        assert_eq!(counts, [(0, 1), (1, 2), (1, 1)]);
        assert!((pairs[1].0 / 1e-3 - 10f64.powf(0.125)).abs() < 1e-9);
        let all = |pairs: &mut dyn Iterator<Item = (f64, Fraction)>| pairs.map(|(_, f)| f.of).sum::<u64>();
        assert_eq!(all(&mut bins.pairs()), all(&mut bins.iter()));
    }

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
