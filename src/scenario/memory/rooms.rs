//! What caches of limited capacity take beside their entries: who is in them, and who is remembered.

use super::size;
use super::space::Space;
use crate::base::LocationIx;
use crate::model::cache::{AdmissionSpec, Capacity, EvictionSpec};
use crate::scenario::capacity::LimitedCaches;
use crate::scenario::case::Case;

/// All rooms where some locations read.
pub(super) fn of_rooms(case: &Case, spaces: &[Space], locations: &[LocationIx]) -> f64 {
    if !case.limits_caches() {
        return 0.0;
    }
    let edges = locations.iter().filter_map(|&at| {
        let limited = case.limited_edge(at)?;
        Some(room(&limited, spaces.iter().map(|space| space.filled(&[at], &limited)).sum()))
    });
    let uppers = (0..case.locations.len()).map(LocationIx::from_position).filter_map(|upper| {
        let limited = case.limited_upper(upper)?;
        let filled = |space: &Space| {
            let served: Vec<LocationIx> =
                locations.iter().copied().filter(|&at| space.upper_of(at) == Some(upper)).collect();
            space.filled(&served, &limited)
        };
        Some(room(&limited, spaces.iter().map(filled).sum()))
    });
    edges.chain(uppers).sum()
}

/// All caches of one tier at one location, into each of which so many different keys come.
fn room(limited: &LimitedCaches, filled: f64) -> f64 {
    let Capacity { eviction, admission, .. } = limited.capacity;
    let known = match eviction {
        EvictionSpec::S3Fifo(spec) => 1.0 + spec.ghosts.as_f64(),
        EvictionSpec::Arc => 2.0,
        _ => 1.0,
    };
    let counts = matches!(eviction, EvictionSpec::WTinyLfu(_)) || admission == Some(AdmissionSpec::TinyLfu);
    let sketch = if counts { limited.entries * size::SKETCHED } else { 0.0 };
    let bloom = match admission {
        Some(AdmissionSpec::SecondHit(spec)) => f64::from(spec.remembers) * size::REMEMBERED,
        _ => 0.0,
    };
    let held = (limited.entries * known).min(filled);
    f64::from(limited.count) * (held * size::HELD + sketch + bloom)
}
