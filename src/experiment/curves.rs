//! Curves of a run: distributions, visibility, propagation, causes and time, point by point.

use super::Outcome;
use crate::model::workload::OpKind;
use crate::observe::{Fraction, NamespaceTally};
use crate::scenario::Namespace;
use crate::stats::{Distribution, Estimate, pooled_quantiles, quantiles, share};
use crate::truth::Cause;

/// The curves of one namespace of one case.
#[derive(Clone, Debug)]
pub struct Curves {
    /// The point of the sweep; empty without one.
    pub case: String,
    /// The namespace.
    pub namespace: String,
    /// By operation: the latency in seconds (`estimate`) at a share (`at`).
    pub latency: Vec<(OpKind, Vec<CurvePoint>)>,
    /// The share of reads overdue by at most `at` seconds.
    pub overdue: Vec<CurvePoint>,
    /// The share of reads behind by at most `at` versions.
    pub behind: Vec<CurvePoint>,
    /// Probability that a read some time after a commit is fresh.
    pub visibility: Vec<VisibilityPoint>,
    /// The share of (write, location) that would serve the write `at` seconds after its commit.
    pub propagation: Vec<CurvePoint>,
    /// Stale reads by cause.
    pub causes: Vec<CausePoint>,
    /// Over simulated time.
    pub timeline: Vec<TimelinePoint>,
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
    /// `stale_rate`, `hit_ratio`, `read_latency_p99`, `reads` or `writes`.
    pub metric: &'static str,
    /// `1`, `s` or `1/s`.
    pub unit: &'static str,
    /// The value.
    pub estimate: Estimate,
}

/// The curves of all namespaces of an outcome.
pub fn curves(outcome: &Outcome) -> Vec<Curves> {
    let each = outcome.case.namespaces.iter().enumerate();
    each.map(|(index, namespace)| {
        let tallies: Vec<&NamespaceTally> =
            outcome.trials.iter().map(|trial| &trial.namespaces[index]).collect();
        Curves {
            case: outcome.case.label.clone(),
            namespace: namespace.name.clone(),
            latency: latency(&tallies),
            overdue: overdue(&tallies),
            behind: behind(&tallies),
            visibility: visibility(namespace, &tallies),
            propagation: propagation(&tallies),
            causes: causes(&tallies),
            timeline: timeline(&tallies),
        }
    })
    .collect()
}

fn latency(tallies: &[&NamespaceTally]) -> Vec<(OpKind, Vec<CurvePoint>)> {
    let mut all = Vec::new();
    for op in OpKind::ALL {
        let trials: Vec<&Distribution> = tallies.iter().map(|tally| &tally.all.op(op).latency).collect();
        let n: u64 = trials.iter().map(|trial| trial.count()).sum();
        if n == 0 {
            continue;
        }
        let shares = shares_to_the_tail(n);
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
fn shares_to_the_tail(n: u64) -> Vec<f64> {
    const PER_NINE: f64 = 25.0;
    let nines = ((n as f64).log10() - 1.0).max(0.3);
    (0..=(nines * PER_NINE) as u32).map(|step| 1.0 - 10f64.powf(-f64::from(step) / PER_NINE)).collect()
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

fn behind(tallies: &[&NamespaceTally]) -> Vec<CurvePoint> {
    let last = tallies.iter().filter_map(|tally| tally.behind.iter().rposition(|&n| n > 0)).max();
    let Some(last) = last else { return Vec::new() };
    let share_at = |versions: usize| {
        let counts: Vec<(u64, u64)> = tallies
            .iter()
            .map(|tally| (tally.behind[..=versions].iter().sum(), tally.behind.iter().sum()))
            .collect();
        point(versions as f64, &counts)
    };
    (0..=last).filter_map(share_at).collect()
}

fn visibility(namespace: &Namespace, tallies: &[&NamespaceTally]) -> Vec<VisibilityPoint> {
    let mut points = thresholds(namespace, tallies);
    let fraction = |f: Fraction| (f.hits, f.of);
    for (index, from) in ["own", "elsewhere"].into_iter().enumerate() {
        for (at, delay) in namespace.visibility.delays.iter().enumerate() {
            let counts: Vec<(u64, u64)> =
                tallies.iter().map(|tally| fraction(tally.probes[at][index])).collect();
            points.extend(share(&counts, u64::MAX).map(|fresh| VisibilityPoint {
                source: "probe",
                from,
                at: delay.as_secs_f64(),
                fresh,
            }));
        }
    }
    let ages: Vec<Vec<(f64, Fraction)>> = tallies.iter().map(|tally| tally.by_age.iter().collect()).collect();
    for bin in 0..ages.first().map_or(0, Vec::len) {
        let counts: Vec<(u64, u64)> = ages.iter().map(|bins| fraction(bins[bin].1)).collect();
        points.extend(share(&counts, u64::MAX).map(|fresh| VisibilityPoint {
            source: "reads",
            from: "*",
            at: ages[0][bin].0,
            fresh,
        }));
    }
    points
}

/// At the delays asked for, and as finely as a curve needs between them.
fn thresholds(namespace: &Namespace, tallies: &[&NamespaceTally]) -> Vec<VisibilityPoint> {
    let later: Vec<&Distribution> = tallies.iter().map(|tally| &tally.thresholds.later).collect();
    let share_at = |nanos: Option<u64>| {
        let counts: Vec<(u64, u64)> = tallies
            .iter()
            .map(|tally| {
                let thresholds = &tally.thresholds;
                let up_to = nanos.map_or(0, |nanos| thresholds.later.count_up_to(nanos));
                (thresholds.at_once + up_to, thresholds.at_once + thresholds.later.count())
            })
            .collect();
        share(&counts, u64::MAX).map(|fresh| VisibilityPoint {
            source: "threshold",
            from: "*",
            at: nanos.unwrap_or(0) as f64 / 1e9,
            fresh,
        })
    };
    let mut times = grid(&later);
    times.extend(namespace.visibility.delays.iter().map(|delay| delay.as_nanos()).filter(|&nanos| nanos > 0));
    times.sort_unstable();
    times.dedup();
    std::iter::once(None).chain(times.into_iter().map(Some)).filter_map(share_at).collect()
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

fn causes(tallies: &[&NamespaceTally]) -> Vec<CausePoint> {
    Cause::ALL
        .into_iter()
        .filter_map(|cause| {
            let of = |whole: &dyn Fn(&NamespaceTally) -> u64| -> Vec<(u64, u64)> {
                tallies.iter().map(|tally| (tally.causes[cause as usize], whole(tally))).collect()
            };
            let commits: u64 = tallies.iter().map(|tally| tally.commits).sum();
            // It takes failures, which few scenarios have.
            if cause == Cause::LastResort && tallies.iter().all(|tally| tally.causes[cause as usize] == 0) {
                return None;
            }
            let reads = of(&|tally| tally.all.op(OpKind::Read).judged.reads);
            let stale = of(&|tally| tally.all.op(OpKind::Read).judged.stale);
            Some(CausePoint {
                cause,
                of_reads: share(&reads, commits.max(1))?,
                of_stale: share(&stale, commits.max(1)),
                count: reads.iter().map(|&(count, _)| count).sum(),
            })
        })
        .collect()
}

fn timeline(tallies: &[&NamespaceTally]) -> Vec<TimelinePoint> {
    let slices: Vec<Vec<_>> = tallies.iter().map(|tally| tally.timeline.iter().collect()).collect();
    let any_failed = slices.iter().flatten().any(|(_, _, slice)| slice.failed > 0);
    let mut points = Vec::new();
    for at in 0..slices.first().map_or(0, Vec::len) {
        let (from, to, _) = slices[0][at];
        let here = || slices.iter().map(|trial| trial[at].2);
        let shares = |f: &dyn Fn(&crate::observe::Slice) -> Fraction| -> Vec<(u64, u64)> {
            here().map(|slice| (f(slice).hits, f(slice).of)).collect()
        };
        let rates = |f: &dyn Fn(&crate::observe::Slice) -> u64| -> Option<Estimate> {
            let rates: Vec<(f64, u64)> = here().map(|slice| (f(slice) as f64 / (to - from), 1)).collect();
            crate::stats::ratio(&rates)
        };
        let latencies: Vec<&Distribution> = here().map(|slice| &slice.latency).collect();
        let p99 = quantiles(&latencies, &[0.99]).first().map(|nanos| Estimate {
            value: nanos.value / 1e9,
            interval: nanos.interval.map(|(lo, hi)| (lo / 1e9, hi / 1e9)),
            ..*nanos
        });
        let figures = [
            ("stale_rate", "1", share(&shares(&|slice| slice.stale), u64::MAX)),
            ("hit_ratio", "1", share(&shares(&|slice| slice.edge), u64::MAX)),
            ("read_latency_p99", "s", p99),
            ("reads", "1/s", rates(&|slice| slice.stale.of)),
            ("writes", "1/s", rates(&|slice| slice.writes)),
        ];
        let failed = if any_failed { rates(&|slice| slice.failed) } else { None };
        let figures = figures.into_iter().chain([("failures", "1/s", failed)]);
        for (metric, unit, estimate) in figures {
            points.extend(estimate.map(|estimate| TimelinePoint { from, to, metric, unit, estimate }));
        }
    }
    points
}
