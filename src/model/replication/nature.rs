//! What the rest of the program has to know of a replication policy.

use crate::base::Span;

/// How a policy behaves, as far as others depend on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Nature {
    /// Whether a write is sent to all replicas in the end.
    pub reaches_all: bool,
    /// Whether a read is answered where it is coordinated, without a message to a replica.
    pub answers_on_the_spot: bool,
    /// Whether a read is answered with the newest version that the first replicas hold whose answers are back:
    /// then what a location would be served follows from what replicas hold.
    pub reads_what_is_held: bool,
    /// Why reads and writes have to be carried out together in order of time, if they have to.
    pub coupled: Option<Coupled>,
    /// Whether all older versions are kept as well.
    pub keeps_history: bool,
    /// The replica that all writes go through at first, if there is one: those that come back catch up from it.
    pub leader: Option<u16>,
    /// How another one is elected when it is lost, if one is.
    pub election: Option<Election>,
}

/// How a leader is elected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Election {
    /// A replica that has not heard of the leader for once to twice this time stands for election.
    pub timeout: Span,
    /// Those that vote, a bit each.
    pub voters: u64,
    /// Those that may lead, a bit each.
    pub electable: u64,
}

/// Why reads and writes have to be carried out together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Coupled {
    /// Reads write.
    #[error("repairs replicas by reads")]
    Repairs,
    /// Reads wait for writes.
    #[error("lets reads wait until a replica has caught up")]
    Waits,
    /// Reads look back in time.
    #[error("reads what was there some time ago")]
    Past,
}

impl Nature {
    /// Of a policy that sends each write to all replicas and answers reads from what some of them hold.
    pub(super) const PLAIN: Nature = Nature {
        reaches_all: true,
        answers_on_the_spot: false,
        reads_what_is_held: true,
        coupled: None,
        keeps_history: false,
        leader: None,
        election: None,
    };
}
