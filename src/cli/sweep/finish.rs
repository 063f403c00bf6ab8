//! Makes the results of trials that are kept, case by case.

use std::path::Path;
use std::process::ExitCode;

use super::journal::Journal;
use crate::cli::args::ResultsArgs;
use crate::cli::failure::Failure;
use crate::cli::folder::Folder;
use crate::cli::output::shown;
use crate::cli::source::Loaded;
use crate::cli::written::{Written, gated};
use crate::experiment::{Failings, Job, Outcome, Plan, Results};
use crate::observe::Observations;

/// Trials in one file or in several.
#[derive(Debug)]
pub(super) struct Kept(Vec<Journal>);

impl Kept {
    pub(super) fn new(journals: Vec<Journal>) -> Kept {
        Kept(journals)
    }

    fn read(&self, job: Job) -> Result<Observations, Failure> {
        let gone = || std::io::Error::other("a trial that was there is gone or damaged");
        for journal in &self.0 {
            let io = |error| Failure::io(format!("reading {}", shown(journal.path())), &error);
            if journal.has(job) {
                return journal.read(job).map_err(io)?.ok_or_else(|| io(gone()));
            }
        }
        Err(Failure::io("reading the trials", &gone()))
    }
}

/// All trials of a sweep.
pub(super) struct Whole<'w> {
    pub(super) loaded: &'w Loaded,
    pub(super) plan: &'w Plan<'w>,
    pub(super) again: &'w str,
    pub(super) kept: Kept,
}

impl Whole<'_> {
    /// Writes the results into the folder; the exit code is that of the gates.
    pub(super) fn finish(
        &self,
        args: &ResultsArgs,
        place: (&Path, &mut Folder),
    ) -> Result<ExitCode, Failure> {
        // What fails in one case is told of all, so it has to be known before the first one is told.
        let mut failings = Failings::default();
        for job in self.plan.jobs() {
            failings.see(&self.outcome(&[job])?);
        }
        let mut results = Results::default();
        for at in 0..self.plan.cases().len() {
            let jobs: Vec<Job> = self.plan.jobs().filter(|job| job.case == at).collect();
            results.add(&self.outcome(&jobs)?, &failings);
        }
        let written = Written {
            again: self.again,
            results: &results,
            comparison: None,
            axes: &self.loaded.scenario.axes,
            solved: None,
            partial: false,
        };
        written.write(self.loaded, args, place)?;
        Ok(gated(&results.gates))
    }

    /// Some trials of one case.
    fn outcome(&self, jobs: &[Job]) -> Result<Outcome<'_>, Failure> {
        let (case, decision) = &self.plan.cases()[jobs[0].case];
        let trials = jobs.iter().map(|&job| self.kept.read(job)).collect::<Result<_, _>>()?;
        let numbers = jobs.iter().map(|job| job.trial).collect();
        Ok(Outcome { case, decision: decision.clone(), trials, numbers })
    }
}
