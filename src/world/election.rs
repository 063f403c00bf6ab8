//! Elections of another leader, where the one there is is down.

use rand::RngExt;

use super::condition::Shift;
use super::{Event, World, turn};
use crate::base::{NamespaceIx, Span};

impl World<'_> {
    /// If the leader is down, those who are left elect another: the nearest to it that is up. That takes until it
    /// misses the leader's heartbeats, and a round trip to as many as make a majority. If the leader is up again before,
    /// it goes on.
    pub(super) fn elect(&mut self, namespace: NamespaceIx) {
        let space = &mut self.spaces[namespace.at()];
        let (policy, placement) = (&space.namespace.policy, &space.placement);
        let (Some(election), Some(lost)) = (policy.nature().election, policy.leader(placement)) else {
            return;
        };
        let Some(condition) = &mut space.condition else { return };
        if !condition.is_down(lost) {
            condition.election = None;
            return;
        }
        if condition.election.is_some() {
            return;
        }
        let condition = &*condition;
        let among =
            |replicas: u64| move |&replica: &u16| replicas >> replica & 1 == 1 && !condition.is_down(replica);
        let nearest = &space.namespace.placement.nearest[placement.at[usize::from(lost)].at()];
        let Some(leader) = nearest.iter().copied().find(among(election.electable)) else { return };
        let voters: Vec<u16> = (0..placement.count()).filter(among(election.voters)).collect();
        let dice = space.dice.named("election").fork(self.pending.now().as_nanos());
        let votes = voters
            .iter()
            .map(|&voter| self.between(namespace, leader, voter) + self.between(namespace, voter, leader));
        let mut votes: Vec<Span> = votes.collect();
        votes.sort_unstable();
        let majority = election.voters.count_ones() as usize / 2 + 1;
        let Some(&vote) = votes.get(majority - 1) else { return };
        let nanos = election.timeout.as_nanos();
        let silence = election.timeout + Span::from_nanos(dice.rng().random_range(0..=nanos));
        let Some(condition) = &mut self.spaces[namespace.at()].condition else { return };
        condition.elections = condition.elections.wrapping_add(1);
        condition.election = Some(condition.elections);
        let elected = Shift::Elected(leader, condition.elections);
        self.pending.after(silence + vote, turn::WRITE, Event::Shift(namespace, elected));
    }

    /// A replica is elected, unless the leader is back or it is down itself by now.
    pub(super) fn elected(&mut self, namespace: NamespaceIx, leader: u16, election: u16) {
        let space = &mut self.spaces[namespace.at()];
        let Some(condition) = &mut space.condition else { return };
        if condition.election != Some(election) {
            return;
        }
        condition.election = None;
        if condition.is_down(leader) {
            return self.elect(namespace);
        }
        condition.has_all(leader);
        let missed = space.missed(leader, None);
        space.placement.to_mut().leader = Some(leader);
        space.avoid_those_down();
        self.catch_up(namespace, leader, &missed);
        self.ask_who_can_tell_now(namespace, leader);
        self.send_parked_again(namespace);
    }
}
