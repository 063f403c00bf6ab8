//! Sites that are down: what is lost with them, and what becomes of those who wait there.

use crate::base::{Failure, KeyId, LocationIx, NamespaceIx, Span};
use crate::model::cache::{Cache, Snapshot};
use crate::scenario::Caches;
use crate::world::exchange::{ExchangeId, Requester, Running};
use crate::world::operation::{NOBODY, Operation};
use crate::world::read::{Fetch, FetchId, Tier};
use crate::world::space::Space;
use crate::world::{Event, World};

impl Space<'_> {
    /// The caches of both tiers at a location are empty.
    fn clear_caches_at(&mut self, location: LocationIx) {
        if self.namespace.edge.is_some() && self.simulates(location) {
            self.caches_mut(Caches::Edge(location)).iter_mut().for_each(Cache::clear);
        }
        let upper = self.namespace.upper.as_ref();
        if let Some(at) = upper.and_then(|upper| upper.at.iter().position(|&at| at == location)) {
            self.caches_mut(Caches::Upper(at as u16)).iter_mut().for_each(Cache::clear);
        }
    }
}

impl World<'_> {
    /// A site goes down: its caches are empty, what it fetched is forgotten, and its clients have no answer.
    pub(super) fn crash(&mut self, site: LocationIx, caches_only: bool) {
        if let Some(rooms) = &mut self.rooms {
            rooms.clear_at(site);
        }
        for namespace in self.all_namespaces() {
            if caches_only && self.spaces[namespace.at()].namespace.edge.is_none() {
                continue;
            }
            self.forget_fetches(namespace, site);
            self.refuse_waiting(namespace, site);
            let space = &mut self.spaces[namespace.at()];
            space.clear_caches_at(site);
            let upper = space.namespace.upper.as_ref();
            let asks_it = |reader: LocationIx| {
                let serving = upper.map(|upper| upper.at[usize::from(upper.serving[reader.at()])]);
                reader == site || serving == Some(site)
            };
            let mut keys: Vec<KeyId> = space.follower.of_key.keys().copied().collect();
            keys.sort_unstable();
            keys.into_iter().for_each(|key| self.serving_changed(namespace, key, asks_it));
        }
        self.lose_queue(site, caches_only);
    }

    /// Fetches of the caches at a site end without a trace; those who wait for them there have no answer.
    fn forget_fetches(&mut self, namespace: NamespaceIx, site: LocationIx) {
        let of_it = |fetch: &Fetch| fetch.namespace == namespace;
        let here: Vec<FetchId> = self
            .fetches
            .iter()
            .filter(|(_, fetch)| of_it(fetch) && self.place_of_fetch(fetch) == Some(site))
            .map(|(at, _)| FetchId::from_place(at))
            .collect();
        for id in here {
            let fetch = &mut self.fetches[id.at()];
            fetch.is_probe = true;
            let mut waiting = std::mem::replace(&mut fetch.waiting, NOBODY);
            let tier = fetch.tier;
            while waiting != NOBODY {
                match tier {
                    Tier::Edge => {
                        let operation = self.ops.remove(waiting as usize);
                        waiting = operation.next;
                        self.refuse(operation);
                    }
                    Tier::Upper => {
                        let edge = FetchId::from_place(waiting as usize);
                        waiting = self.fetches[edge.at()].next;
                        self.never_answered(edge);
                    }
                }
            }
        }
    }

    fn place_of_fetch(&self, fetch: &Fetch) -> Option<LocationIx> {
        match fetch.tier {
            Tier::Edge => Some(fetch.location),
            Tier::Upper => self.upper_location(fetch.namespace, fetch.location),
        }
    }

    /// Operations that wait there for the replicas.
    fn refuse_waiting(&mut self, namespace: NamespaceIx, site: LocationIx) {
        let waits = |(at, running): (usize, &Running)| {
            let asked_here = running.namespace == namespace && running.from == site && !running.is_answered;
            let by_client = matches!(running.requester, Requester::Operation(_));
            (asked_here && by_client).then_some(ExchangeId(at as u32))
        };
        let waiting: Vec<ExchangeId> = self.exchanges.iter().filter_map(waits).collect();
        for id in waiting {
            let now = self.now();
            self.exchanges[id.0 as usize].snapshot = Snapshot::failed(Failure::Unavailable, now);
            self.hand_over(id);
        }
    }

    pub(super) fn refuse(&mut self, operation: Operation) {
        let now = self.now();
        self.serve(operation, Snapshot::failed(Failure::Unavailable, now));
    }

    /// The upper tier will not answer an edge's fetch, which gives up when it has waited long enough.
    pub(in crate::world) fn never_answered(&mut self, fetch: FetchId) {
        let edge = &self.fetches[fetch.at()];
        let begun = edge.snapshot.read_at;
        let timeout = self.spaces[edge.namespace.at()].namespace.timeout.unwrap_or_default();
        let turn = crate::world::turn::READ_ANSWER;
        self.pending.at((begun + timeout).max(self.now()), turn, Event::FromUpper(fetch));
    }

    /// Whether a location serves nobody of a namespace now.
    pub(in crate::world) fn is_closed(&self, namespace: NamespaceIx, location: LocationIx) -> bool {
        self.faults.as_ref().is_some_and(|faults| {
            let has_edge = self.spaces[namespace.at()].namespace.edge.is_some();
            faults.is_down(location) || has_edge && faults.has_no_caches(location)
        })
    }

    /// Whether a location cannot serve hits as if nothing were the matter.
    pub(in crate::world) fn is_unwell(&self, namespace: NamespaceIx, location: LocationIx) -> bool {
        let is_slow = self.faults.as_ref().is_some_and(|faults| faults.added(location) > Span::ZERO);
        is_slow || self.is_closed(namespace, location)
    }
}
