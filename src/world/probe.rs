//! Probes: reads sent a chosen time after a commit that leave no trace in caches, replicas or counts.

use super::operation::Origin;
use super::streams::Purpose;
use super::{Event, World};
use crate::base::{Dice, KeyId, LocationIx, NamespaceIx, Version};

/// The place of a probed write in its slab.
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
    /// Delays not yet over, and probes not yet answered.
    open: u32,
}

impl World<'_> {
    /// A write commits: schedules its probes, if it is one of the sample. Arrivals end at the horizon,
    /// so no probe goes out later.
    pub(super) fn schedule_probes(
        &mut self,
        namespace: NamespaceIx,
        key: KeyId,
        version: Version,
        writer: LocationIx,
        dice: Dice,
    ) {
        let now = self.now();
        let visibility = &self.spaces[namespace.at()].namespace.visibility;
        let sampled = visibility.probed.holds_for(Purpose::Sample.nth(dice, 0).bits());
        if !sampled || now < self.case.warmup || visibility.from.is_empty() {
            return;
        }
        let due = |delay| now + delay;
        let delays = visibility.delays.iter().take_while(|&&delay| due(delay) < self.case.horizon).count();
        if delays == 0 {
            return;
        }
        let dice = Purpose::Probe.of(dice);
        let probe = Probe { namespace, key, version, writer, dice, open: delays as u32 };
        let id = ProbeId(self.probes.insert(probe) as u32);
        for (index, &delay) in visibility.delays.iter().take(delays).enumerate() {
            self.pending.at(due(delay), Event::ProbeDue(id, index as u16));
        }
    }

    /// A delay is over: a probe goes out from each location.
    pub(super) fn send_probes(&mut self, id: ProbeId, delay: u16) {
        let probe = self.probes[id.0 as usize];
        let visibility = &self.spaces[probe.namespace.at()].namespace.visibility;
        self.probes[id.0 as usize].open += visibility.from.len() as u32;
        for &location in &visibility.from {
            let dice = probe.dice.fork(u64::from(delay)).fork(self.streams.location(location));
            let origin = Origin::Probe { probe: id, delay, own: location == probe.writer };
            self.begin_probe(probe.namespace, location, probe.key, origin, dice);
        }
        self.close_probe(id);
    }

    /// A probe has its answer.
    pub(super) fn count_probe(
        &mut self,
        namespace: NamespaceIx,
        id: ProbeId,
        delay: u16,
        own: bool,
        version: Version,
    ) {
        let fresh = version >= self.probes[id.0 as usize].version;
        let tally = &mut self.spaces[namespace.at()].tally;
        tally.probes[usize::from(delay)][usize::from(!own)].count(fresh);
        self.close_probe(id);
    }

    fn close_probe(&mut self, id: ProbeId) {
        let probe = &mut self.probes[id.0 as usize];
        probe.open -= 1;
        if probe.open == 0 {
            self.probes.remove(id.0 as usize);
        }
    }
}
