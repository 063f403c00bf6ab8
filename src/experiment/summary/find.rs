//! Finds an estimate among the rows.

use super::{EVERYWHERE, Summary};
use crate::stats::Estimate;

impl Summary {
    /// The estimate of one figure over all locations.
    pub fn find(&self, case: &str, namespace: &str, op: &str, metric: &str, stat: &str) -> Option<Estimate> {
        self.rows
            .iter()
            .find(|row| {
                row.location == EVERYWHERE
                    && row.case == case
                    && row.namespace == namespace
                    && (row.op, row.metric, row.stat) == (op, metric, stat)
            })
            .map(|row| row.estimate)
    }
}
