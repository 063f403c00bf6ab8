//! What faults leave behind: how long until all is as it was before, and how many requests the origin gets meanwhile.
//!
//! *Before* a fault is the time since the warm-up ended, or the last fault before it; *after* it is the time until the next
//! one, or the horizon. Where another fault is there when one ends, or nothing was begun before it, nothing is told of it.

use super::Outcome;
use crate::base::Time;
use crate::observe::{Beat, FaultTold, Pulse};
use crate::scenario::Case;
use crate::stats::{Estimate, ratio};

/// What one fault of one trial left behind in one namespace.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Aftermath {
    /// Which fault, by its place in the case's list.
    pub(super) fault: u16,
    /// Seconds from its end until the share of operations that fail is as before; `None` if it never was.
    pub(super) failures: Option<f64>,
    /// The same of the share of reads that are stale.
    pub(super) stale: Option<f64>,
    /// Requests for reads to the origin, in the worst slice of the timeline's length that begins after it, by those in as
    /// long a time before it; `None` if there were none before.
    pub(super) surge: Option<f64>,
}

impl Aftermath {
    /// Seconds until both are as before.
    pub(super) fn recovery(&self) -> Option<f64> {
        Some(self.failures?.max(self.stale?))
    }
}

/// All that the faults of each trial left behind in a namespace.
pub(super) fn aftermaths(outcome: &Outcome, namespace: usize) -> Vec<Vec<Aftermath>> {
    let trials = outcome.trials.iter();
    trials
        .map(|trial| {
            let Some(pulse) = &trial.namespaces[namespace].pulse else { return Vec::new() };
            let windows = &trial.faults;
            let of = |window: &FaultTold| aftermath(window, windows, pulse, outcome.case);
            windows.iter().filter_map(of).collect()
        })
        .collect()
}

fn aftermath(window: &FaultTold, all: &[FaultTold], pulse: &Pulse, case: &Case) -> Option<Aftermath> {
    let ended = all.iter().map(|other| other.until).filter(|&until| until <= window.from).max();
    let since = case.warmup.as_nanos().max(ended.unwrap_or(0));
    let until = all.iter().filter(|other| *other != window && other.until > window.until);
    let next = until.map(|other| other.from).min().unwrap_or(u64::MAX).min(case.horizon.as_nanos());
    if next <= window.until {
        return None;
    }
    let beats: Vec<(Time, &Beat)> = pulse.iter().collect();
    let before = within(&beats, since, window.from);
    let after = within(&beats, window.until, next);
    let mut sum = Beat::default();
    before.iter().for_each(|(_, beat)| sum.add(beat));
    if sum.answered + sum.failed == 0 || after.len() < Pulse::BEATS {
        return None;
    }
    let back = |of: fn(&Beat) -> (u64, u64)| {
        let found = after.windows(Pulse::BEATS).find(|slice| is_as_before(slice, of, of(&sum)))?;
        // The first slice that lies after the fault whole may begin a little later than that ends.
        Some(found[0].0.since(after[0].0).as_secs_f64())
    };
    let peak =
        after.windows(Pulse::BEATS).map(|slice| slice.iter().map(|(_, beat)| beat.origin).sum::<u64>());
    let mean = sum.origin as f64 / before.len() as f64 * Pulse::BEATS as f64;
    Some(Aftermath {
        fault: window.fault,
        failures: back(|beat| (beat.failed, beat.answered + beat.failed)),
        stale: back(|beat| (beat.stale, beat.reads)),
        surge: peak.max().filter(|_| mean > 0.0).map(|peak| peak as f64 / mean),
    })
}

/// The beats that lie in a stretch of time whole.
fn within<'a>(beats: &'a [(Time, &'a Beat)], from: u64, until: u64) -> &'a [(Time, &'a Beat)] {
    let first = beats.partition_point(|(at, _)| at.as_nanos() < from);
    // A beat ends where the next one begins.
    let after = beats.partition_point(|(at, _)| at.as_nanos() <= until).saturating_sub(1);
    &beats[first.min(after)..after]
}

/// Whether a share is not above what it was before by more than two standard errors of it, as many as there are now.
fn is_as_before(slice: &[(Time, &Beat)], of: fn(&Beat) -> (u64, u64), before: (u64, u64)) -> bool {
    let mut sum = Beat::default();
    slice.iter().for_each(|(_, beat)| sum.add(beat));
    let (hits, of) = of(&sum);
    if of == 0 {
        return before.1 == 0;
    }
    let expected = before.0 as f64 / before.1.max(1) as f64;
    let error = (expected * (1.0 - expected) / of as f64).sqrt();
    hits as f64 / of as f64 <= expected + 2.0 * error
}

/// One figure of what one fault left behind.
#[derive(Clone, PartialEq, Debug)]
pub struct Recovery {
    /// The fault's name in the scenario.
    pub fault: String,
    /// What it is called in tables.
    pub kind: &'static str,
    /// `recovery`, `recovery_failures`, `recovery_stale`, `recovery_unfinished` or `origin_surge`.
    pub metric: &'static str,
    /// `s` or `1`.
    pub unit: &'static str,
    /// The mean over all times that it came, or a share of these.
    pub estimate: Estimate,
}

/// What each fault of a case left behind in a namespace, those of one name together.
pub(super) fn recoveries(outcome: &Outcome, namespace: usize) -> Vec<Recovery> {
    let trials = aftermaths(outcome, namespace);
    let mut recoveries = Vec::new();
    let mut before: Vec<&str> = Vec::new();
    for fault in &outcome.case.faults {
        if before.contains(&fault.name.as_str()) {
            continue;
        }
        before.push(&fault.name);
        let is_it = |after: &&Aftermath| outcome.case.faults[usize::from(after.fault)].name == fault.name;
        let mut tell = |metric, unit, of: &dyn Fn(&Aftermath) -> Option<f64>| {
            let sums = trials.iter().map(|trial| sum(trial.iter().filter(is_it).filter_map(of)));
            let estimate = ratio(&sums.collect::<Vec<_>>());
            let (fault, kind) = (fault.name.clone(), fault.kind);
            recoveries.extend(estimate.map(|estimate| Recovery { fault, kind, metric, unit, estimate }));
        };
        tell("recovery", "s", &Aftermath::recovery);
        tell("recovery_failures", "s", &|after| after.failures);
        tell("recovery_stale", "s", &|after| after.stale);
        tell("recovery_unfinished", "1", &|after| Some(f64::from(u8::from(after.recovery().is_none()))));
        tell("origin_surge", "1", &|after| after.surge);
    }
    recoveries
}

/// Values of one trial, in their order, and how many they are.
pub(super) fn sum(values: impl Iterator<Item = f64>) -> (f64, u64) {
    values.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1))
}
