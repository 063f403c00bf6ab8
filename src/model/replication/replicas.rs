//! What the replicas of a namespace hold.

use crate::base::{KeyId, LocationIx, Version};

/// Where the replicas of a namespace are, and in which order each location prefers them.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The location of each replica.
    pub at: Vec<LocationIx>,
    /// For each location of the case: the replicas, the nearest first.
    pub nearest: Vec<Vec<u16>>,
}

impl Placement {
    /// N.
    pub fn count(&self) -> u16 {
        self.at.len() as u16
    }

    /// The nearest replica to a location.
    pub fn nearest_to(&self, location: LocationIx) -> u16 {
        self.nearest[location.at()][0]
    }
}

/// A parameter of a policy that does not fit its namespace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misfit {
    /// The parameter, as in the scenario.
    pub field: &'static str,
    /// What is wrong, and what it may be.
    pub problem: String,
}

impl Misfit {
    pub(super) fn new(field: &'static str, problem: String) -> Misfit {
        Misfit { field, problem }
    }
}

/// The versions that each replica holds, key by key.
#[derive(Debug)]
pub struct Replicas {
    held: Vec<Vec<Version>>,
}

impl Replicas {
    /// All replicas hold the same initial versions.
    pub fn new(count: u16, initial: Vec<Version>) -> Replicas {
        Replicas { held: vec![initial; usize::from(count)] }
    }

    /// What a replica holds of a key.
    pub fn held(&self, replica: u16, key: KeyId) -> Version {
        self.held[usize::from(replica)][key.at()]
    }

    /// Stores a version unless a newer one is there; tells what is held then.
    pub fn store(&mut self, replica: u16, key: KeyId, version: Version) -> Version {
        let held = &mut self.held[usize::from(replica)][key.at()];
        *held = (*held).max(version);
        *held
    }
}
