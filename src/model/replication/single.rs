//! One replica and nobody who follows it, such as an actor that owns its state (a Durable Object). The commit time of a
//! write is when it has applied it; it answers all reads.

use schemars::JsonSchema;
use serde::Deserialize;

use super::effect::{Message, Node};
use super::exchange::{Demand, Exchange};
use super::nature::{Nature, Reads};
use super::replicas::{Misfit, Placement};
use super::scene::Scene;
use crate::base::LocationIx;

/// One replica.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SingleSpec {}

impl SingleSpec {
    pub(super) fn named_location(&self) -> Option<&str> {
        None
    }
}

/// One replica.
#[derive(Clone, Debug)]
pub struct Single;

impl Single {
    pub(super) fn new(
        _: &SingleSpec,
        placement: &Placement,
        _: &dyn Fn(&str) -> Option<LocationIx>,
    ) -> Result<Single, Misfit> {
        match placement.count() {
            1 => Ok(Single),
            count => {
                let problem = format!("`single` is one replica, but the namespace has {count}");
                Err(Misfit::new("", problem))
            }
        }
    }

    pub(super) fn coordinator(&self, _: Demand, _: LocationIx, placement: &Placement) -> LocationIx {
        placement.at[0]
    }

    pub(super) fn begin(&self, exchange: &mut Exchange, scene: &mut Scene) {
        if exchange.demand == Demand::Read {
            return scene.reply_held(0, exchange.key);
        }
        scene.write_here(0, exchange);
    }

    pub(super) fn receive(&self, _: Node, _: Message, _: &mut Exchange, _: &mut Scene) {}

    pub(super) fn nature(&self) -> Nature {
        Nature { reads: Reads::OnTheSpot, orders_writes: true, ..Nature::PLAIN }
    }

    #[inline]
    pub(super) fn asked(&self, _: &Exchange, _: &Placement, mut ask: impl FnMut(u16)) -> u16 {
        ask(0);
        1
    }
}
