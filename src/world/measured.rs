//! How long reads took that clients hedge by what they have measured.

use rustc_hash::FxHashMap;

use crate::base::{LocationIx, PopulationIx, Span};
use crate::model::workload::HedgeAfter;
use crate::stats::{Distribution, Resolution};

/// Nothing is told of fewer.
const FEWEST: u64 = 100;

/// Latencies of the reads of clients at a location that were answered so far, told apart by about 1 %.
#[derive(Debug, Default)]
pub(super) struct Measured(FxHashMap<(PopulationIx, LocationIx), Distribution>);

impl Measured {
    pub(super) fn record(&mut self, clients: (PopulationIx, LocationIx), latency: Span) {
        let latencies = self.0.entry(clients).or_insert_with(|| Distribution::new(Resolution::Coarse));
        latencies.record(latency.as_nanos());
    }

    /// How long clients at a location wait now before they send a read again; `None` if they do not yet.
    pub(super) fn wait(&self, clients: (PopulationIx, LocationIx), after: HedgeAfter) -> Option<Span> {
        match after {
            HedgeAfter::Time(span) => Some(span),
            HedgeAfter::Quantile(share) => {
                let latencies = self.0.get(&clients).filter(|latencies| latencies.count() >= FEWEST)?;
                latencies.quantile(share.as_f64()).map(Span::from_nanos)
            }
        }
    }
}
