//! What the rest of the program has to know of a replication policy.

use thiserror::Error;

use crate::base::Span;

/// How a policy behaves, as far as others depend on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Nature {
    /// Whether a write is sent to all replicas in the end.
    pub reaches_all: bool,
    /// How reads are answered.
    pub reads: Reads,
    /// Why reads and writes have to be carried out together in order of time, if they have to.
    pub coupled: Option<Coupled>,
    /// Whether all older versions are kept as well.
    pub keeps_history: bool,
    /// Whether one replica orders all writes, and so knows the newest version.
    pub orders_writes: bool,
    /// Whether a write is coordinated by a replica, which may merge it into what it holds, and send on the whole.
    pub merges: bool,
    /// Whether it counts how many versions a replica is behind.
    pub counts_versions: bool,
    /// The replica that all writes go through at first, if there is one.
    pub leader: Option<u16>,
    /// Whether a replica that was down gets what it has missed when it is back: from the leader, if there is one.
    pub sends_again: bool,
    /// Whether replicas pass writes on to others: what one misses, those after it miss as well.
    pub relays: bool,
    /// How another one is elected when it is lost, if one is.
    pub election: Option<Election>,
}

/// How reads are answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reads {
    /// By the replicas that are asked, whose answers travel: the newest of the first ones.
    Told,
    /// By a replica where they are coordinated, from what it holds, without a message.
    OnTheSpot,
    /// By a replica from what it holds then, after something else.
    Later,
    /// With what was there some time ago, or has to be waited for.
    NotWhatIsHeld,
}

/// Why reads and writes have to be carried out together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Coupled {
    /// Reads write.
    #[error("repairs replicas by reads")]
    Repairs,
    /// Reads wait for writes.
    #[error("lets reads wait until a replica has caught up")]
    Waits,
    /// Reads go through the log.
    #[error("puts reads into its log, in order with writes")]
    Ordered,
    /// Reads look back in time.
    #[error("reads what was there some time ago")]
    Past,
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
    /// How long a leader that hears of no majority goes on to answer reads by itself; `None` if it never does.
    pub lease: Option<Span>,
}

impl Nature {
    /// Of a policy that sends each write to all replicas and answers reads from what some of them hold.
    pub(super) const PLAIN: Nature = Nature {
        reaches_all: true,
        reads: Reads::Told,
        coupled: None,
        keeps_history: false,
        orders_writes: false,
        merges: false,
        counts_versions: false,
        leader: None,
        sends_again: false,
        relays: false,
        election: None,
    };
}
