//! What each fault left behind, from the rows of `recovery.csv`.

use csv::StringRecord;
use maud::{Markup, html};

use super::rows::{Table, shown_name};
use crate::report::number::{percent, seconds, short, with_interval};
use crate::stats::Estimate;

/// More rows than this are shown on request.
const MOST_AT_ONCE: usize = 12;

/// A metric, its heading, and how it is written.
type Told = (&'static str, &'static str, fn(f64) -> String);

/// What is told of each fault.
const TOLD: [Told; 3] = [
    ("recovery", "Time to recover", seconds),
    ("recovery_unfinished", "Not recovered", percent),
    ("origin_surge", "Origin requests, times as many", short),
];

/// A row of the table with its place in it, from 1 below the header.
type Placed<'t> = (usize, &'t StringRecord);

/// A row for each fault of each case and namespace.
pub(super) fn faults(table: &Table) -> Markup {
    let rows: Vec<Placed> = table.rows.iter().enumerate().map(|(at, row)| (at + 1, row)).collect();
    let fault_of =
        |row: &StringRecord| ["case", "namespace", "fault"].map(|column| table.cell(row, column).to_owned());
    let faults: Vec<&[Placed]> = rows.chunk_by(|a, b| fault_of(a.1) == fault_of(b.1)).collect();
    html! {
        @if !faults.is_empty() {
            section #after-faults aria-labelledby="after-faults-title" {
                h2 #after-faults-title { "After faults" }
                p .fine {
                    "Time to recover: from the end of a fault until the shares of failed operations and of stale reads are as \
                     before it, a mean over the times that they were. Not recovered: of the times that \
                     can be told, with no other fault at its end. Origin requests: in the worst slice after it, by those before it."
                }
                @if faults.len() <= MOST_AT_ONCE { (all(table, &faults)) }
                @else { details { summary { (faults.len()) " faults" } (all(table, &faults)) } }
            }
        }
    }
}

fn all(table: &Table, faults: &[&[Placed]]) -> Markup {
    let with_case = table.rows.iter().any(|row| !table.cell(row, "case").is_empty());
    html! {
        div .scroll tabindex="0" role="region" aria-label="After faults" {
            table {
                thead {
                    tr {
                        th scope="col" { "Fault" }
                        @if with_case { th scope="col" { "Case" } }
                        th scope="col" { "Namespace" }
                        @for (_, heading, _) in TOLD { th scope="col" .n { (heading) } }
                    }
                }
                tbody {
                    @for rows in faults {
                        @let first = rows[0].1;
                        tr {
                            th scope="row" { bdi { (shown_name(table.cell(first, "fault"))) } }
                            @if with_case { td { bdi { (shown_name(table.cell(first, "case"))) } } }
                            td { bdi { (shown_name(table.cell(first, "namespace"))) } }
                            @for (metric, _, write) in TOLD { td .n { (figure(table, rows, metric, write)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The estimate of a metric; of shares also of how many times.
fn figure(table: &Table, rows: &[Placed], metric: &str, write: fn(f64) -> String) -> Markup {
    let Some(&(at, row)) = rows.iter().find(|(_, row)| table.cell(row, "metric") == metric) else {
        return html! { "–" };
    };
    let Some(value) = table.number(row, "value") else { return html! { "–" } };
    let estimate = Estimate { value, interval: table.interval(row), trials: 0, n: 0 };
    let cell = |column: &str, text: &str| {
        let written = table.cell(row, column);
        html! {
            span .number data-csv="recovery.csv" data-row=(at) data-column=(column) data-value=(written) title=(written) {
                (text)
            }
        }
    };
    html! {
        (cell("value", &with_interval(&estimate, write)))
        @if metric == "recovery_unfinished" {
            " of " (cell("n", table.cell(row, "n"))) " in " (cell("trials", table.cell(row, "trials"))) " trials"
        }
    }
}
