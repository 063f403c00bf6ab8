//! `edgelag run`.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Format, RunArgs};
use super::failure::Failure;
use super::folder::Folder;
use super::how;
use super::output::{counted, print, say, shown};
use super::progress::Progress;
use super::signals::Signals;
use super::source::{self, Loaded};
use crate::experiment::{self, Outcome};
use crate::report::{Manifest, Report, causes, every_estimate, overview, read_back, sessions};

pub(super) fn run(args: &RunArgs) -> Result<ExitCode, Failure> {
    let Loaded { name, scenario } = source::scenario(&args.scenario)?;
    let out = args.out.clone().unwrap_or_else(|| Path::new("results").join(&name));
    // What cannot be run leaves nothing behind, not even an empty folder.
    let plan = how::plan(&args.how, &scenario)?;
    let mut folder = Folder::open(&out, args.force)?;
    let signals = Signals::listen().map_err(|error| Failure::io("listening for signals", &error))?;
    let trials = scenario.cases.iter().map(|case| u64::from(case.trials)).sum();
    let progress = Progress::new(trials, args.no_progress, args.quiet);
    let go_on = |part| {
        progress.add(part);
        signals.exit_code().is_none()
    };
    let threads = how::threads(&args.how, &scenario).count;
    let outcomes = experiment::carry_out(plan, threads, &go_on)
        .map_err(|error| Failure::io("starting threads", &std::io::Error::other(error)))?;
    progress.finish();
    let summary = experiment::summarise(&outcomes);
    let curves: Vec<_> = outcomes.iter().flat_map(experiment::curves).collect();
    let report = Report {
        scenario: &name,
        title: &scenario.title,
        trials: scenario.cases.iter().map(|case| case.trials).max().unwrap_or(0),
        summary: &summary,
        curves: &curves,
    };
    let partial = signals.exit_code();
    if partial.is_some() && outcomes.is_empty() {
        say("interrupted before any trial was finished; nothing is written");
    } else {
        let files = report.files(args.png);
        let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
        let manifest = Manifest {
            scenario: &name,
            resolved: &scenario.resolved,
            partial: partial.is_some(),
            outcomes: &outcomes,
            files: names,
        };
        folder.replace(&files, &manifest.to_json())?;
        match args.format {
            Format::Json => print(&json_summary(&report))?,
            Format::Human if !args.quiet => print(&told(args, &report, &outcomes, &out, files.len() + 1))?,
            Format::Human => {}
        }
        if partial.is_some() {
            say("interrupted: the results are partial");
        }
    }
    Ok(partial.map_or(ExitCode::SUCCESS, ExitCode::from))
}

fn told(args: &RunArgs, report: &Report, outcomes: &[Outcome], out: &Path, files: usize) -> String {
    let mut text = String::new();
    if !report.title.is_empty() {
        let _ = writeln!(text, "{}", report.title);
    }
    if let Some(first) = outcomes.first() {
        let case = first.case;
        let events: u64 = outcomes.iter().flat_map(|o| &o.trials).map(|trial| trial.events).sum();
        let _ = writeln!(
            text,
            "seed {} · {} of {} s, the first {} s warm-up · {} · {}",
            case.seed,
            counted(outcomes.iter().map(|o| o.trials.len()).sum(), "trial"),
            case.horizon.as_nanos() as f64 / 1e9,
            case.warmup.as_nanos() as f64 / 1e9,
            counted(case.locations.len(), "location"),
            counted(events as usize, "event"),
        );
    }
    match report.summary.rows.is_empty() {
        true => text.push_str("\nNothing was measured: no operation began between warm-up and horizon.\n"),
        false => {
            let _ = writeln!(text, "\n{}", overview(report));
        }
    }
    for lines in [causes(report), read_back(report), sessions(report)].into_iter().flatten() {
        let _ = writeln!(text, "\n{lines}");
    }
    if args.verbose {
        let _ = writeln!(text, "\n{}", every_estimate(report));
    }
    let _ = writeln!(text, "\n{files} files in {}", shown(out));
    text
}

fn json_summary(report: &Report) -> String {
    let rows: Vec<Value> = report
        .summary
        .rows
        .iter()
        .map(|row| {
            json!({
                "case": row.case, "namespace": row.namespace, "location": row.location, "op": row.op,
                "metric": row.metric, "stat": row.stat, "unit": row.unit, "value": row.estimate.value,
                "ci_lo": row.estimate.interval.map(|(lo, _)| lo),
                "ci_hi": row.estimate.interval.map(|(_, hi)| hi),
                "trials": row.estimate.trials, "n": row.estimate.n,
            })
        })
        .collect();
    let all = json!({ "scenario": report.scenario, "title": report.title, "estimates": rows });
    serde_json::to_string_pretty(&all).expect("estimates are valid JSON") + "\n"
}
