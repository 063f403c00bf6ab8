//! What is estimated from independent trials, and how surely.

use std::sync::OnceLock;

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::Distribution;

/// A value over all trials with its 95 % confidence interval.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Its interval; `None` where the trials do not allow one.
    pub interval: Option<(f64, f64)>,
    /// Trials that it rests on.
    pub trials: u32,
    /// Operations, writes or other items that it rests on.
    pub n: u64,
}

/// An estimate, and what it rests on trial by trial: enough to hold it against another of the same trials.
#[derive(Clone, PartialEq, Debug)]
pub struct Sampled {
    /// The estimate.
    pub estimate: Estimate,
    /// How its trials lie around it.
    pub spread: Spread,
}

/// How trials lie around an estimate.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Spread {
    /// What each trial adds to the estimate's error, to first order, in the order of the trials: their mean is 0, and
    /// the estimate's variance is that of their mean. Empty where the estimate is not made of one value a trial.
    pub deviations: Vec<f64>,
    /// How far below and above the value the truth may lie although no trial shows it: of a share that
    /// was never seen, or always.
    pub room: (f64, f64),
}

impl Sampled {
    /// An estimate that is not made of one value a trial.
    pub fn of_all(estimate: Estimate) -> Sampled {
        Sampled { estimate, spread: Spread::default() }
    }

    /// The same in a unit that is `size` times as large.
    pub fn by(self, size: f64) -> Sampled {
        let Sampled { estimate, spread } = self;
        let Spread { deviations, room } = spread;
        Sampled {
            estimate: Estimate {
                value: estimate.value / size,
                interval: estimate.interval.map(|(lo, hi)| (lo / size, hi / size)),
                ..estimate
            },
            spread: Spread {
                deviations: deviations.into_iter().map(|deviation| deviation / size).collect(),
                room: (room.0 / size, room.1 / size),
            },
        }
    }
}

pub(super) const CONFIDENCE: f64 = 0.95;

/// [`sampled_ratio`] without its trials.
pub fn ratio(trials: &[(f64, u64)]) -> Option<Estimate> {
    sampled_ratio(trials).map(|sampled| sampled.estimate)
}

/// [`sampled_share`] without its trials.
pub fn share(trials: &[(u64, u64)], chances: u64) -> Option<Estimate> {
    sampled_share(trials, chances).map(|sampled| sampled.estimate)
}

/// [`sampled_quantiles`] without their trials.
pub fn quantiles(trials: &[&Distribution], shares: &[f64]) -> Vec<Estimate> {
    sampled_quantiles(trials, shares).into_iter().map(|sampled| sampled.estimate).collect()
}

/// Ratio of sums over trials, Σ y / Σ n, with a Student-t interval over trials from the residuals
/// y − r·n (Law, Simulation Modeling and Analysis, 5th ed., §9.4: the ratio estimator). With the same
/// n in each trial it is the mean of the trials' ratios with the classical interval. `None` if Σ n = 0.
pub fn sampled_ratio(trials: &[(f64, u64)]) -> Option<Sampled> {
    let n: u64 = trials.iter().map(|&(_, n)| n).sum();
    if n == 0 {
        return None;
    }
    let count = trials.len() as f64;
    let value = trials.iter().map(|&(y, _)| y).sum::<f64>() / n as f64;
    let mean_n = n as f64 / count;
    let deviations: Vec<f64> = trials.iter().map(|&(y, n)| (y - value * n as f64) / mean_n).collect();
    let interval = half_width(&deviations).map(|half| ((value - half).max(0.0), value + half));
    Some(Sampled {
        estimate: Estimate { value, interval, trials: trials.len() as u32, n },
        spread: Spread { deviations, room: (0.0, 0.0) },
    })
}

/// Half of the 95 % interval of a mean over trials, from their deviations; `None` below two trials.
pub(super) fn half_width(deviations: &[f64]) -> Option<f64> {
    half_width_at(deviations, CONFIDENCE)
}

/// The same at another confidence.
pub(super) fn half_width_at(deviations: &[f64], confidence: f64) -> Option<f64> {
    student_t(deviations.len(), confidence).map(|t| t * standard_error(deviations))
}

/// The standard error of a mean over trials, from their deviations.
pub(super) fn standard_error(deviations: &[f64]) -> f64 {
    let count = deviations.len() as f64;
    let squares: f64 = deviations.iter().map(|deviation| deviation.powi(2)).sum();
    (squares / (count - 1.0) / count).sqrt()
}

/// So many values of each trial must lie beyond a quantile for it to be told of each trial: fewer bias it by
/// more than a percent (of an exponential tail, E[X(n−k)] − ln(n/k) is 1/(2k) of its mean).
const BEYOND: f64 = 10.0;

/// Quantiles at rising shares as one trial sees them: the mean over trials with Student's interval. Where a
/// trial has too few values for that, the quantile of all trials' values together, without an
/// interval. Empty if nothing was counted.
pub fn sampled_quantiles(trials: &[&Distribution], shares: &[f64]) -> Vec<Sampled> {
    let Some(pooled) = together(trials) else { return Vec::new() };
    let each: Vec<Vec<f64>> = trials.iter().map(|trial| trial.smooth_quantiles(shares)).collect();
    let of_all = pooled.smooth_quantiles(shares);
    let told = |trial: &Distribution, share: f64| trial.count() as f64 * share.min(1.0 - share) >= BEYOND;
    let estimate = |(index, &share): (usize, &f64)| {
        let n = pooled.count();
        let of_trials: Vec<(f64, u64)> = each.iter().filter_map(|q| Some((*q.get(index)?, 1))).collect();
        match sampled_ratio(&of_trials) {
            Some(mean) if trials.iter().all(|trial| told(trial, share)) => {
                Sampled { estimate: Estimate { n, ..mean.estimate }, ..mean }
            }
            _ => Sampled::of_all(Estimate {
                value: of_all[index],
                interval: None,
                trials: trials.len() as u32,
                n,
            }),
        }
    };
    shares.iter().enumerate().map(estimate).collect()
}

/// Quantiles of all trials' values together, at rising shares, for a curve. The interval is Woodruff's
/// (Confidence intervals for medians and other position measures, JASA 47, 1952): the share of values up
/// to the quantile is estimated over trials like any ratio, and the ends of its interval are looked up
/// among all values. Empty if nothing was counted.
pub fn pooled_quantiles(trials: &[&Distribution], shares: &[f64]) -> Vec<Estimate> {
    let Some(pooled) = together(trials) else { return Vec::new() };
    let values = pooled.smooth_quantiles(shares);
    let up_to: Vec<Vec<f64>> = trials.iter().map(|trial| trial.smooth_counts(&values)).collect();
    let interval = |index: usize| {
        let counts: Vec<(f64, u64)> =
            up_to.iter().zip(trials).map(|(up_to, trial)| (up_to[index], trial.count())).collect();
        let of_share = ratio(&counts)?;
        let half = of_share.interval?.1 - of_share.value;
        let ends = [(shares[index] - half).max(0.0), (shares[index] + half).min(1.0)];
        let ends = pooled.smooth_quantiles(&ends);
        Some((ends[0].min(values[index]), ends[1].max(values[index])))
    };
    let (count, n) = (trials.len() as u32, pooled.count());
    let estimate = |(index, &value)| Estimate { value, interval: interval(index), trials: count, n };
    values.iter().enumerate().map(estimate).collect()
}

/// The values of all trials; `None` if there are none.
fn together(trials: &[&Distribution]) -> Option<Distribution> {
    let (first, rest) = trials.split_first()?;
    let mut pooled = (*first).clone();
    rest.iter().for_each(|trial| pooled.merge(trial));
    (pooled.count() > 0).then_some(pooled)
}

/// A share of `n` in each trial, between 0 and 1. One that was never (or always) seen gets the bound
/// of [`never_seen_bound`] over `chances` independent chances, not 0 ± 0.
pub fn sampled_share(trials: &[(u64, u64)], chances: u64) -> Option<Sampled> {
    let floats: Vec<(f64, u64)> = trials.iter().map(|&(hits, n)| (hits as f64, n)).collect();
    let mut sampled = sampled_ratio(&floats)?;
    let bound = never_seen_bound(chances.clamp(1, sampled.estimate.n));
    let interval = sampled.estimate.interval;
    (sampled.estimate.interval, sampled.spread.room) = match sampled.estimate.value {
        0.0 => (Some((0.0, bound)), (0.0, bound)),
        1.0 => (Some((1.0 - bound, 1.0)), (bound, 0.0)),
        _ => (interval.map(|(lo, hi)| (lo, hi.min(1.0))), (0.0, 0.0)),
    };
    Some(sampled)
}

/// The 95 % upper bound of a rate that was never seen among `n` independent chances.
pub fn never_seen_bound(n: u64) -> f64 {
    1.0 - (1.0 - CONFIDENCE).powf(1.0 / n.max(1) as f64)
}

/// The two-sided quantile of Student's t over that many trials; `None` below two trials.
pub(super) fn student_t(trials: usize, confidence: f64) -> Option<f64> {
    if trials < 2 {
        return None;
    }
    // It is searched for, and a run has tens of thousands of estimates at 95 % over the same number of trials.
    static KNOWN: [OnceLock<f64>; 256] = [const { OnceLock::new() }; 256];
    let find = || {
        let t = StudentsT::new(0.0, 1.0, (trials - 1) as f64).expect("degrees of freedom are positive");
        t.inverse_cdf(0.5 + confidence / 2.0)
    };
    let known = KNOWN.get(trials).filter(|_| confidence == CONFIDENCE);
    Some(known.map_or_else(find, |known| *known.get_or_init(find)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Resolution;

    /// Mean and half-width of 3.1, 2.9, 3.4, 3.0, 2.7 with t(4, 0.975) = 2.776445: 3.02 ± 0.3213968.
    #[test]
    fn equal_trials_give_the_classical_student_interval() {
        let trials: Vec<(f64, u64)> = [3.1, 2.9, 3.4, 3.0, 2.7].iter().map(|&x| (x, 1)).collect();
        let estimate = ratio(&trials).unwrap();
        let (lo, hi) = estimate.interval.unwrap();
        assert!((estimate.value - 3.02).abs() < 1e-12);
        assert!(((hi - lo) / 2.0 - 0.321_396_757_073_199).abs() < 1e-6, "{}", (hi - lo) / 2.0);
    }

    #[test]
    fn one_trial_has_no_interval() {
        assert_eq!(ratio(&[(3.0, 10)]).unwrap().interval, None);
    }

    /// 1 − 0.05^(1/10^6) = 2.9957e-6, the rule of three.
    #[test]
    fn what_was_never_seen_has_an_upper_bound() {
        assert!((never_seen_bound(1_000_000) - 2.9957e-6).abs() < 1e-10);
    }

    /// Ten trials of values 10 µs apart around a second, the trials shifted against one another by 50 µs, where
    /// a bucket is 524 µs wide. The shifts' standard deviation is 151.4 µs: a half-width of
    /// 2.262 · 151.4 µs / √10 = 108.3 µs for the median.
    #[test]
    fn what_moves_within_a_bucket_widens_the_interval_of_a_percentile() {
        let trial = |shift: u64| {
            let mut distribution = Distribution::new(Resolution::Fine);
            (0..1000u64).for_each(|i| distribution.record(995_000_000 + i * 10_000 + shift * 50_000));
            distribution
        };
        let trials: Vec<Distribution> = (0..10).map(trial).collect();
        let median = quantiles(&trials.iter().collect::<Vec<_>>(), &[0.5])[0];
        let (lo, hi) = median.interval.unwrap();
        let half = (hi - lo) / 2.0;
        assert!((half / 108_300.0 - 1.0).abs() < 0.1, "{half}");
    }

    /// Two trials of a thousand values, 0 to 999 ms and 1,000 to 1,999 ms apart: their medians are half a
    /// second and one and a half; the median of all lies between them. Of p99.9 no trial has enough.
    #[test]
    fn a_percentile_is_that_of_a_trial_where_each_has_enough() {
        let trial = |values: std::ops::Range<u64>| {
            let mut distribution = Distribution::new(Resolution::Fine);
            values.for_each(|v| distribution.record(v * 1_000_000));
            distribution
        };
        let (a, b) = (trial(0..1000), trial(1000..2000));
        let found = quantiles(&[&a, &b], &[0.5, 0.95, 0.999]);
        for (estimate, expected) in found.iter().zip([1_000e6, 1_450e6, 1_998e6]) {
            assert!((estimate.value / expected - 1.0).abs() < 0.002, "{} for {expected}", estimate.value);
        }
        assert!(found[1].interval.is_some() && found[2].interval.is_none());
        let of_all = pooled_quantiles(&[&a, &b], &[0.95])[0];
        assert!((of_all.value / 1_900e6 - 1.0).abs() < 0.002, "{}", of_all.value);
    }
}
