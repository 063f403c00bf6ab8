//! Chain replication (van Renesse, Schneider, OSDI 2004): a write enters at the head, passes every replica in turn and
//! is committed when the tail has it, which answers all reads. The chain is the namespace's list of replicas. It is not
//! built anew where one of them is down: writes stop there until it is back.

use schemars::JsonSchema;
use serde::Deserialize;

use super::effect::{Effect, Message, Node, Travel};
use super::exchange::{Demand, Exchange};
use super::nature::{Nature, Reads};
use super::replicas::{Misfit, Placement};
use super::scene::Scene;
use crate::base::{LocationIx, Span};

/// A chain of the namespace's replicas, the head first.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChainSpec {}

impl ChainSpec {
    pub(super) fn named_location(&self) -> Option<&str> {
        None
    }
}

/// A chain.
#[derive(Clone, Debug)]
pub struct Chain;

impl Chain {
    pub(super) fn new(
        _: &ChainSpec,
        _: &Placement,
        _: &dyn Fn(&str) -> Option<LocationIx>,
    ) -> Result<Chain, Misfit> {
        Ok(Chain)
    }

    pub(super) fn coordinator(&self, demand: Demand, _: LocationIx, placement: &Placement) -> LocationIx {
        match demand {
            Demand::Write => placement.at[0],
            Demand::Read => placement.at[usize::from(tail(placement))],
        }
    }

    pub(super) fn begin(&self, exchange: &mut Exchange, scene: &mut Scene) {
        match exchange.demand {
            Demand::Read => scene.reply_held(tail(scene.placement), exchange.key),
            Demand::Write => self.store(0, exchange, scene),
        }
    }

    pub(super) fn receive(&self, at: Node, message: Message, exchange: &mut Exchange, scene: &mut Scene) {
        match (at, message) {
            (Node::Replica(replica), Message::Store) => self.store(replica, exchange, scene),
            (Node::Coordinator, Message::Stored { .. }) => {
                scene.effects.push(Effect::Reply { version: exchange.version, read_at: scene.now });
            }
            _ => {}
        }
    }

    fn store(&self, replica: u16, exchange: &Exchange, scene: &mut Scene) {
        scene.apply(replica, exchange.key, exchange.version);
        let from = Node::Replica(replica);
        let (to, message) = match replica == tail(scene.placement) {
            true => (Node::Coordinator, Message::Stored { by: replica }),
            false => (Node::Replica(replica + 1), Message::Store),
        };
        if message != Message::Store {
            scene.effects.push(Effect::Commit);
        }
        let travel = Travel::InOrder;
        scene.effects.push(Effect::Send { from, to, message, late: Span::ZERO, travel });
    }

    pub(super) fn nature(&self) -> Nature {
        Nature {
            reads: Reads::OnTheSpot,
            orders_writes: true,
            sends_again: true,
            relays: true,
            ..Nature::PLAIN
        }
    }

    #[inline]
    pub(super) fn asked(&self, _: &Exchange, placement: &Placement, mut ask: impl FnMut(u16)) -> u16 {
        ask(tail(placement));
        1
    }
}

fn tail(placement: &Placement) -> u16 {
    placement.count() - 1
}
