//! Runs the trials that are missing, and keeps each when it has finished.

#![allow(clippy::disallowed_methods)] // How often what was written is forced to the disk shows in no result.

use std::io::Result;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::journal::{Journal, packed};
use super::{kept, missing};
use crate::cli::args::ResultsArgs;
use crate::cli::failure::Failure;
use crate::cli::output::{say, shown};
use crate::cli::progress::Progress;
use crate::cli::signals::Signals;
use crate::experiment::{Job, Plan, each_trial};
use crate::observe::Observations;

/// How it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ended {
    Complete,
    /// With the exit code that the signal asks for.
    Interrupted(u8),
}

/// At most so much is lost if the whole machine stops.
const SYNC_EVERY: Duration = Duration::from_secs(2);

/// Where finished trials go.
struct Keeper<'j> {
    journal: &'j mut Journal,
    synced: Instant,
    /// After it nothing more can be kept.
    failed: Result<()>,
}

impl Keeper<'_> {
    fn keep(&mut self, job: Job, entry: &[u8]) {
        if self.failed.is_err() {
            return;
        }
        self.failed = self.journal.add(job, entry);
        if self.failed.is_ok() && self.synced.elapsed() > SYNC_EVERY {
            self.failed = self.journal.sync();
            self.synced = Instant::now();
        }
    }
}

/// Runs all trials that are missing.
pub(super) fn run_missing(
    plan: &Plan,
    journal: &mut Journal,
    threads: usize,
    signals: &Signals,
    args: &ResultsArgs,
) -> std::result::Result<Ended, Failure> {
    let jobs = missing(plan, journal);
    say_what_is_there(plan, journal, args);
    let progress = Progress::new(jobs.len() as u64, args.no_progress, args.quiet);
    let ended = run_and_keep(plan, journal, &jobs, threads, signals, &progress)?;
    progress.finish();
    Ok(ended)
}

/// Says that trials are there from before, if so.
pub(super) fn say_what_is_there(plan: &Plan, journal: &Journal, args: &ResultsArgs) {
    if journal.jobs().next().is_some() && !args.quiet {
        say(&format!("resuming: {} are there", kept(plan, journal)));
    }
}

/// Runs some trials that are not there.
pub(super) fn run_and_keep(
    plan: &Plan,
    journal: &mut Journal,
    jobs: &[Job],
    threads: usize,
    signals: &Signals,
    progress: &Progress,
) -> std::result::Result<Ended, Failure> {
    let header = journal.header().clone();
    let keeper = Mutex::new(Keeper { journal, synced: Instant::now(), failed: Ok(()) });
    let lock = || keeper.lock().unwrap_or_else(PoisonError::into_inner);
    let go_on = |part| {
        progress.add(part);
        signals.exit_code().is_none() && (part != 0.0 || lock().failed.is_ok())
    };
    let done = |job: Job, observations: Observations| {
        // What came of a trace that has changed meanwhile is of another case.
        let populations = &plan.cases()[job.case].0.populations;
        if populations
            .iter()
            .any(|clients| clients.trace.as_ref().is_some_and(|trace| trace.broken().is_some()))
        {
            return;
        }
        let entry = packed(&header, job, &observations);
        lock().keep(job, &entry);
    };
    each_trial(plan, jobs, threads, &go_on, &done).map_err(Failure::of_run)?;
    let keeper = keeper.into_inner().unwrap_or_else(PoisonError::into_inner);
    let Keeper { journal, failed, .. } = keeper;
    failed.and_then(|()| journal.sync()).map_err(|error| {
        let doing = format!("writing {} ({} are kept)", shown(journal.path()), kept(plan, journal));
        Failure::io(doing, &error)
    })?;
    Ok(signals.exit_code().map_or(Ended::Complete, Ended::Interrupted))
}
