//! First all writes, then the reads of one part of the world after another: what executions in two phases share.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::record::Record;
use super::trial::Trial;
use super::{GoOn, Part, World};
use crate::observe::Observations;

/// Carries out all writes of a trial, which reads cannot influence: what was counted of them, and what they leave.
/// `None` if it was given up.
pub(super) fn write(trial: &Trial, go_on: &GoOn) -> Option<(Observations, Record)> {
    let mut writes = World::new(trial, Part::Writes);
    writes.run(go_on).is_ok_and(|is_over| is_over).then(|| writes.into_record())
}

/// Takes in all parts, on so many threads of the pool or, with one, on this one. Each of the results began with
/// `first` and has taken in some parts; which ones is left to chance, so adding results up must not depend on their
/// order. There are never more results than threads: each may take much memory. `None` if one was given up.
pub(super) fn fold<P: Sync, R: Send>(
    parts: &[P],
    threads: usize,
    first: impl Fn() -> R + Sync,
    next: impl Fn(R, &P) -> Option<R> + Sync,
) -> Option<Vec<R>> {
    let taken = AtomicUsize::new(0);
    let take = || parts.get(taken.fetch_add(1, Ordering::Relaxed));
    let all_of_a_thread = || -> Option<Option<R>> {
        let Some(part) = take() else { return Some(None) };
        let mut result = next(first(), part)?;
        while let Some(part) = take() {
            result = next(result, part)?;
        }
        Some(Some(result))
    };
    let results: Option<Vec<Option<R>>> = match threads {
        0 | 1 => all_of_a_thread().map(|result| vec![result]),
        _ => (0..threads).into_par_iter().with_max_len(1).map(|_| all_of_a_thread()).collect(),
    };
    Some(results?.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts that take unequally long, on more and on fewer threads than parts.
    #[test]
    fn each_part_is_taken_in_once_and_results_are_no_more_than_threads() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().expect("threads can be started");
        for (parts, threads) in [(0, 4), (3, 8), (500, 1), (500, 2), (500, 4), (500, 16)] {
            let parts: Vec<u64> = (0..parts).collect();
            let begun = AtomicUsize::new(0);
            let first = || {
                begun.fetch_add(1, Ordering::Relaxed);
                Vec::new()
            };
            let next = |mut taken: Vec<u64>, &part: &u64| {
                std::hint::black_box((0..part * 100).sum::<u64>());
                taken.push(part);
                Some(taken)
            };
            let results = pool.install(|| fold(&parts, threads, first, next)).expect("nobody gives up");
            assert!(results.len() <= threads && begun.into_inner() <= threads, "{} results", results.len());
            let mut all: Vec<u64> = results.into_iter().flatten().collect();
            all.sort_unstable();
            assert_eq!(all, parts);
        }
    }

    #[test]
    fn one_part_that_is_given_up_gives_all_up() {
        for threads in [1, 4] {
            let results = fold(&[1, 2, 3], threads, || (), |(), &part| (part != 2).then_some(()));
            assert_eq!(results, None);
        }
    }
}
