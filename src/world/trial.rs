//! What all worlds of one trial share.

use super::streams::{Purpose, Streams};
use crate::base::{Dice, LocationIx, Span};
use crate::model::network::{Leg, Links};
use crate::model::replication::{Message, Node};
use crate::scenario::{Case, Namespace};

/// One trial of a case: its dice, and the network that it has drawn.
#[derive(Debug)]
pub(super) struct Trial<'a> {
    pub(super) case: &'a Case,
    pub(super) dice: Dice,
    pub(super) streams: Streams,
    pub(super) links: Links<'a>,
}

impl<'a> Trial<'a> {
    pub(super) fn new(case: &'a Case, number: u32) -> Trial<'a> {
        let dice = Dice::of_trial(case.seed, number);
        let links = Links::of_trial(&case.network, dice.named("detours"));
        Trial { case, dice, streams: Streams::new(case, dice), links }
    }

    /// The stream of what belongs to a namespace and to no operation.
    pub(super) fn stream(&self, namespace: &Namespace) -> Dice {
        self.dice.named("namespace").named(&namespace.name)
    }

    /// How long a message travels between who asks and who is asked; `None` within one location.
    #[inline]
    pub(super) fn hop(&self, leg: Leg, from: LocationIx, to: LocationIx, dice: Dice) -> Option<Span> {
        (from != to).then(|| self.links.delay(leg, from, to, &mut dice.rng()))
    }

    /// How long the messages of a read travel from its coordinator to a replica and back.
    #[inline]
    pub(super) fn round_trip(
        &self,
        namespace: &Namespace,
        coordinator: LocationIx,
        replica: u16,
        exchange: Dice,
    ) -> [Span; 2] {
        let at = namespace.placement.at[usize::from(replica)];
        let rng = |purpose: Purpose| purpose.nth(exchange, replica).rng();
        [
            self.links.delay(Leg::ReadRequest, coordinator, at, &mut rng(Purpose::ToReplica)),
            self.links.delay(Leg::ReadResponse, at, coordinator, &mut rng(Purpose::FromReplica)),
        ]
    }

    /// How long a message of an exchange travels between its coordinator and a replica.
    #[inline]
    pub(super) fn leg(
        &self,
        namespace: &Namespace,
        coordinator: LocationIx,
        from: Node,
        to: Node,
        message: Message,
        exchange: Dice,
    ) -> Span {
        let (leg, replica, dice) = match (message, from, to) {
            (Message::Store, _, Node::Replica(r)) => (Leg::WriteRequest, r, Purpose::ToReplica),
            (_, _, Node::Replica(r)) => (Leg::ReadRequest, r, Purpose::ToReplica),
            (Message::Stored, Node::Replica(r), _) => (Leg::WriteAck, r, Purpose::FromReplica),
            (_, Node::Replica(r), _) => (Leg::ReadResponse, r, Purpose::FromReplica),
            _ => unreachable!("a coordinator does not write to itself"),
        };
        let at = namespace.placement.at[usize::from(replica)];
        let (from, to) = if leg.is_back() { (at, coordinator) } else { (coordinator, at) };
        self.links.delay(leg, from, to, &mut dice.nth(exchange, replica).rng())
    }
}
