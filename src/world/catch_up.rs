//! What replicas that were down, or cut off, have missed: who asks whom for it, and gets it.

use super::condition::Shift;
use super::faults::{Lost, Sent};
use super::space::Space;
use super::{Event, World, turn};
use crate::base::{KeyId, NamespaceIx, Span, Time, Version};
use crate::model::network::Leg;
use crate::model::replication::Applied;

impl Space<'_> {
    /// What another replica, or all together, hold that this one does not.
    pub(super) fn missed(&mut self, replica: u16, source: Option<u16>) -> Vec<(KeyId, Version)> {
        let all: Vec<u16> = (0..self.placement.count()).collect();
        self.missed_of(replica, source.as_ref().map_or(&all, std::slice::from_ref))
    }

    /// What some replicas together hold that this one does not.
    pub(super) fn missed_of(&mut self, replica: u16, sources: &[u16]) -> Vec<(KeyId, Version)> {
        let replicas = &mut self.replicas;
        let keys = (0..self.namespace.catalogue.count() as u32).map(KeyId);
        let missed = keys.filter_map(|key| {
            let own = replicas.held(replica, key, Time::NEVER);
            let newest = sources.iter().fold(own, |newest, &from| {
                let held = replicas.held(from, key, Time::NEVER);
                replicas.joined(key, newest, held)
            });
            (!replicas.covers(own, newest)).then_some((key, newest))
        });
        missed.collect()
    }
}

impl World<'_> {
    /// Whom a replica asks for what it has missed: the leader, else the nearest other one that is up.
    fn source_for(&self, namespace: NamespaceIx, replica: u16) -> Option<u16> {
        let Space { placement, condition, namespace: spec, .. } = &self.spaces[namespace.at()];
        let mut others = placement.nearest[placement.at[usize::from(replica)].at()].iter().copied();
        let is_up = |other: u16| condition.as_ref().is_none_or(|condition| !condition.is_down(other));
        let can_tell =
            |&other: &u16| other != replica && is_up(other) && self.reaches(namespace, replica, other);
        spec.policy.leader(placement).or_else(|| others.find(can_tell))
    }

    /// Those who are up and can talk to a replica, itself among them.
    pub(super) fn within_reach(&self, namespace: NamespaceIx, replica: u16) -> Vec<u16> {
        let Space { placement, condition, .. } = &self.spaces[namespace.at()];
        let is_up = |other: u16| condition.as_ref().is_none_or(|condition| !condition.is_down(other));
        let others = 0..placement.count();
        others.filter(|&other| is_up(other) && self.reaches(namespace, replica, other)).collect()
    }

    /// A replica that is up again asks for what it has missed, if that is sent again; so do those that writes reach by
    /// others.
    pub(super) fn those_who_may_have_missed_ask(&mut self, namespace: NamespaceIx, replica: u16) {
        let space = &mut self.spaces[namespace.at()];
        let nature = space.namespace.nature;
        let leader = space.namespace.policy.leader(&space.placement);
        let Some(condition) = space.condition.as_mut().filter(|_| nature.sends_again) else { return };
        if leader != Some(replica) {
            condition.behind[usize::from(replica)] = true;
        }
        for other in 0..space.placement.count() {
            if other == replica || nature.relays || self.faults.is_some() {
                self.ask_for_missed(namespace, other);
            }
        }
        self.ask_who_can_tell_now(namespace, replica);
    }

    /// Those who have asked in vain ask again, if the leader, who can tell them, is the replica that is up or elected now.
    pub(super) fn ask_who_can_tell_now(&mut self, namespace: NamespaceIx, replica: u16) {
        let space = &self.spaces[namespace.at()];
        let (leader, Some(condition)) = (space.namespace.policy.leader(&space.placement), &space.condition)
        else {
            return;
        };
        if leader.is_some_and(|leader| leader != replica) {
            return;
        }
        let in_vain =
            |&other: &u16| condition.behind[usize::from(other)] && condition.asking[usize::from(other)] == 0;
        let in_vain: Vec<u16> = (0..space.placement.count()).filter(in_vain).collect();
        in_vain.into_iter().for_each(|other| self.ask_for_missed(namespace, other));
    }

    /// A replica asks whoever leads for what it has missed or, if nobody does, the nearest other one, who asks all.
    fn ask_for_missed(&mut self, namespace: NamespaceIx, replica: u16) {
        let source = self.source_for(namespace, replica);
        if self.spaces[namespace.at()].condition.as_ref().is_none_or(|condition| condition.is_down(replica)) {
            return;
        }
        if let Some(source) = source.filter(|&source| source != replica) {
            let Ok(out) = self.passes(namespace, replica, source) else { return };
            let Some(condition) = &mut self.spaces[namespace.at()].condition else { return };
            condition.asking[usize::from(replica)] += 1;
            self.pending.after(out, turn::WRITE, Event::Shift(namespace, Shift::Asks(replica)));
        }
    }

    /// Such a request has arrived.
    pub(super) fn tell_missed(&mut self, namespace: NamespaceIx, replica: u16) {
        let source = self.source_for(namespace, replica);
        let space = &self.spaces[namespace.at()];
        let leader = space.namespace.policy.leader(&space.placement);
        let is_disturbed = self.faults.is_some();
        let missed = match (leader, source) {
            (None, Some(source)) if is_disturbed => {
                let sources = self.within_reach(namespace, source);
                self.spaces[namespace.at()].missed_of(replica, &sources)
            }
            _ => self.spaces[namespace.at()].missed(replica, leader),
        };
        let is_up = |source: &u16| {
            self.spaces[namespace.at()]
                .condition
                .as_ref()
                .is_some_and(|condition| !condition.is_down(*source))
        };
        let source = source.filter(is_up);
        let back = source.map(|source| self.passes(namespace, source, replica));
        let Some(condition) = &mut self.spaces[namespace.at()].condition else { return };
        let Some(Ok(back)) = back else {
            condition.asking[usize::from(replica)] -= 1;
            return;
        };
        condition.missed.push((replica, missed));
        self.pending.after(back, turn::WRITE, Event::Shift(namespace, Shift::CaughtUp(replica)));
    }

    /// The way between two replicas.
    pub(super) fn between(&self, namespace: NamespaceIx, from: u16, to: u16) -> Span {
        let [from, to] =
            [from, to].map(|replica| self.spaces[namespace.at()].placement.at[usize::from(replica)]);
        self.trial.links.way(Leg::WriteRequest, from, to).base()
    }

    /// The same, if such a message passes now; it goes over a connection.
    fn passes(&self, namespace: NamespaceIx, from: u16, to: u16) -> Result<Span, Lost> {
        let delay = self.between(namespace, from, to);
        let Some(faults) = &self.faults else { return Ok(delay) };
        let space = &self.spaces[namespace.at()];
        let [from, to] = [from, to].map(|replica| space.placement.at[usize::from(replica)]);
        let dice = space.dice.named("missed");
        let sent = Sent { from, to, at: self.now(), delay, dice, connected: true };
        Ok(delay + faults.later(sent)?)
    }

    /// Messages pass again: all ask for what they may have missed, where that is sent again.
    pub(super) fn all_ask_for_missed(&mut self, namespace: NamespaceIx) {
        if self.spaces[namespace.at()].namespace.nature.sends_again {
            for replica in 0..self.spaces[namespace.at()].placement.count() {
                self.ask_for_missed(namespace, replica);
            }
        }
    }

    pub(super) fn catch_up(&mut self, namespace: NamespaceIx, replica: u16, missed: &[(KeyId, Version)]) {
        let at = self.now();
        for &(key, version) in missed {
            let held = self.spaces[namespace.at()].replicas.store(replica, key, version, at);
            self.applied(namespace, Applied { key, replica, held, at });
        }
    }
}
