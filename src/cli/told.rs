//! What a run tells on standard output.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::output::{counted, shown};
use crate::experiment::{Compared, Comparison, Outcome, Row};
use crate::report::{
    PAGE, Report, causes, costs, every_difference, every_estimate, overview, read_back, sessions, stations,
    verdicts,
};

/// Tables and sentences.
pub(super) fn to_people(
    verbose: bool,
    report: &Report,
    outcomes: &[Outcome],
    out: &Path,
    files: usize,
) -> String {
    let mut text = String::new();
    if !report.title.is_empty() {
        let _ = writeln!(text, "{}", report.title);
    }
    if let Some(first) = outcomes.first() {
        let _ = writeln!(text, "{}", what_was_run(report, outcomes, first));
    }
    match report.summary.rows.is_empty() {
        true => text.push_str("\nNothing was measured: no operation began between warm-up and horizon.\n"),
        false => {
            let _ = writeln!(text, "\n{}", overview(report));
        }
    }
    let more = [
        verdicts(report),
        stations(report),
        costs(report),
        causes(report),
        read_back(report),
        sessions(report),
    ];
    for lines in more.into_iter().flatten() {
        let _ = writeln!(text, "\n{lines}");
    }
    if verbose {
        let every = report.comparison.map_or_else(|| every_estimate(report), every_difference);
        let _ = writeln!(text, "\n{every}");
    }
    let _ = writeln!(text, "\n{files} files in {}\nlook at them: {}", shown(out), shown(&out.join(PAGE)));
    text
}

fn what_was_run(report: &Report, outcomes: &[Outcome], first: &Outcome) -> String {
    let events: u64 = outcomes.iter().flat_map(|o| &o.trials).map(|trial| trial.events).sum();
    let case = first.case;
    let trials = match report.comparison {
        None => counted(outcomes.iter().map(|o| o.trials.len()).sum(), "trial"),
        Some(_) => {
            format!("{} of each of {}", counted(first.trials.len(), "trial"), counted(outcomes.len(), "arm"))
        }
    };
    format!(
        "seed {} · {trials} of {} s, the first {} s warm-up · {} · {}",
        case.seed,
        case.horizon.as_nanos() as f64 / 1e9,
        case.warmup.as_nanos() as f64 / 1e9,
        counted(case.locations.len(), "location"),
        counted(events as usize, "event"),
    )
}

/// All estimates, or all differences.
pub(super) fn as_json(report: &Report, outcomes: &[Outcome]) -> String {
    let all = match report.comparison {
        None => {
            let rows: Vec<Value> = report.summary.rows.iter().map(estimate).collect();
            json!({ "scenario": report.scenario, "title": report.title, "estimates": rows })
        }
        Some(Comparison { rows }) => json!({
            "scenario": report.scenario,
            "title": report.title,
            "seed": outcomes.first().map(|outcome| outcome.case.seed),
            "trials": outcomes.first().map(|outcome| outcome.trials.len()),
            "arms": outcomes.iter().map(|outcome| &outcome.case.label).collect::<Vec<_>>(),
            "comparison": rows.iter().map(compared).collect::<Vec<_>>(),
        }),
    };
    serde_json::to_string_pretty(&all).expect("estimates are valid JSON") + "\n"
}

fn estimate(row: &Row) -> Value {
    json!({
        "case": row.case, "namespace": row.namespace, "location": row.location, "op": row.op,
        "metric": row.metric, "stat": row.stat, "unit": row.unit, "value": row.estimate.value,
        "ci_lo": row.estimate.interval.map(|(lo, _)| lo),
        "ci_hi": row.estimate.interval.map(|(_, hi)| hi),
        "trials": row.estimate.trials, "n": row.estimate.n,
    })
}

fn compared(Compared { a, b, difference, verdict }: &Compared) -> Value {
    json!({
        "namespace": a.namespace, "location": a.location, "op": a.op,
        "metric": a.metric, "stat": a.stat, "unit": a.unit, "a": a.case, "b": b.case,
        "value_a": a.estimate.value, "value_b": b.estimate.value,
        "difference": difference.value,
        "ci_lo": difference.interval.map(|(lo, _)| lo),
        "ci_hi": difference.interval.map(|(_, hi)| hi),
        "verdict": verdict.name(), "trials_needed": difference.more_trials,
    })
}
