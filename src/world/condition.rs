//! Which replicas are up, who is known to be down, and what those that come back have missed.

use super::egress::Value;
use super::exchange::{ExchangeId, Running};
use super::space::Space;
use super::streams::Purpose;
use super::trace::{Change, Parcel, What};
use super::{Event, World, turn};
use crate::base::{KeyId, LocationIx, NamespaceIx, Span, Time, Version};
use crate::model::network::Leg;
use crate::model::replication::{Applied, Demand, Exchange, Node};

/// The replicas of a namespace, where some are down at times.
#[derive(Debug, Default)]
pub(super) struct Condition {
    down: Vec<bool>,
    /// Those of them that others know of.
    noticed: Vec<bool>,
    /// Those that are up again and have not caught up yet: nobody reads from them.
    behind: Vec<bool>,
    /// How many of its requests for what it has missed each has under way.
    asking: Vec<u16>,
    /// Down or behind, as others know it.
    known_down: Vec<bool>,
    /// The number of the election that is under way, if one is, and of the last one.
    pub(super) election: Option<u16>,
    pub(super) elections: u16,
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
    /// Others know that it is.
    Noticed(u16),
    /// A replica is up again.
    Up(u16),
    /// Its request for what it has missed is at the one that leads.
    Asks(u16),
    /// It has what it missed.
    CaughtUp(u16),
    /// A replica has been elected to lead, in the election of that number.
    Elected(u16, u16),
}

impl Shift {
    /// What becomes of which replica.
    fn change(self) -> Option<(u16, Change)> {
        match self {
            Shift::Down(replica) => Some((replica, Change::Down)),
            Shift::Up(replica) => Some((replica, Change::Up)),
            Shift::CaughtUp(replica) => Some((replica, Change::CaughtUp)),
            Shift::Elected(replica, _) => Some((replica, Change::Leads)),
            Shift::Noticed(_) | Shift::Asks(_) => None,
        }
    }
}

impl Condition {
    pub(super) fn known_down(&self) -> &[bool] {
        &self.known_down
    }

    /// A replica has caught up.
    pub(super) fn has_all(&mut self, replica: u16) {
        self.behind[usize::from(replica)] = false;
    }

    /// So many replicas, all of which are up.
    fn new(replicas: usize) -> Condition {
        let none = vec![false; replicas];
        Condition {
            down: none.clone(),
            noticed: none.clone(),
            behind: none.clone(),
            known_down: none,
            asking: vec![0; replicas],
            ..Condition::default()
        }
    }

    pub(super) fn is_down(&self, replica: u16) -> bool {
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
    pub(super) fn avoid_those_down(&mut self) {
        let Some(condition) = &mut self.condition else { return };
        let states = condition.noticed.iter().zip(&condition.behind);
        condition.known_down = states.map(|(&noticed, &behind)| noticed || behind).collect();
        let known_down = &condition.known_down;
        let placement = self.placement.to_mut();
        for (order, preferred) in placement.nearest.iter_mut().zip(&self.namespace.placement.nearest) {
            order.clone_from(preferred);
            order.sort_by_key(|&replica| known_down[usize::from(replica)]);
        }
    }

    /// Whom a replica asks for what it has missed: the leader, else the nearest other one that is up.
    fn source_for(&self, replica: u16) -> Option<u16> {
        let mut others = self.placement.nearest[self.placement.at[usize::from(replica)].at()].iter().copied();
        let is_up =
            |&other: &u16| other != replica && self.condition.as_ref().is_none_or(|it| !it.is_down(other));
        self.namespace.policy.leader(&self.placement).or_else(|| others.find(is_up))
    }

    /// Where a request is sent on to, if it has come to a coordinator that is not the right one any more: that led
    /// before, or has not caught up.
    pub(super) fn sends_on(&self, running: &Running) -> Option<LocationIx> {
        self.condition.as_ref()?;
        let Exchange { coordinator, demand, .. } = running.exchange;
        let by_token = running.need.is_some_and(|need| need.has_moved());
        let who = |from| self.namespace.policy.coordinator(demand, from, &self.placement);
        let now = who(running.from);
        (!by_token && now != coordinator && who(coordinator) != coordinator).then_some(now)
    }

    /// What another replica, or all together, hold that this one does not.
    pub(super) fn missed(&mut self, replica: u16, source: Option<u16>) -> Vec<(KeyId, Version)> {
        let (count, replicas) = (self.placement.count(), &mut self.replicas);
        let sources = || (0..count).filter(|&from| source.is_none_or(|only| only == from));
        let keys = (0..self.namespace.catalogue.count() as u32).map(KeyId);
        let missed = keys.filter_map(|key| {
            let own = replicas.held(replica, key, Time::NEVER);
            let newest = sources().fold(own, |newest, from| {
                let held = replicas.held(from, key, Time::NEVER);
                replicas.joined(key, newest, held)
            });
            (!replicas.covers(own, newest)).then_some((key, newest))
        });
        missed.collect()
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
                    self.pending.at(outage.noticed, turn::WRITE, event(Shift::Noticed(outage.replica)));
                }
            }
            if !spec.outages.is_empty() {
                self.spaces[at].condition = Some(Condition::new(spec.placement.at.len()));
            }
        }
    }

    /// Something changes.
    pub(super) fn shift(&mut self, namespace: NamespaceIx, shift: Shift) {
        if let Some((replica, change)) = shift.change() {
            self.note_change(namespace, What::Changed { replica, change });
        }
        let space = &mut self.spaces[namespace.at()];
        let Some(condition) = &mut space.condition else { return };
        match shift {
            Shift::Down(replica) => {
                condition.down[usize::from(replica)] = true;
                self.elect(namespace);
            }
            Shift::Noticed(replica) => {
                condition.noticed[usize::from(replica)] = true;
                space.avoid_those_down();
                self.send_parked_again(namespace);
            }
            Shift::Up(replica) => {
                condition.down[usize::from(replica)] = false;
                condition.noticed[usize::from(replica)] = false;
                self.elect(namespace);
                self.those_who_may_have_missed_ask(namespace, replica);
                self.spaces[namespace.at()].avoid_those_down();
                self.send_parked_again(namespace);
            }
            Shift::Asks(replica) => self.tell_missed(namespace, replica),
            Shift::CaughtUp(replica) => {
                let at = condition.missed.iter().position(|(of, _)| *of == replica);
                let missed = at.map(|at| condition.missed.remove(at).1).unwrap_or_default();
                let asking = &mut condition.asking[usize::from(replica)];
                *asking -= 1;
                // If it is down again, it will ask again.
                if condition.down[usize::from(replica)] {
                    return;
                }
                condition.behind[usize::from(replica)] &= *asking > 0;
                self.catch_up(namespace, replica, &missed);
                self.spaces[namespace.at()].avoid_those_down();
            }
            Shift::Elected(leader, election) => self.elected(namespace, leader, election),
        }
    }

    /// A replica that is up again asks for what it has missed, if that is sent again; so do those that writes reach by
    /// others.
    fn those_who_may_have_missed_ask(&mut self, namespace: NamespaceIx, replica: u16) {
        let space = &mut self.spaces[namespace.at()];
        let nature = space.namespace.nature;
        let leader = space.namespace.policy.leader(&space.placement);
        let Some(condition) = space.condition.as_mut().filter(|_| nature.sends_again) else { return };
        if leader != Some(replica) {
            condition.behind[usize::from(replica)] = true;
        }
        for other in 0..space.placement.count() {
            if other == replica || nature.relays {
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
        let space = &mut self.spaces[namespace.at()];
        let source = space.source_for(replica);
        let Some(condition) = space.condition.as_mut().filter(|condition| !condition.is_down(replica)) else {
            return;
        };
        if let Some(source) = source.filter(|&source| source != replica) {
            condition.asking[usize::from(replica)] += 1;
            let out = self.between(namespace, replica, source);
            self.pending.after(out, turn::WRITE, Event::Shift(namespace, Shift::Asks(replica)));
        }
    }

    /// Such a request has arrived.
    fn tell_missed(&mut self, namespace: NamespaceIx, replica: u16) {
        let space = &mut self.spaces[namespace.at()];
        let source = space.source_for(replica);
        let leader = space.namespace.policy.leader(&space.placement);
        let missed = space.missed(replica, leader);
        let Some(condition) = &mut space.condition else { return };
        let Some(source) = source.filter(|&source| !condition.is_down(source)) else {
            condition.asking[usize::from(replica)] -= 1;
            return;
        };
        condition.missed.push((replica, missed));
        let back = self.between(namespace, source, replica);
        self.pending.after(back, turn::WRITE, Event::Shift(namespace, Shift::CaughtUp(replica)));
    }

    /// The way between two replicas.
    pub(super) fn between(&self, namespace: NamespaceIx, from: u16, to: u16) -> Span {
        let [from, to] =
            [from, to].map(|replica| self.spaces[namespace.at()].placement.at[usize::from(replica)]);
        self.trial.links.way(Leg::WriteRequest, from, to).base()
    }

    pub(super) fn catch_up(&mut self, namespace: NamespaceIx, replica: u16, missed: &[(KeyId, Version)]) {
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
    pub(super) fn send_parked_again(&mut self, namespace: NamespaceIx) {
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

    /// A request goes on to whoever is to coordinate it now.
    pub(super) fn send_on(&mut self, id: ExchangeId, to: LocationIx) {
        let running = &mut self.exchanges[id.0 as usize];
        let Running { exchange: Exchange { coordinator, demand, .. }, dice, .. } = *running;
        running.exchange.coordinator = to;
        running.under_way += 1;
        let of = (running.namespace, running.exchange.key, dice);
        let dice = Purpose::CoordinatorUp.of(Purpose::Again.of(dice));
        let mut delay = self.trial.hop(Leg::Request, coordinator, to, dice);
        if demand == Demand::Write {
            let value = Value { namespace: of.0, key: of.1, is_absent: running.put.absent };
            delay = self.hop_value((coordinator, to), delay, value);
        }
        self.note_sent(of, (coordinator, to), delay, Parcel::ToCoordinator);
        self.after(delay, turn::of(demand), Event::AtCoordinator(id));
    }
}
