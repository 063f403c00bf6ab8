//! What goes wrong: when, and what is counted around it.

use crate::model::faults::When;
use crate::scenario::case::Case;

/// A window, its three events, and what is told of it.
const WINDOW: f64 = 176.0;
/// The short slices of one namespace.
const PULSE: f64 = 24_100.0;

/// How often faults come in a trial, on average.
fn windows(case: &Case) -> f64 {
    let seconds = case.horizon.as_nanos() as f64 / 1e9;
    let times = case.faults.iter().map(|fault| match &fault.when {
        When::At { .. } => 1.0,
        When::Drawn { rate, .. } => rate.as_per_second() * seconds,
    });
    times.sum()
}

/// The counts of a finished trial, and all of a running one: nearly the same.
pub(super) fn of_a_trial(case: &Case) -> f64 {
    match case.faults.is_empty() {
        true => 0.0,
        false => windows(case) * WINDOW + case.namespaces.len() as f64 * PULSE,
    }
}
