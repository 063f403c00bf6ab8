//! What the trials of a run come to, case by case: when a case's numbers are made, its trials may go.

use super::summary::{Failings, rows_to_judge, summarise_case, timelines};
use super::{Curves, Judged, Map, Outcome, Summary, curves, judge, maps};
use crate::scenario::Case;
use crate::stats::Looks;
use crate::world::Decision;

/// All that is told of some cases.
#[derive(Debug, Default)]
pub struct Results<'a> {
    /// What was run of each.
    pub ran: Vec<Ran<'a>>,
    /// The estimates.
    pub summary: Summary,
    /// The curves, by case and namespace.
    pub curves: Vec<Curves>,
    /// The maps, by case and namespace.
    pub maps: Vec<Map>,
    /// What the gates come to.
    pub gates: Vec<Judged>,
}

/// What was run of one case, without what it told.
#[derive(Clone, Debug)]
pub struct Ran<'a> {
    /// The case.
    pub case: &'a Case,
    /// How its trials were carried out, and why so.
    pub decision: Decision,
    /// How many have finished.
    pub trials: u32,
    /// Their fingerprints together.
    pub fingerprint: u64,
    /// Their events together.
    pub events: u64,
}

impl<'a> Ran<'a> {
    /// Of a case's trials.
    pub fn of(outcome: &Outcome<'a>) -> Ran<'a> {
        let trials = &outcome.trials;
        Ran {
            case: outcome.case,
            decision: outcome.decision.clone(),
            trials: trials.len() as u32,
            fingerprint: trials.iter().fold(0, |sum: u64, trial| sum.rotate_left(1) ^ trial.fingerprint),
            events: trials.iter().map(|trial| trial.events).sum(),
        }
    }
}

impl<'a> Results<'a> {
    /// Of all cases of a run.
    pub fn of(outcomes: &[Outcome<'a>]) -> Results<'a> {
        let failings = Failings::of(outcomes);
        let mut results = Results::default();
        outcomes.iter().for_each(|outcome| results.add(outcome, &failings));
        results
    }

    /// Adds a case. The failings are those of all cases, so that all tell of the same ones.
    pub fn add(&mut self, outcome: &Outcome<'a>, failings: &Failings) {
        let rows = summarise_case(outcome, failings);
        if !outcome.case.gates.is_empty() {
            self.gates.extend(judge(
                outcome.case,
                outcome.trials.len() as u32,
                &rows_to_judge(outcome),
                Looks::ONE,
            ));
        }
        self.summary.rows.extend(rows);
        self.summary.sites.extend(timelines(outcome));
        self.curves.extend(curves(outcome));
        self.maps.extend(maps(outcome));
        self.ran.push(Ran::of(outcome));
    }
}
