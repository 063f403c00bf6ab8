//! Verdicts that are looked at several times are wrong no more often than is said.

use edgelag::base::Dice;
use edgelag::stats::{Looks, Sampled, difference_at_each_of, sampled_ratio};
use rand::RngExt;

/// The rounds of a search of 64 trials.
const TRIALS: [usize; 5] = [4, 8, 16, 32, 64];
const RUNS: u64 = 3_000;

/// A standard normal value (Box and Muller).
fn normal(rng: &mut impl RngExt) -> f64 {
    let (u, v): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

fn mean(values: &[f64]) -> Sampled {
    sampled_ratio(&values.iter().map(|&value| (value, 1)).collect::<Vec<_>>()).unwrap()
}

/// In which share of runs some look at two series of the same mean, 100, says what is not so: that the first lies on one side of
/// 100, as a gate there asks; and that one is better than the other.
fn wrong(looks: Looks) -> [f64; 2] {
    let mut wrong = [0; 2];
    for run in 0..RUNS {
        let mut rng = Dice::of_trial(run, 0).rng();
        let [a, b] = [(); 2].map(|()| (0..64).map(|_| 100.0 + normal(&mut rng)).collect::<Vec<_>>());
        let leaves_out = |(lo, hi): (f64, f64), truth: f64| truth < lo || hi < truth;
        let at = |count: usize| [&a, &b].map(|all| mean(&all[..count]).at_each_of(looks, f64::INFINITY));
        let of_gate = |&count: &usize| leaves_out(at(count)[0].estimate.interval.unwrap(), 100.0);
        let of_pair = |&count: &usize| {
            let [a, b] = at(count);
            leaves_out(difference_at_each_of(looks, &a, &b).unwrap(), 0.0)
        };
        wrong[0] += u64::from(TRIALS.iter().any(of_gate));
        wrong[1] += u64::from(TRIALS.iter().any(of_pair));
    }
    wrong.map(|wrong| wrong as f64 / RUNS as f64)
}

/// Student's interval of normal values is exact, so by Bonferroni's inequality no more than 5 % are wrong at some of five looks;
/// three standard
/// deviations of the binomial are 1.2 points. Looked at as if each look were the only one, it is more than twice 5 %.
#[test]
fn five_looks_are_wrong_in_no_more_than_one_of_twenty() {
    let adjusted = wrong(Looks::new(5));
    assert!(adjusted.iter().all(|&share| (0.015..=0.062).contains(&share)), "{adjusted:?}");
    let not = wrong(Looks::ONE);
    assert!(not.iter().all(|&share| share > 0.1), "{not:?}");
}

/// By hand: t(3) is 3.18245 at 97.5 % and 4.17653 at 98.75 % (tables); of two looks the interval of 1, 2, 3, 4, whose standard
/// error is 0.645497, is 2.5 ± 2.69594, cut at 0.
#[test]
fn an_interval_of_two_looks() {
    let once = mean(&[1.0, 2.0, 3.0, 4.0]);
    let (lo, hi) = once.clone().at_each_of(Looks::new(2), f64::INFINITY).estimate.interval.unwrap();
    assert!(lo == 0.0 && (hi - 5.195_94).abs() < 1e-4, "{lo} to {hi}");
    assert_eq!(once.clone().at_each_of(Looks::ONE, f64::INFINITY), once);
}
