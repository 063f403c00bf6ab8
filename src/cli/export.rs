//! `edgelag export`.

use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::args::{EndOfWrite, HistoryArgs};
use super::failure::Failure;
use super::output::{counted, shown};
use super::source::{self, Loaded};
use crate::base::shown_bytes;
use crate::report::{WriteEnd, write_history};
use crate::scenario::text::nearest;
use crate::scenario::{Case, Scenario};
use crate::world::record_trial;

/// Runs one trial and writes its operations one by one.
pub(super) fn history(args: &HistoryArgs) -> Result<(), Failure> {
    let Loaded { scenario, .. } = source::scenario(&args.scenario)?;
    let case = wanted_case(&scenario, args.case.as_deref())?;
    if args.trial >= case.trials {
        let has = counted(case.trials as usize, "trial");
        return Err(Failure::mistake(format!(
            "there is no trial {}: the scenario has {has}, counted from 0",
            args.trial
        )));
    }
    check_order(case)?;
    check_size(&scenario, case)?;
    let (_, history) = record_trial(case, args.trial).map_err(Failure::mistake)?;
    source::check_traces(&scenario)?;
    let write_end = match args.write_end {
        EndOfWrite::Return => WriteEnd::Return,
        EndOfWrite::Commit => WriteEnd::Commit,
    };
    let write = |out: &mut dyn Write| {
        write_history(out, case, &history, write_end, args.judged).map_err(std::io::Error::from)
    };
    match &args.out {
        Some(path) => {
            to_file(path, write).map_err(|error| Failure::io(format!("writing {}", shown(path)), &error))
        }
        // A reader that has gone away is no failure.
        None => match write(&mut std::io::stdout().lock()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::io("writing to standard output", &error))
            }
            _ => Ok(()),
        },
    }
}

/// The file has its name only when it is complete.
fn to_file(path: &Path, write: impl Fn(&mut dyn Write) -> std::io::Result<()>) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let written = File::create(&beside).and_then(|file| {
        let mut buffered = BufWriter::new(file);
        write(&mut buffered)?;
        buffered.flush()?;
        buffered.get_ref().sync_all()
    });
    written.and_then(|()| fs::rename(&beside, path)).inspect_err(|_| {
        // The half-written file is worth nothing; its loss neither.
        let _ = fs::remove_file(&beside);
    })
}

pub(super) fn wanted_case<'a>(scenario: &'a Scenario, label: Option<&str>) -> Result<&'a Case, Failure> {
    let labels: Vec<&str> = scenario.cases.iter().map(|case| case.label.as_str()).collect();
    match (label, &scenario.cases[..]) {
        (None, [only]) => Ok(only),
        (None, _) => Err(Failure::mistake(format!(
            "the scenario has {}\n  = help: name one with --case, such as --case '{}'",
            counted(labels.len(), "case"),
            labels[0]
        ))),
        (Some(label), cases) => cases.iter().find(|case| case.label == label).ok_or_else(|| {
            let help = match nearest(label, &labels) {
                Some(near) => format!("did you mean '{near}'?"),
                None => "`edgelag check` lists the cases of a scenario".to_owned(),
            };
            Failure::mistake(format!("there is no case '{label}'\n  = help: {help}"))
        }),
    }
}

/// A history has a number for each version, by which those of a key are ordered.
pub(super) fn check_order(case: &Case) -> Result<(), Failure> {
    match case.namespaces.iter().find(|namespace| namespace.conflicts.merges()) {
        None => Ok(()),
        Some(namespace) => Err(Failure::mistake(format!(
            "a history numbers the versions of a key in one order, but the replicas of namespace `{}` merge theirs\n  \
             = help: use `conflicts = \"arrival\"`, or a clock, for that namespace",
            namespace.name
        ))),
    }
}

/// All operations are kept until the trial ends.
pub(super) fn check_size(scenario: &Scenario, case: &Case) -> Result<(), Failure> {
    let memory = &scenario.memory;
    let peak = memory.peak(memory.recorded, 1);
    if peak <= memory.limit {
        return Ok(());
    }
    Err(Failure::mistake(format!(
        "the history is predicted to have {:.1e} operations, and recording it to take {} of memory, more than the \
         limit of {}\n  = help: shorten the horizon or lower the rates, or lift the limit: [limits] memory = \"…GiB\"",
        case.predicted_operations(),
        shown_bytes(peak),
        shown_bytes(memory.limit)
    )))
}
