//! Gates held against the estimates: pass, fail, or not to be told from these trials.

use super::{EVERY_NAMESPACE, EVERYWHERE, Row};
use crate::scenario::{Case, Gate, Selection, Side};
use crate::stats::{Estimate, Looks, trials_to_tell};

/// What a gate comes to in one row of the summary.
#[derive(Clone, PartialEq, Debug)]
pub struct Judged {
    /// The point of the sweep; empty without one.
    pub case: String,
    /// The gate.
    pub gate: Gate,
    /// The row; `None` if the run has none that the gate names.
    pub row: Option<Row>,
    /// Trials that it rests on.
    pub trials: u32,
    /// What it comes to.
    pub verdict: GateVerdict,
    /// About how many more trials would tell, where these do not; `None` where no number is known to do it.
    pub more_trials: Option<u64>,
}

/// Whether something holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum GateVerdict {
    /// It does: all of the interval lies on the right side.
    Pass,
    /// These trials do not tell.
    Inconclusive,
    /// It does not: all of the interval lies on the wrong side.
    Fail,
}

impl GateVerdict {
    /// As tables name it.
    pub fn name(self) -> &'static str {
        match self {
            GateVerdict::Pass => "pass",
            GateVerdict::Inconclusive => "inconclusive",
            GateVerdict::Fail => "fail",
        }
    }
}

/// What several gates come to; `None` if there are none.
pub fn together<'j>(judged: impl IntoIterator<Item = &'j Judged>) -> Option<GateVerdict> {
    judged.into_iter().map(|judged| judged.verdict).max()
}

/// The gates of a case, of which these are the rows: a verdict for each row that one names, in the order of gates and rows.
/// The rows have the intervals of each of these looks.
pub(super) fn judge(case: &Case, trials: u32, rows: &[Row], looks: Looks) -> Vec<Judged> {
    case.gates.iter().flat_map(|gate| judge_one(gate, &case.label, trials, rows, looks)).collect()
}

fn judge_one(gate: &Gate, case: &str, trials: u32, rows: &[Row], looks: Looks) -> Vec<Judged> {
    let of = |row: Option<&Row>, verdict, more_trials| Judged {
        case: case.to_owned(),
        gate: gate.clone(),
        row: row.cloned(),
        trials: row.map_or(trials, |row| row.estimate.trials),
        verdict,
        more_trials,
    };
    let judged: Vec<Judged> = selected(&gate.rows, rows)
        .into_iter()
        .map(|row| {
            let verdict = verdict(gate, &row.estimate);
            let more_trials = (verdict == GateVerdict::Inconclusive)
                .then(|| trials_to_tell(&row.estimate, &row.spread, gate.bound, looks))
                .flatten();
            of(Some(row), verdict, more_trials)
        })
        .collect();
    // Nothing is known of what has no row, so it is not said to hold.
    if judged.is_empty() { vec![of(None, GateVerdict::Inconclusive, None)] } else { judged }
}

/// The rows that are selected. Where no namespace is named and something is told of all together, that is meant.
pub(super) fn selected<'r>(selection: &Selection, rows: &'r [Row]) -> Vec<&'r Row> {
    let found: Vec<&Row> = rows.iter().filter(|row| is_selected(selection, row)).collect();
    let of_all = |row: &&Row| row.namespace == EVERY_NAMESPACE;
    match selection.namespace.is_none() && found.iter().any(of_all) {
        true => found.into_iter().filter(of_all).collect(),
        false => found,
    }
}

/// Whether a row may be one of those that are selected.
pub fn is_selected(rows: &Selection, row: &Row) -> bool {
    let is_there = match rows.location.as_deref() {
        Some(location) => row.location == location,
        None => rows.metric.stats.is_empty() || row.location == EVERYWHERE,
    };
    is_there
        && (row.metric, row.stat) == (rows.metric.name, rows.stat)
        && rows.namespace.as_ref().is_none_or(|name| row.namespace == *name)
        && rows.op.is_none_or(|op| row.op == op)
}

fn verdict(gate: &Gate, estimate: &Estimate) -> GateVerdict {
    // What was seen, and the greatest of it, are what they are.
    let is_of_what_was_seen = gate.side == Side::Exactly || gate.rows.stat == "max";
    let (lo, hi) = match (estimate.interval, is_of_what_was_seen) {
        (_, true) => (estimate.value, estimate.value),
        (Some(interval), false) => interval,
        (None, false) => return GateVerdict::Inconclusive,
    };
    let holds = |value: f64| match gate.side {
        Side::Below => value < gate.bound,
        Side::UpTo => value <= gate.bound,
        Side::Above => value > gate.bound,
        Side::From => value >= gate.bound,
        Side::Exactly => value == gate.bound,
    };
    match (holds(lo), holds(hi)) {
        (true, true) => GateVerdict::Pass,
        (false, false) => GateVerdict::Fail,
        _ => GateVerdict::Inconclusive,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::METRICS;

    fn gate(side: Side, bound: f64, stat: &'static str) -> Gate {
        let metric = METRICS.iter().find(|metric| metric.name == "latency").unwrap();
        let rows = Selection { metric, namespace: None, location: None, op: None, stat };
        Gate { text: String::new(), rows, side, bound }
    }

    /// By hand: the interval 1 to 2, on each side of a bound, and at it.
    #[test]
    fn an_interval_lies_on_one_side_or_on_both() {
        use GateVerdict::{Fail, Inconclusive, Pass};
        let estimate = Estimate { value: 1.5, interval: Some((1.0, 2.0)), trials: 5, n: 9 };
        let of = |side| [0.5, 1.0, 1.5, 2.0, 2.5].map(|bound| verdict(&gate(side, bound, "p99"), &estimate));
        assert_eq!(of(Side::Below), [Fail, Fail, Inconclusive, Inconclusive, Pass]);
        assert_eq!(of(Side::UpTo), [Fail, Inconclusive, Inconclusive, Pass, Pass]);
        assert_eq!(of(Side::Above), [Pass, Inconclusive, Inconclusive, Fail, Fail]);
        assert_eq!(of(Side::From), [Pass, Pass, Inconclusive, Inconclusive, Fail]);
    }

    #[test]
    fn what_was_seen_needs_no_interval() {
        let estimate = Estimate { value: 1.5, interval: None, trials: 1, n: 9 };
        assert_eq!(verdict(&gate(Side::Below, 2.0, "p99"), &estimate), GateVerdict::Inconclusive);
        assert_eq!(verdict(&gate(Side::Below, 2.0, "max"), &estimate), GateVerdict::Pass);
        assert_eq!(verdict(&gate(Side::Below, 1.0, "max"), &estimate), GateVerdict::Fail);
        let never = Estimate { value: 0.0, interval: Some((0.0, 0.3)), ..estimate };
        assert_eq!(verdict(&gate(Side::Exactly, 0.0, "rate"), &never), GateVerdict::Pass);
        assert_eq!(verdict(&gate(Side::Below, 0.1, "rate"), &never), GateVerdict::Inconclusive);
    }
}
