//! Every replica takes writes by itself, and contacts between replicas spread them, as in Corrosion or in Demers et
//! al. (PODC 1987). The commit time of a write is when the replica at which it entered has applied it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::contacts::ContactsSpec;
use super::effect::{Due, Message, Node};
use super::epidemic;
use super::exchange::{Demand, Exchange};
use super::nature::{Nature, Reads};
use super::replicas::{Misfit, Placement};
use super::scene::Scene;
use crate::base::LocationIx;

/// Replicas that gossip.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct GossipSpec(ContactsSpec);

impl GossipSpec {
    pub(super) fn named_location(&self) -> Option<&str> {
        None
    }
}

/// Checked replicas that gossip.
#[derive(Clone, Debug)]
pub struct Gossip(ContactsSpec);

impl Gossip {
    pub(super) fn new(
        spec: &GossipSpec,
        placement: &Placement,
        _: &dyn Fn(&str) -> Option<LocationIx>,
    ) -> Result<Gossip, Misfit> {
        let GossipSpec(contacts) = spec;
        match contacts.problem(placement.count()) {
            Some(misfit) => Err(misfit),
            None => Ok(Gossip(contacts.clone())),
        }
    }

    pub(super) fn coordinator(&self, _: Demand, location: LocationIx, placement: &Placement) -> LocationIx {
        placement.at[usize::from(placement.nearest_to(location))]
    }

    pub(super) fn begin(&self, exchange: &mut Exchange, scene: &mut Scene) {
        let own = scene.placement.nearest_to(exchange.coordinator);
        if exchange.demand == Demand::Read {
            return scene.reply_held(own, exchange.key);
        }
        scene.write_here(own, exchange);
        epidemic::await_contact(&self.0, scene.placement.count(), exchange, scene);
    }

    pub(super) fn receive(&self, at: Node, message: Message, exchange: &mut Exchange, scene: &mut Scene) {
        match (at, message) {
            (Node::Replica(replica), Message::Pass) => epidemic::passed(replica, exchange, scene),
            (Node::Replica(replica), Message::Pull { by }) => {
                epidemic::pulled(&self.0, replica, by, exchange, scene);
            }
            (_, Message::Due(Due::Contact)) => {
                epidemic::meet(&self.0, scene.placement.count(), exchange, scene);
            }
            _ => {}
        }
    }

    pub(super) const fn contacts(&self) -> &ContactsSpec {
        &self.0
    }

    pub(super) fn nature(&self) -> Nature {
        Nature { reads: Reads::OnTheSpot, merges: true, ..Nature::PLAIN }
    }

    #[inline]
    pub(super) fn asked(&self, exchange: &Exchange, placement: &Placement, mut ask: impl FnMut(u16)) -> u16 {
        ask(placement.nearest_to(exchange.coordinator));
        1
    }
}
