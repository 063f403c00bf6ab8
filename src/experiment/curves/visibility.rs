//! The probability that a read some time after a commit is fresh.

use super::{VisibilityPoint, grid};
use crate::observe::{Fraction, NamespaceTally, PlaceTally};
use crate::scenario::Namespace;
use crate::stats::{Distribution, share};

/// Of reads at all locations.
pub(super) fn everywhere(namespace: &Namespace, tallies: &[&NamespaceTally]) -> Vec<VisibilityPoint> {
    let all: Vec<&PlaceTally> = tallies.iter().map(|tally| &tally.all).collect();
    let mut points = thresholds(namespace, tallies);
    points.extend(probes(namespace, &all));
    let ages: Vec<Vec<(f64, Fraction)>> = all.iter().map(|tally| tally.by_age.iter().collect()).collect();
    points.extend(by_age(&ages));
    points
}

/// Of reads at one location.
pub(super) fn of_place(namespace: &Namespace, here: &[&PlaceTally]) -> Vec<VisibilityPoint> {
    let mut points = probes(namespace, here);
    let ages: Vec<Vec<(f64, Fraction)>> = here.iter().map(|tally| tally.by_age.pairs().collect()).collect();
    points.extend(by_age(&ages));
    points
}

fn probes(namespace: &Namespace, tallies: &[&PlaceTally]) -> Vec<VisibilityPoint> {
    let mut points = Vec::new();
    for (index, from) in ["own", "elsewhere"].into_iter().enumerate() {
        for (at, delay) in namespace.visibility.delays.iter().enumerate() {
            let sent = |tally: &&PlaceTally| tally.probes.get(at).map_or((0, 0), |of| counts(of[index]));
            let sent: Vec<(u64, u64)> = tallies.iter().map(sent).collect();
            points.extend(share(&sent, u64::MAX).map(|fresh| VisibilityPoint {
                source: "probe",
                from,
                at: delay.as_secs_f64(),
                fresh,
            }));
        }
    }
    points
}

fn by_age(ages: &[Vec<(f64, Fraction)>]) -> Vec<VisibilityPoint> {
    let mut points = Vec::new();
    for bin in 0..ages.first().map_or(0, Vec::len) {
        let reads: Vec<(u64, u64)> = ages.iter().map(|bins| counts(bins[bin].1)).collect();
        points.extend(share(&reads, u64::MAX).map(|fresh| VisibilityPoint {
            source: "reads",
            from: "*",
            at: ages[0][bin].0,
            fresh,
        }));
    }
    points
}

fn counts(fraction: Fraction) -> (u64, u64) {
    (fraction.hits, fraction.of)
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
