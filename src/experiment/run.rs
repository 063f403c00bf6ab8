//! Cases × trials, in parallel, results kept in order.

use rayon::prelude::*;
use thiserror::Error;

use crate::observe::Observations;
use crate::scenario::{Case, Shares};
use crate::world::{Choice, Decision, GoOn, Refusal, run_trial};

/// The finished trials of one case, in order.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// The case.
    pub case: &'a Case,
    /// How its trials were carried out, and why so.
    pub decision: Decision,
    /// Its trials; fewer than asked for only if the run was stopped.
    pub trials: Vec<Observations>,
    /// Which of the trials asked for these are, from 0.
    pub numbers: Vec<u32>,
}

/// Why nothing was run.
#[derive(Debug, Error)]
pub enum NotRun {
    /// The execution that was asked for does not fit.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// Threads cannot be started.
    #[error("threads cannot be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// How each of some cases will be carried out.
#[derive(Debug)]
pub struct Plan<'a>(Vec<(&'a Case, Decision)>);

/// Decides how each case is carried out.
///
/// # Errors
/// When the execution that was asked for does not fit a case.
pub fn plan(cases: &[Case], choice: Choice) -> Result<Plan<'_>, Refusal> {
    cases.iter().map(|case| Ok((case, choice.of(case)?))).collect::<Result<_, _>>().map(Plan)
}

/// What is carried out first, which shows only in what a stopped run has finished.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// All trials of the first case.
    Cases,
    /// The first trial of all cases.
    Trials,
}

/// One trial of one case.
struct Job<'p, 'a> {
    outcome: usize,
    case: &'a Case,
    decision: &'p Decision,
    trial: u32,
}

/// Plans all cases and carries the plan out.
///
/// # Errors
/// When the execution does not fit a case, or threads cannot be started.
pub fn run<'a>(
    cases: &'a [Case],
    threads: usize,
    choice: Choice,
    go_on: &GoOn,
) -> Result<Vec<Outcome<'a>>, NotRun> {
    Ok(carry_out(plan(cases, choice)?, Order::Cases, threads, go_on)?)
}

/// Runs all trials of all cases on `threads` threads. `go_on` is told of progress in trials, in small
/// parts from all threads; when it says no, unfinished trials are given up and the finished ones returned.
///
/// # Errors
/// When threads cannot be started.
pub fn carry_out<'a>(
    plan: Plan<'a>,
    order: Order,
    threads: usize,
    go_on: &GoOn,
) -> Result<Vec<Outcome<'a>>, rayon::ThreadPoolBuildError> {
    let jobs = plan.0.iter().enumerate().flat_map(|(outcome, &(case, ref decision))| {
        (0..case.trials).map(move |trial| Job { outcome, case, decision, trial })
    });
    let mut jobs: Vec<Job> = jobs.collect();
    if order == Order::Trials {
        jobs.sort_by_key(|job| job.trial);
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let shares = Shares::new(jobs.len(), threads);
    let (alone, left_over) = jobs.split_at(shares.alone);
    let each = |jobs: &[Job], threads| -> Vec<Option<Observations>> {
        jobs.par_iter().with_max_len(1).map(|job| job.run(threads, go_on)).collect()
    };
    let mut done = pool.install(|| each(alone, 1));
    done.extend(pool.install(|| each(left_over, shares.threads)));
    let mut finished: Vec<Vec<(u32, Observations)>> = plan.0.iter().map(|_| Vec::new()).collect();
    for (job, observations) in jobs.iter().zip(done) {
        finished[job.outcome].extend(observations.map(|observations| (job.trial, observations)));
    }
    let cases = plan.0.into_iter().zip(finished);
    let outcomes = cases.map(|((case, decision), finished)| {
        let (numbers, trials) = finished.into_iter().unzip();
        Outcome { case, decision, trials, numbers }
    });
    let mut outcomes: Vec<Outcome> = outcomes.collect();
    outcomes.retain(|outcome| !outcome.trials.is_empty());
    Ok(outcomes)
}

impl Job<'_, '_> {
    fn run(&self, threads: usize, go_on: &GoOn) -> Option<Observations> {
        let _name = NamedInPanic { case: self.case, trial: self.trial };
        if !go_on(0.0) {
            return None;
        }
        run_trial(self.case, self.trial, self.decision.execution, threads, go_on)
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
