//! Cases × trials, in parallel outside, sequential inside, results kept in order.

use std::cell::Cell;

use rayon::prelude::*;

use crate::observe::Observations;
use crate::scenario::Case;
use crate::world::run_trial;

/// The finished trials of one case, in order.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// The case.
    pub case: &'a Case,
    /// Its trials; fewer than asked for only if the run was stopped.
    pub trials: Vec<Observations>,
}

/// Runs all trials of all cases on `threads` threads. `go_on` is told of progress in trials, in small
/// parts from all threads; when it says no, unfinished trials are given up and the finished ones returned.
///
/// # Errors
/// When threads cannot be started.
pub fn run<'a>(
    cases: &'a [Case],
    threads: usize,
    go_on: &(dyn Fn(f64) -> bool + Sync),
) -> Result<Vec<Outcome<'a>>, rayon::ThreadPoolBuildError> {
    let jobs: Vec<(usize, u32)> = cases
        .iter()
        .enumerate()
        .flat_map(|(index, case)| (0..case.trials).map(move |trial| (index, trial)))
        .collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let done: Vec<Option<Observations>> = pool.install(|| {
        jobs.par_iter()
            .with_max_len(1)
            .map(|&(index, trial)| one_trial(&cases[index], trial, go_on))
            .collect()
    });
    let mut outcomes: Vec<Outcome> = cases.iter().map(|case| Outcome { case, trials: Vec::new() }).collect();
    for ((index, _), observations) in jobs.into_iter().zip(done) {
        outcomes[index].trials.extend(observations);
    }
    outcomes.retain(|outcome| !outcome.trials.is_empty());
    Ok(outcomes)
}

fn one_trial(case: &Case, trial: u32, go_on: &(dyn Fn(f64) -> bool + Sync)) -> Option<Observations> {
    let _name = NamedInPanic { case, trial };
    if !go_on(0.0) {
        return None;
    }
    let told = Cell::new(0.0);
    let observations = run_trial(case, trial, &|so_far| {
        let step = so_far - told.replace(so_far);
        go_on(step)
    });
    go_on(1.0 - told.get());
    observations
}

/// A panic is our bug; this says what repeats it.
struct NamedInPanic<'a> {
    case: &'a Case,
    trial: u32,
}

impl Drop for NamedInPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Case { seed, label, .. } = self.case;
            eprintln!("this is a bug in edgelag: seed {seed}, case \"{label}\", trial {}", self.trial);
        }
    }
}
