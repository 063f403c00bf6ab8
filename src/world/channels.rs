//! Connections between members of exchanges, over which messages arrive in the order in which they were sent.

use rustc_hash::FxHashMap;

use crate::base::{LocationIx, Time};
use crate::model::replication::Node;

/// One end of a connection: a coordinator by its location, or a replica.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum End {
    Coordinator(LocationIx),
    Replica(u16),
}

/// When the last message over each connection arrives.
#[derive(Debug, Default)]
pub(super) struct Channels(FxHashMap<(End, End), Time>);

impl Channels {
    /// When a message arrives that would alone at `at`: not before those sent earlier.
    pub(super) fn arrive(&mut self, coordinator: LocationIx, from: Node, to: Node, at: Time) -> Time {
        let end = |node| match node {
            Node::Coordinator => End::Coordinator(coordinator),
            Node::Replica(replica) => End::Replica(replica),
        };
        let last = self.0.entry((end(from), end(to))).or_insert(Time::ZERO);
        *last = (*last).max(at);
        *last
    }
}
