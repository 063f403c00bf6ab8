//! What a read brings home, or finds in a cache.

use crate::base::{Failure, Time, Version};

/// What a read brought home, and where it stood on the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// The version.
    pub version: Version,
    /// When it was read from a replica.
    pub read_at: Time,
    /// When it left the upper tier's cache; the same as `read_at` if none kept it.
    pub relayed_at: Time,
    /// The upper tier's cache served it past its TTL, while fetching it again.
    pub past_ttl: bool,
    /// Nothing was brought home, and why; the version stands for nothing then.
    pub failure: Option<Failure>,
}

impl Snapshot {
    /// A version as a replica tells it.
    pub const fn of_replica(version: Version, read_at: Time) -> Snapshot {
        Snapshot { version, read_at, relayed_at: read_at, past_ttl: false, failure: None }
    }

    /// Nothing, at `now`.
    pub const fn failed(failure: Failure, now: Time) -> Snapshot {
        Snapshot { failure: Some(failure), ..Snapshot::of_replica(Version::new(0, true), now) }
    }
}

/// What a cache says to a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lookup {
    /// Use this.
    Hit(Snapshot),
    /// Use this, and fetch it anew in the background: it is about to expire.
    HitDue(Snapshot),
    /// Use this although it has expired, and fetch it anew in the background.
    Revalidate(Snapshot),
    /// Nothing to use.
    Miss,
}

impl Lookup {
    /// Whether it found a version or a newer one.
    pub fn has(self, version: Version) -> bool {
        match self {
            Lookup::Hit(found) | Lookup::HitDue(found) | Lookup::Revalidate(found) => {
                found.version >= version
            }
            Lookup::Miss => false,
        }
    }

    /// Whether what it found, if anything, was read from a replica after `time`.
    pub fn is_newer_than(self, time: Option<Time>) -> bool {
        match (self, time) {
            (Lookup::Hit(found) | Lookup::HitDue(found) | Lookup::Revalidate(found), Some(time)) => {
                found.read_at > time
            }
            _ => true,
        }
    }
}
