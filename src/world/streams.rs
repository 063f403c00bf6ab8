//! Which stream of dice decides what.

use crate::base::{Dice, LocationIx};
use crate::scenario::Case;

/// What a draw below an operation's stream is for. Values are part of the results: do not renumber.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// Kind, key and sub-cache of the operation.
    What = 1,
    /// From the client to its location.
    AccessUp = 2,
    /// And back.
    AccessDown = 3,
    /// From the edge to the upper tier.
    UpperUp = 4,
    /// And back.
    UpperDown = 5,
    /// From who asks to the coordinator.
    CoordinatorUp = 6,
    /// And back.
    CoordinatorDown = 7,
    /// Choices of the replication policy.
    Policy = 8,
    /// Which sub-cache of the upper tier.
    UpperSub = 9,
    /// A background fetch that the operation set off.
    Refresh = 10,
    /// The put of an update.
    Put = 11,
    /// Whether the write stays in its own edge cache.
    WriteThrough = 12,
    /// Whether a write is probed, and followed.
    Sample = 13,
    /// The probes of a write.
    Probe = 14,
    /// The drawn read whose threshold is told.
    Threshold = 15,
    /// Which replicas a followed write is looked for at.
    Follow = 18,
    /// Which user an operation is of, and where it enters.
    User = 19,
    /// The read that follows a write of a user.
    ReadBack = 20,
    /// From coordinator to replica, and back, by replica.
    ToReplica = 16,
    /// Back from a replica, by replica.
    FromReplica = 17,
    /// From one replica to another, by sender and receiver.
    Between = 30,
    /// That a write may be applied.
    Applied = 31,
    /// That a leader still leads.
    Confirmed = 32,
    /// What travels together with others.
    Together = 33,
    /// An operation that is tried again.
    Retry = 34,
    /// How long it waits for that.
    Backoff = 35,
    /// Whether what is too fast is refused.
    Quota = 36,
    /// A request that goes to another replica.
    Again = 37,
    /// How long a server is busy.
    Service = 50,
    /// A read that is sent a second time, as the first one has no answer yet.
    Hedge = 51,
    /// Whether a purge is lost, by tier and location.
    PurgeLoss = 40,
    /// Its way to the location.
    PurgeWay = 41,
    /// And how much longer it takes.
    PurgeDelay = 42,
    /// Where an operation of a trace begins that does not tell.
    Placed = 60,
    /// Whether a fault loses a message.
    Loss = 43,
    /// From a client to another location than its own, which is down.
    Elsewhere = 44,
    /// And back.
    ElsewhereBack = 45,
    /// Whether what comes to a cache of limited capacity is stored.
    Admission = 70,
}

impl Purpose {
    pub(super) const fn of(self, dice: Dice) -> Dice {
        dice.fork(self as u64)
    }

    /// The stream of one of several of the same purpose.
    pub(super) const fn nth(self, dice: Dice, index: u16) -> Dice {
        dice.fork(self as u64 | (index as u64 + 1) << 8)
    }
}

/// The streams of one trial.
#[derive(Debug)]
pub(super) struct Streams {
    locations: Vec<u64>,
    populations: Vec<Dice>,
}

impl Streams {
    pub(super) fn new(case: &Case, trial: Dice) -> Streams {
        let clients = trial.named("clients");
        let places = Dice::of_trial(0, 0);
        Streams {
            locations: case.locations.iter().map(|place| places.named(&place.name).bits()).collect(),
            populations: case.populations.iter().map(|population| clients.named(&population.name)).collect(),
        }
    }

    /// A label of a location by its name, to fork by.
    pub(super) fn location(&self, location: LocationIx) -> u64 {
        self.locations[location.at()]
    }

    /// The stream of a trace that a population replays.
    pub(super) fn replayed(&self, population: usize) -> Dice {
        self.populations[population].named("trace")
    }

    /// The stream of a population at a location.
    pub(super) fn clients(&self, population: usize, location: LocationIx) -> Dice {
        self.populations[population].fork(self.location(location))
    }
}
