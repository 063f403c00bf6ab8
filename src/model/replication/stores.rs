//! A few central stores that a gateway at each location writes and reads directly, as behind Workers
//! KV: a write goes to all of them at once and is acknowledged by the first, k or all; the rest
//! follow. The commit time of a write is the acknowledgement at the gateway that completes that.

use rand::RngExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::effect::{Effect, Message, Node, Travel};
use super::exchange::{Demand, Exchange, bit};
use super::isolated::IsolatedWrite;
use super::nature::{Coupled, Nature};
use super::quorum::{acknowledge, answer};
use super::replicas::{Misfit, Placement};
use super::scene::Scene;
use crate::base::{Dice, LocationIx, Probability, Span, Time};
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
    /// How much later it is sent the write, from a queue.
    pub after: Option<Dist<Span>>,
    /// A crawler comes by each key so often, each at its own time, and sends what a store has missed.
    pub crawler: Option<Span>,
    /// Whether a read that hears of a difference between stores sends the newest version to the others.
    #[serde(default)]
    pub by_reads: bool,
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
        if let Some(repair) = &spec.repair {
            check(repair, spec.read, n)?;
        }
        Ok(Stores { needed, read: spec.read, repair: spec.repair.clone() })
    }

    pub(super) fn coordinator(&self, _: Demand, location: LocationIx, _: &Placement) -> LocationIx {
        location
    }

    pub(super) fn begin(&self, exchange: &mut Exchange, scene: &mut Scene) {
        let Scene { placement, effects, now, dice, .. } = scene;
        let (now, dice) = (*now, *dice);
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
                late: self.late(exchange, store, now, dice),
                travel: Travel::Alone,
            })),
        }
    }

    pub(super) fn receive(&self, at: Node, message: Message, exchange: &mut Exchange, scene: &mut Scene) {
        match (at, message) {
            (Node::Replica(store), message) => answer(store, message, exchange, scene),
            (Node::Coordinator, Message::Held { by, version, read_at }) => {
                exchange.take(by, version, read_at, scene.replicas);
                if exchange.answers == 1 {
                    scene.effects.push(Effect::Reply { version, read_at });
                } else if self.repairs_by_reads() {
                    send_to_stale(exchange, scene);
                }
            }
            (Node::Coordinator, _) if exchange.demand == Demand::Read => {}
            (Node::Coordinator, _) => acknowledge(exchange, self.needed, scene),
        }
    }

    pub(super) fn nature(&self) -> Nature {
        Nature { coupled: self.repairs_by_reads().then_some(Coupled::Repairs), ..Nature::PLAIN }
    }

    fn repairs_by_reads(&self) -> bool {
        self.repair.as_ref().is_some_and(|repair| repair.by_reads)
    }

    #[inline]
    pub(super) fn asked(&self, exchange: &Exchange, placement: &Placement, mut ask: impl FnMut(u16)) -> u16 {
        match self.read {
            StoreRead::Race => (0..placement.count()).for_each(ask),
            StoreRead::Nearest => ask(placement.nearest_to(exchange.coordinator)),
        }
        1
    }

    /// Whether what a write meets is independent of when it is made.
    pub(super) fn is_isolable(&self) -> bool {
        self.repair.as_ref().is_none_or(|repair| repair.crawler.is_none())
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
            let out = self.late(exchange, store, Time::ZERO, exchange.dice) + delay(Message::Store, store);
            write.store(store, out, delay(Message::Stored { by: store }, store));
        }
        write.commit(self.needed);
    }

    /// How much later a store is sent a write of now.
    fn late(&self, exchange: &Exchange, store: u16, now: Time, namespace: Dice) -> Span {
        let Some(repair) = &self.repair else { return Span::ZERO };
        let dice = exchange.dice.fork(u64::from(store));
        if !repair.missed.holds_for(dice.bits()) {
            return Span::ZERO;
        }
        let queue = repair.after.as_ref().map(|after| after.sample(&mut dice.rng()));
        let crawler = repair.crawler.map(|period| {
            let period = period.as_nanos();
            let of_key = namespace.named("crawler").fork(u64::from(exchange.key.0));
            let phase = of_key.rng().random_range(0..period);
            Span::from_nanos((phase + period - now.as_nanos() % period) % period)
        });
        queue.into_iter().chain(crawler).min().unwrap_or(Span::ZERO)
    }
}

/// What does not go together.
fn check(repair: &Repair, read: StoreRead, stores: u16) -> Result<(), Misfit> {
    let problem = match (repair.after.is_some(), repair.crawler) {
        (_, Some(Span::ZERO)) => "the crawler's period must be longer than 0s",
        (false, None) => "a store that misses a write gets it sometime: give `after`, `crawler` or both",
        _ if repair.by_reads && read == StoreRead::Nearest => {
            "a read that asks one store hears of no difference: `by_reads` needs `read = \"race\"`"
        }
        _ if repair.by_reads && stores > 64 => "repair by reads is for at most 64 stores",
        _ => return Ok(()),
    };
    Err(Misfit::new("repair", problem.to_owned()))
}

/// Sends the newest version that a read has heard of to those that hold older ones.
fn send_to_stale(exchange: &mut Exchange, scene: &mut Scene) {
    let stale = exchange.heard & !exchange.marked;
    let stale_ones = (0..scene.placement.count()).filter(|&store| stale & bit(store) != 0);
    let send = |store| Effect::send(Node::Coordinator, Node::Replica(store), Message::Store);
    scene.effects.extend(stale_ones.map(send));
    exchange.marked |= stale;
}
