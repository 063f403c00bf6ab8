//! Which failures a summary tells of.

use std::collections::BTreeMap;

use super::{Outcome, Row, summarise_case};
use crate::base::Failure;
use crate::model::workload::OpKind;
use crate::scenario::Case;

/// Which failures are told of the namespaces of a name: the same ones in all cases, so that these can be compared.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Failing {
    /// Requests to the replicas may go without an answer in some case.
    pub(super) any: bool,
    /// Those that have been seen, in the order of [`Failure::ALL`].
    pub(super) by: [bool; Failure::ALL.len()],
    /// Some were tried again.
    pub(super) is_retried: bool,
    /// Some were sent once more before they had an answer.
    pub(super) is_hedged: bool,
}

/// The rows that gates and objectives are about: what never failed is told as 0 of what was begun, whatever other cases saw.
pub(in crate::experiment) fn rows_to_judge(outcome: &Outcome) -> Vec<Row> {
    summarise_case(outcome, &Failings::all_of(outcome.case))
}

/// Those of all namespaces of some cases, by name.
#[derive(Clone, Debug, Default)]
pub struct Failings(BTreeMap<String, Failing>);

impl Failings {
    /// All of them, seen or not.
    fn all_of(case: &Case) -> Failings {
        let all = Failing { any: true, by: [true; Failure::ALL.len()], is_retried: true, is_hedged: true };
        Failings(case.namespaces.iter().map(|namespace| (namespace.name.clone(), all)).collect())
    }

    /// Of several cases.
    pub fn of(outcomes: &[Outcome]) -> Failings {
        let mut failings = Failings::default();
        outcomes.iter().for_each(|outcome| failings.see(outcome));
        failings
    }

    /// Of one more case, or of some of its trials.
    pub fn see(&mut self, outcome: &Outcome) {
        for (at, namespace) in outcome.case.namespaces.iter().enumerate() {
            let failing = self.0.entry(namespace.name.clone()).or_default();
            failing.any |= namespace.may_fail();
            for (trial, op) in outcome.trials.iter().flat_map(|trial| OpKind::ALL.map(|op| (trial, op))) {
                let op = trial.namespaces[at].all.op(op);
                failing.is_retried |= op.retries > 0;
                failing.is_hedged |= op.hedges > 0;
                failing.by.iter_mut().zip(op.failed).for_each(|(seen, failed)| *seen |= failed > 0);
            }
        }
    }

    /// Of the namespaces of a name.
    pub(super) fn of_namespace(&self, name: &str) -> Failing {
        self.0.get(name).copied().unwrap_or_default()
    }
}
