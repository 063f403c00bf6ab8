//! Counts left to chance.

use rand::RngExt;
use rand_distr::{Binomial, Distribution, Poisson};

use crate::base::Rng;

/// Draws how many points a Poisson process has where `mean` are expected.
///
/// # Panics
/// If the mean is negative, not a number, or so large that it is not held against counts any more.
pub(super) fn poisson(mean: f64, rng: &mut Rng) -> u64 {
    if mean == 0.0 {
        return 0;
    }
    Poisson::new(mean).expect("an expected number of hits is a mean").sample(rng) as u64
}

/// Lets `count` things fall into places in proportion to their weights, and tells how many each got that got any;
/// of a place that got several perhaps not at once.
///
/// # Panics
/// If there is something to fall and no place has any weight.
pub(super) fn spread(count: u64, weights: &[i128], rng: &mut Rng, mut tell: impl FnMut(usize, u64)) {
    if count == 0 {
        return;
    }
    if count < weights.len() as u64 / 4 {
        return one_by_one(count, weights, rng, tell);
    }
    let mut rest: i128 = weights.iter().sum();
    let mut left = count;
    for (place, &weight) in weights.iter().enumerate().filter(|&(_, &weight)| weight > 0) {
        // Given those before, the others fall among the places that are left.
        let share = weight as f64 / rest as f64;
        let here = Binomial::new(left, share).expect("a part of the rest is a share").sample(rng);
        if here > 0 {
            tell(place, here);
        }
        left -= here;
        rest -= weight;
        if left == 0 {
            return;
        }
    }
    panic!("{left} of {count} have no place");
}

fn one_by_one(count: u64, weights: &[i128], rng: &mut Rng, mut tell: impl FnMut(usize, u64)) {
    let mut sum = 0;
    let up_to: Vec<i128> = weights.iter().map(|weight| (sum += weight, sum).1).collect();
    for _ in 0..count {
        let point = rng.random_range(0..sum);
        tell(up_to.partition_point(|&up_to| up_to <= point), 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Dice;

    /// Mean and variance are both the mean: of 20,000 draws within five standard errors.
    #[test]
    fn poisson_counts_have_their_mean_and_variance() {
        let mut rng = Dice::of_trial(3, 0).rng();
        for mean in [1e-3, 0.7, 11.9, 12.1, 300.0, 1e6, 3e9] {
            const N: f64 = 20_000.0;
            let drawn: Vec<f64> = (0..N as u64).map(|_| poisson(mean, &mut rng) as f64 - mean).collect();
            let first = drawn.iter().sum::<f64>() / N;
            let second = drawn.iter().map(|off| off * off).sum::<f64>() / N;
            assert!(first.abs() < 5.0 * (mean / N).sqrt(), "{mean}: {first}");
            // The fourth central moment is mean + 3 mean².
            let error = ((mean + 2.0 * mean * mean) / N).sqrt();
            assert!((second - mean).abs() < 5.0 * error, "{mean}: {second}");
        }
        assert_eq!(poisson(0.0, &mut rng), 0);
    }

    /// Whatever the number, all find a place, none where there is no weight, and shares are those of the weights
    /// within five standard errors.
    #[test]
    fn things_fall_in_proportion_to_weights() {
        let mut rng = Dice::of_trial(4, 0).rng();
        let weights: Vec<i128> = (0..60).map(|place| place % 7).collect();
        let total = weights.iter().sum::<i128>() as f64;
        for (count, times) in [(1u64, 100_000u64), (14, 10_000), (15, 10_000), (1_000, 300), (1 << 40, 1)] {
            let mut got = vec![0u64; weights.len()];
            (0..times).for_each(|_| spread(count, &weights, &mut rng, |place, here| got[place] += here));
            let all = (count * times) as f64;
            assert_eq!(got.iter().sum::<u64>(), count * times);
            for (weight, got) in weights.iter().zip(got) {
                let share = *weight as f64 / total;
                let off = got as f64 - all * share;
                assert!(off.abs() <= 5.0 * (all * share * (1.0 - share)).sqrt(), "{count}: {off}");
            }
        }
    }
}
