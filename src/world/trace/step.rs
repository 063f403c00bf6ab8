//! The steps of a trace: data of named integers.

use crate::base::{Dice, Failure, LocationIx, Time, Version};
use crate::model::cache::Snapshot;
use crate::model::replication::Message;
use crate::truth::{Source, Verdict};
use crate::world::operation::Operation;

/// All that is done for the sake of one operation, or of one refresh in the background: its fetches, requests and
/// messages. The same operation has the same strand in each run of the same trial.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Strand(u64);

impl Strand {
    pub(in crate::world) const fn of(dice: Dice) -> Strand {
        Strand(dice.bits())
    }
}

/// Something that happened to the traced key.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// When.
    pub at: Time,
    /// What.
    pub what: What,
}

/// A tier of caches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TierName {
    /// At the location where clients read.
    Edge,
    /// Between the edges and the replicas.
    Upper,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum What {
    /// A read, or the get of an update, has its answer.
    Answered {
        /// Whose.
        strand: Strand,
        /// Where its client is.
        location: LocationIx,
        /// Which of the location's sub-caches it met.
        sub: u16,
        /// When it began.
        begun: Time,
        /// What answered it.
        source: Source,
        /// With what.
        snapshot: Snapshot,
        /// What the truth says of it.
        verdict: Verdict,
    },
    /// An attempt of an operation has failed.
    Failed {
        /// Whose.
        strand: Strand,
        /// Why.
        failure: Failure,
    },
    /// A client sends a read again that has no answer yet.
    Hedged {
        /// Whose.
        strand: Strand,
        /// For whose sake all is done that comes of this copy.
        copy: Strand,
        /// How often it had been sent again before.
        nth: u8,
        /// Where the client is.
        from: LocationIx,
        /// Where the copy goes.
        to: LocationIx,
    },
    /// The answer to a copy is the first that a client gets.
    CopyFirst {
        /// Whose.
        strand: Strand,
        /// The copy.
        copy: Strand,
    },
    /// An operation is at a location that is down, and goes to another one.
    TurnedAway {
        /// Whose.
        strand: Strand,
        /// From where.
        from: LocationIx,
        /// To where.
        to: LocationIx,
        /// The fault that has it down, by its place in the case's list.
        fault: u16,
        /// Since when that is there.
        since: Time,
    },
    /// An operation is where it is served.
    Entered {
        /// Whose.
        strand: Strand,
        /// Where.
        at: LocationIx,
    },
    /// A location answers an operation.
    Served {
        /// Whose.
        strand: Strand,
        /// Where.
        at: LocationIx,
    },
    /// A request waits for a fetch that is under way.
    Joined {
        /// Whose.
        strand: Strand,
        /// The fetch.
        fetch: Strand,
        /// Which tier's.
        tier: TierName,
    },
    /// The upper tier's cache answers from an entry.
    Kept {
        /// Whom.
        strand: Strand,
        /// Where the cache is.
        at: LocationIx,
        /// Which of the sub-caches there.
        sub: u16,
        /// With what.
        snapshot: Snapshot,
    },
    /// A value comes to a cache, and is kept or not.
    Filled {
        /// The fetch that brought it; `None` if a write passed.
        strand: Option<Strand>,
        /// Which tier's cache,
        tier: TierName,
        /// where,
        at: LocationIx,
        /// and which of the sub-caches there.
        sub: u16,
        /// What came.
        snapshot: Snapshot,
        /// Until when it is kept; `None` if it is not.
        expires: Option<Time>,
    },
    /// A fetch of a tier has failed, and those who wait for it get what the cache still has.
    Spared {
        /// The fetch.
        strand: Strand,
        /// Which tier's.
        tier: TierName,
    },
    /// A purge has reached caches, and dropped the key.
    Dropped {
        /// Of which tier,
        tier: TierName,
        /// and where.
        at: LocationIx,
    },
    /// An entry had to go, so that another one has room.
    Evicted {
        /// Of which tier's cache,
        tier: TierName,
        /// where,
        at: LocationIx,
        /// and which of the sub-caches there.
        sub: u16,
    },
    /// A message is sent.
    Sent {
        /// For whose sake.
        strand: Strand,
        /// From where.
        from: LocationIx,
        /// To where.
        to: LocationIx,
        /// When it will arrive; `None` if it is lost on the way.
        arrives: Option<Time>,
        /// What.
        parcel: Parcel,
    },
    /// A message has reached a replica or coordinator that is down.
    Unheard {
        /// For whose sake it was sent.
        strand: Strand,
        /// Where.
        at: LocationIx,
    },
    /// A fault has lost a message.
    Lost {
        /// For whose sake it was sent.
        strand: Strand,
        /// From where.
        from: LocationIx,
        /// To where.
        to: LocationIx,
    },
    /// The coordinator of a write gives it its version.
    Issued {
        /// The write.
        strand: Strand,
        /// Where the coordinator is.
        at: LocationIx,
        /// The version.
        version: Version,
    },
    /// A write commits.
    Committed {
        /// The write.
        strand: Strand,
        /// The version.
        version: Version,
    },
    /// A coordinator sends who asked what an exchange has come to.
    Replied {
        /// Whom.
        strand: Strand,
        /// Where the coordinator is.
        at: LocationIx,
        /// What.
        snapshot: Snapshot,
    },
    /// A replica holds a version, be it new to it or not.
    Applied {
        /// Which replica.
        replica: u16,
        /// What it holds now.
        held: Version,
    },
    /// The state of a replica changes.
    Changed {
        /// Which one's.
        replica: u16,
        /// How.
        change: Change,
    },
}

/// What is in a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Parcel {
    /// A cache asks the upper tier.
    ToUpper,
    /// The upper tier's answer.
    FromUpper(Version),
    /// A request to a coordinator.
    ToCoordinator,
    /// A coordinator's answer.
    FromCoordinator(Version),
    /// What the members of an exchange tell one another.
    Member(Message),
    /// That caches of this tier are to drop the key.
    Purge(TierName),
}

/// What becomes of a replica.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// It is down.
    Down,
    /// It is up again.
    Up,
    /// It has what it has missed.
    CaughtUp,
    /// It has been elected.
    Leads,
}

impl What {
    /// A read has its answer.
    pub(in crate::world) fn answered(operation: &Operation, verdict: Verdict) -> What {
        let &Operation { location, sub, invoked: begun, source, snapshot, dice, .. } = operation;
        What::Answered { strand: Strand::of(dice), location, sub, begun, source, snapshot, verdict }
    }
}
