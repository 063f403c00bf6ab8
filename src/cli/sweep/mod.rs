//! `edgelag sweep`, `edgelag merge` and `edgelag solve`: trials that outlive the program, and the results that are made of them.

mod carried;
mod finish;
mod journal;
mod merge;
mod solve;
mod trials;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::again;
use super::args::{Execute, ScenarioArgs, Share, SweepArgs};
use super::failure::Failure;
use super::folder::Folder;
use super::how;
use super::output::{counted, print, say, shown};
use super::signals::Signals;
use super::source::{self, Loaded, Source};
use crate::experiment::{Carried, CaseId, Header, Job, Plan};
use crate::scenario::Keeping;
use crate::scenario::text::escape;
use crate::world::Choice;
use carried::{Named, carried};
use finish::{Kept, Whole};
use journal::{Found, Journal};
pub(super) use journal::{JOURNAL, UNFINISHED_JOURNAL};
pub(super) use merge::merge;
pub(super) use solve::solve;
use trials::{Ended, run_missing};

/// Runs what is missing of a sweep, or of a share of it.
pub(super) fn sweep(args: &SweepArgs) -> Result<ExitCode, Failure> {
    let (loaded, files) = read(args)?;
    let plan = how::plan(&args.how, &loaded.scenario)?;
    let again = command(&args.scenario, args.how.execution, "sweep", &loaded);
    let files = kept_files(args, files)?;
    let header = Header { share: share(args), files, ..header(&loaded, &again, args.how.execution, &plan) };
    let out = folder_of(args, &loaded.name);
    let mut folder = Folder::open(&out, args.results.force)?;
    let mut journal = open(&out, args.results.force, header)?;
    let signals = Signals::listen().map_err(|error| Failure::io("listening for signals", &error))?;
    let threads = how::threads(&args.how, &loaded.scenario).count;
    let ended = run_missing(&plan, &mut journal, threads, &signals, &args.results)?;
    source::check_traces(&loaded.scenario)?;
    if let Ended::Interrupted(code) = ended {
        return Ok(interrupted(code, &plan, &journal));
    }
    if let Some(Share { number, of }) = args.shard {
        let trials = counted(journal.jobs().count(), "trial");
        if !args.results.quiet {
            print(&format!("share {number} of {of} is complete: {trials} in {}\n", shown(&out)))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let whole = Whole {
        loaded: &loaded,
        plan: &plan,
        again: &again,
        kept: Kept(std::slice::from_ref(&journal)),
        jobs: plan.jobs().collect(),
        solved: None,
    };
    let code = whole.finish(&args.results, (&out, &mut folder))?;
    remove(journal)?;
    Ok(code)
}

/// Says what is kept, and gives the exit code.
fn interrupted(code: u8, plan: &Plan, journal: &Journal) -> ExitCode {
    let kept = kept(plan, journal);
    say(&format!("interrupted: {kept} are in {}; the same command goes on", shown(journal.path())));
    ExitCode::from(code)
}

/// The file goes when its trials are in the results.
fn remove(journal: Journal) -> Result<(), Failure> {
    let path = journal.path().to_owned();
    drop(journal);
    std::fs::remove_file(&path).map_err(|error| Failure::io(format!("removing {}", shown(&path)), &error))
}

/// The scenario, and the files that it names.
fn read(args: &SweepArgs) -> Result<(Loaded, Vec<Named>), Failure> {
    let source = Source::read(&args.scenario.scenario)?;
    let seen = RefCell::new(Vec::<Named>::new());
    let files = |name: &str| {
        let beside = source.beside(name)?;
        let mut seen = seen.borrow_mut();
        if seen.iter().all(|known| known.name != name) {
            seen.push(Named { name: name.to_owned(), path: source.path_of(name), beside: beside.clone() });
        }
        Ok(beside)
    };
    let loaded = source.load_with(&args.scenario.edits, Keeping::OnDisk, &files)?;
    let file = shown(&args.scenario.scenario);
    if !loaded.scenario.arms.is_empty() {
        return Err(Failure::mistake(format!(
            "{file} has variants, which are no points of a sweep\n  = help: edgelag compare {file}"
        )));
    }
    if loaded.scenario.axes.is_empty() {
        return Err(Failure::mistake(format!(
            "{file} has no [sweep], so there is nothing to vary\n  = help: edgelag run {file}\n  = help: or add a list or \
             a range: [sweep] \"client.users.arrivals.poisson\" = {{ from = \"10/s\", to = \"1000/s\", steps = 7, scale = \
             \"log\" }}"
        )));
    }
    Ok((loaded, seen.into_inner()))
}

/// The files that go with a share, so that the results can be made where these are not.
fn kept_files(args: &SweepArgs, files: Vec<Named>) -> Result<Vec<(String, Carried)>, Failure> {
    if args.shard.is_none() {
        return Ok(Vec::new());
    }
    files.into_iter().map(carried).collect()
}

/// What a person types to run it again.
fn command(args: &ScenarioArgs, execution: Execute, verb: &str, loaded: &Loaded) -> String {
    again::command(verb, &[&args.scenario], &args.edits, execution, &loaded.scenario)
}

/// Of all trials, without files.
fn header(loaded: &Loaded, again: &str, execution: Execute, plan: &Plan) -> Header {
    Header {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: loaded.name.clone(),
        question: loaded.scenario.question.clone(),
        command: again.to_owned(),
        resolved: loaded.scenario.resolved.clone(),
        files: Vec::new(),
        execution: match execution.into() {
            Choice::Auto => None,
            Choice::Only(execution) => Some(execution),
        },
        share: (1, 1),
        cases: CaseId::of_plan(plan),
    }
}

fn share(args: &SweepArgs) -> (u32, u32) {
    args.shard.map_or((1, 1), |share| (share.number, share.of))
}

fn folder_of(args: &SweepArgs, name: &str) -> PathBuf {
    let default = || match args.shard {
        None => Path::new("results").join(name),
        Some(Share { number, of }) => {
            Path::new("results").join(format!("{name}-shares")).join(format!("{number}-of-{of}"))
        }
    };
    args.results.out.clone().unwrap_or_else(default)
}

/// The trials that are there, or none yet.
fn open(folder: &Path, force: bool, header: Header) -> Result<Journal, Failure> {
    let io = |error: std::io::Error| Failure::io(format!("opening {}", shown(&folder.join(JOURNAL))), &error);
    let journal = match Journal::open(folder, true).map_err(io)? {
        Found::Trials(journal) => *journal,
        Found::Else(path) if !force => return Err(no_trials(&path, " or give --force to replace it")),
        Found::Nothing | Found::Else(_) => return Journal::create(folder, header).map_err(io),
    };
    let (there, here) = (journal.header(), &header);
    let differs = if there.version != here.version {
        Some(format!("of version {} of edgelag", there.version))
    } else if there.share != here.share {
        Some(format!("of share {} of {}", there.share.0, there.share.1))
    } else if there.cases != here.cases || there.resolved != here.resolved {
        Some("of another scenario, another seed or other settings".to_owned())
    } else {
        None
    };
    match differs {
        None => Ok(journal),
        Some(what) => Err(Failure::mistake(format!(
            "{} holds {} {what}\n  = note: they were made by `{}`\n  = note: this is `{}`\n  = help: give the same command \
             as before to go on with them\n  = help: or choose another folder with --out, or remove that file to begin anew",
            shown(journal.path()),
            counted(journal.jobs().count(), "trial"),
            escape(&there.command),
            escape(&here.command),
        ))),
    }
}

/// A file of the journal's name whose beginning is not that of a journal.
fn no_trials(path: &Path, or: &str) -> Failure {
    Failure::mistake(format!(
        "{} is damaged at its beginning, or no file of trials, so it is left as it is\n  = help: move or remove it,{or}",
        shown(path)
    ))
}

/// So many of so many trials.
fn kept(plan: &Plan, journal: &Journal) -> String {
    let all = plan.jobs().filter(|&job| journal.header().has(job)).count();
    format!("{} of {}", journal.jobs().count(), counted(all, "trial"))
}

/// Those that are missing.
fn missing(plan: &Plan, journal: &Journal) -> Vec<Job> {
    plan.jobs().filter(|&job| journal.header().has(job) && !journal.has(job)).collect()
}
