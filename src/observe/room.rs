//! What is counted of caches of limited capacity.

use serde::{Deserialize, Serialize};

/// Counts of one namespace in the caches of one tier at one location.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RoomTally {
    /// Bytes that measured requests asked for, by the location that asked,
    pub asked_bytes: u64,
    /// and those of them that were served from entries.
    pub hit_bytes: u64,
    /// Entries that had to go while operations were measured.
    pub evictions: u64,
    /// Entries when the trial ended, expired ones included,
    pub entries: u64,
    /// and what their values took.
    pub bytes: u64,
}

impl RoomTally {
    /// A measured request for so many bytes.
    pub fn count(&mut self, bytes: u64, is_hit: bool) {
        self.asked_bytes += bytes;
        self.hit_bytes += if is_hit { bytes } else { 0 };
    }

    /// Adds other counts.
    pub fn merge(&mut self, other: &RoomTally) {
        self.asked_bytes += other.asked_bytes;
        self.hit_bytes += other.hit_bytes;
        self.evictions += other.evictions;
        self.entries += other.entries;
        self.bytes += other.bytes;
    }
}
