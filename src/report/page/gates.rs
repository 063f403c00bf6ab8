//! What the gates come to, from the rows of `gates.csv`: first whether all hold, then each of them.

use csv::StringRecord;
use maud::{Markup, html};

use super::rows::{Table, shown_name};
use crate::experiment::EVERYWHERE;
use crate::report::number::{with_interval, writer};
use crate::stats::Estimate;

/// More rows than this are shown on request.
const MOST_AT_ONCE: usize = 12;

/// A table of all gates; those that fail or are not told come first, and before them those of the `best` point of a solve.
pub(super) fn verdicts(table: &Table, best: Option<&str>) -> Markup {
    let mut rows: Vec<(usize, &StringRecord)> = table.rows.iter().enumerate().collect();
    let order = |row: &StringRecord| match table.cell(row, "verdict") {
        "fail" => 0,
        "inconclusive" => 1,
        _ => 2,
    };
    let is_elsewhere = |row: &StringRecord| best.is_some_and(|best| table.cell(row, "case") != best);
    rows.sort_by_key(|(_, row)| (is_elsewhere(row), order(row)));
    let told_of = |elsewhere| {
        let some = rows.iter().filter(|(_, row)| is_elsewhere(row) == elsewhere);
        let mut counts = [0; 3];
        some.for_each(|(_, row)| counts[order(row)] += 1);
        in_words(counts)
    };
    let (class, told) = match (best, told_of(false)) {
        (None, told) => told,
        (Some(_), (class, told)) => (class, format!("At the point found: {}", lower(&told))),
    };
    let elsewhere = rows.iter().any(|(_, row)| is_elsewhere(row)).then(|| lower(&told_of(true).1));
    let with_case = rows.iter().any(|(_, row)| !table.cell(row, "case").is_empty());
    html! {
        section #gates aria-labelledby="gates-title" {
            h2 #gates-title { "Gates" }
            p .lead.gate data-verdict=(class) { (told) }
            @if let Some(told) = elsewhere {
                p .fine { "At the other points, where they need not hold: " (told) }
            }
            @if rows.len() <= MOST_AT_ONCE { (all(table, &rows, with_case)) }
            @else { details { summary { (rows.len()) " verdicts" } (all(table, &rows, with_case)) } }
        }
    }
}

/// What so many gates come to that fail, are not told, and hold.
fn in_words([fail, open, pass]: [usize; 3]) -> (&'static str, String) {
    let all = fail + open + pass;
    match (fail, open) {
        (0, 0) => ("pass", "All gates hold.".to_owned()),
        (0, open) => ("inconclusive", format!("{open} of {all} are not told by these trials.")),
        (fail, 0) => ("fail", format!("{fail} of {all} fail; {pass} hold.")),
        (fail, open) => {
            ("fail", format!("{fail} of {all} fail; {pass} hold; {open} are not told by these trials."))
        }
    }
}

/// Behind a colon.
fn lower(sentence: &str) -> String {
    sentence.replacen("All", "all", 1)
}

fn all(table: &Table, rows: &[(usize, &StringRecord)], with_case: bool) -> Markup {
    html! {
        div .scroll tabindex="0" role="region" aria-label="Gates" {
            table {
                thead {
                    tr {
                        th scope="col" { "Verdict" }
                        th scope="col" { "Gate" }
                        @if with_case { th scope="col" { "Case" } }
                        th scope="col" { "Of" }
                        th scope="col" .n { "Found" }
                        th scope="col" .n { "More trials needed" }
                    }
                }
                tbody { @for (at, row) in rows { (line(table, *at, row, with_case)) } }
            }
        }
    }
}

fn line(table: &Table, at: usize, row: &StringRecord, with_case: bool) -> Markup {
    let verdict = table.cell(row, "verdict");
    let mark = match verdict {
        "pass" => "✓ ",
        "fail" => "✗ ",
        _ => "? ",
    };
    let of = ["namespace", "location", "op"].map(|column| shown_name(table.cell(row, column)));
    let of: Vec<&str> = of.into_iter().filter(|name| !name.is_empty() && *name != EVERYWHERE).collect();
    html! {
        tr data-verdict=(verdict) {
            th scope="row" .gate data-verdict=(verdict) { span aria-hidden="true" { (mark) } (verdict) }
            td { code dir="auto" { (shown_name(table.cell(row, "gate"))) } }
            @if with_case { td { bdi { (shown_name(table.cell(row, "case"))) } } }
            td { @for (at, name) in of.iter().enumerate() { @if at > 0 { " · " } bdi { (name) } } }
            td .n { (found(table, at, row)) }
            td .n { (table.cell(row, "trials_needed")) }
        }
    }
}

fn found(table: &Table, at: usize, row: &StringRecord) -> Markup {
    let written = table.cell(row, "value");
    let Some(value) = table.number(row, "value") else { return html! { "no such row" } };
    let write = writer(table.cell(row, "unit"), table.cell(row, "stat"));
    let estimate = Estimate { value, interval: table.interval(row), trials: 0, n: 0 };
    html! {
        span .number data-csv="gates.csv" data-row=(at + 1) data-column="value" data-value=(written) title=(written) {
            (with_interval(&estimate, write))
        }
    }
}
