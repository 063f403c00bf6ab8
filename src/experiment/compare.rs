//! Arms side by side: the difference of each estimate from that of the first arm, paired trial by trial.

use std::collections::BTreeMap;

use super::{Outcome, Row, Summary};
use crate::scenario::{Better, Metric};
use crate::stats::{Difference, Sampled, difference};

/// How the arms of a run differ.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Each arm but the first against the first, in the order of the arms and of the first one's estimates.
    pub rows: Vec<Compared>,
}

/// One estimate of two arms.
#[derive(Clone, PartialEq, Debug)]
pub struct Compared {
    /// That of the first arm.
    pub a: Row,
    /// That of another arm.
    pub b: Row,
    /// How much `b` is above `a`.
    pub difference: Difference,
    /// What that comes to.
    pub verdict: Verdict,
}

/// What a difference comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The first arm is better: the interval of the difference lies on its side of 0.
    A,
    /// The other arm is better.
    B,
    /// They differ, and neither is better: less is not always worse.
    Differ,
    /// The interval holds 0, or there is none.
    NotToldApart,
    /// The same in every trial.
    Identical,
}

impl Verdict {
    /// As tables name it.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::A => "a better",
            Verdict::B => "b better",
            Verdict::Differ => "differ",
            Verdict::NotToldApart => "not told apart",
            Verdict::Identical => "identical",
        }
    }

    /// `same` says that both arms are known to be the same in this.
    fn of(metric: &str, difference: &Difference, same: bool) -> Verdict {
        match (difference.interval, better(metric)) {
            _ if same => Verdict::Identical,
            (Some((0.0, 0.0)), _) => Verdict::Identical,
            (Some((lo, hi)), _) if lo <= 0.0 && hi >= 0.0 => Verdict::NotToldApart,
            (None, _) => Verdict::NotToldApart,
            (Some(_), Better::Neither) => Verdict::Differ,
            (Some((lo, _)), Better::Lower) => {
                if lo > 0.0 {
                    Verdict::A
                } else {
                    Verdict::B
                }
            }
            (Some((lo, _)), Better::Higher) => {
                if lo > 0.0 {
                    Verdict::B
                } else {
                    Verdict::A
                }
            }
        }
    }
}

/// Which direction of a metric is the better one.
pub fn better(metric: &str) -> Better {
    Metric::named(metric).map_or(Better::Neither, |metric| metric.better)
}

/// Leaves of each arm the trials that all arms have finished: only these can be paired.
pub fn keep_common_trials(outcomes: &mut Vec<Outcome>, arms: usize) {
    let mut times: BTreeMap<u32, usize> = BTreeMap::new();
    for number in outcomes.iter().flat_map(|outcome| &outcome.numbers) {
        *times.entry(*number).or_default() += 1;
    }
    for outcome in outcomes.iter_mut() {
        let numbers = std::mem::take(&mut outcome.numbers);
        let trials = std::mem::take(&mut outcome.trials);
        let both = numbers.into_iter().zip(trials).filter(|(number, _)| times[number] == arms);
        (outcome.numbers, outcome.trials) = both.unzip();
    }
    outcomes.retain(|outcome| !outcome.trials.is_empty());
}

/// Compares each arm with the first one, in what both have: namespaces, locations and metrics.
/// The outcomes are those of [`keep_common_trials`], and `summary` is theirs.
pub fn compare(outcomes: &[Outcome], summary: &Summary) -> Comparison {
    let mut rows = Vec::new();
    let Some((first, others)) = outcomes.split_first() else { return Comparison { rows } };
    for other in others {
        let of_other: BTreeMap<_, &Row> = summary
            .rows
            .iter()
            .filter(|row| row.case == other.case.label)
            .map(|row| (key(row), row))
            .collect();
        let alike = fingerprints(first).eq(fingerprints(other));
        for a in summary.rows.iter().filter(|row| row.case == first.case.label) {
            let Some(&b) = of_other.get(&key(a)) else { continue };
            let difference = difference(&sampled(a), &sampled(b), alike);
            let same = alike && a.estimate == b.estimate && a.spread == b.spread;
            let verdict = Verdict::of(a.metric, &difference, same);
            rows.push(Compared { a: a.clone(), b: b.clone(), difference, verdict });
        }
    }
    Comparison { rows }
}

/// What tells the rows of one arm apart.
fn key(row: &Row) -> [&str; 5] {
    [&row.namespace, &row.location, row.op, row.metric, row.stat]
}

fn sampled(row: &Row) -> Sampled {
    Sampled { estimate: row.estimate, spread: row.spread.clone() }
}

fn fingerprints<'o>(outcome: &'o Outcome) -> impl Iterator<Item = u64> + use<'o> {
    outcome.trials.iter().map(|trial| trial.fingerprint)
}
