//! What a policy sees of its namespace while it handles something.

use super::contacts::Contacts;
use super::effect::{Effect, Effects};
use super::exchange::Exchange;
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
    /// Whether nothing else of the exchange is under way that could bring the version: no message but pulls, and no
    /// reminder.
    pub is_alone: bool,
    /// Which of them are known to be down; empty where all always are up.
    pub known_down: &'a [bool],
    /// The contacts between them, where they have any by themselves.
    pub contacts: &'a mut Contacts,
    /// The stream of what belongs to the namespace and to no operation.
    pub dice: Dice,
    /// What is to be done.
    pub effects: &'a mut Effects,
}

impl Scene<'_> {
    /// Whether a replica is known to be down.
    pub(super) fn is_known_down(&self, replica: u16) -> bool {
        self.known_down.get(usize::from(replica)).is_some_and(|&down| down)
    }

    /// Whether a replica holds the version of an exchange, or one that covers it.
    pub(super) fn holds(&self, replica: u16, exchange: &Exchange) -> bool {
        self.replicas.covers(self.replicas.held(replica, exchange.key, self.now), exchange.version)
    }

    /// Carries out a write at a replica by itself: it commits there, and its client is told.
    pub(super) fn write_here(&mut self, replica: u16, exchange: &Exchange) {
        self.apply(replica, exchange.key, exchange.version);
        self.effects.push(Effect::Commit);
        self.effects.push(Effect::Reply { version: exchange.version, read_at: self.now });
    }

    /// Answers who asked, with what was read now.
    pub(super) fn reply_held(&mut self, replica: u16, key: KeyId) {
        let version = self.replicas.held(replica, key, self.now);
        self.effects.push(Effect::Reply { version, read_at: self.now });
    }

    /// Stores a version at a replica unless a newer one is there.
    pub(super) fn apply(&mut self, replica: u16, key: KeyId, version: Version) {
        let held = self.replicas.store(replica, key, version, self.now);
        self.effects.push(Effect::Applied { replica, key, held });
    }
}
