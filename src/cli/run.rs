//! `edgelag run` and `edgelag compare`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::again;
use super::args::{CompareArgs, HowArgs, RunArgs, WatchedArgs};
use super::failure::Failure;
use super::folder::Folder;
use super::how;
use super::output::say;
use super::progress::Progress;
use super::signals::Signals;
use super::source::{self, Loaded};
use super::watch::Watch;
use super::written::{Written, gated};
use crate::experiment::{self, Order, Outcome, Results};

pub(super) fn run(args: &RunArgs) -> Result<ExitCode, Failure> {
    let loaded = source::scenario(&args.scenario)?;
    if !loaded.scenario.arms.is_empty() {
        let file = args.scenario.scenario.display();
        say(&format!(
            "note: the variants are run one by one; how they differ is told by `edgelag compare {file}`"
        ));
    }
    let paths = [args.scenario.scenario.as_path()];
    let again = again::command("run", &paths, &args.scenario.edits, args.how.execution, &loaded.scenario);
    carry_out(&loaded, Task::Run, &again, &args.how, &args.watched)
}

pub(super) fn compare(args: &CompareArgs) -> Result<ExitCode, Failure> {
    let loaded = match &args.scenarios[..] {
        [path] => {
            let loaded = source::single(path, &args.edits)?;
            if loaded.scenario.arms.is_empty() {
                return Err(nothing_to_compare(path));
            }
            loaded
        }
        several => source::several(several, &args.edits)?,
    };
    let paths: Vec<&Path> = args.scenarios.iter().map(PathBuf::as_path).collect();
    let again = again::command("compare", &paths, &args.edits, args.how.execution, &loaded.scenario);
    carry_out(&loaded, Task::Compare, &again, &args.how, &args.watched)
}

fn nothing_to_compare(path: &Path) -> Failure {
    let path = super::output::shown(path);
    Failure::mistake(format!(
        "{path} has no variants, so there is nothing to compare it with\n  = help: name another scenario \
         or preset: edgelag compare {path} OTHER.toml\n  = help: or add two variants, each with edits of \
         dotted keys: [variant.NAME] \"namespace.kv.cache.edge.ttl\" = \"30s\""
    ))
}

/// What is made of the trials.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Task {
    Run,
    Compare,
}

/// Runs all trials and writes the results.
fn carry_out(
    loaded: &Loaded,
    task: Task,
    again: &str,
    how: &HowArgs,
    WatchedArgs { results: args, watch: is_watched }: &WatchedArgs,
) -> Result<ExitCode, Failure> {
    let Loaded { name, scenario } = loaded;
    let out = args.out.clone().unwrap_or_else(|| Path::new("results").join(name));
    // What cannot be run leaves nothing behind, not even an empty folder.
    let plan = how::plan(how, scenario)?;
    let mut folder = Folder::open(&out, args.force)?;
    let signals = Signals::listen().map_err(|error| Failure::io("listening for signals", &error))?;
    let trials = scenario.cases.iter().map(|case| u64::from(case.trials)).sum();
    let progress = Progress::new(trials, args.no_progress, args.quiet);
    let go_on = |part| {
        progress.add(part);
        signals.exit_code().is_none()
    };
    if *is_watched && progress.screen().is_none() {
        say("note: --watch needs a terminal; here a line a minute tells how far it is");
    }
    let watch = Watch::new(&progress);
    let heed = |outcomes: &[Outcome]| {
        if *is_watched {
            watch.show(outcomes);
        }
    };
    let order = if task == Task::Compare { Order::Trials } else { Order::Cases };
    let threads = how::threads(how, scenario).count;
    let mut outcomes = experiment::carry_out(plan, order, threads, &go_on, &heed).map_err(Failure::of_run)?;
    progress.finish();
    source::check_traces(scenario)?;
    if task == Task::Compare {
        experiment::keep_common_trials(&mut outcomes, scenario.cases.len());
    }
    let partial = signals.exit_code();
    if partial.is_some() && outcomes.is_empty() {
        say("interrupted before any trial was finished; nothing is written");
    } else {
        let results = Results::of(&outcomes);
        let comparison = (task == Task::Compare).then(|| experiment::compare(&outcomes, &results.summary));
        let written = Written {
            again,
            results: &results,
            comparison: comparison.as_ref(),
            axes: &[],
            solved: None,
            partial: partial.is_some(),
        };
        written.write(loaded, args, (&out, &mut folder))?;
        if partial.is_none() {
            return Ok(gated(&results.gates));
        }
        say("interrupted: the results are partial");
    }
    Ok(partial.map_or(ExitCode::SUCCESS, ExitCode::from))
}
