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
use crate::experiment::{Failings, Job, Outcome, Plan, Results, Solved};
use crate::observe::Observations;

/// Trials in one file or in several.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept<'j>(pub(super) &'j [Journal]);

impl Kept<'_> {
    /// Some trials of one case.
    pub(super) fn outcome<'p>(&self, plan: &'p Plan<'p>, jobs: &[Job]) -> Result<Outcome<'p>, Failure> {
        let (case, decision) = &plan.cases()[jobs[0].case];
        let trials = jobs.iter().map(|&job| self.read(job)).collect::<Result<_, _>>()?;
        let numbers = jobs.iter().map(|job| job.trial).collect();
        Ok(Outcome { case, decision: decision.clone(), trials, numbers })
    }

    fn read(&self, job: Job) -> Result<Observations, Failure> {
        let gone = || std::io::Error::other("a trial that was there is gone or damaged");
        for journal in self.0 {
            let io = |error| Failure::io(format!("reading {}", shown(journal.path())), &error);
            if journal.has(job) {
                return journal.read(job).map_err(io)?.ok_or_else(|| io(gone()));
            }
        }
        Err(Failure::io("reading the trials", &gone()))
    }
}

/// All trials of a sweep that its results are made of.
pub(super) struct Whole<'w> {
    pub(super) loaded: &'w Loaded,
    pub(super) plan: &'w Plan<'w>,
    pub(super) again: &'w str,
    pub(super) kept: Kept<'w>,
    /// Case by case.
    pub(super) jobs: Vec<Job>,
    /// Which point is the best, where that was asked.
    pub(super) solved: Option<&'w Solved>,
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
        for &job in &self.jobs {
            failings.see(&self.kept.outcome(self.plan, &[job])?);
        }
        let mut results = Results::default();
        for jobs in self.jobs.chunk_by(|a, b| a.case == b.case) {
            results.add(&self.kept.outcome(self.plan, jobs)?, &failings);
        }
        if let Some(solved) = self.solved {
            // These were looked at more than once.
            results.gates = solved.points.iter().flat_map(|point| point.gates.clone()).collect();
        }
        let written = Written {
            again: self.again,
            results: &results,
            comparison: None,
            axes: &self.loaded.scenario.axes,
            solved: self.solved,
            partial: false,
        };
        written.write(self.loaded, args, place)?;
        Ok(gated(&results.gates))
    }
}
