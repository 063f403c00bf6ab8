//! A distribution of whole numbers as counts in buckets of bounded relative width.

use serde::{Deserialize, Serialize};

use super::buckets::{Bucket, Buckets, Resolution};

/// Counts of nanoseconds (or other whole numbers), with exact count, sum and extremes.
/// Values below 512 share a bucket with their neighbours.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Distribution {
    buckets: Buckets,
    sum: u128,
    min: u64,
    max: u64,
}

/// Values from here on are told apart only as "this or more": 2^62 ns.
const HIGHEST: u64 = 1 << 62;

impl Distribution {
    /// Empty.
    pub fn new(resolution: Resolution) -> Distribution {
        Distribution { buckets: Buckets::new(resolution), sum: 0, min: u64::MAX, max: 0 }
    }

    /// Counts `value` once.
    #[inline]
    pub fn record(&mut self, value: u64) {
        let value = value.min(HIGHEST);
        self.buckets.add(value, 1);
        self.sum += u128::from(value);
        self.stretch(value);
    }

    /// Extremes are seldom new: so these are branches, and nothing is written.
    #[inline]
    fn stretch(&mut self, value: u64) {
        if value < self.min {
            self.min = value;
        }
        if value > self.max {
            self.max = value;
        }
    }

    /// Counts `value` so many times.
    pub fn record_times(&mut self, value: u64, times: u64) {
        if times == 0 {
            return;
        }
        let value = value.min(HIGHEST);
        self.buckets.add(value, times);
        self.sum += u128::from(value) * u128::from(times);
        self.stretch(value);
    }

    /// Adds all counts of another distribution.
    pub fn merge(&mut self, other: &Distribution) {
        self.buckets.merge(&other.buckets);
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// How many values were counted.
    pub fn count(&self) -> u64 {
        self.buckets.count()
    }

    /// The exact sum of the values.
    pub fn sum(&self) -> u128 {
        self.sum
    }

    /// The exact greatest value; `None` if empty.
    pub fn max(&self) -> Option<u64> {
        (self.min <= self.max).then_some(self.max)
    }

    /// The exact least value; `None` if empty.
    pub fn min(&self) -> Option<u64> {
        (self.min <= self.max).then_some(self.min)
    }

    /// The least value that at least `share` of the counts do not exceed, as the middle of its
    /// bucket, within the exact extremes; `None` if empty.
    pub fn quantile(&self, share: f64) -> Option<u64> {
        let rank = (share * self.count() as f64).ceil() as u64;
        self.buckets.of_rank(rank).map(|bucket| self.middle(bucket))
    }

    /// The middle of a bucket; of the first one its least value, most often 0.
    fn middle(&self, bucket: Bucket) -> u64 {
        let middle = match bucket.begin {
            0 => self.min,
            begin => begin.midpoint(bucket.last),
        };
        middle.clamp(self.min, self.max)
    }

    /// Quantiles at rising shares as if counts lay evenly within their buckets: they move with every
    /// count, where [`Distribution::quantile`] moves by buckets. Empty if nothing was counted.
    pub fn smooth_quantiles(&self, shares: &[f64]) -> Vec<f64> {
        debug_assert!(shares.is_sorted());
        let count = self.count() as f64;
        let mut wanted = shares.iter().map(|share| share * count).peekable();
        let mut found = Vec::with_capacity(shares.len());
        let mut below = 0.0;
        for (low, high, here) in self.spread_buckets() {
            while let Some(rank) = wanted.next_if(|&rank| rank <= below + here) {
                found.push(low + (high - low) * (rank - below) / here);
            }
            below += here;
        }
        found.extend(wanted.filter(|_| below > 0.0).map(|_| self.max as f64));
        found
    }

    /// How many counts lie at or below each of some rising values, as if they lay evenly within
    /// their buckets.
    pub fn smooth_counts(&self, values: &[f64]) -> Vec<f64> {
        debug_assert!(values.is_sorted());
        let mut wanted = values.iter().copied().peekable();
        let mut found = Vec::with_capacity(values.len());
        let mut below = 0.0;
        for (low, high, here) in self.spread_buckets() {
            while let Some(value) = wanted.next_if(|&value| value < high) {
                let part = if value < low { 0.0 } else { (value - low) / (high - low) };
                found.push(below + part * here);
            }
            below += here;
        }
        found.extend(wanted.map(|_| below));
        found
    }

    /// The non-empty buckets from least to greatest: their ends within the exact extremes, and their counts.
    /// All of the first bucket is taken for its least value, most often 0.
    fn spread_buckets(&self) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
        self.buckets.filled().map(|Bucket { begin, last, count }| {
            let (low, high) = match begin {
                0 => (self.min, self.min),
                begin => (begin.max(self.min), last.min(self.max)),
            };
            (low as f64, high as f64, count as f64)
        })
    }

    /// How many counts lie in buckets at or below that of `value`.
    pub fn count_up_to(&self, value: u64) -> u64 {
        self.buckets.up_to(value)
    }

    /// The non-empty buckets from least to greatest: (middle value, count).
    pub fn buckets(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.buckets.filled().map(|bucket| (self.middle(bucket), bucket.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The q-quantile of 1..=100_000 is ceil(q · 100_000).
    #[test]
    fn quantiles_lie_within_the_promised_error() {
        for (resolution, error) in [(Resolution::Fine, 0.001), (Resolution::Coarse, 0.01)] {
            let mut distribution = Distribution::new(resolution);
            (1..=100_000u64).for_each(|v| distribution.record(v * 1_000));
            for share in [0.001, 0.5, 0.9, 0.99, 0.999, 1.0] {
                let expected = (share * 100_000.0f64).ceil() * 1_000.0;
                let found = distribution.quantile(share).unwrap() as f64;
                assert!((found / expected - 1.0).abs() <= error, "{share}: {found} for {expected}");
            }
        }
    }

    /// By hand: 0 to 999 ms a millisecond apart; half of them lie up to half a second.
    #[test]
    fn counts_and_quantiles_answer_one_another() {
        let mut distribution = Distribution::new(Resolution::Fine);
        (0..1000u64).for_each(|v| distribution.record(v * 1_000_000));
        let quantiles = distribution.smooth_quantiles(&[0.25, 0.5, 0.99]);
        for (found, expected) in quantiles.iter().zip([250e6, 500e6, 990e6]) {
            assert!((found / expected - 1.0).abs() < 0.005, "{found} for {expected}");
        }
        let counts = distribution.smooth_counts(&quantiles);
        for (found, expected) in counts.iter().zip([250.0, 500.0, 990.0f64]) {
            assert!((found - expected).abs() < 1e-6, "{found} for {expected}");
        }
    }

    #[test]
    fn the_whole_range_of_time_fits_into_little_memory() {
        let mut distribution = Distribution::new(Resolution::Fine);
        distribution.record(1);
        distribution.record(u64::MAX);
        assert!(distribution.buckets.memory() < 1 << 20);
        assert_eq!(distribution.quantile(1.0), Some(HIGHEST));
    }
}
