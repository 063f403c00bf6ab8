//! What is told of caches of limited capacity.

use super::{ANY, Table, per_second};
use crate::model::workload::OpKind;
use crate::observe::{NamespaceTally, RoomTally};
use crate::stats::{Sampled, sampled_ratio, sampled_share};

/// Names of figures: of the edge, and of the upper tier.
const BYTE_HIT_RATIO: [&str; 2] = ["byte_hit_ratio", "upper_byte_hit_ratio"];
const EVICTIONS: [&str; 2] = ["evictions", "upper_evictions"];
const ENTRIES: [&str; 2] = ["cache_entries", "upper_cache_entries"];
const BYTES: [&str; 2] = ["cache_bytes", "upper_cache_bytes"];

impl Table<'_> {
    /// The caches of limited capacity at a location, or all of them; nothing where there are none.
    pub(super) fn rooms(&mut self, tallies: &[&NamespaceTally], location: Option<usize>) {
        for tier in 0..2 {
            let of = |tally: &&NamespaceTally| match location {
                Some(at) => tally.rooms[tier].get(at).copied().unwrap_or_default(),
                None => tally.rooms[tier].iter().fold(RoomTally::default(), |mut all, here| {
                    all.merge(here);
                    all
                }),
            };
            let rooms: Vec<RoomTally> = tallies.iter().map(of).collect();
            if rooms.iter().any(|room| *room != RoomTally::default()) {
                self.rooms_of_a_tier(tier, &rooms);
            }
        }
    }

    fn rooms_of_a_tier(&mut self, tier: usize, rooms: &[RoomTally]) {
        let each =
            |of: &dyn Fn(&RoomTally) -> (u64, u64)| -> Vec<(u64, u64)> { rooms.iter().map(of).collect() };
        let mean = |of: &dyn Fn(&RoomTally) -> u64| -> Option<Sampled> {
            let counts: Vec<(f64, u64)> = rooms.iter().map(|room| (of(room) as f64, 1)).collect();
            sampled_ratio(&counts)
        };
        let read = OpKind::Read.name();
        let hits = each(&|room| (room.hit_bytes, room.asked_bytes));
        self.add_row(read, BYTE_HIT_RATIO[tier], "rate", "1", sampled_share(&hits, u64::MAX));
        let evictions = each(&|room| (room.evictions, 1));
        self.add_row(ANY, EVICTIONS[tier], "rate", "1/s", per_second(&evictions, self.seconds));
        self.add_row(ANY, ENTRIES[tier], "mean", "1", mean(&|room| room.entries));
        self.add_row(ANY, BYTES[tier], "mean", "B", mean(&|room| room.bytes));
    }
}
