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
    /// Store the version that the exchange writes, or has found to be the newest.
    Store,
    /// It is stored.
    Stored {
        /// Who has stored it.
        by: u16,
    },
    /// Store this version, which spreads from replica to replica: nobody waits for an acknowledgement.
    Pass,
    /// Tell me what you hold.
    Tell,
    /// What was stored before has committed: apply it.
    Apply,
    /// Which version must I have, to answer a read that begins now?
    Ask,
    /// This one, or a newer one.
    Need(Version),
    /// Do you still follow me?
    Confirm,
    /// I do.
    Confirmed,
    /// Tell me if you hold something newer.
    Pull {
        /// Who asks.
        by: u16,
    },
    /// To oneself: what was waited for is here.
    Caught,
    /// To oneself: a time is over.
    Due(Due),
    /// I held this then.
    Held {
        /// Who tells.
        by: u16,
        /// The version.
        version: Version,
        /// When it was read.
        read_at: Time,
    },
}

/// What a member of an exchange waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Due {
    /// A contact between replicas that may pass the version on.
    Contact,
    /// Those who have not answered by now are taken for silent.
    Silence,
    /// Time to try again to give a hint to the replica that it is for.
    HandOff(u16),
    /// Time to ask one more.
    Hedge,
    /// It has been waited long enough.
    Waited,
}

/// How a message travels beside others between the same two nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Travel {
    /// With a delay of its own, so that it may overtake others.
    Alone,
    /// Not before any that was sent earlier, as over one connection.
    InOrder,
    /// With all others of this label, in one message: they share its delay.
    Together(u32),
    /// Not sooner than so long after the one sent before it.
    Paced(Span),
}

/// Something for the world to carry out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Send a message to another member, `late` on top of the network's delay.
    Send {
        /// Sender.
        from: Node,
        /// Receiver.
        to: Node,
        /// What.
        message: Message,
        /// Held back this long before it is sent.
        late: Span,
        /// Beside others.
        travel: Travel,
    },
    /// Deliver [`Message::Due`] to a member itself.
    Remind {
        /// Whom.
        at: Node,
        /// How much later.
        after: Span,
        /// Of what.
        due: Due,
    },
    /// Deliver [`Message::Caught`] to a replica when it holds a version of the exchange's key, or a newer one.
    Await {
        /// Which replica.
        replica: u16,
        /// The version.
        version: Version,
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

impl Effect {
    /// A message that is sent at once and travels alone.
    pub(super) const fn send(from: Node, to: Node, message: Message) -> Effect {
        Effect::Send { from, to, message, late: Span::ZERO, travel: Travel::Alone }
    }
}

/// The reused buffer of effects.
pub type Effects = Vec<Effect>;
