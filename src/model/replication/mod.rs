//! Replication policies: how writes reach the replicas and how reads are answered from them.
//!
//! A policy is a state machine that is told what arrived and fills a buffer of effects; the world
//! carries them out. It sees no clock but the time it is told, no network, no cache, and not what
//! really committed.

mod bounds;
mod chain;
mod consensus;
mod contacts;
mod effect;
mod effort;
mod epidemic;
mod exchange;
mod fan_out;
mod gossip;
mod isolated;
mod multi_primary;
mod nature;
mod primary_backup;
mod quorum;
mod registry;
mod replicas;
mod scene;
mod single;
mod states;
mod stores;

pub use bounds::{Bounds, Waiting};
pub use consensus::ConsensusRead;
pub use contacts::{Contacts, ContactsSpec, Direction, Timing};
pub use effect::{Due, Effect, Effects, Message, Node, Travel};
pub use effort::Effort;
pub use exchange::{Demand, Exchange};
pub use fan_out::FanOut;
pub use isolated::IsolatedWrite;
pub use nature::{Coupled, Election, Nature, Reads};
pub use primary_backup::{BackupMode, ReadFrom};
pub use quorum::{Coordinator, HintsSpec, ReadRepair, ReadsTo, Scope, WritesTo};
pub use registry::*;
pub use replicas::{Applied, Misfit, Past, Placement, Replicas};
pub use scene::Scene;
pub use states::Context;
pub use stores::{Ack, Repair, StoreRead};
