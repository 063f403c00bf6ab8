//! What is told of users with sessions.

use super::Table;
use crate::model::workload::OpKind;
use crate::observe::{GuaranteeTally, PlaceTally, SessionTally};
use crate::stats::sampled_share;
use crate::truth::Guarantee;

impl Table<'_> {
    /// Of users with sessions, the shares of reads and of writes that broke a guarantee; each operation counts once.
    pub(super) fn sessions(&mut self, tallies: &[&PlaceTally]) {
        let chances = if self.commits > 0 { self.commits } else { u64::MAX };
        let mut add = |op, guarantee: Guarantee, of: &dyn Fn(&SessionTally) -> GuaranteeTally| {
            let counts = tallies.iter().map(|tally| of(&tally.sessions));
            let broken: Vec<(u64, u64)> = counts
                .map(|counts| (counts.broken[guarantee as usize], counts.judged[guarantee as usize]))
                .collect();
            self.add(op, violations(guarantee), "rate", "1", sampled_share(&broken, chances));
        };
        for guarantee in Guarantee::ALL {
            add(OpKind::Read, guarantee, &|sessions| sessions.reads);
        }
        for guarantee in [Guarantee::MonotonicWrites, Guarantee::WritesFollowReads] {
            add(OpKind::Write, guarantee, &|sessions| sessions.writes);
        }
    }
}

fn violations(guarantee: Guarantee) -> &'static str {
    match guarantee {
        Guarantee::ReadYourWrites => "ryw_violations",
        Guarantee::MonotonicReads => "monotonic_reads_violations",
        Guarantee::MonotonicWrites => "monotonic_writes_violations",
        Guarantee::WritesFollowReads => "writes_follow_reads_violations",
    }
}
