//! What comes next, looked over just before its time: what it will touch is loaded from memory for all of it at once,
//! where one after another each would wait for its own. The loops are short, so that the processor has as many loads
//! under way as it can; what they load does not matter.

use std::hint::black_box;

use super::arrivals::Soon;
use super::exchange::{ExchangeId, Requester};
use super::read::{Fetch, FetchId};
use super::{Event, Part, World};
use crate::base::{KeyId, LocationIx, NamespaceIx};
use crate::model::replication::Node;

/// What a fetch that comes home, or an operation that begins, is about to touch.
#[derive(Clone, Copy, Debug)]
struct Touched {
    namespace: NamespaceIx,
    location: LocationIx,
    key: KeyId,
    /// The edge cache, and where in it the search for the key begins.
    cache: u32,
    home: u32,
}

/// What is about to be touched; kept to use its memory again.
#[derive(Debug, Default)]
pub(super) struct Near {
    touched: Vec<Touched>,
    /// Fetches that come home.
    fetches: Vec<FetchId>,
    /// What replicas hold.
    held: Vec<(NamespaceIx, u16, KeyId)>,
}

fn load(loads: impl Iterator<Item = u64>) {
    black_box(loads.fold(0, |all, load| all ^ load));
}

impl World<'_> {
    /// Looks over the events that have just come near.
    pub(super) fn look_at_events(&mut self) {
        let mut near = std::mem::take(&mut self.near);
        near.fetches.clear();
        near.held.clear();
        for &event in self.pending.near() {
            self.look_at(event, &mut near);
        }
        let held = |&(namespace, replica, key): &(NamespaceIx, u16, KeyId)| {
            self.spaces[namespace.at()].replicas.load(replica, key)
        };
        load(near.held.iter().map(held));
        let fetches = near.fetches.iter().filter_map(|id| self.fetches.get(id.at()));
        let touched = |fetch: &Fetch| self.touched(fetch.namespace, fetch.location, fetch.sub, fetch.key);
        near.touched.clear();
        near.touched.extend(fetches.clone().map(touched));
        let first_waiting = fetches.filter_map(|fetch| self.ops.get(fetch.waiting as usize));
        load(first_waiting.map(|operation| u64::from(operation.next)));
        self.load(&near.touched);
        self.near = near;
    }

    /// Looks over the operations that begin next, if they have just come near.
    pub(super) fn look_at_arrivals(&mut self) {
        let soon = self.arrivals.just_merged();
        if soon.is_empty() {
            return;
        }
        let mut near = std::mem::take(&mut self.near);
        let touched = |&Soon { arrival, population, location }: &Soon| {
            let namespace = self.trial.case.populations[population.at()].namespace;
            self.touched(namespace, location, arrival.sub, arrival.key)
        };
        near.touched.clear();
        near.touched.extend(soon.iter().map(touched));
        if self.part == Part::Reads {
            let nearest =
                |next: &Touched| self.spaces[next.namespace.at()].load_nearest(next.location, next.key);
            load(near.touched.iter().map(nearest));
        }
        self.load(&near.touched);
        self.near = near;
    }

    #[inline]
    fn touched(&self, namespace: NamespaceIx, location: LocationIx, sub: u16, key: KeyId) -> Touched {
        let space = &self.spaces[namespace.at()];
        let cache = space.edge_place(location, sub);
        let home = space.edge_at(cache).map_or(0, |cache| cache.home(key));
        Touched { namespace, location, key, cache, home }
    }

    fn load(&self, touched: &[Touched]) {
        let space = |next: &Touched| &self.spaces[next.namespace.at()];
        let cache = |next: &Touched| space(next).edge_at(next.cache);
        load(touched.iter().map(|next| cache(next).map_or(0, |cache| cache.load(next.home))));
        load(touched.iter().map(|next| space(next).load_truth(next.key)));
        load(touched.iter().map(|next| cache(next).map_or(0, |cache| cache.is_fetching(next.key).into())));
    }

    fn look_at(&self, event: Event, near: &mut Near) {
        match event {
            Event::Delivered(exchange, Node::Replica(replica), _) => {
                let running = &self.exchanges[exchange.0 as usize];
                near.held.push((running.namespace, replica, running.exchange.key));
            }
            Event::AtReplica(Requester::Fetch(fetch), replica) => {
                let Fetch { namespace, key, .. } = self.fetches[fetch.at()];
                near.held.push((namespace, replica, key));
            }
            Event::Brought(Requester::Fetch(fetch)) | Event::FromUpper(fetch) | Event::AtUpper(fetch) => {
                near.fetches.push(fetch);
            }
            Event::Delivered(exchange, Node::Coordinator, _) | Event::FromCoordinator(exchange) => {
                near.fetches.extend(self.fetched_by(exchange));
            }
            _ => {}
        }
    }

    fn fetched_by(&self, exchange: ExchangeId) -> Option<FetchId> {
        match self.exchanges[exchange.0 as usize].requester {
            Requester::Fetch(fetch) => Some(fetch),
            Requester::Operation(_) => None,
        }
    }
}
