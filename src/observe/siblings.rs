//! How many versions reads return side by side.

use serde::{Deserialize, Serialize};

/// Reads of a namespace in which versions may stand side by side.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SiblingTally {
    /// All reads.
    pub reads: u64,
    /// Those that returned more than one version.
    pub several: u64,
    /// The versions that all of them returned, deletions among them.
    pub returned: u64,
    /// The most that one returned.
    pub most: u32,
}

impl SiblingTally {
    /// A read returned so many.
    pub(super) fn count(&mut self, returned: u32) {
        self.reads += 1;
        self.several += u64::from(returned > 1);
        self.returned += u64::from(returned);
        self.most = self.most.max(returned);
    }

    pub(super) fn merge(&mut self, other: SiblingTally) {
        self.reads += other.reads;
        self.several += other.several;
        self.returned += other.returned;
        self.most = self.most.max(other.most);
    }
}
