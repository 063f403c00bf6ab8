//! Leaderless replication with N, R and W, as in Dynamo (DeCandia et al., SOSP 2007) and modelled by
//! PBS (Bailis et al., VLDB 2012). The commit time of a write is its W-th acknowledgement at the
//! coordinator, counted as the scope says. Reads change nothing unless they repair.

mod check;
mod hints;
mod regions;
mod spec;

use rand::RngExt;

pub use hints::HintsSpec;
pub use spec::{Coordinator, QuorumSpec, ReadRepair, ReadsTo, Scope, WritesTo};

use super::contacts::ContactsSpec;
use super::effect::{Due, Effect, Message, Node};
use super::epidemic;
use super::exchange::{Demand, Exchange, bit};
use super::isolated::IsolatedWrite;
use super::nature::{Coupled, Nature, Reads};
use super::replicas::{Misfit, Placement};
use super::scene::Scene;
use crate::base::{LocationIx, Span};
use check::{check, members};
use regions::Regions;

/// A checked quorum.
#[derive(Clone, Debug)]
pub struct Quorum {
    n: u16,
    r: u16,
    w: u16,
    coordinator: Place,
    reads_to: ReadsTo,
    writes_to: WritesTo,
    scope: Scope,
    /// Where the scope is not all replicas.
    regions: Option<Regions>,
    read_repair: ReadRepair,
    hints: Option<HintsSpec>,
    sloppy: bool,
    anti_entropy: Option<ContactsSpec>,
    hedge: Option<Span>,
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
        let n = members(spec, placement)?;
        let regions = match spec.scope {
            Scope::All => None,
            Scope::Local | Scope::Each => Some(Regions::new(spec, placement, find)?),
        };
        for (name, value) in [("r", spec.r), ("w", spec.w)] {
            if value == 0 || value > n {
                let problem = format!(
                    "`{name}` is {value}; it must be from 1 to n, the number of replicas, which is {n}"
                );
                return Err(Misfit::new(name, problem));
            }
        }
        check(spec, n, placement.count())?;
        let coordinator = match &spec.coordinator {
            Coordinator::Nearest => Place::Nearest,
            Coordinator::Local => Place::Local,
            Coordinator::At(name) => {
                let unknown = || Misfit::new("coordinator", format!("unknown location `{name}`"));
                Place::At(find(name).ok_or_else(unknown)?)
            }
        };
        Ok(Quorum {
            n,
            r: spec.r,
            w: spec.w,
            coordinator,
            reads_to: spec.reads_to,
            writes_to: spec.writes_to,
            scope: spec.scope,
            regions,
            read_repair: spec.read_repair,
            hints: spec.hints,
            sloppy: spec.sloppy,
            anti_entropy: spec.anti_entropy.clone(),
            hedge: spec.hedge,
        })
    }

    pub(super) fn coordinator(&self, _: Demand, location: LocationIx, placement: &Placement) -> LocationIx {
        match self.coordinator {
            Place::Nearest => placement.at[usize::from(placement.nearest_to(location))],
            Place::Local => location,
            Place::At(place) => place,
        }
    }

    pub(super) fn begin(&self, exchange: &mut Exchange, scene: &mut Scene) {
        match exchange.demand {
            Demand::Read => self.read(exchange, scene),
            Demand::Write => self.write(exchange, scene),
        }
    }

    fn read(&self, exchange: &Exchange, scene: &mut Scene) {
        let placement = scene.placement;
        self.asked(exchange, placement, |replica| {
            let replica = self.at_home_or_standing_in(replica, scene);
            scene.effects.push(send(Node::Coordinator, replica, Message::Tell));
        });
        if let Some(after) = self.hedge {
            scene.effects.push(Effect::Remind { at: Node::Coordinator, after, due: Due::Hedge });
        }
    }

    fn write(&self, exchange: &Exchange, scene: &mut Scene) {
        if self.writes_to == WritesTo::Random {
            at_random(exchange, self.w, self.n, |replica| {
                scene.effects.push(send(Node::Coordinator, replica, Message::Store));
            });
        } else {
            for home in 0..self.n {
                let replica = self.at_home_or_standing_in(home, scene);
                scene.effects.push(send(Node::Coordinator, replica, Message::Store));
            }
        }
        if let Some(hints) = &self.hints {
            let (at, after, due) = (Node::Coordinator, hints.after, Due::Silence);
            scene.effects.push(Effect::Remind { at, after, due });
        }
        if let Some(contacts) = &self.anti_entropy {
            epidemic::await_contact(contacts, self.n, exchange, scene);
        }
    }

    pub(super) fn receive(&self, at: Node, message: Message, exchange: &mut Exchange, scene: &mut Scene) {
        match (at, message) {
            (_, Message::Due(Due::Contact)) => {
                if let Some(contacts) = &self.anti_entropy {
                    epidemic::meet(contacts, self.n, exchange, scene);
                }
            }
            (Node::Replica(replica), Message::Pass) => epidemic::passed(replica, exchange, scene),
            (Node::Replica(replica), Message::Pull { by }) => {
                if let Some(contacts) = &self.anti_entropy {
                    epidemic::pulled(contacts, replica, by, exchange, scene);
                }
            }
            (holder, Message::Due(Due::HandOff(home))) => {
                if let Some(hints) = &self.hints {
                    hints.hand_off(holder, home, exchange, scene);
                }
            }
            (Node::Coordinator, Message::Due(Due::Silence)) => self.keep_for_those_silent(exchange, scene),
            (Node::Coordinator, Message::Due(Due::Hedge)) => self.ask_one_more(exchange, scene),
            (Node::Replica(replica), message) => answer(replica, message, exchange, scene),
            (Node::Coordinator, Message::Held { .. }) => self.told(message, exchange, scene),
            (Node::Coordinator, Message::Stored { by }) if exchange.demand == Demand::Read => {
                self.repaired(by, exchange, scene);
            }
            (Node::Coordinator, Message::Stored { by }) => self.stored(by, exchange, scene),
            (Node::Coordinator, _) => {}
        }
    }

    /// A replica acknowledges a write; one that was sent it again, as a hint, does so twice and counts once.
    fn stored(&self, by: u16, exchange: &mut Exchange, scene: &mut Scene) {
        if exchange.heard & bit(by) != 0 {
            return;
        }
        let Some(regions) = &self.regions else {
            exchange.heard |= bit(by);
            return acknowledge(exchange, self.w, scene);
        };
        let own = scene.placement.nearest_to(exchange.coordinator);
        let enough = |heard| regions.has_enough(self.scope, own, self.w, heard);
        exchange.heard |= bit(by);
        commit_if(enough(exchange.heard), exchange, scene);
    }

    /// A replica tells what it holds.
    fn told(&self, message: Message, exchange: &mut Exchange, scene: &mut Scene) {
        let Message::Held { by, version, read_at } = message else { return };
        let late = exchange.answers >= self.r;
        // Who is asked a second time, by a hedged read, counts once.
        let again = exchange.heard & bit(by) != 0;
        if again || late && self.read_repair != ReadRepair::Asynchronous {
            return;
        }
        exchange.take(by, version, read_at, scene.replicas);
        if exchange.answers < self.r {
            return;
        }
        let stale = exchange.heard & !exchange.marked;
        if self.read_repair != ReadRepair::None && stale != 0 {
            let stale_ones = (0..scene.placement.count()).filter(|&replica| stale & bit(replica) != 0);
            scene.effects.extend(stale_ones.map(|to| send(Node::Coordinator, to, Message::Store)));
        }
        match self.read_repair {
            ReadRepair::Blocking if stale != 0 => {}
            ReadRepair::Asynchronous => {
                // They have been sent it: it is not sent to them again.
                exchange.marked |= stale;
                if !late {
                    reply(exchange, scene);
                }
            }
            ReadRepair::None | ReadRepair::Blocking => reply(exchange, scene),
        }
    }

    /// A replica has stored what it was repaired with.
    fn repaired(&self, by: u16, exchange: &mut Exchange, scene: &mut Scene) {
        exchange.marked |= bit(by);
        if self.read_repair == ReadRepair::Blocking && exchange.heard & !exchange.marked == 0 {
            reply(exchange, scene);
        }
    }

    /// Those who have not acknowledged a write by now have missed it.
    fn keep_for_those_silent(&self, exchange: &Exchange, scene: &mut Scene) {
        let Some(hints) = &self.hints else { return };
        for home in (0..self.n).filter(|&home| exchange.heard & bit(home) == 0) {
            let standing_in = self.standing_in(home, scene);
            let holder = match self.sloppy {
                true => {
                    // It may have the write already, for another one.
                    if exchange.heard & bit(standing_in) == 0 {
                        scene.effects.push(send(Node::Coordinator, standing_in, Message::Store));
                    }
                    Node::Replica(standing_in)
                }
                false => Node::Coordinator,
            };
            hints.keep(holder, home, scene);
        }
    }

    /// The replica itself or, where others may stand in for it and it is known to be down, the one that does.
    fn at_home_or_standing_in(&self, home: u16, scene: &Scene) -> u16 {
        match self.sloppy && scene.is_known_down(home) {
            true => self.standing_in(home, scene),
            false => home,
        }
    }

    /// Who stands in for a replica: each of the others for some, dealt in turn.
    fn standing_in(&self, home: u16, scene: &Scene) -> u16 {
        let others = (scene.placement.count() - self.n).max(1);
        self.n + home % others
    }

    /// A read that waits too long asks the nearest replica that it has not asked.
    fn ask_one_more(&self, exchange: &Exchange, scene: &mut Scene) {
        if exchange.answers >= self.r {
            return;
        }
        let nearest = scene.placement.nearest[exchange.coordinator.at()].iter().copied();
        if let Some(next) = nearest.filter(|&replica| replica < self.n).nth(usize::from(self.r)) {
            let next = self.at_home_or_standing_in(next, scene);
            scene.effects.push(send(Node::Coordinator, next, Message::Tell));
        }
    }

    pub(super) const fn anti_entropy(&self) -> Option<&ContactsSpec> {
        self.anti_entropy.as_ref()
    }

    pub(super) fn nature(&self) -> Nature {
        let plain = self.hedge.is_none() && self.read_repair != ReadRepair::Blocking && !self.sloppy;
        let spreads = self.writes_to == WritesTo::All || self.anti_entropy.is_some();
        Nature {
            reaches_all: spreads && !self.sloppy,
            reads: if plain { Reads::Told } else { Reads::Later },
            coupled: (self.read_repair != ReadRepair::None).then_some(Coupled::Repairs),
            merges: matches!(self.coordinator, Place::Nearest) && self.writes_to == WritesTo::All,
            ..Nature::PLAIN
        }
    }

    #[inline]
    pub(super) fn asked(&self, exchange: &Exchange, placement: &Placement, mut ask: impl FnMut(u16)) -> u16 {
        let nearest = &placement.nearest[exchange.coordinator.at()];
        if let Some(regions) = &self.regions {
            let region = regions.of(placement.nearest_to(exchange.coordinator));
            let here = nearest.iter().copied().filter(|&replica| region & bit(replica) != 0);
            match self.reads_to {
                ReadsTo::All => here.for_each(ask),
                ReadsTo::Nearest | ReadsTo::Random => here.take(usize::from(self.r)).for_each(ask),
            }
            return self.r;
        }
        match self.reads_to {
            ReadsTo::All => (0..self.n).for_each(ask),
            ReadsTo::Nearest => {
                let home = nearest.iter().filter(|&&replica| replica < self.n);
                home.take(usize::from(self.r)).for_each(|&replica| ask(replica));
            }
            ReadsTo::Random => at_random(exchange, self.r, self.n, ask),
        }
        self.r
    }

    /// Whether W acknowledgements of all replicas are all that there is to a write, and one round to a read.
    pub(super) fn is_isolable(&self) -> bool {
        let one_round = self.hedge.is_none() && self.read_repair != ReadRepair::Blocking;
        one_round && self.regions.is_none() && !self.sloppy && self.anti_entropy.is_none()
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
            let back = Message::Stored { by: replica };
            write.store(replica, delay(Message::Store, replica), delay(back, replica));
        }
        write.commit(self.w);
    }
}

const fn send(from: Node, to: u16, message: Message) -> Effect {
    Effect::send(from, Node::Replica(to), message)
}

fn reply(exchange: &Exchange, scene: &mut Scene) {
    scene.effects.push(Effect::Reply { version: exchange.version, read_at: exchange.read_at });
}

/// A replica's answer to either demand: what every policy does whose replicas just store and tell.
pub(super) fn answer(replica: u16, message: Message, exchange: &Exchange, scene: &mut Scene) {
    let Exchange { key, version, .. } = *exchange;
    let message = match message {
        Message::Store => {
            scene.apply(replica, key, version);
            Message::Stored { by: replica }
        }
        _ => {
            let version = scene.replicas.held(replica, key, scene.now);
            Message::Held { by: replica, version, read_at: scene.now }
        }
    };
    scene.effects.push(Effect::send(Node::Replica(replica), Node::Coordinator, message));
}

/// Counts an acknowledgement of a write; with as many as are `needed` it commits and its client is told.
pub(super) fn acknowledge(exchange: &mut Exchange, needed: u16, scene: &mut Scene) {
    exchange.answers += 1;
    commit_if(exchange.answers >= needed, exchange, scene);
}

/// Commits a write that has enough acknowledgements, once, and tells its client.
pub(super) fn commit_if(has_enough: bool, exchange: &mut Exchange, scene: &mut Scene) {
    if has_enough && !exchange.has_enough {
        exchange.has_enough = true;
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
