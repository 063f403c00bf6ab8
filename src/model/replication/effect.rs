//! What a policy wants done.

use crate::base::{KeyId, Span, Time, Version};

/// Who takes part in an exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Node {
    /// Whoever runs the exchange for the client.
    Coordinator,
    /// A replica, by its place in the namespace's list.
    Replica(u16),
}

/// What the members of an exchange tell one another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Message {
    /// Store the version that the exchange writes.
    Store,
    /// It is stored.
    Stored,
    /// Tell me what you hold.
    Tell,
    /// I held this then.
    Held {
        /// The version.
        version: Version,
        /// When it was read.
        read_at: Time,
    },
}

/// Something for the world to carry out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Send a message from the coordinator to a replica or back, `late` on top of the network's delay.
    Send {
        /// Sender.
        from: Node,
        /// Receiver.
        to: Node,
        /// What.
        message: Message,
        /// Held back this long before it is sent.
        late: Span,
    },
    /// A replica now holds the exchange's version of the key, or already held a newer one.
    Applied {
        /// Which replica.
        replica: u16,
        /// Of which key.
        key: KeyId,
        /// Which version it holds now.
        held: Version,
    },
    /// The write is durable by the policy's promise, now.
    Commit,
    /// The client has its answer: the version that was written, or read and when.
    Reply {
        /// The version.
        version: Version,
        /// When it was read; for a write, now.
        read_at: Time,
    },
}

/// The reused buffer of effects.
pub type Effects = Vec<Effect>;
