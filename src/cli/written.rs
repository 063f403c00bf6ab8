//! Writes what was run into a folder, and tells it on standard output.

use std::path::Path;
use std::process::ExitCode;

use super::args::{Format, ResultsArgs};
use super::failure::Failure;
use super::folder::Folder;
use super::output::print;
use super::source::Loaded;
use super::told;
use crate::experiment::{Comparison, GateVerdict, Judged, Results, Solved, together};
use crate::report::{Manifest, PAGE, Report, page};
use crate::scenario::Axis;

/// What a run came to.
pub(super) struct Written<'a> {
    /// The command that runs it again.
    pub(super) again: &'a str,
    pub(super) results: &'a Results<'a>,
    /// How its cases differ, if they are arms.
    pub(super) comparison: Option<&'a Comparison>,
    /// What a sweep varies; empty where it is no sweep.
    pub(super) axes: &'a [Axis],
    /// Which of its points is the best, where that was asked.
    pub(super) solved: Option<&'a Solved>,
    pub(super) partial: bool,
}

impl Written<'_> {
    /// Writes the tables, the charts, the page and the manifest, and prints what a person or a program wants to know.
    pub(super) fn write(
        &self,
        Loaded { name, scenario }: &Loaded,
        args: &ResultsArgs,
        (out, folder): (&Path, &mut Folder),
    ) -> Result<(), Failure> {
        let results = self.results;
        let report = Report {
            scenario: name,
            title: &scenario.title,
            trials: scenario.cases.iter().map(|case| case.trials).max().unwrap_or(0),
            summary: &results.summary,
            maps: &results.maps,
            curves: &results.curves,
            gates: &results.gates,
            comparison: self.comparison,
            axes: self.axes,
            solved: self.solved,
        };
        let mut files = report.files(args.png);
        let names = files.iter().map(|(name, _)| name.as_str()).chain([PAGE]).map(str::to_owned).collect();
        let trials_asked = scenario.cases.iter().map(|case| u64::from(case.trials)).sum();
        let manifest = Manifest {
            scenario: name,
            title: &scenario.title,
            question: &scenario.question,
            command: self.again,
            resolved: &scenario.resolved,
            arms: &scenario.arms,
            partial: self.partial,
            asked: (scenario.cases.len(), trials_asked),
            ran: &results.ran,
            gates: &results.gates,
            files: names,
        };
        let manifest = manifest.to_json();
        let page = page(&files, &manifest).expect("the page reads what was just written");
        files.push((PAGE.to_owned(), page));
        folder.replace(&files, &manifest)?;
        match args.format {
            Format::Json => print(&told::as_json(&report, &results.ran)),
            Format::Human if args.quiet => Ok(()),
            Format::Human => {
                print(&told::to_people(args.verbose, &report, &results.ran, out, files.len() + 1))
            }
        }
    }
}

/// The exit code that the gates ask for: 1 if one fails, 3 if one is not to be told.
pub(super) fn gated(gates: &[Judged]) -> ExitCode {
    match together(gates) {
        None | Some(GateVerdict::Pass) => ExitCode::SUCCESS,
        Some(GateVerdict::Fail) => ExitCode::from(1),
        Some(GateVerdict::Inconclusive) => ExitCode::from(3),
    }
}
