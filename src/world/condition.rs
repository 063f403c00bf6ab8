//! Which replicas are up, who leads, and what follows from that.

use rand::RngExt;
use rustc_hash::FxHashMap;

use super::exchange::ExchangeId;
use super::space::Space;
use super::{Event, World, turn};
use crate::base::{KeyId, LocationIx, NamespaceIx, Span, Time, Version};
use crate::model::network::Leg;
use crate::model::replication::{Applied, Node};

/// The replicas of a namespace, where some are down at times.
#[derive(Debug, Default)]
pub(super) struct Condition {
    down: Vec<bool>,
    /// Those that are up again and have not caught up yet: nobody reads from them.
    behind: Vec<bool>,
    /// Down or behind, as others know it.
    known_down: Vec<bool>,
    /// Requests at a coordinator that is down, until others have noticed.
    parked: Vec<ExchangeId>,
    /// What is on its way to replicas that come back, and to which.
    missed: Vec<(u16, Vec<(KeyId, Version)>)>,
}

/// A change of that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shift {
    /// A replica goes down.
    Down(u16),
    /// Others know that some are down.
    Noticed,
    /// A replica is up again.
    Up(u16),
    /// Its request for what it has missed is at the one that leads.
    Asks(u16),
    /// It has what it missed.
    CaughtUp(u16),
    /// A replica has been elected to lead.
    Elected(u16),
}

impl Condition {
    pub(super) fn known_down(&self) -> &[bool] {
        &self.known_down
    }

    fn is_down(&self, replica: u16) -> bool {
        self.down.get(usize::from(replica)).is_some_and(|&down| down)
    }
}

impl Space<'_> {
    /// Whether a member of an exchange is up. A coordinator is down if all replicas at its location are, if there
    /// are any.
    pub(super) fn is_up(&self, node: Node, coordinator: LocationIx) -> bool {
        let Some(condition) = &self.condition else { return true };
        match node {
            Node::Replica(replica) => !condition.is_down(replica),
            Node::Coordinator => {
                let replicas = (0..).zip(&self.placement.at).filter(|(_, at)| **at == coordinator);
                let (mut here, mut up) = (false, false);
                for (replica, _) in replicas {
                    here = true;
                    up |= !condition.is_down(replica);
                }
                up || !here
            }
        }
    }

    /// Others know now which replicas are down, and turn to those that are up first.
    fn avoid_those_down(&mut self) {
        let Some(condition) = &mut self.condition else { return };
        let states = condition.down.iter().zip(&condition.behind);
        condition.known_down = states.map(|(&down, &behind)| down || behind).collect();
        let known_down = &condition.known_down;
        let placement = self.placement.to_mut();
        for (order, preferred) in placement.nearest.iter_mut().zip(&self.namespace.placement.nearest) {
            order.clone_from(preferred);
            order.sort_by_key(|&replica| known_down[usize::from(replica)]);
        }
    }

    /// What another replica, or any, holds that this one does not.
    fn missed(&self, replica: u16, source: Option<u16>) -> Vec<(KeyId, Version)> {
        let now_held = |from: u16, key| self.replicas.held(from, key, Time::NEVER);
        let sources = || (0..self.placement.count()).filter(|&from| source.is_none_or(|only| only == from));
        let keys = (0..self.namespace.catalogue.count() as u32).map(KeyId);
        let newest = keys.map(|key| {
            let newest = sources().map(|from| now_held(from, key)).max();
            (key, newest.unwrap_or(now_held(replica, key)))
        });
        newest.filter(|&(key, newest)| newest > now_held(replica, key)).collect()
    }
}

impl World<'_> {
    /// All that goes wrong is known beforehand.
    pub(super) fn foretell_outages(&mut self) {
        for (at, spec) in self.trial.case.namespaces.iter().enumerate() {
            let namespace = NamespaceIx::from_position(at);
            let event = |shift| Event::Shift(namespace, shift);
            for outage in &spec.outages {
                self.pending.at(outage.from, turn::WRITE, event(Shift::Down(outage.replica)));
                self.pending.at(outage.until, turn::WRITE, event(Shift::Up(outage.replica)));
                if outage.noticed < outage.until {
                    self.pending.at(outage.noticed, turn::WRITE, event(Shift::Noticed));
                }
            }
            if !spec.outages.is_empty() {
                let down = vec![false; spec.placement.at.len()];
                let (behind, known_down) = (down.clone(), down.clone());
                self.spaces[at].condition =
                    Some(Condition { down, behind, known_down, ..Condition::default() });
            }
        }
    }

    /// Something changes.
    pub(super) fn shift(&mut self, namespace: NamespaceIx, shift: Shift) {
        let space = &mut self.spaces[namespace.at()];
        let Some(condition) = &mut space.condition else { return };
        match shift {
            Shift::Down(replica) => {
                condition.down[usize::from(replica)] = true;
                space.proposed.iter_mut().for_each(FxHashMap::clear);
                self.elect_for(namespace, replica);
            }
            Shift::Noticed => {
                space.avoid_those_down();
                self.send_parked_again(namespace);
            }
            Shift::Up(replica) => {
                condition.down[usize::from(replica)] = false;
                self.ask_for_missed(namespace, replica);
                self.spaces[namespace.at()].avoid_those_down();
                self.send_parked_again(namespace);
            }
            Shift::Asks(replica) => {
                let source = space.namespace.policy.leader(&space.placement);
                let missed = space.missed(replica, source);
                let back = self.between(namespace, replica, source.unwrap_or(replica));
                if let Some(condition) = &mut self.spaces[namespace.at()].condition {
                    condition.missed.push((replica, missed));
                }
                self.pending.after(back, turn::WRITE, Event::Shift(namespace, Shift::CaughtUp(replica)));
            }
            Shift::CaughtUp(replica) => {
                let at = condition.missed.iter().position(|(of, _)| *of == replica);
                let missed = at.map(|at| condition.missed.remove(at).1).unwrap_or_default();
                condition.behind[usize::from(replica)] = false;
                self.catch_up(namespace, replica, &missed);
                self.spaces[namespace.at()].avoid_those_down();
            }
            Shift::Elected(leader) => {
                let missed = space.missed(leader, None);
                space.placement.to_mut().leader = Some(leader);
                space.proposed.iter_mut().for_each(FxHashMap::clear);
                self.catch_up(namespace, leader, &missed);
                self.send_parked_again(namespace);
            }
        }
    }

    /// If the leader is lost, those who are left elect another: the nearest to it that is up. That takes until it
    /// misses the leader's heartbeats, and a round trip to as many as make a majority.
    fn elect_for(&mut self, namespace: NamespaceIx, lost: u16) {
        let space = &self.spaces[namespace.at()];
        let (policy, placement) = (&space.namespace.policy, &space.placement);
        let Some(election) = policy.nature().election.filter(|_| policy.leader(placement) == Some(lost))
        else {
            return;
        };
        let is_up = |replica: u16| space.is_up(Node::Replica(replica), placement.at[usize::from(replica)]);
        let among = |replicas: u64| move |&replica: &u16| replicas >> replica & 1 == 1 && is_up(replica);
        let nearest = &placement.nearest[placement.at[usize::from(lost)].at()];
        let Some(leader) = nearest.iter().copied().find(among(election.electable)) else { return };
        let votes = (0..placement.count())
            .filter(among(election.voters))
            .map(|voter| self.between(namespace, leader, voter) + self.between(namespace, voter, leader));
        let mut votes: Vec<Span> = votes.collect();
        votes.sort_unstable();
        let majority = election.voters.count_ones() as usize / 2 + 1;
        let Some(&vote) = votes.get(majority - 1) else { return };
        let mut rng = space.dice.named("election").fork(self.now().as_nanos()).rng();
        let silence = election.timeout + Span::from_nanos(rng.random_range(0..=election.timeout.as_nanos()));
        self.pending.after(silence + vote, turn::WRITE, Event::Shift(namespace, Shift::Elected(leader)));
    }

    /// A replica that is up again asks whoever leads, if anyone does, for what it has missed.
    fn ask_for_missed(&mut self, namespace: NamespaceIx, replica: u16) {
        let space = &mut self.spaces[namespace.at()];
        let leader = space.namespace.policy.leader(&space.placement).filter(|&from| from != replica);
        if let (Some(source), Some(condition)) = (leader, &mut space.condition) {
            condition.behind[usize::from(replica)] = true;
            let out = self.between(namespace, replica, source);
            self.pending.after(out, turn::WRITE, Event::Shift(namespace, Shift::Asks(replica)));
        }
    }

    /// The way between two replicas.
    fn between(&self, namespace: NamespaceIx, from: u16, to: u16) -> Span {
        let [from, to] =
            [from, to].map(|replica| self.spaces[namespace.at()].placement.at[usize::from(replica)]);
        self.trial.links.way(Leg::WriteRequest, from, to).base()
    }

    fn catch_up(&mut self, namespace: NamespaceIx, replica: u16, missed: &[(KeyId, Version)]) {
        let at = self.now();
        for &(key, version) in missed {
            let held = self.spaces[namespace.at()].replicas.store(replica, key, version, at);
            self.applied(namespace, Applied { key, replica, held, at });
        }
    }

    /// A request waits at a coordinator that is down.
    pub(super) fn park(&mut self, namespace: NamespaceIx, id: ExchangeId) {
        self.exchanges[id.0 as usize].under_way += 1;
        if let Some(condition) = &mut self.spaces[namespace.at()].condition {
            condition.parked.push(id);
        }
    }

    /// Requests at coordinators that are down turn to whoever coordinates now.
    fn send_parked_again(&mut self, namespace: NamespaceIx) {
        let parked = match &mut self.spaces[namespace.at()].condition {
            Some(condition) => std::mem::take(&mut condition.parked),
            None => return,
        };
        for id in parked {
            self.exchanges[id.0 as usize].under_way -= 1;
            match self.exchanges[id.0 as usize].is_answered {
                true => self.end_exchange(id),
                false => self.send_to_coordinator(id),
            }
        }
    }
}
