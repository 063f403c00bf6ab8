//! A log that a majority agrees on, as in Raft (Ongaro, Ousterhout, USENIX ATC 2014) or Multi-Paxos: the leader sends
//! each write to all voters, in order. The commit time of a write is when the leader knows that a majority of them,
//! itself included, has it in its log; it applies it then, and tells the others that they may.
//!
//! When the leader is lost, another is elected that has all that a majority had; what no majority had acknowledged to
//! the old leader is lost, and its client waits in vain (Raft might still commit it: its client cannot tell).

use schemars::JsonSchema;
use serde::Deserialize;

use super::effect::{Due, Effect, Message, Node, Travel};
use super::exchange::{Demand, Exchange, bit};
use super::nature::{Coupled, Election, Nature, Reads};
use super::replicas::{Misfit, Placement};
use super::scene::Scene;
use crate::base::{LocationIx, Span};

/// A log that a majority agrees on.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsensusSpec {
    /// The location of the first leader, one of the namespace's replicas.
    pub leader: String,
    /// How reads are answered.
    #[serde(default)]
    pub reads: ConsensusRead,
    /// Locations of replicas that vote but answer no reads and never lead.
    #[serde(default)]
    pub witnesses: Vec<String>,
    /// Locations of replicas that follow but do not vote: no write waits for them.
    #[serde(default)]
    pub learners: Vec<String>,
    /// A replica that has not heard of the leader for once to twice this time stands for election.
    #[serde(default = "one_second")]
    pub election_timeout: Span,
    /// How long the leader may answer reads by itself after it has last heard of a majority; not longer than
    /// `election_timeout`, so that no two lead at once. By default as long. It matters where faults cut a leader off.
    pub lease: Option<Span>,
    /// How much later than the commit the others are told of it: at once by default; a heartbeat's time where it goes along
    /// with the next one.
    #[serde(default)]
    pub commit_notice: Span,
    /// How long a write waits after its majority for clocks to agree that its time has passed, as Spanner does.
    #[serde(default)]
    pub commit_wait: Span,
}

fn one_second() -> Span {
    Span::from_nanos(1_000_000_000)
}

impl ConsensusSpec {
    pub(super) fn named_location(&self) -> Option<&str> {
        Some(&self.leader)
    }
}

/// How reads are answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ConsensusRead {
    /// By the leader alone, as long as its lease lasts. Linearizable.
    #[default]
    Lease,
    /// By the leader, when a majority has confirmed that it still leads. Linearizable.
    ReadIndex,
    /// By the leader, when a majority has the read in its log. Linearizable.
    Log,
    /// By the nearest replica, when it has all that the leader, with its lease, had committed when asked: etcd's
    /// follower reads, ZooKeeper's sync. Linearizable.
    Follower,
    /// By the nearest replica, from what it has applied.
    Local,
    /// By the nearest replica, from what was committed so long ago: reads at a closed timestamp.
    Past(Span),
}

/// A checked log.
#[derive(Clone, Debug)]
pub struct Consensus {
    leader: u16,
    reads: ConsensusRead,
    /// Bits of replicas.
    witnesses: u64,
    voters: u64,
    election_timeout: Span,
    lease: Span,
    commit_notice: Span,
    commit_wait: Span,
}

impl Consensus {
    pub(super) fn new(
        spec: &ConsensusSpec,
        placement: &Placement,
        find: &dyn Fn(&str) -> Option<LocationIx>,
    ) -> Result<Consensus, Misfit> {
        let all = placement.count();
        if all > 64 {
            let problem = format!("the namespace has {all} replicas; a log has at most 64");
            return Err(Misfit::new("leader", problem));
        }
        let place_of = |field, name: &String| {
            let at = find(name);
            let replica = placement.at.iter().position(|&replica| Some(replica) == at);
            replica
                .map(|replica| replica as u16)
                .ok_or_else(|| Misfit::new(field, format!("`{name}` is not one of the namespace's replicas")))
        };
        let bits = |field, names: &[String]| -> Result<u64, Misfit> {
            names.iter().try_fold(0, |bits, name| match bit(place_of(field, name)?) {
                own if bits & own != 0 => Err(Misfit::new(field, format!("`{name}` is named twice"))),
                own => Ok(bits | own),
            })
        };
        let leader = place_of("leader", &spec.leader)?;
        let (witnesses, learners) = (bits("witnesses", &spec.witnesses)?, bits("learners", &spec.learners)?);
        if let Some(name) = spec.learners.iter().find(|name| spec.witnesses.contains(name)) {
            let problem = format!(
                "a witness votes and a learner does not, but `{name}` is both: take it from one of the lists"
            );
            return Err(Misfit::new("learners", problem));
        }
        if (witnesses | learners) & bit(leader) != 0 {
            let problem = format!(
                "`{}` leads, so it is neither a witness nor a learner: take it from that list",
                spec.leader
            );
            return Err(Misfit::new("leader", problem));
        }
        if let Some(lease) = spec.lease.filter(|&lease| lease > spec.election_timeout) {
            let timeout = spec.election_timeout;
            let problem = format!(
                "the lease of {lease} is longer than the election time-out of {timeout}, so two might lead at once: \
                 make it at most {timeout}"
            );
            return Err(Misfit::new("lease", problem));
        }
        if spec.election_timeout == Span::ZERO {
            let problem = "`election_timeout` must be longer than 0s".to_owned();
            return Err(Misfit::new("election_timeout", problem));
        }
        let everyone = u64::MAX >> (64 - all);
        let (reads, election_timeout) = (spec.reads, spec.election_timeout);
        let lease = spec.lease.unwrap_or(election_timeout);
        let (commit_notice, commit_wait) = (spec.commit_notice, spec.commit_wait);
        let voters = everyone & !learners;
        let consensus = Consensus {
            leader,
            reads,
            witnesses,
            voters,
            election_timeout,
            lease,
            commit_notice,
            commit_wait,
        };
        Ok(consensus)
    }

    pub(super) fn coordinator(
        &self,
        demand: Demand,
        location: LocationIx,
        placement: &Placement,
    ) -> LocationIx {
        let replica = match (demand, self.reads) {
            (Demand::Read, ConsensusRead::Follower | ConsensusRead::Local | ConsensusRead::Past(_)) => {
                self.nearest_reader(location, placement)
            }
            _ => self.leads(placement),
        };
        placement.at[usize::from(replica)]
    }

    pub(super) fn begin(&self, exchange: &mut Exchange, scene: &mut Scene) {
        let own = match exchange.demand {
            Demand::Write => {
                self.to_voters(Message::Store, Travel::InOrder, scene);
                return self.acknowledged(exchange, scene);
            }
            Demand::Read => self.reader(exchange, scene.placement),
        };
        match self.reads {
            ConsensusRead::Lease | ConsensusRead::Local => scene.reply_held(own, exchange.key),
            ConsensusRead::Past(age) => self.read_past(own, age, exchange, scene),
            ConsensusRead::ReadIndex => {
                self.to_voters(Message::Confirm, Travel::Alone, scene);
                self.confirmed(exchange, scene);
            }
            ConsensusRead::Log => {
                self.to_voters(Message::Confirm, Travel::InOrder, scene);
                self.confirmed(exchange, scene);
            }
            ConsensusRead::Follower => {
                let leader = Node::Replica(self.leads(scene.placement));
                scene.effects.push(Effect::send(Node::Coordinator, leader, Message::Ask));
            }
        }
    }

    pub(super) fn receive(&self, at: Node, message: Message, exchange: &mut Exchange, scene: &mut Scene) {
        match (at, message) {
            (Node::Replica(replica), message) => self.at_replica(replica, message, exchange, scene),
            (_, Message::Need(version)) => {
                let replica = self.reader(exchange, scene.placement);
                scene.effects.push(Effect::Await { replica, version });
            }
            // One who leads no longer has been told so by those who answer.
            _ if !self.is_led_by(exchange.coordinator, scene.placement) => {}
            (_, Message::Stored { .. }) => self.acknowledged(exchange, scene),
            (_, Message::Confirmed) => self.confirmed(exchange, scene),
            (_, Message::Due(Due::Waited)) => self.commit(exchange, scene),
            _ => {}
        }
    }

    fn at_replica(&self, replica: u16, message: Message, exchange: &mut Exchange, scene: &mut Scene) {
        let from = Node::Replica(replica);
        let back =
            |message, travel| Effect::Send { from, to: Node::Coordinator, message, late: Span::ZERO, travel };
        match message {
            Message::Store => {
                scene.effects.push(back(Message::Stored { by: replica }, Travel::InOrder));
            }
            Message::Apply => scene.apply(replica, exchange.key, exchange.version),
            Message::Confirm if self.reads == ConsensusRead::Log => {
                scene.effects.push(back(Message::Confirmed, Travel::InOrder));
            }
            Message::Confirm => scene.effects.push(back(Message::Confirmed, Travel::Alone)),
            // One who leads no longer does not know what was committed since.
            Message::Ask if replica != self.leads(scene.placement) => {}
            Message::Ask => {
                let version = scene.replicas.held(replica, exchange.key, scene.now);
                scene.effects.push(back(Message::Need(version), Travel::Alone));
            }
            Message::Caught => match self.reads {
                ConsensusRead::Past(age) => self.read_past(replica, age, exchange, scene),
                _ => scene.reply_held(replica, exchange.key),
            },
            _ => {}
        }
    }

    /// A replica tells what was committed so long ago, as soon as it has that.
    fn read_past(&self, replica: u16, age: Span, exchange: &Exchange, scene: &mut Scene) {
        let version = scene.replicas.held_by_any(exchange.key, scene.now.before(age));
        scene.effects.push(match scene.replicas.held(replica, exchange.key, scene.now) >= version {
            true => Effect::Reply { version, read_at: scene.now },
            false => Effect::Await { replica, version },
        });
    }

    /// One more voter has the write in its log.
    fn acknowledged(&self, exchange: &mut Exchange, scene: &mut Scene) {
        exchange.answers += 1;
        if exchange.answers != self.majority() {
            return;
        }
        match self.commit_wait {
            Span::ZERO => self.commit(exchange, scene),
            after => {
                scene.effects.push(Effect::Remind { at: Node::Coordinator, after, due: Due::Waited });
            }
        }
    }

    fn commit(&self, exchange: &Exchange, scene: &mut Scene) {
        let leader = self.leads(scene.placement);
        scene.apply(leader, exchange.key, exchange.version);
        scene.effects.push(Effect::Commit);
        scene.effects.push(Effect::Reply { version: exchange.version, read_at: scene.now });
        let others = (0..scene.placement.count()).filter(|&replica| replica != leader);
        scene.effects.extend(others.map(|replica| Effect::Send {
            from: Node::Coordinator,
            to: Node::Replica(replica),
            message: Message::Apply,
            late: self.commit_notice,
            travel: Travel::InOrder,
        }));
    }

    /// One more voter has confirmed that the leader leads.
    fn confirmed(&self, exchange: &mut Exchange, scene: &mut Scene) {
        exchange.answers += 1;
        if exchange.answers == self.majority() {
            scene.reply_held(self.leads(scene.placement), exchange.key);
        }
    }

    fn to_voters(&self, message: Message, travel: Travel, scene: &mut Scene) {
        let leader = self.leads(scene.placement);
        let others =
            (0..scene.placement.count()).filter(|&voter| voter != leader && self.voters >> voter & 1 == 1);
        scene.effects.extend(others.map(|voter| Effect::Send {
            from: Node::Coordinator,
            to: Node::Replica(voter),
            message,
            late: Span::ZERO,
            travel,
        }));
    }

    fn majority(&self) -> u16 {
        self.voters.count_ones() as u16 / 2 + 1
    }

    fn leads(&self, placement: &Placement) -> u16 {
        placement.leader.unwrap_or(self.leader)
    }

    fn is_led_by(&self, coordinator: LocationIx, placement: &Placement) -> bool {
        placement.at[usize::from(self.leads(placement))] == coordinator
    }

    fn nearest_reader(&self, location: LocationIx, placement: &Placement) -> u16 {
        let nearest = placement.nearest[location.at()].iter();
        let reads = |replica: &&u16| self.witnesses & bit(**replica) == 0;
        nearest.copied().find(|replica| reads(&replica)).unwrap_or(self.leader)
    }

    /// Who answers a read that has come to its coordinator.
    fn reader(&self, exchange: &Exchange, placement: &Placement) -> u16 {
        match self.reads {
            ConsensusRead::Lease | ConsensusRead::ReadIndex | ConsensusRead::Log => self.leads(placement),
            _ => self.nearest_reader(exchange.coordinator, placement),
        }
    }

    pub(super) fn nature(&self) -> Nature {
        Nature {
            reads: match self.reads {
                ConsensusRead::Lease | ConsensusRead::Local => Reads::OnTheSpot,
                ConsensusRead::ReadIndex | ConsensusRead::Log => Reads::Later,
                ConsensusRead::Follower | ConsensusRead::Past(_) => Reads::NotWhatIsHeld,
            },
            coupled: match self.reads {
                ConsensusRead::Follower => Some(Coupled::Waits),
                ConsensusRead::Past(_) => Some(Coupled::Past),
                ConsensusRead::Log => Some(Coupled::Ordered),
                ConsensusRead::Lease | ConsensusRead::Local | ConsensusRead::ReadIndex => None,
            },
            keeps_history: matches!(self.reads, ConsensusRead::Past(_)),
            orders_writes: true,
            leader: Some(self.leader),
            sends_again: true,
            election: Some(Election {
                timeout: self.election_timeout,
                voters: self.voters,
                electable: self.voters & !self.witnesses,
                lease: match self.reads {
                    ConsensusRead::Lease | ConsensusRead::Follower => Some(self.lease),
                    _ => None,
                },
            }),
            ..Nature::PLAIN
        }
    }

    #[inline]
    pub(super) fn asked(&self, exchange: &Exchange, placement: &Placement, mut ask: impl FnMut(u16)) -> u16 {
        ask(self.reader(exchange, placement));
        1
    }
}
