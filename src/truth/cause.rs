//! Why a read was stale: one cause for each.

use crate::base::Time;
use crate::model::cache::Snapshot;

/// How a cache, or the way to the replicas, answered a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// From an entry within its TTL.
    Hit,
    /// From an entry past its TTL, while it is fetched again.
    Revalidating,
    /// Somebody else's fetch that was under way.
    Coalesced,
    /// A fetch or request of its own.
    Fetched,
    /// From an entry past its TTL, because fetching it failed.
    LastResort,
}

/// Why a read was stale.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cause {
    /// The edge cache kept a value that was overwritten after it was fetched.
    EdgeCache,
    /// The upper tier's cache kept a value that was overwritten after it was fetched.
    UpperCache,
    /// A cache kept "not found" after the key was written.
    NegativeEntry,
    /// A cache served an expired value while fetching it again.
    Revalidating,
    /// The read joined a fetch that had read the replica before the overwrite.
    Coalesced,
    /// The replicas that answered did not have the write yet.
    ReplicaBehind,
    /// A cache served an expired value because fetching it failed.
    LastResort,
}

impl Cause {
    /// All causes, in the order of tables.
    pub const ALL: [Cause; 7] = [
        Cause::EdgeCache,
        Cause::UpperCache,
        Cause::NegativeEntry,
        Cause::Revalidating,
        Cause::Coalesced,
        Cause::ReplicaBehind,
        Cause::LastResort,
    ];

    /// The word in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Cause::EdgeCache => "edge_cache",
            Cause::UpperCache => "upper_cache",
            Cause::NegativeEntry => "negative_entry",
            Cause::Revalidating => "revalidating",
            Cause::Coalesced => "coalesced",
            Cause::ReplicaBehind => "replica_behind",
            Cause::LastResort => "last_resort",
        }
    }

    /// What happened, for people.
    pub const fn sentence(self) -> &'static str {
        match self {
            Cause::EdgeCache => "edge cache within TTL",
            Cause::UpperCache => "upper cache within TTL",
            Cause::NegativeEntry => "\"not found\" kept in a cache",
            Cause::Revalidating => "expired entry served while refreshing",
            Cause::Coalesced => "joined a fetch older than the write",
            Cause::ReplicaBehind => "replica behind",
            Cause::LastResort => "expired entry served when fetching failed",
        }
    }
}

/// The cause of a stale read that first missed a commit at `missed`: where the value stood at that
/// instant. `source` is what answered the read where it entered.
pub fn cause(source: Source, snapshot: Snapshot, missed: Time) -> Cause {
    if missed <= snapshot.read_at {
        return Cause::ReplicaBehind;
    }
    let kept_by_upper = missed <= snapshot.relayed_at;
    match source {
        Source::LastResort if !kept_by_upper => Cause::LastResort,
        Source::Coalesced if !kept_by_upper => Cause::Coalesced,
        _ if kept_by_upper && snapshot.past_ttl => Cause::Revalidating,
        Source::Revalidating if !kept_by_upper => Cause::Revalidating,
        _ if snapshot.version.is_absent() => Cause::NegativeEntry,
        _ if kept_by_upper => Cause::UpperCache,
        Source::Fetched => Cause::Coalesced,
        _ => Cause::EdgeCache,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Span, Version};

    /// The value left the replica at 10 and the upper tier's cache at 20; by hand from the convention.
    #[test]
    fn the_cause_is_where_the_value_stood_when_it_was_overwritten() {
        let at = |nanos| Time::ZERO + Span::from_nanos(nanos);
        let of = |source, absent, missed| {
            let version = Version::new(1, absent);
            let snapshot = Snapshot { relayed_at: at(20), ..Snapshot::of_replica(version, at(10)) };
            cause(source, snapshot, at(missed))
        };
        assert_eq!(of(Source::Hit, false, 10), Cause::ReplicaBehind);
        assert_eq!(of(Source::Hit, false, 15), Cause::UpperCache);
        assert_eq!(of(Source::Hit, false, 25), Cause::EdgeCache);
        assert_eq!(of(Source::Hit, true, 25), Cause::NegativeEntry);
        assert_eq!(of(Source::Revalidating, false, 25), Cause::Revalidating);
        assert_eq!(of(Source::Coalesced, false, 25), Cause::Coalesced);
        assert_eq!(of(Source::Coalesced, false, 15), Cause::UpperCache);
    }
}
