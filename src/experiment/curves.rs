//! Curves of a run: distributions, visibility, propagation, causes and time, point by point; over all locations, and
//! of each with fewer points.

mod spread;
mod timeline;
mod visibility;

use std::collections::BTreeSet;

use super::{EVERYWHERE, Outcome};
use crate::model::workload::OpKind;
use crate::observe::{Decades, NamespaceTally, PlaceTally};
use crate::scenario::Namespace;
use crate::stats::{Distribution, Estimate, pooled_quantiles, share};
use crate::truth::Cause;

/// The curves of one namespace of one case.
#[derive(Clone, Debug)]
pub struct Curves {
    /// The point of the sweep; empty without one.
    pub case: String,
    /// The namespace.
    pub namespace: String,
    /// The location, or [`EVERYWHERE`].
    pub location: String,
    /// By operation: the latency in seconds (`estimate`) at a share (`at`).
    pub latency: Vec<(OpKind, Vec<CurvePoint>)>,
    /// The share of reads overdue by at most `at` seconds.
    pub overdue: Vec<CurvePoint>,
    /// The share of reads behind by at most `at` versions.
    pub behind: Vec<CurvePoint>,
    /// Probability that a read some time after a commit is fresh.
    pub visibility: Vec<VisibilityPoint>,
    /// The share of (write, location) that would serve the write `at` seconds after its commit; of one location the share
    /// of writes.
    pub propagation: Vec<CurvePoint>,
    /// Stale reads by cause.
    pub causes: Vec<CausePoint>,
    /// Over simulated time.
    pub timeline: Vec<TimelinePoint>,
    /// How a typical write spread, and the slowest of a few.
    pub spread: Vec<SpreadPoint>,
    /// The same of each location where anything was counted; theirs are empty.
    pub places: Vec<Curves>,
}

/// One point of a curve.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CurvePoint {
    /// Where.
    pub at: f64,
    /// What is estimated there.
    pub estimate: Estimate,
}

/// One point of t-visibility.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct VisibilityPoint {
    /// How it is known: `threshold`, `probe` or `reads`.
    pub source: &'static str,
    /// Where was read: `own` (where the write was made), `elsewhere` or `*`.
    pub from: &'static str,
    /// Seconds since the commit.
    pub at: f64,
    /// Probability that a read is fresh.
    pub fresh: Estimate,
}

/// Stale reads of one cause.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CausePoint {
    /// Why.
    pub cause: Cause,
    /// Of all reads.
    pub of_reads: Estimate,
    /// Of all stale reads.
    pub of_stale: Option<Estimate>,
    /// How many.
    pub count: u64,
}

/// One figure in one slice of simulated time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TimelinePoint {
    /// Beginning of the slice in seconds.
    pub from: f64,
    /// Its end.
    pub to: f64,
    /// `stale_rate`, `hit_ratio`, `read_latency_mean`, and over all locations also `read_latency_p99`, `reads`, `writes`,
    /// `failures` and, with faults, `origin_requests`.
    pub metric: &'static str,
    /// `1`, `s` or `1/s`.
    pub unit: &'static str,
    /// The value.
    pub estimate: Estimate,
}

/// From when on one location would serve one write.
#[derive(Clone, PartialEq, Debug)]
pub struct SpreadPoint {
    /// `typical`: of a few followed writes of the first trial the one that took the median time until all locations
    /// would serve it; or `slowest`.
    pub pick: &'static str,
    /// The trial, from 0.
    pub trial: u32,
    /// The write's key, by its number in the namespace, from 0.
    pub key: u32,
    /// Its version, by its number there.
    pub version: u32,
    /// Where it was made.
    pub from: String,
    /// When its client began it (an update: with its get), or its coordinator did, if the client had given up by then; in
    /// seconds since the beginning of the trial.
    pub began: f64,
    /// When it committed.
    pub committed: f64,
    /// The location.
    pub location: String,
    /// How long after the commit it would serve the write, or a newer one, for good; 0 from the commit on.
    pub after: f64,
}

/// The curves of all namespaces of an outcome.
pub fn curves(outcome: &Outcome) -> Vec<Curves> {
    let each = outcome.case.namespaces.iter().enumerate();
    each.map(|(index, namespace)| {
        let tallies: Vec<&NamespaceTally> =
            outcome.trials.iter().map(|trial| &trial.namespaces[index]).collect();
        let all: Vec<&PlaceTally> = tallies.iter().map(|tally| &tally.all).collect();
        let commits = tallies.iter().map(|tally| tally.commits).sum();
        let places = outcome.case.locations.iter().enumerate().filter_map(|(at, place)| {
            let here: Option<Vec<&PlaceTally>> =
                tallies.iter().map(|tally| tally.places[at].as_deref()).collect();
            let name = &place.name;
            here.map(|here| of_place((&outcome.case.label, namespace, name), &here, commits, &tallies))
        });
        Curves {
            case: outcome.case.label.clone(),
            namespace: namespace.name.clone(),
            location: EVERYWHERE.to_owned(),
            latency: latency(&all, PER_NINE),
            overdue: overdue(&tallies),
            behind: behind(&all, 1..=furthest(&all)),
            visibility: visibility::everywhere(namespace, &tallies),
            propagation: propagation(&tallies),
            causes: causes(&all, commits),
            timeline: timeline::everywhere(&tallies),
            spread: spread::picks(outcome, index),
            places: places.collect(),
        }
    })
    .collect()
}

/// Points of the latencies over all locations to the nine, and of one.
const PER_NINE: f64 = 25.0;
const PER_NINE_OF_A_PLACE: f64 = 4.0;

/// The curves of one location.
fn of_place(
    (case, namespace, location): (&str, &Namespace, &str),
    here: &[&PlaceTally],
    commits: u64,
    tallies: &[&NamespaceTally],
) -> Curves {
    let mut causes = causes(here, commits);
    causes.retain(|point| point.count > 0);
    let furthest = furthest(here);
    let few = [1, 2, 5, 10, 20, 50, 100].into_iter().filter(|&versions| versions < furthest);
    Curves {
        case: case.to_owned(),
        namespace: namespace.name.clone(),
        location: location.to_owned(),
        latency: latency(here, PER_NINE_OF_A_PLACE),
        overdue: overdue_of_place(here),
        behind: behind(here, few.chain((furthest > 0).then_some(furthest))),
        visibility: visibility::of_place(namespace, here),
        propagation: propagation_of_place(here),
        causes,
        timeline: timeline::of_place(here, &tallies[0].timeline),
        spread: Vec::new(),
        places: Vec::new(),
    }
}

fn latency(tallies: &[&PlaceTally], per_nine: f64) -> Vec<(OpKind, Vec<CurvePoint>)> {
    let mut all = Vec::new();
    for op in OpKind::ALL {
        let trials: Vec<&Distribution> = tallies.iter().map(|tally| &tally.op(op).latency).collect();
        let n: u64 = trials.iter().map(|trial| trial.count()).sum();
        if n == 0 {
            continue;
        }
        let shares = shares_to_the_tail(n, per_nine);
        let points = shares.iter().zip(pooled_quantiles(&trials, &shares)).map(|(&at, nanos)| CurvePoint {
            at,
            estimate: Estimate {
                value: nanos.value / 1e9,
                interval: nanos.interval.map(|(lo, hi)| (lo / 1e9, hi / 1e9)),
                ..nanos
            },
        });
        all.push((op, points.collect()));
    }
    all
}

/// Shares evenly spaced in nines, −log10(1 − p), as far as `n` values can tell: ten lie beyond the last.
fn shares_to_the_tail(n: u64, per_nine: f64) -> Vec<f64> {
    let nines = ((n as f64).log10() - 1.0).max(0.3);
    (0..=(nines * per_nine) as u32).map(|step| 1.0 - 10f64.powf(-f64::from(step) / per_nine)).collect()
}

/// Points up to the greatest value that was counted, evenly spaced in their logarithm: from the least
/// value above zero, but over six decades at most.
fn grid(trials: &[&Distribution]) -> Vec<u64> {
    const PER_DECADE: f64 = 30.0;
    const DECADES: f64 = 6.0;
    let Some(max) = trials.iter().filter_map(|trial| trial.max()).max() else { return Vec::new() };
    let least = trials.iter().filter_map(|trial| trial.buckets().find(|&(value, _)| value >= 1_000));
    let least = least.map(|(value, _)| value).min().unwrap_or(1_000);
    let steps = |nanos: u64| (nanos.max(1_000) as f64).log10() * PER_DECADE;
    let high = steps(max).ceil();
    let low = steps(least).floor().max(high - DECADES * PER_DECADE);
    (low as i64..=high as i64).map(|step| 10f64.powf(step as f64 / PER_DECADE) as u64).collect()
}

fn point(at: f64, counts: &[(u64, u64)]) -> Option<CurvePoint> {
    share(counts, u64::MAX).map(|estimate| CurvePoint { at, estimate })
}

fn overdue(tallies: &[&NamespaceTally]) -> Vec<CurvePoint> {
    let trials: Vec<&Distribution> = tallies.iter().map(|tally| &tally.overdue).collect();
    let share_at = |nanos: Option<u64>| {
        let counts: Vec<(u64, u64)> = tallies
            .iter()
            .map(|tally| {
                let reads = tally.all.op(OpKind::Read).judged.reads;
                let up_to = nanos.map_or(0, |nanos| tally.overdue.count_up_to(nanos));
                (reads - (tally.overdue.count() - up_to), reads)
            })
            .collect();
        point(nanos.unwrap_or(0) as f64 / 1e9, &counts)
    };
    std::iter::once(None).chain(grid(&trials).into_iter().map(Some)).filter_map(share_at).collect()
}

fn overdue_of_place(here: &[&PlaceTally]) -> Vec<CurvePoint> {
    let share_at = |step: Option<usize>| {
        let counts: Vec<(u64, u64)> = here
            .iter()
            .map(|tally| {
                let up_to = step.map_or(0, |step| tally.overdue.count_up_to(step));
                let reads = tally.op(OpKind::Read).judged.reads;
                (reads - (tally.overdue.count() - up_to), reads)
            })
            .collect();
        point(step.map_or(0.0, |step| Decades::at(step).as_secs_f64()), &counts)
    };
    // At 0 are the fresh ones alone.
    let steps: BTreeSet<usize> =
        steps(here, |tally| &tally.overdue).iter().map(|&step| step.max(1)).collect();
    std::iter::once(None).chain(steps.into_iter().map(Some)).filter_map(share_at).collect()
}

/// The steps at which any spans were counted, and the ones before these: from there on the curve rises.
fn steps(here: &[&PlaceTally], of: fn(&PlaceTally) -> &Decades) -> BTreeSet<usize> {
    let counted = here.iter().flat_map(|tally| of(tally).steps());
    counted.flat_map(|step| step.saturating_sub(1)..=step).collect()
}

/// The most versions that a read missed in any trial.
fn furthest(tallies: &[&PlaceTally]) -> usize {
    tallies.iter().map(|tally| tally.furthest_behind()).max().unwrap_or(0)
}

/// Points where no version was missed, and where at most so `many` were.
fn behind(tallies: &[&PlaceTally], many: impl Iterator<Item = usize>) -> Vec<CurvePoint> {
    let share_at = |versions: usize| {
        let of = |tally: &&PlaceTally| (tally.behind_up_to(versions), tally.op(OpKind::Read).judged.reads);
        point(versions as f64, &tallies.iter().map(of).collect::<Vec<_>>())
    };
    std::iter::once(0).chain(many).filter_map(share_at).collect()
}

fn propagation(tallies: &[&NamespaceTally]) -> Vec<CurvePoint> {
    let trials: Vec<&Distribution> = tallies.iter().map(|tally| &tally.propagation.locations).collect();
    let share_at = |nanos: u64| {
        let counts: Vec<(u64, u64)> =
            trials.iter().map(|trial| (trial.count_up_to(nanos), trial.count())).collect();
        point(nanos as f64 / 1e9, &counts)
    };
    let from_zero = trials.iter().any(|trial| trial.min() == Some(0)).then_some(0);
    from_zero.into_iter().chain(grid(&trials)).filter_map(share_at).collect()
}

fn propagation_of_place(here: &[&PlaceTally]) -> Vec<CurvePoint> {
    let share_at = |step: usize| {
        let of = |tally: &&PlaceTally| (tally.propagation.count_up_to(step), tally.propagation.count());
        point(Decades::at(step).as_secs_f64(), &here.iter().map(of).collect::<Vec<_>>())
    };
    steps(here, |tally| &tally.propagation).into_iter().filter_map(share_at).collect()
}

fn causes(tallies: &[&PlaceTally], commits: u64) -> Vec<CausePoint> {
    Cause::ALL
        .into_iter()
        .filter_map(|cause| {
            let of = |whole: &dyn Fn(&PlaceTally) -> u64| -> Vec<(u64, u64)> {
                tallies.iter().map(|tally| (tally.causes[cause as usize], whole(tally))).collect()
            };
            // It takes failures, which few scenarios have.
            if cause == Cause::LastResort && tallies.iter().all(|tally| tally.causes[cause as usize] == 0) {
                return None;
            }
            let reads = of(&|tally| tally.op(OpKind::Read).judged.reads);
            let stale = of(&|tally| tally.op(OpKind::Read).judged.stale);
            Some(CausePoint {
                cause,
                of_reads: share(&reads, commits.max(1))?,
                of_stale: share(&stale, commits.max(1)),
                count: reads.iter().map(|&(count, _)| count).sum(),
            })
        })
        .collect()
}
