//! What is counted: histograms, mostly.

use super::size::{COARSE, EMPTY_PLACE, FINE, SPREAD, histogram};
use super::space::Space;
use crate::model::workload::{HedgeAfter, OpKind};
use crate::scenario::case::Population;

/// Slices of a trial's timeline.
const SLICES: f64 = 60.0;
/// Some latencies are so many times as long as they are on average.
const TAIL: f64 = 2.0;
/// Histograms of the latencies of a location are as large as if they were no shorter.
const LEAST_LATENCY: f64 = 0.3;

impl Space<'_> {
    /// The counts of one trial.
    pub(super) fn counts(&self) -> f64 {
        self.counts_of_a_thread() + self.places_filled()
    }

    /// The counts of a part of a trial, but for the latencies of each location, which are in one part only.
    pub(super) fn counts_of_a_thread(&self) -> f64 {
        let tiers = self.namespace.edge.iter().chain(self.namespace.upper.as_ref().map(|upper| &upper.rules));
        let age: f64 = tiers.map(|tier| tier.longest_use().as_secs_f64()).sum();
        let latency = self.latency();
        let age = age.min(self.seconds()).max(latency);
        let follows = f64::from(u8::from(self.namespace.visibility.followed.as_f64() > 0.0));
        let places: usize = self.clients.iter().map(|clients| clients.at.len()).sum();
        places as f64 * EMPTY_PLACE
            + SLICES * histogram(COARSE, latency)
            + 2.0 * histogram(FINE, latency)
            + (2.0 + 5.0 * follows) * histogram(FINE, age)
            + follows * self.namespace.visibility.readers.len() as f64 * SPREAD
    }

    /// The latencies of each location, and what its clients have measured of them.
    pub(super) fn places_filled(&self) -> f64 {
        let kinds = |clients: &Population| {
            OpKind::ALL.into_iter().filter(|&kind| clients.mix.share(kind) > 0.0).count()
        };
        let measures = |clients: &Population| {
            clients.hedge.is_some_and(|hedge| matches!(hedge.after, HedgeAfter::Quantile(_)))
        };
        let each = |clients: &Population| kinds(clients) + usize::from(measures(clients));
        let filled: usize = self.clients.iter().map(|clients| clients.at.len() * each(clients)).sum();
        filled as f64 * histogram(COARSE, self.latency())
    }

    fn latency(&self) -> f64 {
        (TAIL * self.longest_latency()).max(LEAST_LATENCY)
    }
}
