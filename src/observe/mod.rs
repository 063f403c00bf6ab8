//! What is counted in one trial, and nothing about how it came about. Integers only, so that no sum
//! depends on an order.

mod bins;
mod namespace;
mod place;
mod timeline;

pub use bins::{AgeBins, Fraction};
pub use namespace::{NamespaceTally, PROPAGATION_SHARES, Propagation, Thresholds};
pub use place::{Judged, OpTally, PlaceTally, TierTally};
pub use timeline::{Slice, Timeline};

/// All that one trial has to tell.
#[derive(Debug)]
pub struct Observations {
    /// By namespace, in the order of the case.
    pub namespaces: Vec<NamespaceTally>,
    /// A sum over all operations of a hash of what each was answered, and when: two runs that differ
    /// in any of that differ here, whatever order they were carried out in.
    pub fingerprint: u64,
    /// Events that the engine carried out.
    pub events: u64,
}
