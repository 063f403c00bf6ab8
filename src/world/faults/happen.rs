//! A fault begins, is noticed, and ends.

use super::{Faults, InForce, Slowness, Turn, loses_disk};
use crate::base::{LocationIx, NamespaceIx};
use crate::model::conflicts::Wrong;
use crate::model::faults::{Fault, Harm, Trouble};
use crate::world::World;
use crate::world::condition::Shift;

impl World<'_> {
    /// A fault changes.
    pub(in crate::world) fn fault(&mut self, at: u32, turn: Turn) {
        let Some(faults) = &mut self.faults else { return };
        let window = faults.windows[at as usize];
        let fault = &self.trial.case.faults[usize::from(window.fault)];
        faults.change(at, fault, turn);
        match (&fault.trouble, turn) {
            (Trouble::Link { harm, .. }, turn) => self.links_change(*harm, turn),
            (Trouble::Site { at, caches_only, .. }, turn) => {
                if turn == Turn::Begins {
                    at.iter().for_each(|&site| self.crash(site, *caches_only));
                }
                if !caches_only {
                    self.replicas_at(at, turn, loses_disk(&fault.trouble));
                }
            }
            (Trouble::Store(namespaces), turn) => self.stores(namespaces, turn),
            (Trouble::Clock { at, ahead, gained }, turn) => {
                at.iter().for_each(|&location| {
                    let wrong = Wrong { location, since: window.from, ahead: *ahead, gained: *gained };
                    self.clock(wrong, turn);
                });
            }
            (Trouble::Slow { .. } | Trouble::Purges { .. }, _) => {}
        }
    }

    /// The replicas at some locations go down, are known to be, or come up.
    fn replicas_at(&mut self, at: &[LocationIx], turn: Turn, loses_disk: bool) {
        for namespace in self.all_namespaces() {
            let replicas = &self.spaces[namespace.at()].placement.at;
            let here: Vec<u16> =
                (0..).zip(replicas).filter(|(_, place)| at.contains(place)).map(|(it, _)| it).collect();
            if let Some(condition) = &mut self.spaces[namespace.at()].condition
                && turn != Turn::Noticed
            {
                condition.dark(at, turn == Turn::Ends);
            }
            for replica in here {
                if loses_disk && turn == Turn::Begins {
                    self.lose_disk(namespace, replica);
                }
                self.turn_of(namespace, replica, turn);
            }
            if turn != Turn::Begins {
                self.know_links(namespace);
            }
        }
    }

    fn stores(&mut self, namespaces: &[NamespaceIx], turn: Turn) {
        for &namespace in namespaces {
            for replica in 0..self.spaces[namespace.at()].placement.count() {
                self.turn_of(namespace, replica, turn);
            }
        }
    }

    fn turn_of(&mut self, namespace: NamespaceIx, replica: u16, turn: Turn) {
        self.shift(
            namespace,
            match turn {
                Turn::Begins => Shift::Down(replica),
                Turn::Noticed => Shift::Noticed(replica),
                Turn::Ends => Shift::Up(replica),
            },
        );
    }

    /// Leaders that are cut off are missed; others turn away when they know, and what was lost is sent again, where the
    /// policy does that, when messages pass again.
    fn links_change(&mut self, harm: Harm, turn: Turn) {
        if matches!(harm, Harm::Slow { .. }) {
            return;
        }
        for namespace in self.all_namespaces() {
            self.elect(namespace);
            if turn != Turn::Begins {
                self.know_links(namespace);
            }
            if turn == Turn::Ends {
                self.all_ask_for_missed(namespace);
            }
            if turn != Turn::Begins {
                self.send_parked_again(namespace);
            }
        }
    }

    fn clock(&mut self, wrong: Wrong, turn: Turn) {
        for clocks in self.spaces.iter_mut().filter_map(|space| space.clocks.as_mut()) {
            match turn {
                Turn::Begins => clocks.go_wrong(wrong),
                Turn::Noticed => {}
                Turn::Ends => clocks.go_right(wrong),
            }
        }
    }

    pub(super) fn all_namespaces(&self) -> impl Iterator<Item = NamespaceIx> + use<> {
        (0..self.spaces.len()).map(NamespaceIx::from_position)
    }

    /// Each location turns first to replicas that it knows it can reach.
    pub(super) fn know_links(&mut self, namespace: NamespaceIx) {
        let Some(faults) = &self.faults else { return };
        let space = &mut self.spaces[namespace.at()];
        let places = &space.namespace.placement.at;
        let apart = |from: LocationIx| places.iter().map(move |&at| faults.are_known_apart(from, at));
        let locations = (0..self.trial.case.locations.len()).map(LocationIx::from_position);
        let apart = match faults.any_link_is_noticed() {
            true => locations.flat_map(apart).collect(),
            false => Vec::new(),
        };
        if let Some(condition) = &mut space.condition {
            condition.apart = apart;
        }
        space.avoid_those_down();
    }
}

impl<'a> Faults<'a> {
    /// Keeps the books.
    fn change(&mut self, window: u32, fault: &'a Fault, turn: Turn) {
        let at = self.now.iter().position(|there| there.window == window);
        let was_noticed = at.is_some_and(|at| self.now[at].is_noticed);
        match (turn, at) {
            (Turn::Begins, _) => self.now.push(InForce { window, fault, is_noticed: false }),
            (Turn::Noticed, Some(at)) => self.now[at].is_noticed = true,
            (Turn::Ends, Some(at)) => drop(self.now.remove(at)),
            (_, None) => {}
        }
        match &fault.trouble {
            Trouble::Site { at, .. } => {
                for at in at {
                    let site = &mut self.sites[at.at()];
                    match turn {
                        Turn::Noticed => site.notice(&fault.trouble, true),
                        _ => site.change(&fault.trouble, turn == Turn::Begins),
                    }
                    if turn == Turn::Ends && was_noticed {
                        site.notice(&fault.trouble, false);
                    }
                }
            }
            Trouble::Slow { at, .. } if turn != Turn::Noticed => {
                at.iter().for_each(|at| self.sites[at.at()].slowness = self.slowness(*at));
            }
            _ => {}
        }
    }

    /// What several faults add comes together, and their factors multiply.
    fn slowness(&self, location: LocationIx) -> Slowness {
        self.now.iter().fold(Slowness::NONE, |all, there| match &there.fault.trouble {
            Trouble::Slow { at, added, factor } if at.contains(&location) => {
                Slowness { added: all.added + *added, factor: all.factor * factor }
            }
            _ => all,
        })
    }
}
