//! A few central stores that a gateway at each location writes and reads directly, as behind Workers
//! KV: a write goes to all of them at once and is acknowledged by the first, k or all; the rest
//! follow. The commit time of a write is the acknowledgement at the gateway that completes that.

use schemars::JsonSchema;
use serde::Deserialize;

use super::effect::{Effect, Message, Node, Travel};
use super::exchange::{Demand, Exchange};
use super::isolated::IsolatedWrite;
use super::nature::Nature;
use super::quorum::{acknowledge, answer};
use super::replicas::{Misfit, Placement};
use super::scene::Scene;
use crate::base::{LocationIx, Probability, Span};
use crate::dist::Dist;

/// A central store set; the stores are the namespace's replicas.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StoresSpec {
    /// Which acknowledgement answers the client.
    pub ack: Ack,
    /// Which stores a read asks.
    #[serde(default)]
    pub read: StoreRead,
    /// What happens to a write that a store misses at first.
    pub repair: Option<Repair>,
}

impl StoresSpec {
    pub(super) fn named_location(&self) -> Option<&str> {
        None
    }
}

/// How many stores must have a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ack {
    /// The first one.
    First,
    /// This many.
    K(u16),
    /// All.
    All,
}

/// Which stores a read asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StoreRead {
    /// All; the first answer counts.
    #[default]
    Race,
    /// The nearest.
    Nearest,
}

/// Writes that a store misses at first and gets later.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Repair {
    /// Probability that a store misses a write, each store and write by itself.
    pub missed: Probability,
    /// How much later it is sent the write.
    pub after: Dist<Span>,
}

/// A checked store set.
#[derive(Clone, Debug)]
pub struct Stores {
    needed: u16,
    read: StoreRead,
    repair: Option<Repair>,
}

impl Stores {
    pub(super) fn new(
        spec: &StoresSpec,
        placement: &Placement,
        _: &dyn Fn(&str) -> Option<LocationIx>,
    ) -> Result<Stores, Misfit> {
        let n = placement.count();
        let needed = match spec.ack {
            Ack::First => 1,
            Ack::All => n,
            Ack::K(k) if (1..=n).contains(&k) => k,
            Ack::K(k) => {
                let problem = format!("`ack` waits for {k} stores; it must be from 1 to their number, {n}");
                return Err(Misfit::new("ack", problem));
            }
        };
        Ok(Stores { needed, read: spec.read, repair: spec.repair.clone() })
    }

    pub(super) fn coordinator(&self, _: Demand, location: LocationIx, _: &Placement) -> LocationIx {
        location
    }

    pub(super) fn begin(&self, exchange: &mut Exchange, scene: &mut Scene) {
        let Scene { placement, effects, .. } = scene;
        match exchange.demand {
            Demand::Read => {
                let tell = |store| {
                    effects.push(Effect::send(Node::Coordinator, Node::Replica(store), Message::Tell));
                };
                self.asked(exchange, placement, tell);
            }
            Demand::Write => effects.extend((0..placement.count()).map(|store| Effect::Send {
                from: Node::Coordinator,
                to: Node::Replica(store),
                message: Message::Store,
                late: self.late(exchange, store),
                travel: Travel::Alone,
            })),
        }
    }

    pub(super) fn receive(&self, at: Node, message: Message, exchange: &mut Exchange, scene: &mut Scene) {
        match (at, message) {
            (Node::Replica(store), message) => answer(store, message, exchange, scene),
            (Node::Coordinator, Message::Held { by, version, read_at }) => {
                exchange.take(by, version, read_at);
                if exchange.answers == 1 {
                    scene.effects.push(Effect::Reply { version, read_at });
                }
            }
            (Node::Coordinator, _) => acknowledge(exchange, self.needed, scene),
        }
    }

    pub(super) fn nature(&self) -> Nature {
        Nature::PLAIN
    }

    #[inline]
    pub(super) fn asked(&self, exchange: &Exchange, placement: &Placement, mut ask: impl FnMut(u16)) -> u16 {
        match self.read {
            StoreRead::Race => (0..placement.count()).for_each(ask),
            StoreRead::Nearest => ask(placement.nearest_to(exchange.coordinator)),
        }
        1
    }

    pub(super) fn is_isolable(&self) -> bool {
        true
    }

    pub(super) fn isolated_write(
        &self,
        exchange: &Exchange,
        placement: &Placement,
        write: &mut IsolatedWrite,
        mut delay: impl FnMut(Message, u16) -> Span,
    ) {
        write.begin();
        for store in 0..placement.count() {
            let out = self.late(exchange, store) + delay(Message::Store, store);
            write.store(store, out, delay(Message::Stored { by: store }, store));
        }
        write.commit(self.needed);
    }

    fn late(&self, exchange: &Exchange, store: u16) -> Span {
        match &self.repair {
            Some(repair) => {
                let dice = exchange.dice.fork(u64::from(store));
                match repair.missed.holds_for(dice.bits()) {
                    true => repair.after.sample(&mut dice.rng()),
                    false => Span::ZERO,
                }
            }
            None => Span::ZERO,
        }
    }
}
