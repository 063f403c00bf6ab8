//! Differences between two estimates that rest on the same trials: common random numbers.

use super::estimate::{half_width, half_width_at, standard_error, student_t};
use super::{Looks, Sampled, Spread};

/// How much one estimate is above another that rests on the same trials.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Difference {
    /// The difference.
    pub value: f64,
    /// Its 95 % interval; `None` where the trials do not allow one.
    pub interval: Option<(f64, f64)>,
    /// About how many more trials would tell the two apart, if the difference stays what it is and trials
    /// vary as these do; `None` where they are told apart, or no number of trials is known to do it.
    pub more_trials: Option<u64>,
}

/// How much `b` is above `a`, where the n-th trial of both had the same random draws.
///
/// To first order each estimate's error is the mean of its trials' deviations, so that of the difference is
/// the mean of the differences of these, trial by trial, with Student's interval: of ratios of sums and
/// of means over trials alike (Law, Simulation Modeling and Analysis, 5th ed., §10.2.1, the paired-t
/// interval). What both have in common in a trial falls out. A share that was never (or always) seen may in
/// truth be as large as its bound: that distance and the half-width are squared and added (Newcombe, Interval estimation
/// for the difference between independent proportions, Statistics in Medicine 17, 1998, method 10). `alike` says
/// that in every trial all that was asked had the same answer in both arms: then what neither has
/// seen does not differ.
pub fn difference(a: &Sampled, b: &Sampled, alike: bool) -> Difference {
    let value = b.estimate.value - a.estimate.value;
    let none = Difference { value, interval: None, more_trials: None };
    let Some(deviations) = paired(&a.spread, &b.spread) else { return none };
    let Some(half) = half_width(&deviations) else { return none };
    let (below, above) = both_sides(a, b, alike, half);
    let is_apart = value.abs() > half;
    let more_trials = if is_apart { None } else { more_trials(value, &deviations, Looks::ONE) };
    Difference { value, interval: Some((value - below, value + above)), more_trials }
}

/// The interval of [`difference`] at one of several looks; both estimates are those of that look.
pub fn difference_at_each_of(looks: Looks, a: &Sampled, b: &Sampled) -> Option<(f64, f64)> {
    let value = b.estimate.value - a.estimate.value;
    let deviations = paired(&a.spread, &b.spread)?;
    let half = half_width_at(&deviations, looks.confidence_of_each())?;
    let (below, above) = both_sides(a, b, false, half);
    Some((value - below, value + above))
}

/// How far the interval reaches below and above the difference.
fn both_sides(a: &Sampled, b: &Sampled, alike: bool, half: f64) -> (f64, f64) {
    let value = b.estimate.value - a.estimate.value;
    let same = alike && a.spread == b.spread && value == 0.0;
    let with_room = |of_a: f64, of_b: f64| if same { half } else { half.hypot(of_a).hypot(of_b) };
    let below = with_room(a.spread.room.1, b.spread.room.0);
    let above = with_room(a.spread.room.0, b.spread.room.1);
    (below, above)
}

fn paired(a: &Spread, b: &Spread) -> Option<Vec<f64>> {
    let (a, b) = (&a.deviations, &b.deviations);
    (!a.is_empty() && a.len() == b.len()).then(|| a.iter().zip(b).map(|(a, b)| b - a).collect())
}

/// The number of trials N with t(N) · s / √N just below the difference, less those that there are.
pub(super) fn more_trials(difference: f64, deviations: &[f64], looks: Looks) -> Option<u64> {
    /// Student's t with so many degrees of freedom is the normal distribution's quantile.
    const MANY: f64 = 1e6;
    let trials = deviations.len() as f64;
    let scatter = standard_error(deviations) * trials.sqrt() / difference.abs();
    if !scatter.is_finite() {
        return None;
    }
    // t falls slowly with N: this converges in a few steps, from above and below in turn.
    let mut needed = trials;
    for _ in 0..8 {
        let t = student_t(needed.clamp(2.0, MANY) as usize, looks.confidence_of_each())?;
        needed = (t * scatter).powi(2).ceil();
    }
    Some((needed - trials).max(1.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Dice;
    use crate::stats::{sampled_ratio, sampled_share};
    use rand::RngExt;

    fn means(values: &[f64]) -> Sampled {
        sampled_ratio(&values.iter().map(|&value| (value, 1)).collect::<Vec<_>>()).unwrap()
    }

    /// By hand: differences 1, 2, 3, 2, 2 have mean 2 and standard deviation √(2/4) = 0.70711; with
    /// t(4, 0.975) = 2.776445 the half-width is 2.776445 · 0.70711 / √5 = 0.878.
    #[test]
    fn equal_trials_give_the_classical_paired_interval() {
        let (a, b) = (means(&[10.0, 20.0, 30.0, 40.0, 50.0]), means(&[11.0, 22.0, 33.0, 42.0, 52.0]));
        let found = difference(&a, &b, false);
        let (lo, hi) = found.interval.unwrap();
        assert!((found.value - 2.0).abs() < 1e-12);
        assert!((lo - 1.122).abs() < 1e-3 && (hi - 2.878).abs() < 1e-3, "{lo} to {hi}");
        assert_eq!(found.more_trials, None);
    }

    /// By hand: differences 1, −1, 2, −1, 0.5 have mean 0.3 and s = √(6.8/4) = 1.3038. The normal
    /// approximation (1.96 s / 0.3)² is 72.6; with t(74) = 1.9925 it is 74.99, with t(75) = 1.9921 74.96:
    /// 75 trials, 70 more than these.
    #[test]
    fn so_many_more_trials_would_tell_them_apart() {
        let found = difference(&means(&[0.0; 5]), &means(&[1.0, -1.0, 2.0, -1.0, 0.5]), false);
        let (lo, hi) = found.interval.unwrap();
        assert!(lo < 0.0 && hi > 0.0);
        assert_eq!(found.more_trials, Some(70));
    }

    #[test]
    fn the_same_differs_by_exactly_nothing() {
        let a = means(&[0.1, 0.7, 0.3]);
        let nothing = Difference { value: 0.0, interval: Some((0.0, 0.0)), more_trials: None };
        assert_eq!(difference(&a, &a.clone(), false), nothing);
        let never = sampled_share(&[(0, 10), (0, 10)], 20).unwrap();
        assert_eq!(difference(&never, &never.clone(), true), nothing);
    }

    /// 1 − 0.05^(1/20) = 0.1391: two shares that were not seen in 20 chances may differ by as much, and one
    /// that was never seen and one that always was by √2 · 0.1391 = 0.1967 less than all.
    #[test]
    fn what_neither_has_seen_may_differ() {
        let never = sampled_share(&[(0, 10), (0, 10)], 20).unwrap();
        let (lo, hi) = difference(&never, &never.clone(), false).interval.unwrap();
        assert!((lo + 0.1391).abs() < 1e-4 && (hi - 0.1391).abs() < 1e-4, "{lo} to {hi}");
        let always = sampled_share(&[(10, 10), (10, 10)], 20).unwrap();
        let (lo, hi) = difference(&never, &always, false).interval.unwrap();
        assert!((lo - (1.0 - 0.1967)).abs() < 1e-4 && hi == 1.0, "{lo} to {hi}");
    }

    #[test]
    fn one_trial_and_trials_that_do_not_pair_have_no_interval() {
        assert_eq!(difference(&means(&[1.0]), &means(&[2.0]), false).interval, None);
        assert_eq!(difference(&means(&[1.0, 2.0]), &means(&[2.0, 1.0, 3.0]), false).interval, None);
    }

    /// A standard normal value (Box and Muller).
    fn normal(rng: &mut impl RngExt) -> f64 {
        let (u, v): (f64, f64) = (rng.random(), rng.random());
        (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    /// Ratios of sums with n varying from trial to trial, y = n (truth + common + own): truths 3 and
    /// 3.2, common with standard deviation 1, own with 0.3. The difference of the ratios is 0.2. Within 93.5
    /// and 96.5 % of 4,000 intervals hold it (five standard deviations of the binomial are 1.7 points), and they
    /// are √(2 · 0.3² / (2 · (1 + 0.3²))) = 0.29 of those of independent arms.
    #[test]
    fn intervals_hold_a_known_difference_and_pairing_narrows_them() {
        const RUNS: u64 = 4_000;
        let (mut held, mut paired, mut unpaired) = (0, 0.0, 0.0);
        for run in 0..RUNS {
            let mut rng = Dice::of_trial(run, 0).rng();
            let mut arms = [Vec::new(), Vec::new()];
            for _ in 0..20 {
                let (n, common) = (rng.random_range(50..150u64), normal(&mut rng));
                for (arm, truth) in arms.iter_mut().zip([3.0, 3.2]) {
                    let own = 0.3 * normal(&mut rng);
                    arm.push((n as f64 * (truth + common + own), n));
                }
            }
            let [a, b] = arms.map(|arm| sampled_ratio(&arm).unwrap());
            let (lo, hi) = difference(&a, &b, false).interval.unwrap();
            held += u64::from(lo <= 0.2 && 0.2 <= hi);
            paired += hi - lo;
            let widths = [&a, &b].map(|s| 2.0 * half_width(&s.spread.deviations).unwrap());
            unpaired += widths[0].hypot(widths[1]);
        }
        let share = held as f64 / RUNS as f64;
        assert!((0.935..=0.965).contains(&share), "{share} of the intervals hold the difference");
        assert!((0.26..0.32).contains(&(paired / unpaired)), "{} as wide", paired / unpaired);
    }
}
