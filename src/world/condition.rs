//! Which replicas are up, and who is known to be down.

use super::egress::Value;
use super::exchange::{ExchangeId, Running};
use super::space::Space;
use super::streams::Purpose;
use super::trace::{Change, Parcel, What};
use super::{Event, World, turn};
use crate::base::{KeyId, LocationIx, NamespaceIx, Time, Version};
use crate::model::network::Leg;
use crate::model::replication::{Demand, Exchange, Node};

/// The replicas of a namespace, where some are down at times.
#[derive(Debug, Default)]
pub(super) struct Condition {
    /// How many outages and faults each has now that take it down.
    down: Vec<u16>,
    /// Those that have lost their disk and not copied it anew yet, which are down as well; and how often each has lost it.
    empty: Vec<bool>,
    losses: Vec<u16>,
    /// Locations that are down altogether.
    dark: Vec<LocationIx>,
    /// Those of them that others know of.
    noticed: Vec<bool>,
    /// Those that are up again and have not caught up yet: nobody reads from them.
    pub(super) behind: Vec<bool>,
    /// How many of its requests for what it has missed each has under way.
    pub(super) asking: Vec<u16>,
    /// Down or behind, as others know it.
    known_down: Vec<bool>,
    /// For each location in turn, those that it cannot reach, as it knows; empty where there are none.
    pub(super) apart: Vec<bool>,
    /// Both together; empty where it would be the same for all locations.
    known_from: Vec<bool>,
    /// Since when the leader hears of no majority.
    pub(super) alone_since: Option<Time>,
    /// The number of the election that is under way, if one is, and of the last one.
    pub(super) election: Option<u16>,
    pub(super) elections: u16,
    /// Requests at a coordinator that is down, until others have noticed.
    parked: Vec<ExchangeId>,
    /// What is on its way to replicas that come back, and to which.
    pub(super) missed: Vec<(u16, Vec<(KeyId, Version)>)>,
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
    /// A replica looks whom it can copy from, after the loss of its disk of that number.
    Rebuilds(u16, u16),
    /// It has copied what others hold.
    Rebuilt(u16, u16),
}

impl Shift {
    /// What becomes of which replica.
    fn change(self) -> Option<(u16, Change)> {
        match self {
            Shift::CaughtUp(replica) => Some((replica, Change::CaughtUp)),
            Shift::Elected(replica, _) => Some((replica, Change::Leads)),
            _ => None,
        }
    }
}

impl Condition {
    /// Which replicas are down or out of reach, as a location knows.
    pub(super) fn known_down(&self, location: LocationIx) -> &[bool] {
        let count = self.down.len();
        match self.known_from.is_empty() {
            true => &self.known_down,
            false => &self.known_from[location.at() * count..][..count],
        }
    }

    /// A replica has caught up.
    pub(super) fn has_all(&mut self, replica: u16) {
        self.behind[usize::from(replica)] = false;
    }

    /// So many replicas, all of which are up.
    fn new(replicas: usize) -> Condition {
        let none = vec![false; replicas];
        Condition {
            down: vec![0; replicas],
            empty: none.clone(),
            losses: vec![0; replicas],
            noticed: none.clone(),
            behind: none.clone(),
            known_down: none,
            asking: vec![0; replicas],
            ..Condition::default()
        }
    }

    pub(super) fn is_down(&self, replica: u16) -> bool {
        let replica = usize::from(replica);
        self.down[replica] > 0 || self.empty[replica]
    }

    /// Whether it has not lost its disk.
    pub(super) fn has_disk(&self, replica: u16) -> bool {
        !self.empty[usize::from(replica)]
    }

    pub(super) fn loses_disk(&mut self, replica: u16) {
        let replica = usize::from(replica);
        self.empty[replica] = true;
        self.losses[replica] = self.losses[replica].wrapping_add(1);
    }

    /// Locations go dark, or are so no more.
    pub(super) fn dark(&mut self, at: &[LocationIx], ends: bool) {
        for location in at {
            match self.dark.iter().position(|other| other == location) {
                Some(place) if ends => drop(self.dark.remove(place)),
                _ if ends => {}
                _ => self.dark.push(*location),
            }
        }
    }

    /// One more thing takes a replica down; tells whether it was up.
    fn goes_down(&mut self, replica: u16) -> bool {
        // What it lost just now goes down with it.
        let was_up = self.down[usize::from(replica)] == 0;
        self.down[usize::from(replica)] += 1;
        was_up
    }

    /// Whether it has still to copy what it held before that loss.
    fn is_rebuilding(&self, replica: u16, loss: u16) -> bool {
        let replica = usize::from(replica);
        self.down[replica] == 0 && self.empty[replica] && self.losses[replica] == loss
    }

    /// One of these things is over; tells whether it was the last.
    fn comes_up(&mut self, replica: u16) -> bool {
        self.down[usize::from(replica)] -= 1;
        self.down[usize::from(replica)] == 0
    }
}

impl Space<'_> {
    /// Whether a member of an exchange is up. A coordinator is down if all replicas at its location are, if there
    /// are any.
    pub(super) fn is_up(&self, node: Node, coordinator: LocationIx) -> bool {
        let Some(condition) = &self.condition else { return true };
        match node {
            Node::Replica(replica) => !condition.is_down(replica),
            Node::Coordinator if condition.dark.contains(&coordinator) => false,
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
        let (known_down, apart) = (&condition.known_down, &condition.apart);
        let known = apart.iter().zip(known_down.iter().cycle());
        condition.known_from = known.map(|(&apart, &down)| apart || down).collect();
        let placement = self.placement.to_mut();
        let orders = placement.nearest.iter_mut().zip(&self.namespace.placement.nearest);
        for (at, (order, preferred)) in orders.enumerate() {
            let known_down = condition.known_down(LocationIx::from_position(at));
            order.clone_from(preferred);
            order.sort_by_key(|&replica| known_down[usize::from(replica)]);
        }
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
            if !spec.outages.is_empty() || spec.disturbed {
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
                if condition.goes_down(replica) {
                    self.note_change(namespace, What::Changed { replica, change: Change::Down });
                    self.elect(namespace);
                }
            }
            Shift::Noticed(replica) => {
                condition.noticed[usize::from(replica)] = condition.is_down(replica);
                space.avoid_those_down();
                self.send_parked_again(namespace);
            }
            Shift::Up(replica) => {
                if !condition.comes_up(replica) {
                } else if condition.has_disk(replica) {
                    self.back(namespace, replica);
                } else {
                    let loss = condition.losses[usize::from(replica)];
                    self.rebuild(namespace, replica, loss);
                }
            }
            Shift::Rebuilds(replica, loss) => {
                if condition.is_rebuilding(replica, loss) {
                    self.rebuild(namespace, replica, loss);
                }
            }
            Shift::Rebuilt(replica, loss) => {
                if condition.is_rebuilding(replica, loss) {
                    condition.empty[usize::from(replica)] = false;
                    let sources = self.within_reach(namespace, replica);
                    let copied = self.spaces[namespace.at()].missed_of(replica, &sources);
                    self.catch_up(namespace, replica, &copied);
                    self.back(namespace, replica);
                }
            }
            Shift::Asks(replica) => self.tell_missed(namespace, replica),
            Shift::CaughtUp(replica) => {
                let at = condition.missed.iter().position(|(of, _)| *of == replica);
                let missed = at.map(|at| condition.missed.remove(at).1).unwrap_or_default();
                condition.asking[usize::from(replica)] -= 1;
                // If it is down again, it will ask again.
                if condition.is_down(replica) {
                    return;
                }
                condition.behind[usize::from(replica)] &= condition.asking[usize::from(replica)] > 0;
                self.catch_up(namespace, replica, &missed);
                self.spaces[namespace.at()].avoid_those_down();
            }
            Shift::Elected(leader, election) => self.elected(namespace, leader, election),
        }
    }

    /// A replica is up again.
    fn back(&mut self, namespace: NamespaceIx, replica: u16) {
        self.note_change(namespace, What::Changed { replica, change: Change::Up });
        if let Some(condition) = &mut self.spaces[namespace.at()].condition {
            condition.noticed[usize::from(replica)] = false;
        }
        self.elect(namespace);
        self.those_who_may_have_missed_ask(namespace, replica);
        self.spaces[namespace.at()].avoid_those_down();
        self.send_parked_again(namespace);
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
        let of = (running.namespace, running.exchange.key, dice);
        let dice = Purpose::CoordinatorUp.of(Purpose::Again.of(dice));
        let value = Value { namespace: of.0, key: of.1, is_absent: running.put.absent };
        let mut delay = self.hop(Leg::Request, coordinator, to, dice);
        if demand == Demand::Write {
            delay = delay.and_then(|delay| self.hop_value((coordinator, to), delay, value));
        }
        let Ok(delay) = delay else {
            return self.lost_request(id, of, (coordinator, to));
        };
        self.exchanges[id.0 as usize].under_way += 1;
        self.note_sent(of, (coordinator, to), delay, Parcel::ToCoordinator);
        self.after(delay, turn::of(demand), Event::AtCoordinator(id));
    }
}
