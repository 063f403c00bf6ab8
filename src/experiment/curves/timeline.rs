//! Figures in slices of simulated time.

use super::TimelinePoint;
use crate::observe::{Fraction, NamespaceTally, PlaceSlice, PlaceTally, Slice, Timeline};
use crate::stats::{Distribution, Estimate, quantiles, ratio, share};

/// Figures of reads are told of one location, and more of all together: a metric, its unit and its value.
type Figure = (&'static str, &'static str, Option<Estimate>);

/// So many slices of all locations are one of a single location.
const TOGETHER: usize = 5;

/// Over all locations.
pub(super) fn everywhere(tallies: &[&NamespaceTally]) -> Vec<TimelinePoint> {
    let slices: Vec<Vec<_>> = tallies.iter().map(|tally| tally.timeline.iter().collect()).collect();
    let any_failed = slices.iter().flatten().any(|(_, _, slice)| slice.failed > 0);
    let mut points = Vec::new();
    for at in 0..slices.first().map_or(0, Vec::len) {
        let (from, to, _) = slices[0][at];
        let reads: Vec<PlaceSlice> = tallies.iter().map(|tally| tally.all.timeline[at]).collect();
        let here: Vec<&Slice> = slices.iter().map(|trial| trial[at].2).collect();
        let rate = |counts: &mut dyn Iterator<Item = u64>| {
            ratio(&counts.map(|count| (count as f64 / (to - from), 1)).collect::<Vec<_>>())
        };
        let origin: Vec<u64> = tallies
            .iter()
            .filter_map(|tally| tally.pulse.as_ref().map(|pulse| pulse.slice(at).origin))
            .collect();
        let origin = (!origin.is_empty()).then(|| rate(&mut origin.into_iter())).flatten();
        let failed = any_failed.then(|| rate(&mut here.iter().map(|slice| slice.failed))).flatten();
        let figures = of_reads(&reads).into_iter().chain([
            ("read_latency_p99", "s", p99(&here)),
            ("reads", "1/s", rate(&mut reads.iter().map(|slice| slice.stale.of))),
            ("writes", "1/s", rate(&mut here.iter().map(|slice| slice.writes))),
            ("failures", "1/s", failed),
            ("origin_requests", "1/s", origin),
        ]);
        points.extend(told(from, to, figures));
    }
    points
}

/// Of one location, in fewer slices.
pub(super) fn of_place(here: &[&PlaceTally], timeline: &Timeline) -> Vec<TimelinePoint> {
    let ends: Vec<(f64, f64)> = timeline.iter().map(|(from, to, _)| (from, to)).collect();
    let mut points = Vec::new();
    for (at, ends) in ends.chunks(TOGETHER).enumerate() {
        let together = |tally: &&PlaceTally| {
            let mut sum = PlaceSlice::default();
            let slices = tally.timeline.iter().skip(at * TOGETHER).take(ends.len());
            slices.for_each(|&slice| sum.merge(slice));
            sum
        };
        let reads: Vec<PlaceSlice> = here.iter().map(together).collect();
        points.extend(told(ends[0].0, ends[ends.len() - 1].1, of_reads(&reads).into_iter()));
    }
    points
}

fn told(from: f64, to: f64, figures: impl Iterator<Item = Figure>) -> impl Iterator<Item = TimelinePoint> {
    figures.filter_map(move |(metric, unit, estimate)| {
        estimate.map(|estimate| TimelinePoint { from, to, metric, unit, estimate })
    })
}

fn of_reads(slices: &[PlaceSlice]) -> [Figure; 3] {
    let shares = |of: fn(&PlaceSlice) -> Fraction| {
        let counts: Vec<(u64, u64)> =
            slices.iter().map(of).map(|fraction| (fraction.hits, fraction.of)).collect();
        share(&counts, u64::MAX)
    };
    let waited: Vec<(f64, u64)> =
        slices.iter().map(|slice| (slice.waited as f64 / 1e9, slice.stale.of)).collect();
    [
        ("stale_rate", "1", shares(|slice| slice.stale)),
        ("hit_ratio", "1", shares(|slice| slice.edge)),
        ("read_latency_mean", "s", ratio(&waited)),
    ]
}

fn p99(slices: &[&Slice]) -> Option<Estimate> {
    let latencies: Vec<&Distribution> = slices.iter().map(|slice| &slice.latency).collect();
    quantiles(&latencies, &[0.99]).first().map(|nanos| Estimate {
        value: nanos.value / 1e9,
        interval: nanos.interval.map(|(lo, hi)| (lo / 1e9, hi / 1e9)),
        ..*nanos
    })
}
