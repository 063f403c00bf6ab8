//! Cases × trials, in parallel, results kept in order.

use rayon::prelude::*;
use thiserror::Error;

use crate::observe::Observations;
use crate::scenario::Case;
use crate::world::{Choice, Decision, Execution, GoOn, Inapplicable, run_trial};

/// The finished trials of one case, in order.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// The case.
    pub case: &'a Case,
    /// How its trials were carried out, and why so.
    pub decision: Decision,
    /// Its trials; fewer than asked for only if the run was stopped.
    pub trials: Vec<Observations>,
}

/// Why nothing was run.
#[derive(Debug, Error)]
pub enum NotRun {
    /// The execution that was asked for does not fit.
    #[error("{0}")]
    Inapplicable(#[from] Inapplicable),
    /// Threads cannot be started.
    #[error("threads cannot be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// One trial of one case.
struct Job<'a> {
    outcome: usize,
    case: &'a Case,
    trial: u32,
    execution: Execution,
}

/// Runs all trials of all cases on `threads` threads. `go_on` is told of progress in trials, in small
/// parts from all threads; when it says no, unfinished trials are given up and the finished ones returned.
///
/// # Errors
/// When the execution does not fit a case, or threads cannot be started.
pub fn run<'a>(
    cases: &'a [Case],
    threads: usize,
    choice: Choice,
    go_on: &GoOn,
) -> Result<Vec<Outcome<'a>>, NotRun> {
    let mut outcomes = Vec::new();
    let mut jobs = Vec::new();
    for (outcome, case) in cases.iter().enumerate() {
        let decision = choice.of(case)?;
        let execution = decision.execution;
        outcomes.push(Outcome { case, decision, trials: Vec::new() });
        jobs.extend((0..case.trials).map(|trial| Job { outcome, case, trial, execution }));
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let all_at_work = jobs.len() - jobs.len() % threads.max(1);
    // Each trial has a thread of its own; the last ones, fewer than threads, share these out among themselves.
    let (single, shared) = jobs.split_at(all_at_work);
    let each = |jobs: &[Job], all_threads| -> Vec<Option<Observations>> {
        jobs.par_iter().with_max_len(1).map(|job| job.run(all_threads, go_on)).collect()
    };
    let mut done = pool.install(|| each(single, false));
    done.extend(pool.install(|| each(shared, true)));
    for (job, observations) in jobs.iter().zip(done) {
        outcomes[job.outcome].trials.extend(observations);
    }
    outcomes.retain(|outcome| !outcome.trials.is_empty());
    Ok(outcomes)
}

impl Job<'_> {
    fn run(&self, all_threads: bool, go_on: &GoOn) -> Option<Observations> {
        let _name = NamedInPanic { case: self.case, trial: self.trial };
        if !go_on(0.0) {
            return None;
        }
        run_trial(self.case, self.trial, self.execution, all_threads, go_on)
    }
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
