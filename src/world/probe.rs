//! Probes: reads sent a chosen time after a commit that leave no trace in caches, replicas or counts.

use super::feed_forward::InStore;
use super::operation::Origin;
use super::streams::Purpose;
use super::{Event, Part, World, turn};
use crate::base::{Dice, KeyId, LocationIx, NamespaceIx, Time, Version};

/// The place of a probed write in the list of these.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ProbeId(pub(super) u32);

/// A write that is probed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Probe {
    namespace: NamespaceIx,
    key: KeyId,
    version: Version,
    writer: LocationIx,
    dice: Dice,
    committed: Time,
}

impl World<'_> {
    /// A write commits: it will be probed if it is one of the sample.
    pub(super) fn probe(
        &mut self,
        namespace: NamespaceIx,
        key: KeyId,
        version: Version,
        writer: LocationIx,
        dice: Dice,
    ) {
        let committed = self.now();
        let visibility = &self.spaces[namespace.at()].namespace.visibility;
        let sampled = visibility.probed.holds_for(Purpose::Sample.nth(dice, 0).bits());
        if !sampled || committed < self.trial.case.warmup || visibility.from.is_empty() {
            return;
        }
        let dice = Purpose::Probe.of(dice);
        let id = ProbeId(self.probes.len() as u32);
        self.probes.push(Probe { namespace, key, version, writer, dice, committed });
        if self.part == Part::Everything {
            let mut in_store = Vec::new();
            self.probes_in_store(id, &mut in_store);
            in_store.iter().for_each(|later| self.pending.at(later.at, later.turn, later.event));
        }
    }

    /// The probes of a write. Arrivals end at the horizon, so none goes out later.
    pub(super) fn probes_in_store(&self, id: ProbeId, in_store: &mut Vec<InStore>) {
        let Probe { namespace, key, committed, .. } = self.probes[id.0 as usize];
        let visibility = &self.spaces[namespace.at()].namespace.visibility;
        if !visibility.from.iter().any(|&location| self.simulates(location)) {
            return;
        }
        for (index, &delay) in visibility.delays.iter().enumerate() {
            let at = committed + delay;
            if at < self.trial.case.horizon {
                let event = Event::ProbeDue(id, index as u16);
                in_store.push(InStore { namespace, key, at, turn: turn::OBSERVER, event });
            }
        }
    }

    /// A delay is over: a probe goes out from each location.
    pub(super) fn send_probes(&mut self, id: ProbeId, delay: u16) {
        let probe = self.probes[id.0 as usize];
        let space = &self.spaces[probe.namespace.at()];
        for &location in &space.namespace.visibility.from {
            if !self.simulates(location) {
                continue;
            }
            let dice = probe.dice.fork(u64::from(delay)).fork(self.trial.streams.location(location));
            let origin = Origin::Probe { probe: id, delay };
            self.begin_probe(probe.namespace, location, probe.key, origin, dice);
        }
    }

    /// A probe has its answer: of the write of that number, after the `delay`-th delay.
    pub(super) fn count_probe(&mut self, id: ProbeId, delay: u16, location: LocationIx, answer: Version) {
        let Probe { namespace, version, writer, .. } = self.probes[id.0 as usize];
        let space = &mut self.spaces[namespace.at()];
        let fresh = space.replicas.covers(answer, version);
        space.tally.place(location).probed(usize::from(delay), location == writer, fresh);
    }
}
