//! One read or write as its coordinator sees it.

use super::effect::{Message, Node};
use super::replicas::Replicas;
use crate::base::{Dice, KeyId, LocationIx, Time, Version};

/// What is asked of the replicas.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Demand {
    /// The value of the key.
    Read,
    /// That a version be stored.
    Write,
}

/// The state of one read or write at its coordinator.
#[derive(Clone, Copy, Debug)]
pub struct Exchange {
    /// The key.
    pub key: KeyId,
    /// What is asked.
    pub demand: Demand,
    /// Where the coordinator is.
    pub coordinator: LocationIx,
    /// The stream of the exchange's own choices.
    pub dice: Dice,
    /// Answers or acknowledgements so far.
    pub answers: u16,
    /// Messages under way by which replicas only ask one another for the version.
    pub pulls: u16,
    /// For a write the version that it writes, for a read what the answers so far come to together: the newest.
    pub version: Version,
    /// Whether a write has the acknowledgements that it waits for.
    pub has_enough: bool,
    /// The earliest instant at which one of them was read.
    pub read_at: Time,
    /// When the coordinator began it.
    pub begun: Time,
    /// Which of the first 64 replicas have answered, a bit each,
    pub heard: u64,
    /// and for a read which of them hold the newest version among the answers, for a write to which of them a
    /// [`Message::Store`] is on its way, or waits there.
    pub marked: u64,
}

impl Exchange {
    /// Before anything was sent.
    pub fn new(key: KeyId, demand: Demand, coordinator: LocationIx, dice: Dice) -> Exchange {
        Exchange {
            key,
            demand,
            coordinator,
            dice,
            answers: 0,
            pulls: 0,
            has_enough: false,
            version: Version::new(0, true),
            read_at: Time::NEVER,
            begun: Time::ZERO,
            heard: 0,
            marked: 0,
        }
    }

    /// A message to a member is under way.
    pub fn leaves(&mut self, to: Node, message: Message) {
        match (to, message) {
            (_, Message::Pull { .. }) => self.pulls += 1,
            (Node::Replica(replica), Message::Store) if self.demand == Demand::Write => {
                self.marked |= bit(replica);
            }
            _ => {}
        }
    }

    /// It no longer is: it is heard, or lost.
    pub fn arrives(&mut self, to: Node, message: Message) {
        match (to, message) {
            (_, Message::Pull { .. }) => self.pulls -= 1,
            (Node::Replica(replica), Message::Store) if self.demand == Demand::Write => {
                self.marked &= !bit(replica);
            }
            _ => {}
        }
    }

    /// Counts an answer in; the newest version wins, or they are merged.
    pub fn take(&mut self, by: u16, version: Version, read_at: Time, replicas: &mut Replicas) {
        let joined = match self.answers {
            0 => version,
            _ => replicas.joined(self.key, self.version, version),
        };
        if self.answers == 0 || joined != self.version {
            self.version = joined;
            self.marked = 0;
        }
        if version == self.version {
            self.marked |= bit(by);
        }
        self.heard |= bit(by);
        self.read_at = self.read_at.min(read_at);
        self.answers += 1;
    }
}

/// The bit of a replica; none beyond the 64th, where no policy looks at them.
pub(super) const fn bit(replica: u16) -> u64 {
    if replica < 64 { 1 << replica } else { 0 }
}
