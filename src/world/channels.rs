//! Connections between members of exchanges, over which messages arrive in the order in which they were sent.

use rustc_hash::FxHashMap;

use crate::base::{LocationIx, Span, Time};
use crate::model::replication::Node;

/// One end of a connection: a coordinator by its location, or a replica.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum End {
    Coordinator(LocationIx),
    Replica(u16),
}

/// When the last message over each connection arrives.
#[derive(Debug, Default)]
pub(super) struct Channels {
    arrived: FxHashMap<(End, End), Time>,
    /// The same of notices that something may be applied: these come after what was sent before them, which need not wait
    /// for notices that are held back.
    noticed: FxHashMap<(End, End), Time>,
    /// When the next message may leave over those that are paced.
    free: FxHashMap<(End, End), Time>,
}

impl Channels {
    /// When a message arrives that would alone at `at`: not before those sent earlier.
    pub(super) fn arrive(&mut self, coordinator: LocationIx, from: Node, to: Node, at: Time) -> Time {
        let ends = ends(coordinator, from, to);
        let last = self.arrived.entry(ends).or_insert(Time::ZERO);
        *last = (*last).max(at);
        *last
    }

    /// The same of a notice that something may be applied.
    pub(super) fn notice(&mut self, coordinator: LocationIx, from: Node, to: Node, at: Time) -> Time {
        let ends = ends(coordinator, from, to);
        let sent_before = self.arrived.get(&ends).copied().unwrap_or(Time::ZERO);
        let last = self.noticed.entry(ends).or_insert(Time::ZERO);
        *last = (*last).max(at).max(sent_before);
        *last
    }

    /// When a message leaves that would alone at `at`, where each keeps a `gap` from the one before.
    pub(super) fn leave(
        &mut self,
        coordinator: LocationIx,
        from: Node,
        to: Node,
        at: Time,
        gap: Span,
    ) -> Time {
        let free = self.free.entry(ends(coordinator, from, to)).or_insert(Time::ZERO);
        let leaves = (*free).max(at);
        *free = leaves + gap;
        leaves
    }
}

fn ends(coordinator: LocationIx, from: Node, to: Node) -> (End, End) {
    let end = |node| match node {
        Node::Coordinator => End::Coordinator(coordinator),
        Node::Replica(replica) => End::Replica(replica),
    };
    (end(from), end(to))
}
