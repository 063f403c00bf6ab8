//! What a policy sees of its namespace while it handles something.

use super::effect::{Effect, Effects};
use super::replicas::{Placement, Replicas};
use crate::base::{Dice, KeyId, Time, Version};

/// The replicas of a namespace at an instant, and where a policy puts what it wants done.
#[derive(Debug)]
pub struct Scene<'a> {
    /// Where they are.
    pub placement: &'a Placement,
    /// What they hold.
    pub replicas: &'a mut Replicas,
    /// The instant.
    pub now: Time,
    /// The stream of what belongs to the namespace and to no operation.
    pub dice: Dice,
    /// What is to be done.
    pub effects: &'a mut Effects,
}

impl Scene<'_> {
    /// Stores a version at a replica unless a newer one is there.
    pub(super) fn apply(&mut self, replica: u16, key: KeyId, version: Version) {
        let held = self.replicas.store(replica, key, version, self.now);
        self.effects.push(Effect::Applied { replica, key, held });
    }
}
