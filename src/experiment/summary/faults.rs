//! What faults leave behind, over all of them.

use super::{EVERYWHERE, Row, Table};
use crate::experiment::recovery::{Aftermath, sum};
use crate::stats::{Sampled, sampled_ratio, sampled_share};

impl Table<'_> {
    /// A figure of a namespace that no kind of operation has by itself.
    fn of_all(
        &mut self,
        metric: &'static str,
        stat: &'static str,
        unit: &'static str,
        sampled: Option<Sampled>,
    ) {
        let (case, namespace) = (self.case.to_owned(), self.namespace.to_owned());
        self.rows.extend(sampled.map(|Sampled { estimate, spread }| Row {
            case,
            namespace,
            location: EVERYWHERE.to_owned(),
            op: "*",
            metric,
            stat,
            unit,
            estimate,
            spread,
        }));
    }

    /// How long until all is as before, how often that is not seen, and how much the origin gets.
    pub(super) fn aftermaths(&mut self, trials: &[Vec<Aftermath>]) {
        if trials.iter().all(Vec::is_empty) {
            return;
        }
        let mean = |of: &dyn Fn(&Aftermath) -> Option<f64>| {
            let sums = trials.iter().map(|trial| sum(trial.iter().filter_map(of)));
            sampled_ratio(&sums.collect::<Vec<_>>())
        };
        let never: Vec<(u64, u64)> = trials
            .iter()
            .map(|trial| {
                let never = trial.iter().filter(|after| after.recovery().is_none()).count();
                (never as u64, trial.len() as u64)
            })
            .collect();
        let recovery = mean(&Aftermath::recovery);
        let surge = mean(&|after| after.surge);
        self.of_all("recovery", "mean", "s", recovery);
        self.of_all("recovery_unfinished", "rate", "1", sampled_share(&never, u64::MAX));
        self.of_all("origin_surge", "mean", "1", surge);
    }
}
