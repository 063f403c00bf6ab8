//! What waits for the servers of a site, or is with them, goes down with it; so does what waits for its link.

use crate::base::{Failure, LocationIx};
use crate::model::cache::Snapshot;
use crate::world::World;
use crate::world::sites::Job;

impl World<'_> {
    /// A site goes down, or its caches alone: clients have no answer, and those who wait elsewhere are told nothing.
    pub(super) fn lose_queue(&mut self, site: LocationIx, caches_only: bool) {
        let now = self.now();
        let of_caches = |job: Job| matches!(job, Job::Hit(_) | Job::UpperHit(..) | Job::Fill(_));
        let Some(owned) = self.sites.at(site) else { return };
        let lost = owned.lose(now, |job| !caches_only || of_caches(job));
        if !caches_only {
            owned.link_free = now;
        }
        self.sites.waiting = self.sites.count_waiting();
        for job in lost {
            match job {
                Job::Hit(op) => {
                    let operation = self.ops.remove(op.0 as usize);
                    self.serve(operation, Snapshot::failed(Failure::Unavailable, now));
                }
                Job::UpperHit(fetch, _) => self.never_answered(fetch),
                // Nobody waits for it any more.
                Job::Fill(fetch) => self.store(fetch),
                // Where anything may go wrong, reads go by exchanges.
                Job::One(..) => {}
                Job::Coordinate(exchange) => {
                    self.exchanges[exchange.0 as usize].under_way -= 1;
                    self.end_exchange(exchange);
                }
                Job::Member(exchange, node, message) => {
                    self.note_unheard(exchange, node, message);
                    self.exchanges[exchange.0 as usize].arrives(node, message);
                    self.end_exchange(exchange);
                }
            }
        }
        self.serve_next(site);
    }
}
