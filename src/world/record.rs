//! What the writes of a trial leave for its reads, where these are simulated after them.

use std::sync::Arc;

use super::probe::Probe;
use super::purge::Written;
use super::spread::Followed;
use crate::base::{KeyId, LocationIx, NamespaceIx, Time};
use crate::model::cache::Snapshot;
use crate::model::replication::{Applied, Past};
use crate::truth::Chronicle;

/// All that writes have done.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) spaces: Vec<SpaceRecord>,
    pub(super) probes: Vec<Probe>,
}

/// What they have done in one namespace.
#[derive(Debug)]
pub(super) struct SpaceRecord {
    pub(super) chronicle: Arc<Chronicle>,
    pub(super) replicas: Arc<Past>,
    pub(super) passes: Arc<[Pass]>,
    /// The writes that sent purges.
    pub(super) purging: Vec<Written>,
    pub(super) followed: Vec<Followed>,
}

/// What is noted while writes are carried out.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) applied: Vec<Applied>,
    pub(super) passes: Vec<Pass>,
    pub(super) purging: Vec<Written>,
}

/// A write passes an edge cache and stores its value there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pass {
    pub(super) at: Time,
    pub(super) namespace: NamespaceIx,
    pub(super) location: LocationIx,
    pub(super) key: KeyId,
    pub(super) sub: u16,
    pub(super) snapshot: Snapshot,
}

/// The place of such a write in the record of its namespace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct PassId {
    pub(super) namespace: NamespaceIx,
    pub(super) pass: u32,
}
