//! What a run tells on standard output.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::output::{counted, shown};
use crate::experiment::{Compared, Comparison, Judged, Ran, Row};
use crate::report::{
    PAGE, Report, aftermaths, causes, costs, every_difference, every_estimate, gates, overview, read_back,
    sessions, solution, solution_json, stations, verdicts,
};

const NOTHING_MEASURED: &str = "Nothing was measured: no operation began between warm-up and horizon.";

/// Of so many cases or arms all is told, of more the tables alone.
const MOST_IN_DETAIL: usize = 20;

/// Tables and sentences.
pub(super) fn to_people(verbose: bool, report: &Report, ran: &[Ran], out: &Path, files: usize) -> String {
    let mut text = String::new();
    if !report.title.is_empty() {
        let _ = writeln!(text, "{}", report.title);
    }
    if let Some(first) = ran.first() {
        let _ = writeln!(text, "{}", what_was_run(report, ran, first));
    }
    let measured = !report.summary.rows.is_empty();
    let table = if measured { overview(report) } else { NOTHING_MEASURED.to_owned() };
    let answer = match report.solved {
        Some(solved) => [Some(solution(solved)), gates(report), None],
        None => [Some(table), gates(report), verdicts(report)],
    };
    let details = [
        stations(report),
        aftermaths(report),
        costs(report),
        causes(report),
        read_back(report),
        sessions(report),
    ];
    // Of many points nobody reads them one by one.
    let is_brief = report.solved.is_some() || ran.len() > MOST_IN_DETAIL;
    let details = details.into_iter().filter(|_| verbose || !is_brief);
    for lines in answer.into_iter().chain(details).flatten() {
        let _ = writeln!(text, "\n{lines}");
    }
    if verbose {
        let every = report.comparison.map_or_else(|| every_estimate(report), every_difference);
        let _ = writeln!(text, "\n{every}");
    }
    let _ = writeln!(text, "\n{files} files in {}\nlook at them: {}", shown(out), shown(&out.join(PAGE)));
    text
}

fn what_was_run(report: &Report, ran: &[Ran], first: &Ran) -> String {
    let events: u64 = ran.iter().map(|ran| ran.events).sum();
    let case = first.case;
    let trials = match report.comparison {
        None => counted(ran.iter().map(|ran| ran.trials as usize).sum(), "trial"),
        Some(_) => {
            let (trials, arms) = (counted(first.trials as usize, "trial"), counted(ran.len(), "arm"));
            format!("{trials} of each of {arms}")
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
pub(super) fn as_json(report: &Report, ran: &[Ran]) -> String {
    let mut all = match report.comparison {
        None => {
            let rows: Vec<Value> = report.summary.rows.iter().map(estimate).collect();
            json!({ "scenario": report.scenario, "title": report.title, "estimates": rows })
        }
        Some(Comparison { rows }) => json!({
            "scenario": report.scenario,
            "title": report.title,
            "seed": ran.first().map(|ran| ran.case.seed),
            "trials": ran.first().map(|ran| ran.trials),
            "arms": ran.iter().map(|ran| &ran.case.label).collect::<Vec<_>>(),
            "comparison": rows.iter().map(compared).collect::<Vec<_>>(),
        }),
    };
    if let Some(solved) = report.solved {
        all["solve"] = solution_json(solved);
    }
    if !report.gates.is_empty() {
        all["gates"] = report.gates.iter().map(gate).collect();
    }
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

fn gate(Judged { case, gate, row, trials, verdict, more_trials }: &Judged) -> Value {
    let estimate = row.as_ref().map(|row| row.estimate);
    let interval = estimate.and_then(|estimate| estimate.interval);
    json!({
        "case": case, "gate": gate.text,
        "namespace": row.as_ref().map(|row| &row.namespace), "location": row.as_ref().map(|row| &row.location),
        "op": row.as_ref().map(|row| row.op), "metric": gate.rows.metric.name, "stat": gate.rows.stat,
        "value": estimate.map(|estimate| estimate.value), "unit": gate.rows.metric.unit,
        "ci_lo": interval.map(|(lo, _)| lo), "ci_hi": interval.map(|(_, hi)| hi),
        "bound": gate.bound, "verdict": verdict.name(), "trials": trials, "trials_needed": more_trials,
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
