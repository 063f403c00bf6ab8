//! What is counted in one trial, and nothing about how it came about. Integers only, so that no sum
//! depends on an order.

mod bins;
mod bulk;
mod hits;
mod namespace;
mod place;
mod pulse;
mod room;
mod sessions;
mod siblings;
mod site;
mod spread;
mod timeline;

pub use bins::{AgeBins, Decades, Fraction};
pub use bulk::{Behind, Bulk};
pub use hits::HitTally;
pub use namespace::{NamespaceTally, PROPAGATION_SHARES, Propagation, ReadTold, Thresholds};
pub use place::{Judged, OpTally, PlaceTally, TierTally, UpdateTally};
pub use pulse::{Beat, FaultTold, Pulse};
pub use room::RoomTally;
pub use sessions::{GuaranteeTally, SessionTally};
pub use siblings::SiblingTally;
pub use site::{SiteSlice, SiteTally};
pub use spread::{SpreadSample, SpreadWrite};
pub use timeline::{PlaceSlice, Slice, Timeline};

use serde::{Deserialize, Serialize};

/// All that one trial has to tell.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Observations {
    /// By namespace, in the order of the case.
    pub namespaces: Vec<NamespaceTally>,
    /// By location of what it owns; empty where no location owns anything.
    pub sites: Vec<Option<Box<SiteTally>>>,
    /// A sum over all operations of a hash of what each was answered, and when: two runs that differ
    /// in any of that differ here, whatever order they were carried out in.
    pub fingerprint: u64,
    /// Operations that began and messages that arrived.
    pub events: u64,
    /// When which fault was there, by their beginning.
    pub faults: Vec<FaultTold>,
}

impl Observations {
    /// Adds what another part of the same trial has to tell.
    pub fn merge(&mut self, other: Observations) {
        self.fingerprint = self.fingerprint.wrapping_add(other.fingerprint);
        self.events += other.events;
        // Where locations own anything, a trial has one part.
        if self.sites.is_empty() {
            self.sites = other.sites;
        }
        self.namespaces.iter_mut().zip(&other.namespaces).for_each(|(here, there)| here.merge(there));
    }
}
