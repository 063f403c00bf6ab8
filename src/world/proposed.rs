//! Writes that whoever orders them has been given, and that may still take effect.

use rustc_hash::FxHashMap;

use crate::base::{KeyId, Version};

/// The versions of each key whose exchange is not over: what the replica that orders writes will hold.
#[derive(Debug, Default)]
pub(super) struct Proposed(FxHashMap<KeyId, Vec<Version>>);

impl Proposed {
    /// A write begins.
    pub(super) fn begins(&mut self, key: KeyId, version: Version) {
        self.0.entry(key).or_default().push(version);
    }

    /// Its exchange is over: it has taken effect, or never will.
    pub(super) fn is_over(&mut self, key: KeyId, version: Version) {
        if let Some(versions) = self.0.get_mut(&key) {
            versions.retain(|&other| other != version);
            if versions.is_empty() {
                self.0.remove(&key);
            }
        }
    }

    /// The newest of them.
    pub(super) fn newest(&self, key: KeyId) -> Option<Version> {
        self.0.get(&key)?.iter().copied().max()
    }
}
