//! Updates that overwrite what they have not seen.

use rustc_hash::FxHashMap;

use crate::base::{KeyId, LocationIx, Version};

/// All writes of a namespace, and what those were built on that are updates.
#[derive(Debug, Default)]
pub struct Updates {
    of_key: FxHashMap<KeyId, Vec<Written>>,
}

/// A write.
#[derive(Clone, Copy, Debug)]
struct Written {
    version: Version,
    /// Where it was made.
    by: LocationIx,
    /// What an update had read.
    base: Option<Version>,
    /// How many updates went into the value, itself included.
    count: u32,
    /// Whether a later version had committed when it was issued, as may be where clocks order versions.
    is_outranked: bool,
    has_committed: bool,
    is_lost: bool,
}

/// What the commit of a write means for updates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clash {
    /// It is an update.
    pub is_update: bool,
    /// It was built on a version that was not the newest any more.
    pub is_blind: bool,
    /// Where the updates were made that are lost by it, or that is lost itself: overwritten by one that has not seen it.
    pub lost: Vec<LocationIx>,
}

impl Updates {
    /// A write gets its version.
    pub fn issue(&mut self, key: KeyId, version: Version, by: LocationIx, base: Option<Version>) {
        let writes = self.of_key.entry(key).or_default();
        let count = base.map_or(0, |base| 1 + count_of(writes, base));
        let place = writes.partition_point(|write| write.version < version);
        let is_outranked = writes[place..].iter().any(|write| write.has_committed);
        let written =
            Written { version, by, base, count, is_outranked, has_committed: false, is_lost: false };
        writes.insert(place, written);
    }

    /// It commits.
    pub fn commit(&mut self, key: KeyId, version: Version) -> Clash {
        let Some(writes) = self.of_key.get_mut(&key) else { return Clash::default() };
        let Ok(own) = writes.binary_search_by_key(&version, |write| write.version) else {
            return Clash::default();
        };
        writes[own].has_committed = true;
        let (before, from_own) = writes.split_at_mut(own);
        let (this, after) = from_own.split_first_mut().expect("it was found");
        let mut clash = Clash { is_update: this.base.is_some(), ..Clash::default() };
        if let Some(base) = this.base {
            let unseen = before.iter_mut().rev().take_while(|write| write.version > base);
            for write in unseen.filter(|write| write.has_committed) {
                clash.is_blind = true;
                clash.lost.extend(write.lose());
            }
        }
        let overwrites =
            |write: &Written| write.has_committed && write.base.is_some_and(|base| base < version);
        let is_overwritten = after.iter().any(overwrites);
        clash.is_blind |= clash.is_update && (is_overwritten || this.is_outranked);
        if is_overwritten {
            clash.lost.extend(this.lose());
        }
        clash
    }

    /// How many updates went into the newest values, and how many updates there were.
    pub fn kept(&self) -> (u64, u64) {
        let mut kept = (0, 0);
        for writes in self.of_key.values() {
            let committed = || writes.iter().filter(|write| write.has_committed);
            kept.0 += committed().next_back().map_or(0, |newest| u64::from(newest.count));
            kept.1 += committed().filter(|write| write.base.is_some()).count() as u64;
        }
        kept
    }
}

impl Written {
    /// It is overwritten by an update that has not seen it: where it was made, if it is an update and was not lost
    /// before.
    fn lose(&mut self) -> Option<LocationIx> {
        let is_new = self.base.is_some() && !self.is_lost;
        self.is_lost |= is_new;
        is_new.then_some(self.by)
    }
}

fn count_of(writes: &[Written], version: Version) -> u32 {
    writes.binary_search_by_key(&version, |write| write.version).map_or(0, |at| writes[at].count)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: KeyId = KeyId(0);

    fn version(number: u32) -> Version {
        Version::new(number, false)
    }

    fn at(location: u16) -> LocationIx {
        LocationIx(location)
    }

    /// Two clients read version 0; one puts version 1, the other version 2 on top of it without having seen it. A third
    /// builds on version 2: of three increments two are in the value.
    #[test]
    fn the_first_of_two_that_have_read_the_same_is_lost() {
        let mut updates = Updates::default();
        updates.issue(KEY, version(1), at(1), Some(version(0)));
        updates.issue(KEY, version(2), at(2), Some(version(0)));
        assert_eq!(updates.commit(KEY, version(1)), Clash { is_update: true, ..Clash::default() });
        let clash = updates.commit(KEY, version(2));
        assert_eq!(clash, Clash { is_update: true, is_blind: true, lost: vec![at(1)] });
        updates.issue(KEY, version(3), at(3), Some(version(2)));
        assert_eq!(updates.commit(KEY, version(3)), Clash { is_update: true, ..Clash::default() });
        assert_eq!(updates.kept(), (2, 3));
    }

    /// Version 2 commits before version 1, which it has not seen: version 1 is lost when it commits.
    #[test]
    fn one_that_commits_under_another_is_lost_at_once() {
        let mut updates = Updates::default();
        updates.issue(KEY, version(1), at(1), Some(version(0)));
        updates.issue(KEY, version(2), at(2), Some(version(0)));
        assert!(!updates.commit(KEY, version(2)).is_blind);
        let clash = updates.commit(KEY, version(1));
        assert_eq!(clash, Clash { is_update: true, is_blind: true, lost: vec![at(1)] });
    }

    /// Version 2 is built on version 1 and its acknowledgements overtake those of version 1: nobody overlooks anybody.
    #[test]
    fn one_that_commits_after_what_was_built_on_it_is_not_blind() {
        let mut updates = Updates::default();
        updates.issue(KEY, version(1), at(1), Some(version(0)));
        updates.issue(KEY, version(2), at(2), Some(version(1)));
        for number in [2, 1] {
            let clash = updates.commit(KEY, version(number));
            assert_eq!(clash, Clash { is_update: true, ..Clash::default() });
        }
        assert_eq!(updates.kept(), (2, 2));
    }

    /// A clock that is behind gives an update the version 1 when version 2 has committed: it is blind.
    #[test]
    fn one_that_a_clock_puts_before_what_has_committed_is_blind() {
        let mut updates = Updates::default();
        updates.issue(KEY, version(2), at(2), None);
        updates.commit(KEY, version(2));
        updates.issue(KEY, version(1), at(1), Some(version(0)));
        assert!(updates.commit(KEY, version(1)).is_blind);
    }

    /// A plain put builds on nothing: it loses nobody's update by its own account, but an update on top of it that has
    /// not seen it is blind.
    #[test]
    fn plain_writes_are_not_updates() {
        let mut updates = Updates::default();
        updates.issue(KEY, version(1), at(1), None);
        assert_eq!(updates.commit(KEY, version(1)), Clash::default());
        updates.issue(KEY, version(2), at(2), Some(version(0)));
        let clash = updates.commit(KEY, version(2));
        assert_eq!(clash, Clash { is_update: true, is_blind: true, lost: Vec::new() });
    }
}
