//! What faults leave behind, over all of them.

use super::{ANY, Table};
use crate::experiment::recovery::{Aftermath, sum};
use crate::stats::{sampled_ratio, sampled_share};

impl Table<'_> {
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
        self.add_row(ANY, "recovery", "mean", "s", recovery);
        self.add_row(ANY, "recovery_unfinished", "rate", "1", sampled_share(&never, u64::MAX));
        self.add_row(ANY, "origin_surge", "mean", "1", surge);
    }
}
