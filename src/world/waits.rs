//! Exchanges that wait until a replica holds a version.

use rustc_hash::FxHashMap;

use super::exchange::ExchangeId;
use crate::base::{KeyId, Version};
use crate::model::replication::{Applied, Replicas};

/// What one exchange waits for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wait {
    pub(super) replica: u16,
    pub(super) version: Version,
    pub(super) exchange: ExchangeId,
}

/// All that wait, by key.
#[derive(Debug, Default)]
pub(super) struct Waits(FxHashMap<KeyId, Vec<Wait>>);

impl Waits {
    pub(super) fn insert(&mut self, key: KeyId, wait: Wait) {
        self.0.entry(key).or_default().push(wait);
    }

    /// Takes out those that have what they waited for, in the order in which they began to wait.
    pub(super) fn over(&mut self, applied: &Applied, replicas: &Replicas) -> Vec<ExchangeId> {
        let Some(waits) = self.0.get_mut(&applied.key) else { return Vec::new() };
        let is_over =
            |wait: &mut Wait| wait.replica == applied.replica && replicas.covers(applied.held, wait.version);
        let over = waits.extract_if(.., is_over).map(|wait| wait.exchange).collect();
        if waits.is_empty() {
            self.0.remove(&applied.key);
        }
        over
    }
}
