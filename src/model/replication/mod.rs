//! Replication policies: how writes reach the replicas and how reads are answered from them.
//!
//! A policy is a state machine that is told what arrived and fills a buffer of effects; the world
//! carries them out. It sees no clock but the time it is told, no network, no cache, and not what
//! really committed.

mod effect;
mod exchange;
mod isolated;
mod nature;
mod primary_backup;
mod quorum;
mod registry;
mod replicas;
mod scene;
mod stores;

pub use effect::{Due, Effect, Effects, Message, Node, Travel};
pub use exchange::{Demand, Exchange};
pub use isolated::IsolatedWrite;
pub use nature::{Coupled, Election, Nature};
pub use primary_backup::{BackupMode, PrimaryBackup, PrimaryBackupSpec, ReadFrom};
pub use quorum::{Coordinator, Quorum, QuorumSpec, ReadsTo, WritesTo};
pub use registry::{Policy, ReplicationSpec};
pub use replicas::{Applied, Misfit, Past, Placement, Replicas};
pub use scene::Scene;
pub use stores::{Ack, Repair, StoreRead, Stores, StoresSpec};
