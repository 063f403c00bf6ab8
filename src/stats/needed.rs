//! How many trials it takes to tell an estimate from a bound.

use super::estimate::Estimate;
use super::paired::more_trials;
use super::{Looks, Spread};

/// About how many more trials would tell an estimate from a bound, if it stays what it is and trials vary as these do;
/// `None` where no number of trials is known to do it. Both are those of that many looks.
pub fn trials_to_tell(estimate: &Estimate, spread: &Spread, bound: f64, looks: Looks) -> Option<u64> {
    let distance = (estimate.value - bound).abs();
    match spread.room {
        (0.0, 0.0) if spread.deviations.is_empty() => None,
        (0.0, 0.0) => more_trials(distance, &spread.deviations, looks),
        (below, above) => {
            // The bound of what was never seen shrinks with the chances, and these grow with the trials.
            let chances = |room: f64| (1.0 - looks.confidence_of_each()).ln() / (-room).ln_1p();
            let trials = f64::from(estimate.trials);
            let needed = (trials * chances(distance) / chances(below.max(above))).ceil();
            (distance > 0.0 && needed.is_finite()).then(|| (needed - trials).max(1.0) as u64)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{sampled_ratio, sampled_share};

    /// By hand: values 1, −1, 2, −1, 0.5 lie 0.3 above 0, for which `paired` needs 70 more trials.
    #[test]
    fn a_mean_needs_as_many_as_a_difference() {
        let values = [1.0, -1.0, 2.0, -1.0, 0.5].map(|value| (value + 10.0, 1));
        let sampled = sampled_ratio(&values).unwrap();
        assert_eq!(trials_to_tell(&sampled.estimate, &sampled.spread, 10.0, Looks::ONE), Some(70));
    }

    /// By hand: none of 20 chances in two trials; below 1 % are ln 0.05 / ln 0.99 = 298.07 chances, in 29.8 trials.
    #[test]
    fn what_was_never_seen_needs_chances() {
        let sampled = sampled_share(&[(0, 10), (0, 10)], 20).unwrap();
        assert_eq!(trials_to_tell(&sampled.estimate, &sampled.spread, 0.01, Looks::ONE), Some(28));
        assert_eq!(trials_to_tell(&sampled.estimate, &sampled.spread, 0.0, Looks::ONE), None);
    }
}
