//! Writes where replicas merge: the replica that coordinates one merges it into what it holds, at once, and what is sent
//! on is the whole.

use super::World;
use super::exchange::{ExchangeId, Put, Running};
use super::space::{Space, Truth};
use crate::base::{KeyId, LocationIx, NamespaceIx, Time, Version};
use crate::model::conflicts::ConflictsSpec;
use crate::model::replication::{Applied, Context, Exchange};
use crate::truth::{CausalLedger, Clash};

impl Space<'_> {
    /// The replica at the location of a coordinator.
    fn replica_at(&self, coordinator: LocationIx) -> u16 {
        let here = self.placement.at.iter().position(|&at| at == coordinator);
        here.expect("where replicas merge, one of them coordinates") as u16
    }

    fn merged(&mut self) -> &mut CausalLedger {
        match &mut self.truth {
            Truth::Merged(ledger) => ledger,
            Truth::Live(_) | Truth::Past(_) => unreachable!("these replicas merge"),
        }
    }

    /// What a put replaces.
    fn context(&self, put: Put) -> Context {
        match (&self.namespace.conflicts, put) {
            (ConflictsSpec::Siblings | ConflictsSpec::Set, Put { absent: true, .. }) => Context::Held,
            (ConflictsSpec::Siblings, Put { base: Some(read), .. }) => Context::Read(read),
            _ => Context::Nothing,
        }
    }

    /// A replica coordinates a write: tells what it holds then.
    pub(super) fn write_merged(&mut self, key: KeyId, coordinator: LocationIx, put: Put) -> Version {
        let own = self.replica_at(coordinator);
        let context = self.context(put);
        self.merged().issue(key, usize::from(own), put.base.is_some());
        self.replicas.write(own, key, context, put.absent)
    }

    /// How many updates are in what all replicas hold together at the end, and how many committed; `None` where replicas do
    /// not merge.
    pub(super) fn kept_by_merging(&mut self) -> Option<(u64, u64)> {
        let Space { replicas, truth: Truth::Merged(ledger), .. } = self else { return None };
        Some(ledger.kept(|key| {
            let last = replicas.together(key);
            replicas.included(last).to_vec()
        }))
    }

    /// Such a write commits. An update is blind if something had committed that it was not built on; what is merged
    /// loses nobody's update.
    pub(super) fn commit_merged(
        &mut self,
        key: KeyId,
        version: Version,
        coordinator: LocationIx,
        base: Option<Version>,
        now: Time,
    ) -> Clash {
        let own = usize::from(self.replica_at(coordinator));
        let number = self.replicas.included(version)[own];
        let Space { replicas, truth: Truth::Merged(ledger), .. } = self else { return Clash::default() };
        let missed = base.map(|base| ledger.judge(key, replicas.included(base), now, now));
        ledger.commit(key, own, number, now);
        let is_blind = missed.is_some_and(|missed| missed.is_stale());
        Clash { is_update: base.is_some(), is_blind, lost: Vec::new() }
    }
}

impl World<'_> {
    /// What a write made of what its coordinator holds is there at once.
    pub(super) fn apply_merged(&mut self, namespace: NamespaceIx, id: ExchangeId) {
        let Running { exchange: Exchange { key, version, coordinator, .. }, .. } =
            self.exchanges[id.0 as usize];
        let replica = self.spaces[namespace.at()].replica_at(coordinator);
        self.applied(namespace, Applied { key, replica, held: version, at: self.now() });
    }
}
