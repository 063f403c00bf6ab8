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
            h2 #solution-title { "The best point" }
            p .lead { (sentence(table, gates)) }
            @if rows.len() <= MOST_AT_ONCE { (points(table, &rows)) }
            @else { details { summary { (rows.len()) " points" } (points(table, &rows)) } }
        }
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
            b { bdi { (shown_name(table.cell(row, "case"))) } } " is the best point that holds all gates: "
            (table.cell(row, "metric")) " " (value(table, at, row)) "." (alike)
        };
    }
    match count("inconclusive") {
        0 => html! {
            b { "No point holds all gates." } " "
            @for (at, (gate, points)) in gates.map(missed).unwrap_or_default().into_iter().enumerate() {
                @if at > 0 { "; " }
                code dir="auto" { (shown_name(gate)) } " fails at " (points) " of " (table.rows.len())
            }
            "."
        },
        open => html! {
            b { "Not told by these trials." } " Of " (table.rows.len()) " points " (open)
            " are inconclusive and may be the best: take more trials."
        },
    }
}

/// The gates that fail somewhere, and at how many points each does.
fn missed(gates: &Table) -> Vec<(&str, usize)> {
    let mut seen: Vec<(&str, Vec<&str>)> = Vec::new();
    for row in gates.rows.iter().filter(|row| gates.cell(row, "verdict") == "fail") {
        let (gate, case) = (gates.cell(row, "gate"), gates.cell(row, "case"));
        match seen.iter_mut().find(|(known, _)| *known == gate) {
            Some((_, cases)) if cases.contains(&case) => {}
            Some((_, cases)) => cases.push(case),
            None => seen.push((gate, vec![case])),
        }
    }
    seen.into_iter().map(|(gate, cases)| (gate, cases.len())).collect()
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
