//! `edgelag solve`: the best point of a sweep, whose trials outlive the program as well.

use std::path::Path;
use std::process::ExitCode;

use super::finish::{Kept, Whole};
use super::journal::Journal;
use super::trials::{Ended, run_and_keep, say_what_is_there};
use super::{command, header, interrupted, open, remove};
use crate::cli::args::SolveArgs;
use crate::cli::failure::Failure;
use crate::cli::folder::Folder;
use crate::cli::how;
use crate::cli::output::shown;
use crate::cli::progress::Progress;
use crate::cli::signals::Signals;
use crate::cli::source::{self, Loaded, Source};
use crate::experiment::{Answer, Job, Plan, Search};
use crate::scenario::{Keeping, Objective};

/// Looks for the best point of a sweep that meets all gates.
pub(in crate::cli) fn solve(args: &SolveArgs) -> Result<ExitCode, Failure> {
    let source = Source::read(&args.scenario.scenario)?;
    let loaded =
        source.load_with(&args.scenario.edits, Keeping::OnDisk, &|name: &str| source.beside(name))?;
    let objective = objective(&loaded, &args.scenario.scenario)?;
    let again = command(&args.scenario, args.how.execution, "solve", &loaded);
    let out = args.results.out.clone().unwrap_or_else(|| Path::new("results").join(&loaded.name));
    let plan = how::plan(&args.how, &loaded.scenario)?;
    let mut folder = Folder::open(&out, args.results.force)?;
    let header = header(&loaded, &again, args.how.execution, &plan);
    let mut journal = open(&out, args.results.force, header)?;
    let signals = Signals::listen().map_err(|error| Failure::io("listening for signals", &error))?;
    let threads = how::threads(&args.how, &loaded.scenario).count;
    let mut search = Search::new(&plan, objective);
    let ended = look_on(&mut search, &plan, &mut journal, threads, &signals, args)?;
    source::check_traces(&loaded.scenario)?;
    if let Ended::Interrupted(code) = ended {
        return Ok(interrupted(code, &plan, &journal));
    }
    let solved = search.solved();
    let of_point = |(case, trials): (usize, u32)| (0..trials).map(move |trial| Job { case, trial });
    let trials = solved.points.iter().map(|point| point.trials).enumerate();
    let whole = Whole {
        loaded: &loaded,
        plan: &plan,
        again: &again,
        kept: Kept(std::slice::from_ref(&journal)),
        jobs: trials.flat_map(of_point).collect(),
        solved: Some(&solved),
    };
    whole.finish(&args.results, (&out, &mut folder))?;
    remove(journal)?;
    Ok(match solved.answer {
        Answer::Best(_) => ExitCode::SUCCESS,
        Answer::Infeasible(_) => ExitCode::from(1),
        Answer::Open => ExitCode::from(3),
    })
}

/// Round after round: runs what is wanted and not there, and looks at all of it, of one point at a time.
fn look_on<'p>(
    search: &mut Search<'p>,
    plan: &'p Plan<'p>,
    journal: &mut Journal,
    threads: usize,
    signals: &Signals,
    args: &SolveArgs,
) -> Result<Ended, Failure> {
    say_what_is_there(plan, journal, &args.results);
    let missing = plan.jobs().filter(|&job| !journal.has(job)).count() as u64;
    let progress = Progress::new(missing, args.results.no_progress, args.results.quiet);
    while let Some(wanted) = search.wanted() {
        let jobs: Vec<Job> = wanted.into_iter().flatten().filter(|&job| !journal.has(job)).collect();
        let ended = run_and_keep(plan, journal, &jobs, threads, signals, &progress)?;
        // Trials of a trace that has changed meanwhile are not kept.
        if ended != Ended::Complete || !jobs.iter().all(|&job| journal.has(job)) {
            progress.finish();
            return Ok(ended);
        }
        let kept = Kept(std::slice::from_ref(journal));
        search.look(|jobs| kept.outcome(plan, jobs))?;
    }
    progress.finish();
    Ok(Ended::Complete)
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
