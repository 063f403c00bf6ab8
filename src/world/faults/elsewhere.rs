//! Clients of a site that is down, who are served elsewhere. Their messages meet what is the matter with the links.

use super::{Faults, InForce, Lost};
use crate::base::{LocationIx, NamespaceIx, Span};
use crate::model::faults::{ClientsOfSite, Trouble};
use crate::model::network::Leg;
use crate::world::operation::{OpId, Operation};
use crate::world::streams::Purpose;
use crate::world::trace::{Strand, What};
use crate::world::{Event, World};

impl InForce<'_> {
    /// Whether a location is known to be down because of it; where there are no caches, these alone do not matter.
    fn closes(&self, location: LocationIx, has_edge: bool) -> bool {
        match &self.fault.trouble {
            Trouble::Site { at, caches_only, .. } => {
                self.is_noticed && at.contains(&location) && (has_edge || !caches_only)
            }
            _ => false,
        }
    }

    fn sends_elsewhere(&self) -> bool {
        matches!(self.fault.trouble, Trouble::Site { clients: ClientsOfSite::NextNearest, .. })
    }
}

impl Faults<'_> {
    /// Why the clients of a location turn to another one, if they do.
    fn sends_away(&self, home: LocationIx, has_edge: bool) -> Option<&InForce<'_>> {
        self.now.iter().find(|there| there.closes(home, has_edge) && there.sends_elsewhere())
    }

    /// Whether clients believe that they may be served at another location.
    fn seems_open(&self, home: LocationIx, other: LocationIx, has_edge: bool) -> bool {
        other != home
            && !self.are_known_apart(home, other)
            && !self.now.iter().any(|there| there.closes(other, has_edge))
    }
}

impl World<'_> {
    /// An operation is at a location that is down: it goes elsewhere, if it can, or fails.
    #[cold]
    pub(in crate::world) fn turn_away(&mut self, operation: Operation) {
        let Operation { namespace, location: home, key, dice, .. } = operation;
        let Some((to, window)) = self.elsewhere(&operation) else { return self.refuse(operation) };
        let Ok(delay) = self.hop_of_client(Leg::Request, (home, to), Purpose::Elsewhere.of(dice)) else {
            self.note_lost((namespace, key, dice), (home, to));
            return self.never_told(operation);
        };
        if let Some(faults) = &mut self.faults {
            faults.away.insert(dice.bits(), home);
            let fault = faults.windows[window as usize];
            let (strand, fault, since) = (Strand::of(dice), fault.fault, fault.from);
            self.note(namespace, key, || What::TurnedAway { strand, from: home, to, fault, since });
        }
        let turn = operation.turn();
        let op: OpId = self.keep(Operation { location: to, ..operation });
        self.pending.after(delay.unwrap_or_default(), turn, Event::Entered(op));
    }

    /// Where an operation turns to from a location that is down, and because of which fault. It turns away once.
    fn elsewhere(&self, operation: &Operation) -> Option<(LocationIx, u32)> {
        let &Operation { namespace, location: home, dice, .. } = operation;
        let faults = self.faults.as_ref().filter(|faults| !faults.away.contains_key(&dice.bits()))?;
        let has_edge = self.spaces[namespace.at()].namespace.edge.is_some();
        let why = faults.sends_away(home, has_edge).filter(|_| !operation.is_probe())?;
        Some((self.next_nearest(faults, namespace, home)?, why.window))
    }

    /// Where an operation that was turned away at its home has gone, if what is known has not changed since.
    pub(in crate::world) fn turned_to(&self, operation: &Operation) -> Option<LocationIx> {
        let &Operation { namespace, location: home, dice, .. } = operation;
        let faults = self.faults.as_ref().filter(|faults| faults.away.contains_key(&dice.bits()))?;
        self.next_nearest(faults, namespace, home)
    }

    /// The nearest location of a namespace's clients that can be reached, and whose answers can, as far as is known.
    fn next_nearest(&self, faults: &Faults, namespace: NamespaceIx, home: LocationIx) -> Option<LocationIx> {
        let case = self.trial.case;
        let has_edge = self.spaces[namespace.at()].namespace.edge.is_some();
        let clients = case.populations.iter().filter(|clients| clients.namespace == namespace);
        let others = clients.flat_map(|clients| clients.at.iter().copied());
        let open = others.filter(|&other| faults.seems_open(home, other, has_edge));
        open.min_by_key(|&other| (case.network.base(home, other), other))
    }

    /// What is added to the answer of a location to its clients, and the operation as it is at home.
    #[cold]
    pub(in crate::world) fn back_home(&mut self, operation: &mut Operation) -> Result<Span, Lost> {
        let Some(faults) = &mut self.faults else { return Ok(Span::ZERO) };
        let Operation { namespace, location: served, key, dice, .. } = *operation;
        let added = faults.added(served);
        let Some(home) = faults.away.remove(&dice.bits()) else { return Ok(added) };
        operation.location = home;
        let way = self.hop_of_client(Leg::Response, (served, home), Purpose::ElsewhereBack.of(dice));
        if way.is_err() {
            self.note_lost((namespace, key, dice), (served, home));
        }
        Ok(added + way?.unwrap_or_default())
    }
}
