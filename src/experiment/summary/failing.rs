//! Which failures a summary tells of.

use super::Outcome;
use crate::base::Failure;
use crate::model::workload::OpKind;

/// Which failures are told of the namespaces of a name: the same ones in all cases, so that these can be compared.
#[derive(Clone, Copy, Debug)]
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

impl Failing {
    pub(super) fn of(outcomes: &[Outcome], name: &str) -> Failing {
        let mut failing =
            Failing { any: false, by: [false; Failure::ALL.len()], is_retried: false, is_hedged: false };
        for outcome in outcomes {
            for (at, namespace) in outcome.case.namespaces.iter().enumerate().filter(|(_, n)| n.name == name)
            {
                failing.any |= namespace.may_fail();
                for (trial, op) in outcome.trials.iter().flat_map(|trial| OpKind::ALL.map(|op| (trial, op))) {
                    let op = trial.namespaces[at].all.op(op);
                    failing.is_retried |= op.retries > 0;
                    failing.is_hedged |= op.hedges > 0;
                    failing.by.iter_mut().zip(op.failed).for_each(|(seen, failed)| *seen |= failed > 0);
                }
            }
        }
        failing
    }
}
