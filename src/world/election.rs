//! Elections of another leader, where the one there is is down or cut off.

use rand::RngExt;

use super::condition::Shift;
use super::space::Space;
use super::{Event, World, turn};
use crate::base::{NamespaceIx, Span, Time};
use crate::model::replication::{Demand, Election, Exchange, Node};

impl Space<'_> {
    /// Whether a read is at a leader that hears of no majority, and may not answer by itself any more.
    pub(super) fn lease_is_over(&self, exchange: &Exchange, now: Time) -> bool {
        let leader = self.namespace.policy.leader(&self.placement);
        exchange.demand == Demand::Read
            && leader.is_some_and(|leader| self.placement.at[usize::from(leader)] == exchange.coordinator)
            && self.lease_has_ended(now)
    }

    /// Whether a replica leads and may not tell by itself any more what has committed.
    pub(super) fn lease_is_over_at(&self, node: Node, now: Time) -> bool {
        let leader = self.namespace.policy.leader(&self.placement).map(Node::Replica);
        leader == Some(node) && self.lease_has_ended(now)
    }

    fn lease_has_ended(&self, now: Time) -> bool {
        let lease = self.namespace.nature.election.and_then(|election| election.lease);
        let alone_since = self.condition.as_ref().and_then(|condition| condition.alone_since);
        lease.zip(alone_since).is_some_and(|(lease, since)| now >= since + lease)
    }
}

impl World<'_> {
    /// If the leader is down, or cut off from a majority, those who are left elect another: the nearest to it that can
    /// reach a majority. That takes until it misses the leader's heartbeats, and a round trip to as many as make a
    /// majority. If the leader is back before, it goes on.
    pub(super) fn elect(&mut self, namespace: NamespaceIx) {
        let space = &self.spaces[namespace.at()];
        let (policy, placement) = (&space.namespace.policy, &space.placement);
        let (Some(election), Some(lost)) = (policy.nature().election, policy.leader(placement)) else {
            return;
        };
        let is_alone = self.is_alone(namespace, lost, election);
        let now = self.now();
        let Some(condition) = &mut self.spaces[namespace.at()].condition else { return };
        condition.alone_since = is_alone.then(|| condition.alone_since.unwrap_or(now));
        if !condition.is_down(lost) && !is_alone {
            condition.election = None;
            return;
        }
        if condition.election.is_some() {
            return;
        }
        let Some((leader, vote)) = self.candidate(namespace, lost, election) else { return };
        let space = &self.spaces[namespace.at()];
        let dice = space.dice.named("election").fork(now.as_nanos());
        let nanos = election.timeout.as_nanos();
        let silence = election.timeout + Span::from_nanos(dice.rng().random_range(0..=nanos));
        let Some(condition) = &mut self.spaces[namespace.at()].condition else { return };
        condition.elections = condition.elections.wrapping_add(1);
        condition.election = Some(condition.elections);
        let elected = Shift::Elected(leader, condition.elections);
        self.pending.after(silence + vote, turn::WRITE, Event::Shift(namespace, elected));
    }

    /// Who stands for election instead of a leader that is lost, and how long the votes of a majority take.
    fn candidate(&self, namespace: NamespaceIx, lost: u16, election: Election) -> Option<(u16, Span)> {
        let space = &self.spaces[namespace.at()];
        let placement = &space.placement;
        let condition = space.condition.as_ref()?;
        let among =
            |replicas: u64| move |&replica: &u16| replicas >> replica & 1 == 1 && !condition.is_down(replica);
        let nearest = &space.namespace.placement.nearest[placement.at[usize::from(lost)].at()];
        let stands = |&replica: &u16| {
            among(election.electable)(&replica) && !self.is_alone(namespace, replica, election)
        };
        let leader = nearest.iter().copied().find(stands)?;
        let voters = (0..placement.count()).filter(among(election.voters));
        let voters = voters.filter(|&voter| self.reaches(namespace, leader, voter));
        let votes = voters
            .map(|voter| self.between(namespace, leader, voter) + self.between(namespace, voter, leader));
        let mut votes: Vec<Span> = votes.collect();
        votes.sort_unstable();
        votes.get(majority(election) - 1).map(|&vote| (leader, vote))
    }

    /// Whether faults keep a replica from talking to a majority of those who vote.
    fn is_alone(&self, namespace: NamespaceIx, replica: u16, election: Election) -> bool {
        let Some(condition) =
            self.spaces[namespace.at()].condition.as_ref().filter(|_| self.faults.is_some())
        else {
            return false;
        };
        let heard = (0..self.spaces[namespace.at()].placement.count()).filter(|&voter| {
            let votes = election.voters >> voter & 1 == 1 && !condition.is_down(voter);
            votes && self.reaches(namespace, replica, voter)
        });
        heard.count() < majority(election)
    }

    /// A replica is elected, unless the leader is back, or it is down or cut off itself by now.
    pub(super) fn elected(&mut self, namespace: NamespaceIx, leader: u16, election: u16) {
        let space = &mut self.spaces[namespace.at()];
        let rules = space.namespace.nature.election;
        let Some(condition) = &mut space.condition else { return };
        if condition.election != Some(election) {
            return;
        }
        condition.election = None;
        let is_down = condition.is_down(leader);
        if is_down || rules.is_some_and(|rules| self.is_alone(namespace, leader, rules)) {
            return self.elect(namespace);
        }
        let space = &mut self.spaces[namespace.at()];
        let missed = space.missed(leader, None);
        if let Some(condition) = &mut space.condition {
            condition.has_all(leader);
            condition.alone_since = None;
        }
        space.placement.to_mut().leader = Some(leader);
        space.avoid_those_down();
        self.catch_up(namespace, leader, &missed);
        self.ask_who_can_tell_now(namespace, leader);
        self.send_parked_again(namespace);
    }
}

fn majority(election: Election) -> usize {
    election.voters.count_ones() as usize / 2 + 1
}
