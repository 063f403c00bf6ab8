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
    pub(super) number: u32,
    pub(super) dice: Dice,
    pub(super) streams: Streams,
    pub(super) links: Links<'a>,
}

impl<'a> Trial<'a> {
    pub(super) fn new(case: &'a Case, number: u32) -> Trial<'a> {
        let dice = Dice::of_trial(case.seed, number);
        let links = Links::of_trial(&case.network, dice.named("detours"));
        Trial { case, number, dice, streams: Streams::new(case, dice), links }
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

    /// How long a message of an exchange travels from its coordinator to a replica.
    #[inline]
    pub(super) fn delay_out(
        &self,
        namespace: &Namespace,
        leg: Leg,
        coordinator: LocationIx,
        replica: u16,
        exchange: Dice,
    ) -> Span {
        let at = namespace.placement.at[usize::from(replica)];
        self.links.delay(leg, coordinator, at, &mut Purpose::ToReplica.nth(exchange, replica).rng())
    }

    /// And back.
    #[inline]
    pub(super) fn delay_back(
        &self,
        namespace: &Namespace,
        leg: Leg,
        replica: u16,
        coordinator: LocationIx,
        exchange: Dice,
    ) -> Span {
        let at = namespace.placement.at[usize::from(replica)];
        self.links.delay(leg, at, coordinator, &mut Purpose::FromReplica.nth(exchange, replica).rng())
    }

    /// How long a message of an exchange travels between two of its members.
    #[inline]
    pub(super) fn leg(
        &self,
        namespace: &Namespace,
        coordinator: LocationIx,
        trip: Trip,
        exchange: Dice,
    ) -> Span {
        let (leg, dice) = (trip.leg(), trip.dice(exchange));
        match (trip.from, trip.to) {
            (_, Node::Replica(replica)) if trip.from == Node::Coordinator => {
                self.delay_out(namespace, leg, coordinator, replica, dice)
            }
            (Node::Replica(replica), Node::Coordinator) => {
                self.delay_back(namespace, leg, replica, coordinator, dice)
            }
            (Node::Replica(from), Node::Replica(to)) => {
                let [at, there] = [from, to].map(|replica| namespace.placement.at[usize::from(replica)]);
                let dice = Purpose::Between.nth(dice, from).fork(u64::from(to));
                self.links.delay(leg, at, there, &mut dice.rng())
            }
            _ => unreachable!("a coordinator does not write to itself"),
        }
    }
}

/// A message, and between whom it travels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Trip {
    pub(super) from: Node,
    pub(super) to: Node,
    pub(super) message: Message,
}

impl Trip {
    #[inline]
    fn leg(self) -> Leg {
        match self.message {
            Message::Store | Message::Apply | Message::Pass => Leg::WriteRequest,
            Message::Stored { .. } => Leg::WriteAck,
            Message::Held { .. } | Message::Need(_) | Message::Confirmed => Leg::ReadResponse,
            Message::Tell | Message::Ask | Message::Confirm | Message::Pull { .. } => Leg::ReadRequest,
            Message::Caught | Message::Due(_) => unreachable!("what a member tells itself does not travel"),
        }
    }

    /// Of which it is drawn whether it is lost.
    pub(super) fn draws(self, exchange: Dice) -> Dice {
        let end = |node| match node {
            Node::Coordinator => 0,
            Node::Replica(replica) => 1 + u64::from(replica),
        };
        self.dice(exchange).fork(self.leg() as u64).fork(end(self.from) << 32 | end(self.to))
    }

    /// What travels the same way twice in an exchange has draws of its own.
    #[inline]
    fn dice(self, exchange: Dice) -> Dice {
        match self.message {
            Message::Apply => Purpose::Applied.of(exchange),
            Message::Confirm | Message::Confirmed => Purpose::Confirmed.of(exchange),
            _ => exchange,
        }
    }
}
