//! What `edgelag solve` found, from the rows of `solve.csv` and `gates.csv`: the answer in a sentence, then the points.

use csv::StringRecord;
use maud::{Markup, html};

use super::rows::{Table, shown_name};
use crate::report::number::{with_interval, writer};
use crate::stats::Estimate;

/// More points than this are shown on request.
const MOST_AT_ONCE: usize = 12;

/// The case of the best point, if there is one.
pub(super) fn best(table: &Table) -> Option<&str> {
    let row = table.rows.iter().find(|row| table.cell(row, "standing") == "best")?;
    Some(table.cell(row, "case"))
}

/// The answer, and a table of all points; the best comes first.
pub(super) fn solution(table: &Table, gates: Option<&Table>) -> Markup {
    let mut rows: Vec<(usize, &StringRecord)> = table.rows.iter().enumerate().collect();
    rows.sort_by_key(|(_, row)| match table.cell(row, "standing") {
        "best" => 0,
        "feasible" => 1,
        "inconclusive" => 2,
        "worse" => 3,
        _ => 4,
    });
    html! {
        section #solution aria-labelledby="solution-title" {
            h2 #solution-title { (wanted(table)) }
            p .lead { (sentence(table, gates)) }
            p .fine { (held(table)) }
            @if rows.len() <= MOST_AT_ONCE { (points(table, &rows)) }
            @else { details { summary { (rows.len()) " points" } (points(table, &rows)) } }
        }
    }
}

/// What was looked for, such as "Least cost per_month that meets all gates".
fn wanted(table: &Table) -> String {
    let Some(row) = table.rows.first() else { return "The best point".to_owned() };
    let most = if table.cell(row, "sense") == "minimise" { "Least" } else { "Most" };
    let [metric, stat] = ["metric", "stat"].map(|column| table.cell(row, column));
    let stat = if stat == "rate" { String::new() } else { format!(" {stat}") };
    format!("{most} {metric}{stat} that meets all gates")
}

/// What its intervals, and those of the gates, hold at.
fn held(table: &Table) -> String {
    match table.rows.first().and_then(|row| table.number(row, "looks")) {
        Some(looks) if looks > 1.0 => format!(
            "Points were looked at up to {looks} times while trials came in. Intervals here and at the gates are so wide that all \
             looks at a point hold together at 95 %."
        ),
        _ => "Intervals are 95 %.".to_owned(),
    }
}

fn sentence(table: &Table, gates: Option<&Table>) -> Markup {
    let count = |standing| table.rows.iter().filter(|row| table.cell(row, "standing") == standing).count();
    if let Some((at, row)) =
        table.rows.iter().enumerate().find(|(_, row)| table.cell(row, "standing") == "best")
    {
        let alike = match count("feasible") {
            0 => String::new(),
            1 => " 1 other point that holds them is not told apart from it.".to_owned(),
            more => format!(" {more} other points that hold them are not told apart from it."),
        };
        return html! {
            b { (value(table, at, row)) } " at " b { bdi { (shown_name(table.cell(row, "case"))) } } "." (alike)
        };
    }
    match count("inconclusive") {
        0 => html! {
            b { "Infeasible: no point meets all gates" } " because "
            @if let Some(gates) = gates {
                @for (at, Missed { gate, points, closest }) in missed(gates).into_iter().enumerate() {
                    @if at > 0 { "; and " }
                    code dir="auto" { (shown_name(gate)) } " fails at " (points.len()) " of " (table.rows.len()) " points"
                    @if points.len() == table.rows.len() {
                        ", closest is " bdi { (shown_name(gates.cell(closest, "case"))) } " with " (found(gates, closest))
                    }
                }
            }
            "."
        },
        open => html! {
            b { "Not told by these trials." } " Of " (table.rows.len()) " points " (open)
            " are inconclusive and may be the best: take more trials."
        },
    }
}

/// A gate that fails somewhere.
struct Missed<'t> {
    gate: &'t str,
    /// Where it fails.
    points: Vec<&'t str>,
    /// The row of the point whose value is next to the bound.
    closest: &'t StringRecord,
}

fn missed(gates: &Table) -> Vec<Missed<'_>> {
    let short = |row: &StringRecord| {
        let [value, bound] = ["value", "bound"].map(|column| gates.number(row, column));
        value.zip(bound).map_or(f64::INFINITY, |(value, bound)| (value - bound).abs())
    };
    let mut seen: Vec<Missed> = Vec::new();
    for row in gates.rows.iter().filter(|row| gates.cell(row, "verdict") == "fail") {
        let [gate, case] = ["gate", "case"].map(|column| gates.cell(row, column));
        let Some(missed) = seen.iter_mut().find(|missed| missed.gate == gate) else {
            seen.push(Missed { gate, points: vec![case], closest: row });
            continue;
        };
        if !missed.points.contains(&case) {
            missed.points.push(case);
        }
        if short(row) < short(missed.closest) {
            missed.closest = row;
        }
    }
    seen
}

/// What a gate is about, at a point.
fn found(gates: &Table, row: &StringRecord) -> String {
    let Some(value) = gates.number(row, "value") else { return "nothing".to_owned() };
    let estimate = Estimate { value, interval: gates.interval(row), trials: 0, n: 0 };
    with_interval(&estimate, writer(gates.cell(row, "unit"), gates.cell(row, "stat")))
}

fn points(table: &Table, rows: &[(usize, &StringRecord)]) -> Markup {
    let what = table.rows.first().map_or("", |row| table.cell(row, "metric"));
    html! {
        div .scroll tabindex="0" role="region" aria-label="Points" {
            table {
                thead {
                    tr {
                        th scope="col" { "Point" }
                        th scope="col" { "Standing" }
                        th scope="col" { "On the front" }
                        th scope="col" .n { (what) }
                        th scope="col" .n { "Trials" }
                        th scope="col" { "Because of" }
                    }
                }
                tbody {
                    @for (at, row) in rows {
                        tr {
                            th scope="row" { bdi { (shown_name(table.cell(row, "case"))) } }
                            td { (table.cell(row, "standing")) }
                            td { @if table.cell(row, "on_front") == "yes" { "yes" } }
                            td .n { (value(table, *at, row)) }
                            td .n { (table.cell(row, "trials")) }
                            td { bdi { (shown_name(table.cell(row, "because"))) } }
                        }
                    }
                }
            }
        }
    }
}

/// What is wanted the least or the most of, at a point.
fn value(table: &Table, at: usize, row: &StringRecord) -> Markup {
    let written = table.cell(row, "value");
    let Some(value) = table.number(row, "value") else { return html! { "–" } };
    let estimate = Estimate { value, interval: table.interval(row), trials: 0, n: 0 };
    let write = writer(table.cell(row, "unit"), table.cell(row, "stat"));
    html! {
        span .number data-csv="solve.csv" data-row=(at + 1) data-column="value" data-value=(written) title=(written) {
            (with_interval(&estimate, write))
        }
    }
}
