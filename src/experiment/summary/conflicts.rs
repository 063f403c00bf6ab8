//! What is told of updates, and of versions that stand side by side.

use super::Table;
use crate::model::workload::OpKind;
use crate::observe::{NamespaceTally, PlaceTally, UpdateTally};
use crate::stats::{Estimate, Sampled, sampled_ratio, sampled_share};

impl Table<'_> {
    /// What became of updates. Where replicas merge, none is lost that was built on an old value: it stands beside what it
    /// had not seen.
    pub(super) fn updates(&mut self, tallies: &[&PlaceTally]) {
        let of = |count: &dyn Fn(&UpdateTally) -> u64| -> Vec<(u64, u64)> {
            tallies.iter().map(|tally| (count(&tally.updates), tally.updates.committed)).collect()
        };
        let committed = tallies.iter().map(|tally| tally.updates.committed).sum();
        if committed == 0 {
            return;
        }
        let blind = sampled_share(&of(&|updates| updates.blind), committed);
        let overwritten = sampled_share(&of(&|updates| updates.overwritten), committed);
        match self.merges {
            false => self.add(OpKind::Update, "lost_updates", "rate", "1", blind),
            true => {
                self.add(OpKind::Update, "lost_updates", "rate", "1", overwritten.clone());
                self.add(OpKind::Update, "concurrent_updates", "rate", "1", blind);
            }
        }
        self.add(OpKind::Update, "overwritten_updates", "rate", "1", overwritten);
    }

    /// How many versions reads returned side by side, and gets of updates, where several may stand.
    pub(super) fn siblings(&mut self, tallies: &[&NamespaceTally]) {
        for (at, op) in [OpKind::Read, OpKind::Update].into_iter().enumerate() {
            let of = || tallies.iter().map(|tally| tally.siblings[at]);
            let n = of().map(|siblings| siblings.reads).sum();
            if n == 0 {
                continue;
            }
            let returned: Vec<(f64, u64)> =
                of().map(|siblings| (siblings.returned as f64, siblings.reads)).collect();
            self.add(op, "siblings", "mean", "1", sampled_ratio(&returned));
            let several: Vec<(u64, u64)> = of().map(|siblings| (siblings.several, siblings.reads)).collect();
            self.add(op, "siblings", "rate", "1", sampled_share(&several, u64::MAX));
            let most = of().map(|siblings| siblings.most).max().map(|most| Estimate {
                value: f64::from(most),
                interval: None,
                trials: tallies.len() as u32,
                n,
            });
            self.add(op, "siblings", "max", "1", most.map(Sampled::of_all));
        }
    }
}
