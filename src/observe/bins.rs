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
    /// For numbers of so many bits, how many bounds lie below all of them.
    first: [usize; 65],
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let bounds = std::array::from_fn(|at| (1e6 * 10f64.powf(at as f64 / PER_DECADE)) as u64);
    let least = |bits: usize| if bits == 0 { 0 } else { 1u64 << (bits - 1) };
    let first = std::array::from_fn(|bits| bounds.partition_point(|&bound| bound < least(bits)));
    Table { bounds, first }
});

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
    pub fn bin(age: Span) -> usize {
        let nanos = age.as_nanos();
        // From the first bound that a number of so many bits can exceed on, there are at most three to try.
        let bits = (u64::BITS - nanos.leading_zeros()) as usize;
        let from = TABLE.first[bits];
        let beyond = TABLE.bounds[from..].iter().take_while(|&&bound| bound < nanos).count();
        from + beyond
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
