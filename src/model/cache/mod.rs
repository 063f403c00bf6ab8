//! Read caches in tiers. A cache is a client of the replicas, not one of them.

mod entries;
mod purge;
mod snapshot;
mod spec;
mod store;

pub use purge::{PurgeBy, PurgeSpec};
pub use snapshot::{Lookup, Snapshot};
pub use spec::{TierSpec, TtlFrom};
pub use store::{Cache, Entry};
