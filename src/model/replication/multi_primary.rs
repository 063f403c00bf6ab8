//! Every replica takes writes by itself and sends them on to all others afterwards, as in DynamoDB global tables. The
//! commit time of a write is when the replica at which it entered has applied it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::effect::{Message, Node};
use super::exchange::{Demand, Exchange};
use super::fan_out::FanOut;
use super::nature::{Nature, Reads};
use super::replicas::{Misfit, Placement};
use super::scene::Scene;
use crate::base::{LocationIx, Span};
use crate::dist::Dist;

/// Replicas that all take writes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MultiPrimarySpec {
    /// How writes reach the other replicas.
    #[serde(default)]
    pub fan_out: FanOut,
    /// Added to the way of each write to each other replica; nothing by default.
    pub lag: Option<Dist<Span>>,
}

impl MultiPrimarySpec {
    pub(super) fn named_location(&self) -> Option<&str> {
        None
    }
}

/// Checked replicas that all take writes.
#[derive(Clone, Debug)]
pub struct MultiPrimary {
    fan_out: FanOut,
    lag: Option<Dist<Span>>,
}

impl MultiPrimary {
    pub(super) fn new(
        spec: &MultiPrimarySpec,
        _: &Placement,
        _: &dyn Fn(&str) -> Option<LocationIx>,
    ) -> Result<MultiPrimary, Misfit> {
        match spec.fan_out {
            FanOut::Tree(_) => {
                let problem =
                    "a tree has one root, but here every replica takes writes: use another `fan_out`"
                        .to_owned();
                Err(Misfit::new("fan_out", problem))
            }
            fan_out => match fan_out.problem() {
                Some(problem) => Err(Misfit::new("fan_out", problem.to_owned())),
                None => {
                    fan_out.check_lag(spec.lag.as_ref())?;
                    Ok(MultiPrimary { fan_out, lag: spec.lag.clone() })
                }
            },
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
        self.fan_out.send(own, self.lag.as_ref(), exchange, scene);
    }

    pub(super) fn receive(&self, at: Node, message: Message, exchange: &mut Exchange, scene: &mut Scene) {
        if let (Node::Replica(replica), Message::Store) = (at, message) {
            scene.apply(replica, exchange.key, exchange.version);
        }
    }

    pub(super) const fn fan_out(&self) -> FanOut {
        self.fan_out
    }

    pub(super) fn nature(&self) -> Nature {
        Nature { reads: Reads::OnTheSpot, merges: true, sends_again: true, ..Nature::PLAIN }
    }

    #[inline]
    pub(super) fn asked(&self, exchange: &Exchange, placement: &Placement, mut ask: impl FnMut(u16)) -> u16 {
        ask(placement.nearest_to(exchange.coordinator));
        1
    }
}
