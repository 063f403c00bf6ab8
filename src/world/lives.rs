//! How long caches may keep values where rows of traces tell it: for what a read fetches, or along with what was written.

use rustc_hash::FxHashMap;

use super::read::{Fetch, Tier};
use crate::base::{Dice, KeyId, NamespaceIx, Span, Time, Version};
use crate::model::cache::{Cache, Snapshot, TierSpec};
use crate::scenario::Case;

/// The times to live that rows told so far.
#[derive(Debug, Default)]
pub(super) struct Lives {
    /// Of operations under way, by their dice. Those of operations that failed stay: what they have sent goes on.
    operations: FxHashMap<u64, Span>,
    /// Of edge fetches under way, by their dice.
    fetches: FxHashMap<u64, Span>,
    /// Of written values.
    written: FxHashMap<(NamespaceIx, KeyId, Version), Span>,
}

impl Lives {
    /// `None` where no row tells one.
    pub(super) fn of_case(case: &Case) -> Option<Box<Lives>> {
        case.replaying()
            .any(|clients| clients.trace.as_ref().is_some_and(|it| it.told.with_ttl > 0))
            .then(Box::default)
    }

    /// An operation begins whose row tells one.
    pub(super) fn begins(&mut self, dice: Dice, life: Span) {
        self.operations.insert(dice.bits(), life);
    }

    /// An operation goes on: as its put, or tried again.
    pub(super) fn go_on(&mut self, before: Dice, after: Dice) {
        if let Some(&life) = self.operations.get(&before.bits()) {
            self.operations.insert(after.bits(), life);
        }
    }

    pub(super) fn ends(&mut self, dice: Dice) {
        self.operations.remove(&dice.bits());
    }

    /// A read fetches what its cache has not.
    pub(super) fn fetches(&mut self, read: Dice, fetch: Dice) {
        if let Some(&life) = self.operations.get(&read.bits()) {
            self.fetches.insert(fetch.bits(), life);
        }
    }

    /// A write has its version.
    pub(super) fn issued(&mut self, dice: Dice, of: (NamespaceIx, KeyId), version: Version) {
        if let Some(&life) = self.operations.get(&dice.bits()) {
            self.written.insert((of.0, of.1, version), life);
        }
    }

    /// What a fetch brings was stored: for how long, where that was told.
    pub(super) fn filled<F: Copy + PartialEq>(
        &mut self,
        fetch: &Fetch,
        stored: bool,
        cache: &mut Cache<F>,
        now: Time,
        rules: &TierSpec,
    ) {
        let asked = match fetch.tier {
            Tier::Edge => self.fetches.remove(&fetch.dice.bits()),
            Tier::Upper => None,
        };
        if stored {
            let of = (fetch.namespace, fetch.key);
            self.keep(of, fetch.snapshot, asked, cache, now, rules);
        }
    }

    /// What passes a cache was stored there.
    pub(super) fn passed<F: Copy + PartialEq>(
        &self,
        of: (NamespaceIx, KeyId),
        snapshot: Snapshot,
        cache: &mut Cache<F>,
        now: Time,
        rules: &TierSpec,
    ) {
        self.keep(of, snapshot, None, cache, now, rules);
    }

    fn keep<F: Copy + PartialEq>(
        &self,
        of: (NamespaceIx, KeyId),
        snapshot: Snapshot,
        asked: Option<Span>,
        cache: &mut Cache<F>,
        now: Time,
        rules: &TierSpec,
    ) {
        let written = || self.written.get(&(of.0, of.1, snapshot.version)).copied();
        if let Some(life) = asked.or_else(written) {
            cache.keep_for(of.1, snapshot, now, rules, life);
        }
    }
}
