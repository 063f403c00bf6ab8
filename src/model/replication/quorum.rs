//! Leaderless replication with N, R and W, as in Dynamo (DeCandia et al., SOSP 2007) and modelled by
//! PBS (Bailis et al., VLDB 2012). The commit time of a write is its W-th acknowledgement at the
//! coordinator. Without read repair: reads change nothing.

use rand::RngExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::effect::{Effect, Message, Node};
use super::exchange::{Demand, Exchange};
use super::isolated::IsolatedWrite;
use super::nature::Nature;
use super::replicas::{Misfit, Placement};
use super::scene::Scene;
use crate::base::{LocationIx, Span};

/// A leaderless quorum; N is the number of the namespace's replicas.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuorumSpec {
    /// N, if it is to be checked against the list of replicas.
    pub n: Option<u16>,
    /// R: answers that a read waits for, 1 to N.
    pub r: u16,
    /// W: acknowledgements that a write waits for, 1 to N.
    pub w: u16,
    /// Where the coordinator of an operation is.
    #[serde(default)]
    pub coordinator: Coordinator,
    /// Which replicas a read asks.
    #[serde(default)]
    pub reads_to: ReadsTo,
    /// Which replicas a write is sent to.
    #[serde(default)]
    pub writes_to: WritesTo,
}

impl QuorumSpec {
    pub(super) fn named_location(&self) -> Option<&str> {
        match &self.coordinator {
            Coordinator::At(name) => Some(name),
            Coordinator::Nearest | Coordinator::Local => None,
        }
    }
}

/// Who coordinates an operation.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Coordinator {
    /// The replica nearest to where the operation enters.
    #[default]
    Nearest,
    /// The location where the operation enters, replica or not.
    Local,
    /// This location, replica or not.
    At(String),
}

/// Which replicas a read asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReadsTo {
    /// All N; the first R answers count.
    #[default]
    All,
    /// The R nearest to the coordinator.
    Nearest,
    /// R at random.
    Random,
}

/// Which replicas a write is sent to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WritesTo {
    /// All N.
    #[default]
    All,
    /// W at random; the others never get it (a non-expanding quorum, for teaching).
    Random,
}

/// A checked quorum.
#[derive(Clone, Debug)]
pub struct Quorum {
    r: u16,
    w: u16,
    coordinator: Place,
    reads_to: ReadsTo,
    writes_to: WritesTo,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Nearest,
    Local,
    At(LocationIx),
}

impl Quorum {
    pub(super) fn new(
        spec: &QuorumSpec,
        placement: &Placement,
        find: &dyn Fn(&str) -> Option<LocationIx>,
    ) -> Result<Quorum, Misfit> {
        let n = placement.count();
        if let Some(stated) = spec.n.filter(|&stated| stated != n) {
            let problem = format!("`n` is {stated}, but the namespace has {n} replicas");
            return Err(Misfit::new("n", problem));
        }
        for (name, value) in [("r", spec.r), ("w", spec.w)] {
            if value == 0 || value > n {
                let problem = format!(
                    "`{name}` is {value}; it must be from 1 to n, the number of replicas, which is {n}"
                );
                return Err(Misfit::new(name, problem));
            }
        }
        let coordinator = match &spec.coordinator {
            Coordinator::Nearest => Place::Nearest,
            Coordinator::Local => Place::Local,
            Coordinator::At(name) => {
                let unknown = || Misfit::new("coordinator", format!("unknown location `{name}`"));
                Place::At(find(name).ok_or_else(unknown)?)
            }
        };
        Ok(Quorum { r: spec.r, w: spec.w, coordinator, reads_to: spec.reads_to, writes_to: spec.writes_to })
    }

    pub(super) fn coordinator(&self, _: Demand, location: LocationIx, placement: &Placement) -> LocationIx {
        match self.coordinator {
            Place::Nearest => placement.at[usize::from(placement.nearest_to(location))],
            Place::Local => location,
            Place::At(place) => place,
        }
    }

    pub(super) fn begin(&self, exchange: &mut Exchange, scene: &mut Scene) {
        let Scene { placement, effects, .. } = scene;
        let send = |message| move |replica| Effect::send(Node::Coordinator, Node::Replica(replica), message);
        match exchange.demand {
            Demand::Read => {
                self.asked(exchange, placement, |replica| effects.push(send(Message::Tell)(replica)));
            }
            Demand::Write if self.writes_to == WritesTo::Random => {
                at_random(exchange, self.w, placement.count(), |replica| {
                    effects.push(send(Message::Store)(replica));
                });
            }
            Demand::Write => effects.extend((0..placement.count()).map(send(Message::Store))),
        }
    }

    pub(super) fn receive(&self, at: Node, message: Message, exchange: &mut Exchange, scene: &mut Scene) {
        match (at, message) {
            (Node::Replica(replica), message) => answer(replica, message, exchange, scene),
            (Node::Coordinator, Message::Held { version, read_at }) if exchange.answers < self.r => {
                exchange.take(version, read_at);
                if exchange.answers == self.r {
                    let (version, read_at) = (exchange.version, exchange.read_at);
                    scene.effects.push(Effect::Reply { version, read_at });
                }
            }
            (Node::Coordinator, Message::Stored) => acknowledge(exchange, self.w, scene),
            (Node::Coordinator, _) => debug_assert!(matches!(message, Message::Held { .. })),
        }
    }

    pub(super) fn nature(&self) -> Nature {
        Nature { reaches_all: self.writes_to == WritesTo::All, ..Nature::PLAIN }
    }

    #[inline]
    pub(super) fn asked(&self, exchange: &Exchange, placement: &Placement, mut ask: impl FnMut(u16)) -> u16 {
        match self.reads_to {
            ReadsTo::All => (0..placement.count()).for_each(ask),
            ReadsTo::Nearest => {
                let nearest = &placement.nearest[exchange.coordinator.at()];
                nearest[..usize::from(self.r)].iter().for_each(|&replica| ask(replica));
            }
            ReadsTo::Random => at_random(exchange, self.r, placement.count(), ask),
        }
        self.r
    }

    pub(super) fn isolated_write(
        &self,
        _: &Exchange,
        placement: &Placement,
        write: &mut IsolatedWrite,
        mut delay: impl FnMut(Message, u16) -> Span,
    ) {
        write.begin();
        for replica in 0..placement.count() {
            write.store(replica, delay(Message::Store, replica), delay(Message::Stored, replica));
        }
        write.commit(self.w);
    }
}

/// A replica's answer to either demand: what every policy does whose replicas just store and tell.
pub(super) fn answer(replica: u16, message: Message, exchange: &Exchange, scene: &mut Scene) {
    let Exchange { key, version, .. } = *exchange;
    let message = match message {
        Message::Store => {
            scene.apply(replica, key, version);
            Message::Stored
        }
        _ => {
            let version = scene.replicas.held(replica, key, scene.now);
            Message::Held { version, read_at: scene.now }
        }
    };
    scene.effects.push(Effect::send(Node::Replica(replica), Node::Coordinator, message));
}

/// Counts an acknowledgement of a write; at the `needed`-th it commits and its client is told.
pub(super) fn acknowledge(exchange: &mut Exchange, needed: u16, scene: &mut Scene) {
    exchange.answers += 1;
    if exchange.answers == needed {
        scene.effects.push(Effect::Commit);
        scene.effects.push(Effect::Reply { version: exchange.version, read_at: scene.now });
    }
}

/// `wanted` of `count` replicas, each set alike (selection sampling; Knuth, TAOCP 2, algorithm 3.4.2 S).
fn at_random(exchange: &Exchange, wanted: u16, count: u16, mut choose: impl FnMut(u16)) {
    let mut rng = exchange.dice.rng();
    let mut wanted = wanted;
    for replica in 0..count {
        if rng.random_range(0..count - replica) < wanted {
            choose(replica);
            wanted -= 1;
        }
    }
}
