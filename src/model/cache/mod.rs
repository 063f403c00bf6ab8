//! Read caches in tiers. A cache is a client of the replicas, not one of them.

mod admission;
mod bloom;
mod entries;
mod eviction;
mod purge;
mod room;
mod snapshot;
mod spec;
mod store;

pub use admission::{AdmissionSpec, SecondHitSpec};
pub use eviction::{EvictionSpec, Object, S3FifoSpec, WTinyLfuSpec};
pub use purge::{PurgeBy, PurgeSpec};
pub use room::{Capacity, Limit, Room};
pub use snapshot::{Lookup, Snapshot};
pub use spec::{TierSpec, TtlFrom};
pub use store::{Cache, Entry};
