//! A station: servers that take requests in the order of their arrival.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Span;
use crate::dist::Dist;

/// What a server does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Work {
    /// Answers a request of a client from the edge cache.
    Hit,
    /// Stores in a cache what a fetch brings, and hands it on.
    Fill,
    /// Reads a replica.
    ReplicaRead,
    /// Stores a write in a replica.
    ReplicaWrite,
}

impl Work {
    /// All of them.
    pub const ALL: [Work; 4] = [Work::Hit, Work::Fill, Work::ReplicaRead, Work::ReplicaWrite];

    /// How a scenario writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Work::Hit => "hit",
            Work::Fill => "fill",
            Work::ReplicaRead => "replica_read",
            Work::ReplicaWrite => "replica_write",
        }
    }
}

/// How long a server is busy with one request. What is left out takes no time and does not wait.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Answering a client's read from the edge cache.
    pub hit: Option<Dist<Span>>,
    /// Storing in a cache what a fetch brings, at the edge or in the upper tier.
    pub fill: Option<Dist<Span>>,
    /// Reading a replica.
    pub replica_read: Option<Dist<Span>>,
    /// Storing a write in a replica.
    pub replica_write: Option<Dist<Span>>,
}

impl Service {
    /// How long one piece of work takes; `None` if no time.
    #[inline]
    pub fn of(&self, work: Work) -> Option<&Dist<Span>> {
        match work {
            Work::Hit => self.hit.as_ref(),
            Work::Fill => self.fill.as_ref(),
            Work::ReplicaRead => self.replica_read.as_ref(),
            Work::ReplicaWrite => self.replica_write.as_ref(),
        }
    }
}

/// The servers of a location and its queue.
#[derive(Clone, Debug)]
pub struct StationSpec {
    /// How many requests are served at once, at least 1.
    pub servers: u32,
    /// How long each takes.
    pub service: Service,
    /// How many more may wait; any number if `None`.
    pub queue: Option<u32>,
}
