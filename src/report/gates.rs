//! What the gates come to: a table for programs, and one for people.

use comfy_table::Table;
use comfy_table::presets::NOTHING;

use super::Report;
use super::number::{plain, with_interval, writer};
use super::tables::{text, whole_csv};
use crate::experiment::{EVERYWHERE, GateVerdict, Judged, Row};
use crate::scenario::text::escape;
use crate::stats::Estimate;

/// `gates.csv`.
pub(super) fn table(report: &Report) -> Vec<u8> {
    let header = [
        "scenario",
        "case",
        "gate",
        "namespace",
        "location",
        "op",
        "metric",
        "stat",
        "value",
        "unit",
        "ci_lo",
        "ci_hi",
        "bound",
        "verdict",
        "trials",
        "trials_needed",
    ];
    let rows = report.gates.iter().map(|judged| {
        let Judged { case, gate, row, trials, verdict, more_trials } = judged;
        let named = |name: &Option<String>| name.as_deref().map_or_else(String::new, text);
        let (namespace, location, op) = match row {
            Some(row) => (text(&row.namespace), text(&row.location), row.op.to_owned()),
            None => {
                let rows = &gate.rows;
                (named(&rows.namespace), named(&rows.location), rows.op.unwrap_or_default().to_owned())
            }
        };
        let estimate = row.as_ref().map(|row| row.estimate);
        let interval = estimate.and_then(|estimate| estimate.interval);
        let number = |number: Option<f64>| number.map_or_else(String::new, plain);
        vec![
            text(report.scenario),
            text(case),
            text(&gate.text),
            namespace,
            location,
            op,
            gate.rows.metric.name.to_owned(),
            gate.rows.stat.to_owned(),
            number(estimate.map(|estimate| estimate.value)),
            gate.rows.metric.unit.to_owned(),
            number(interval.map(|(lo, _)| lo)),
            number(interval.map(|(_, hi)| hi)),
            plain(gate.bound),
            verdict.name().to_owned(),
            trials.to_string(),
            more_trials.map_or_else(String::new, |more| more.to_string()),
        ]
    });
    whole_csv(&header, rows)
}

/// More lines than this are counted instead.
const MOST_LINES: usize = 24;

/// The gates and their verdicts, a line each; where there are many, how often each one passes. `None` without gates.
pub fn gates(report: &Report) -> Option<String> {
    let gates = report.gates;
    if gates.is_empty() {
        return None;
    }
    let mut table = Table::new();
    table.load_style(NOTHING);
    match gates.len() <= MOST_LINES {
        true => gates.iter().for_each(|judged| {
            table.add_row(line(judged));
        }),
        false => counted(gates).into_iter().for_each(|row| {
            table.add_row(row);
        }),
    }
    Some(format!("gates\n{}", table.trim_fmt()))
}

fn line(judged: &Judged) -> Vec<String> {
    let case = if judged.case.is_empty() { Vec::new() } else { vec![escape(&judged.case)] };
    let told = vec![judged.verdict.name().to_owned(), escape(&judged.gate.text), found(judged), why(judged)];
    [case, told].concat()
}

/// Where, and how much.
fn found(judged: &Judged) -> String {
    let Some(Row { namespace, location, op, unit, stat, estimate, .. }) = &judged.row else {
        return "no such row in summary.csv".to_owned();
    };
    let location = if location == EVERYWHERE { "" } else { location.as_str() };
    let place: Vec<&str> =
        [namespace.as_str(), location, op].into_iter().filter(|part| !part.is_empty()).collect();
    format!("{}: {}", escape(&place.join(" · ")), with_interval(estimate, writer(unit, stat)))
}

/// What keeps it from being told.
fn why(Judged { verdict, row, more_trials, .. }: &Judged) -> String {
    if *verdict != GateVerdict::Inconclusive {
        return String::new();
    }
    match (row.as_ref().map(|row| row.estimate), more_trials) {
        (None, _) => String::new(),
        (_, Some(1)) => "about 1 more trial needed".to_owned(),
        (_, Some(more)) => format!("about {more} more trials needed"),
        (Some(Estimate { interval: None, trials: 1, .. }), None) => "one trial gives no interval".to_owned(),
        (Some(Estimate { interval: None, .. }), None) => {
            "no interval: a trial has too few values beyond it".to_owned()
        }
        _ => String::new(),
    }
}

/// A line for each gate.
fn counted(gates: &[Judged]) -> Vec<Vec<String>> {
    let mut texts: Vec<&str> = Vec::new();
    for judged in gates {
        if !texts.contains(&judged.gate.text.as_str()) {
            texts.push(&judged.gate.text);
        }
    }
    let line = |of: &str| {
        let verdicts = gates.iter().filter(|judged| judged.gate.text == of).map(|judged| judged.verdict);
        let verdicts: Vec<GateVerdict> = verdicts.collect();
        let told = [GateVerdict::Pass, GateVerdict::Fail, GateVerdict::Inconclusive]
            .map(|verdict| (verdict.name(), verdicts.iter().filter(|other| **other == verdict).count()));
        let told = told.into_iter().filter(|(_, count)| *count > 0);
        let told: Vec<String> = told.map(|(name, count)| format!("{name} {count}")).collect();
        vec![escape(of), format!("{} of {}", told.join(", "), verdicts.len())]
    };
    texts.into_iter().map(line).collect()
}
