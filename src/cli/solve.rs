//! `edgelag solve`.

use std::path::Path;
use std::process::ExitCode;

use super::again;
use super::args::SolveArgs;
use super::failure::Failure;
use super::folder::Folder;
use super::how;
use super::output::{say, shown};
use super::progress::Progress;
use super::signals::Signals;
use super::source::{self, Loaded};
use super::written::Written;
use crate::experiment::{self, Answer, Results};
use crate::scenario::Objective;

/// Looks for the best point of a sweep that meets all gates.
pub(super) fn solve(args: &SolveArgs) -> Result<ExitCode, Failure> {
    let loaded = source::scenario(&args.scenario)?;
    let objective = objective(&loaded, &args.scenario.scenario)?;
    let paths = [args.scenario.scenario.as_path()];
    let again = again::command("solve", &paths, &args.scenario.edits, args.how.execution, &loaded.scenario);
    let out = args.results.out.clone().unwrap_or_else(|| Path::new("results").join(&loaded.name));
    let plan = how::plan(&args.how, &loaded.scenario)?;
    let mut folder = Folder::open(&out, args.results.force)?;
    let signals = Signals::listen().map_err(|error| Failure::io("listening for signals", &error))?;
    let trials = loaded.scenario.cases.iter().map(|case| u64::from(case.trials)).sum();
    let progress = Progress::new(trials, args.results.no_progress, args.results.quiet);
    let go_on = |part| {
        progress.add(part);
        signals.exit_code().is_none()
    };
    let threads = how::threads(&args.how, &loaded.scenario).count;
    let solved = experiment::solve(&plan, objective, threads, &go_on).map_err(Failure::of_run)?;
    progress.finish();
    source::check_traces(&loaded.scenario)?;
    let Some((outcomes, solved)) = solved else {
        say("interrupted; nothing is written");
        return Ok(ExitCode::from(signals.exit_code().unwrap_or(1)));
    };
    let written = Written {
        again: &again,
        results: &Results::of(&outcomes),
        comparison: None,
        axes: &loaded.scenario.axes,
        solved: Some(&solved),
        partial: false,
    };
    written.write(&loaded, &args.results, (&out, &mut folder))?;
    Ok(match solved.answer {
        Answer::Best(_) => ExitCode::SUCCESS,
        Answer::Infeasible(_) => ExitCode::from(1),
        Answer::Open => ExitCode::from(3),
    })
}

/// What is wanted, the same of all points.
fn objective<'l>(loaded: &'l Loaded, path: &Path) -> Result<&'l Objective, Failure> {
    let scenario = &loaded.scenario;
    let file = shown(path);
    if scenario.axes.is_empty() {
        return Err(Failure::mistake(format!(
            "{file} has no [sweep], so there is nothing to choose from\n  = help: add lists or ranges of values: [sweep] \
             \"namespace.kv.cache.edge.ttl\" = [\"10s\", \"60s\"]"
        )));
    }
    match &scenario.cases[0].objective {
        Some(objective) => {
            match scenario.cases.iter().map(|case| case.lacks(&objective.rows)).collect::<Option<Vec<_>>>() {
                Some(reasons) => Err(Failure::mistake(format!(
                    "what is wanted in {file}, `{}`, is told of no point: {}",
                    objective.text, reasons[0]
                ))),
                None => Ok(objective),
            }
        }
        None => Err(Failure::mistake(format!(
            "{file} does not say what is wanted\n  = help: add e.g. [solve] minimise = 'latency{{op=\"read\"}}.p99'"
        ))),
    }
}
