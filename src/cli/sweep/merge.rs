//! `edgelag merge`: the shares of a sweep as one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::carried::found;
use super::finish::{Kept, Whole};
use super::journal::{Found, JOURNAL, Journal};
use super::{missing, no_trials};
use crate::base::Beside;
use crate::cli::args::MergeArgs;
use crate::cli::failure::Failure;
use crate::cli::folder::Folder;
use crate::cli::output::{counted, shown};
use crate::cli::source::Loaded;
use crate::experiment::{CaseId, Header, plan};
use crate::scenario::{Keeping, load_keeping};
use crate::world::Choice;

/// Makes the results of all shares.
pub(in crate::cli) fn merge(args: &MergeArgs) -> Result<ExitCode, Failure> {
    let journals = journals(&args.shares)?;
    let first = journals[0].header().clone();
    check_alike(&journals)?;
    let loaded = load(&first)?;
    let choice = first.execution.map_or(Choice::Auto, Choice::Only);
    let plan = plan(&loaded.scenario.cases, choice).map_err(Failure::mistake)?;
    if CaseId::of_plan(&plan) != first.cases {
        return Err(Failure::mistake(format!(
            "{} was made by another build of edgelag {}\n  = help: use the program that ran the shares",
            shown(journals[0].path()),
            first.version
        )));
    }
    let mut short = Vec::new();
    for journal in &journals {
        let missing = missing(&plan, journal).len();
        if missing > 0 {
            let Header { share: (number, of), .. } = journal.header();
            let what = counted(missing, "trial");
            short.push(format!("share {number} of {of} in {} lacks {what}", shown(journal.path())));
        }
    }
    if !short.is_empty() {
        let help = "give its command again: it goes on where it ended";
        return Err(Failure::mistake(format!("{}\n  = help: {help}", short.join("; "))));
    }
    let out = args.results.out.clone().unwrap_or_else(|| Path::new("results").join(&first.scenario));
    let mut folder = Folder::open(&out, args.results.force)?;
    let whole = Whole {
        loaded: &loaded,
        plan: &plan,
        again: &first.command,
        kept: Kept(&journals),
        jobs: plan.jobs().collect(),
        solved: None,
    };
    whole.finish(&args.results, (&out, &mut folder))
}

/// The trials in these folders, or in the folders in them.
fn journals(folders: &[PathBuf]) -> Result<Vec<Journal>, Failure> {
    let mut journals = Vec::new();
    for folder in folders {
        let io = |error| Failure::io(format!("reading {}", shown(folder)), &error);
        let open = |folder: &Path| match Journal::open(folder, false).map_err(io)? {
            Found::Trials(journal) => Ok(Some(*journal)),
            Found::Else(path) => Err(no_trials(&path, " and run that share again")),
            Found::Nothing => Ok(None),
        };
        let mut found: Vec<Journal> = open(folder)?.into_iter().collect();
        if found.is_empty() {
            let entries = std::fs::read_dir(folder).map_err(io)?;
            let below = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>();
            let mut below = below.map_err(io)?;
            below.sort();
            for folder in below.iter().filter(|path| path.is_dir()) {
                found.extend(open(folder)?);
            }
        }
        if found.is_empty() {
            return Err(Failure::mistake(format!(
                "{} holds no share of a sweep: neither it nor a folder in it has {JOURNAL}\n  = help: `edgelag sweep FILE \
                 --shard I/N` runs one",
                shown(folder)
            )));
        }
        journals.extend(found);
    }
    journals.sort_by_key(|journal| journal.header().share);
    journals.dedup_by(|a, b| a.path() == b.path());
    Ok(journals)
}

/// That they are the shares of one sweep, all of them, and do not differ where they overlap.
fn check_alike(journals: &[Journal]) -> Result<(), Failure> {
    let first = &journals[0];
    let (_, of) = first.header().share;
    for journal in &journals[1..] {
        let (a, b) = (first.header(), journal.header());
        let differs = if a.version != b.version {
            format!("versions {} and {} of edgelag", a.version, b.version)
        } else if a.share.1 != b.share.1 {
            format!("one of {} and one of {} shares", a.share.1, b.share.1)
        } else if a.cases != b.cases || a.resolved != b.resolved || a.files != b.files {
            "different scenarios, seeds or settings".to_owned()
        } else if a.command != b.command || a.scenario != b.scenario {
            format!("`{}` and `{}`", a.command, b.command)
        } else {
            continue;
        };
        let (a, b) = (shown(first.path()), shown(journal.path()));
        return Err(Failure::mistake(format!("{a} and {b} do not belong together: they are of {differs}")));
    }
    let is_there = |number: &u32| journals.iter().any(|journal| journal.header().share.0 == *number);
    let missing: Vec<String> = (1..=of).filter(|number| !is_there(number)).map(|n| n.to_string()).collect();
    if !missing.is_empty() {
        let plural = if missing.len() == 1 { "" } else { "s" };
        return Err(Failure::mistake(format!(
            "share{plural} {} of {of} missing\n  = help: run them, or name their folders too",
            missing.join(", ")
        )));
    }
    for pair in journals.windows(2).filter(|pair| pair[0].header().share == pair[1].header().share) {
        let io = |error| Failure::io(format!("reading {}", shown(pair[1].path())), &error);
        for job in pair[0].jobs() {
            let [a, b] = [pair[0].bytes(job).map_err(io)?, pair[1].bytes(job).map_err(io)?];
            if b.is_some() && a != b {
                return Err(Failure::mistake(format!(
                    "{} and {} hold the same share, and differ in trial {}",
                    shown(pair[0].path()),
                    shown(pair[1].path()),
                    job.trial
                )));
            }
        }
    }
    Ok(())
}

/// The scenario as the shares had it.
fn load(header: &Header) -> Result<Loaded, Failure> {
    let kept = header.files.iter().map(|(name, carried)| Ok((name, found(carried)?)));
    let kept: Vec<(&String, Beside)> = kept.collect::<Result<_, Failure>>()?;
    let files = |name: &str| {
        let file = kept.iter().find(|(known, _)| *known == name);
        file.map(|(_, beside)| beside.clone()).ok_or_else(|| "it is not kept with the shares".to_owned())
    };
    let loaded = load_keeping(&header.scenario, header.resolved.as_bytes(), &[], &files, Keeping::OnDisk);
    let mut loaded = Loaded::new(header.scenario.clone(), loaded)?;
    loaded.scenario.question.clone_from(&header.question);
    loaded.scenario.resolved.clone_from(&header.resolved);
    Ok(loaded)
}
