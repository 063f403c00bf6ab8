//! First all writes, then the reads of one part of the world after another: what executions in two phases share.

use rayon::prelude::*;

use super::record::Record;
use super::trial::Trial;
use super::{GoOn, Part, World};
use crate::observe::Observations;

/// Carries out all writes of a trial, which reads cannot influence: what was counted of them, and what they leave.
/// `None` if it was given up.
pub(super) fn write(trial: &Trial, go_on: &GoOn) -> Option<(Observations, Record)> {
    let mut writes = World::new(trial, Part::Writes);
    writes.run(go_on).then(|| writes.into_record())
}

/// Takes in one part after another, on all threads of the pool or on this one. Each of the results, which are in
/// order, began with `first` and has taken in a run of them; where a run ends is left to chance. `None` if one was
/// given up.
pub(super) fn fold<P: Sync, R: Send>(
    parts: &[P],
    all_threads: bool,
    first: impl Fn() -> R + Sync,
    next: impl Fn(R, &P) -> Option<R> + Sync,
) -> Option<Vec<R>> {
    match all_threads {
        true => parts.par_iter().fold(|| Some(first()), |result, part| next(result?, part)).collect(),
        false => parts.iter().try_fold(first(), next).map(|result| vec![result]),
    }
}
