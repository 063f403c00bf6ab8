//! Cases × trials, in parallel, results kept in order.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use thiserror::Error;

use crate::observe::Observations;
use crate::scenario::{Case, Shares};
use crate::world::{Choice, Decision, Ended, GoOn, Overrun, Refusal, run_trial};

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

/// Why there are no results.
#[derive(Debug, Error)]
pub enum NotRun {
    /// The execution that was asked for does not fit.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// Threads cannot be started.
    #[error("threads cannot be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// More requests wait in a trial than may.
    #[error("{0}")]
    Overrun(#[from] Overrun),
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

/// One trial of one case, by the case's place and the trial's number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Job {
    /// The place of the case.
    pub case: usize,
    /// The number of the trial, from 0.
    pub trial: u32,
}

impl<'a> Plan<'a> {
    /// The cases, and how each is carried out.
    pub fn cases(&self) -> &[(&'a Case, Decision)] {
        &self.0
    }

    /// All trials of all cases, case by case.
    pub fn jobs(&self) -> impl Iterator<Item = Job> {
        let cases = self.0.iter().enumerate();
        cases.flat_map(|(at, (case, _))| (0..case.trials).map(move |trial| Job { case: at, trial }))
    }
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
    carry_out(plan(cases, choice)?, Order::Cases, threads, go_on, &|_| {})
}

/// Is shown all trials that have finished, whenever one more has: by case, those without a trial among them. Other
/// trials that finish wait meanwhile.
pub type Heed<'a> = dyn Fn(&[Outcome]) + Sync + 'a;

/// Runs all trials of all cases on `threads` threads. `go_on` is told of progress in trials, in small
/// parts from all threads; when it says no, unfinished trials are given up and the finished ones returned. `heed` is
/// shown trials as they finish.
///
/// # Errors
/// When threads cannot be started, or more requests wait in a trial than may.
pub fn carry_out<'a>(
    plan: Plan<'a>,
    order: Order,
    threads: usize,
    go_on: &GoOn,
    heed: &Heed,
) -> Result<Vec<Outcome<'a>>, NotRun> {
    let mut jobs: Vec<Job> = plan.jobs().collect();
    if order == Order::Trials {
        jobs.sort_by_key(|job| job.trial);
    }
    let outcomes = Mutex::new(plan.0.iter().map(Outcome::without_trials).collect::<Vec<_>>());
    each_trial(&plan, &jobs, threads, go_on, &|job, observations| {
        let mut outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        outcomes[job.case].add(job.trial, observations);
        heed(&outcomes);
    })?;
    let mut outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.retain(|outcome| !outcome.trials.is_empty());
    Ok(outcomes)
}

/// Runs some trials of a plan on `threads` threads, and hands over each as it finishes, from any of them. `go_on` is as for
/// [`carry_out`].
///
/// # Errors
/// When threads cannot be started, or queues grow beyond all measure.
pub fn each_trial(
    plan: &Plan,
    jobs: &[Job],
    threads: usize,
    go_on: &GoOn,
    done: &(dyn Fn(Job, Observations) + Sync),
) -> Result<(), NotRun> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let shares = Shares::new(jobs.len(), threads);
    let (alone, left_over) = jobs.split_at(shares.alone);
    // All trials are carried out, so that it does not depend on threads which of them is told.
    let overruns = Mutex::new(Vec::new());
    let each = |jobs: &[Job], threads| {
        jobs.par_iter().with_max_len(1).for_each(|&job| {
            let (case, decision) = &plan.0[job.case];
            match run_job(case, job.trial, decision, threads, go_on) {
                Ok(observations) => done(job, observations),
                Err(Ended::GivenUp) => {}
                Err(Ended::Overrun(overrun)) => {
                    overruns.lock().unwrap_or_else(PoisonError::into_inner).push((job, overrun));
                }
            }
        });
    };
    pool.install(|| each(alone, 1));
    pool.install(|| each(left_over, shares.threads));
    let overruns = overruns.into_inner().unwrap_or_else(PoisonError::into_inner);
    match overruns.into_iter().min_by_key(|(job, _)| *job) {
        Some((_, first)) => Err(first.into()),
        None => Ok(()),
    }
}

impl<'a> Outcome<'a> {
    fn without_trials((case, decision): &(&'a Case, Decision)) -> Outcome<'a> {
        Outcome { case, decision: decision.clone(), trials: Vec::new(), numbers: Vec::new() }
    }

    /// Puts a trial in its place among the others.
    fn add(&mut self, number: u32, trial: Observations) {
        let at = self.numbers.partition_point(|&other| other < number);
        self.numbers.insert(at, number);
        self.trials.insert(at, trial);
    }
}

fn run_job(
    case: &Case,
    trial: u32,
    decision: &Decision,
    threads: usize,
    go_on: &GoOn,
) -> Result<Observations, Ended> {
    let _name = NamedInPanic { case, trial };
    if !go_on(0.0) {
        return Err(Ended::GivenUp);
    }
    run_trial(case, trial, decision.execution, threads, go_on)
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
