//! What comes next, looked over just before its time: what it will touch is loaded from memory for all of it at once,
//! where one after another each would wait for its own. The loops are short, so that the processor has as many loads
//! under way as it can; what they load does not matter.

use std::hint::black_box;

use super::arrivals::{Arrival, Soon};
use super::exchange::{ExchangeId, Requester};
use super::operation::NOBODY;
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
        load(
            near.held
                .iter()
                .map(|&(namespace, replica, key)| self.spaces[namespace.at()].replicas.touch(replica, key)),
        );
        let fetch = |id: &FetchId| self.fetches.get(id.at());
        near.touched.clear();
        near.touched.extend(
            near.fetches
                .iter()
                .filter_map(fetch)
                .map(|fetch| self.touched(fetch.namespace, fetch.location, fetch.sub, fetch.key)),
        );
        let waiting =
            |fetch: &Fetch| if fetch.waiting == NOBODY { None } else { self.ops.get(fetch.waiting as usize) };
        load(near.fetches.iter().filter_map(fetch).filter_map(waiting).map(|op| u64::from(op.next)));
        self.load(&near.touched);
        self.near = near;
    }

    /// Looks over the operations that begin next, if they have just come near.
    pub(super) fn look_at_arrivals(&mut self) {
        if self.arrivals.just_merged().is_empty() {
            return;
        }
        let mut near = std::mem::take(&mut self.near);
        near.touched.clear();
        near.touched.extend(self.arrivals.just_merged().iter().map(
            |&Soon { arrival, population, location }| {
                let Arrival { key, sub, .. } = arrival;
                self.touched(self.trial.case.populations[population.at()].namespace, location, sub, key)
            },
        ));
        if self.part == Part::Reads {
            load(near.touched.iter().map(|touched| {
                self.spaces[touched.namespace.at()].load_nearest(touched.location, touched.key)
            }));
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
        let cache = |touched: &Touched| self.spaces[touched.namespace.at()].edge_at(touched.cache);
        load(touched.iter().map(|touched| cache(touched).map_or(0, |cache| cache.load(touched.home))));
        load(touched.iter().map(|touched| self.spaces[touched.namespace.at()].load_truth(touched.key)));
        load(
            touched
                .iter()
                .map(|touched| cache(touched).map_or(0, |cache| u64::from(cache.is_fetching(touched.key)))),
        );
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
