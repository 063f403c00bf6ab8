//! A small sample of the followed writes that have spread, with where each was served from when on.

use serde::{Deserialize, Serialize};

use crate::base::{KeyId, LocationIx, Time, Version};

/// A followed write that all watched locations would serve.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SpreadWrite {
    /// Drawn by the write's own dice: those with the least are the sample.
    pub lot: u64,
    /// The key.
    pub key: KeyId,
    /// Which version was written.
    pub version: Version,
    /// Where it was made.
    pub from: LocationIx,
    /// When its client began it, with the get if it is an update; when its coordinator did, if the client has given up before.
    pub began: Time,
    /// When it committed.
    pub committed: Time,
    /// From when on each of the watched locations would serve it, in their order.
    pub since: Vec<Time>,
}

/// Those of some writes that have the least lots, so that it does not matter in which order they came.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SpreadSample {
    writes: Vec<SpreadWrite>,
}

/// Writes in a sample.
const MOST: usize = 32;

impl SpreadSample {
    /// Takes a write in, if its lot is among the least.
    pub(super) fn take(&mut self, write: SpreadWrite) {
        let rank = |write: &SpreadWrite| (write.lot, write.key, write.version);
        let place = self.writes.partition_point(|other| rank(other) < rank(&write));
        if place < MOST {
            self.writes.truncate(MOST - 1);
            self.writes.insert(place, write);
        }
    }

    /// Takes in the writes of another part of the same trial.
    pub(super) fn merge(&mut self, other: &SpreadSample) {
        other.writes.iter().for_each(|write| self.take(write.clone()));
    }

    /// The writes from the soonest to the last that was served everywhere.
    pub fn by_time_taken(&self) -> Vec<&SpreadWrite> {
        let mut writes: Vec<&SpreadWrite> = self.writes.iter().collect();
        writes.sort_by_key(|write| write.since.iter().max().map(|last| last.since(write.committed)));
        writes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;

    fn write(lot: u64) -> SpreadWrite {
        let at = |seconds: u64| Time::ZERO + Span::from_nanos(seconds * 1_000_000_000);
        SpreadWrite {
            lot,
            key: KeyId(0),
            version: Version::new(1, false),
            from: LocationIx(0),
            began: at(0),
            committed: at(1),
            since: vec![at(1), at(1 + (lot * 37) % 100)],
        }
    }

    /// Law: whatever the order and the parts, the 32 least of 100.
    #[test]
    fn the_least_lots_are_kept_in_any_order() {
        let mut forwards = SpreadSample::default();
        (0..100).for_each(|lot| forwards.take(write(lot)));
        let (mut odd, mut even) = (SpreadSample::default(), SpreadSample::default());
        (0..100)
            .rev()
            .for_each(|lot| if lot % 2 == 1 { odd.take(write(lot)) } else { even.take(write(lot)) });
        odd.merge(&even);
        let lots = |sample: &SpreadSample| sample.writes.iter().map(|write| write.lot).collect::<Vec<_>>();
        assert_eq!(lots(&forwards), (0..32).collect::<Vec<_>>());
        assert_eq!(lots(&odd), lots(&forwards));
        let taken = odd.by_time_taken();
        assert!(taken.is_sorted_by_key(|write| write.since[1]));
    }
}
