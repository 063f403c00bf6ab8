//! How the arms of a comparison differ, in sentences from the rows of `comparison.csv`.

use csv::StringRecord;
use maud::{Markup, html};

use super::rows::{Table, shown_name};
use crate::experiment::EVERYWHERE;
use crate::report::cost::namespace_in_words;
use crate::report::key_figures::{KEY_FIGURES, KeyFigure};
use crate::report::verdicts::by;
use crate::stats::Difference;

/// A paragraph for each arm against the first, by namespace.
pub(super) fn differences(table: &Table) -> Markup {
    let whole: Vec<(usize, &StringRecord)> =
        table.rows.iter().enumerate().filter(|(_, row)| table.cell(row, "location") == EVERYWHERE).collect();
    let block_of = |row: &StringRecord| ["b", "namespace"].map(|column| table.cell(row, column).to_owned());
    let blocks: Vec<_> = whole.chunk_by(|x, y| block_of(x.1) == block_of(y.1)).collect();
    let one_namespace = blocks.windows(2).all(|pair| block_of(pair[0][0].1)[1] == block_of(pair[1][0].1)[1]);
    html! {
        section #differences aria-labelledby="differences-title" {
            h2 #differences-title { "How the arms differ" }
            @if let Some(block) = blocks.first() {
                p .lead {
                    "Each against " bdi { b { (shown_name(table.cell(block[0].1, "a"))) } }
                    ". ± is the 95 % interval of that difference alone, over paired trials: of twenty without a \
                     difference, one is told apart by chance."
                }
            }
            @for block in &blocks {
                @let [arm, namespace] = block_of(block[0].1);
                section .arm data-case=(arm) data-namespace=(namespace) {
                    h3 {
                        bdi { (shown_name(&arm)) }
                        @if !one_namespace { span .of { " · " bdi { (shown_name(namespace_in_words(&namespace))) } } }
                    }
                    @let told = told(table, block);
                    @let (first, more): (Vec<_>, Vec<_>) = told.into_iter().partition(|(figure, ..)| HEADLINE.contains(&figure.key));
                    div {
                        ul { @for (figure, at, row) in first { (sentence(table, at, row, figure)) } }
                        @if !more.is_empty() {
                            details {
                                summary { (more.len()) " more figure" @if more.len() != 1 { "s" } }
                                ul { @for (figure, at, row) in more { (sentence(table, at, row, figure)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Told at once; all others on request.
const HEADLINE: [[&str; 3]; 5] = [
    ["read", "stale_rate", "rate"],
    ["read", "latency", "p50"],
    ["read", "latency", "p99"],
    ["write", "latency", "p99"],
    ["update", "latency", "p99"],
];

/// The key figures that are in a block, each with its row and where that is.
fn told<'t>(
    table: &Table,
    block: &[(usize, &'t StringRecord)],
) -> Vec<(&'static KeyFigure, usize, &'t StringRecord)> {
    let row_of = |figure| block.iter().find(|(_, row)| is_of(table, row, figure));
    KEY_FIGURES.iter().filter_map(|figure| row_of(figure).map(|&(at, row)| (figure, at, row))).collect()
}

fn is_of(table: &Table, row: &StringRecord, figure: &KeyFigure) -> bool {
    ["op", "metric", "stat"].map(|column| table.cell(row, column)) == figure.key
}

fn sentence(table: &Table, at: usize, row: &StringRecord, figure: &KeyFigure) -> Markup {
    let (a, b) = (shown_name(table.cell(row, "a")), shown_name(table.cell(row, "b")));
    let written = table.cell(row, "difference");
    let difference = Difference {
        value: table.number(row, "difference").unwrap_or(0.0),
        interval: table.interval(row),
        more_trials: None,
    };
    let amount = html! {
        span .number data-csv="comparison.csv" data-row=(at + 1) data-column="difference" data-value=(written)
            title=(written) { (by(&difference, figure.measure)) }
    };
    let verdict = table.cell(row, "verdict");
    let class = match verdict {
        "a better" => "worse",
        "b better" => "better",
        "differ" => "other",
        _ => "open",
    };
    let needed = table.cell(row, "trials_needed");
    html! {
        li class=(class) {
            span .what { (figure.name) }
            " "
            @match verdict {
                "a better" => { bdi { (a) } " better by " (amount) }
                "b better" => { bdi { (b) } " better by " (amount) }
                "differ" => {
                    bdi { @if difference.value > 0.0 { (b) } @else { (a) } } " has " (amount) " more"
                }
                "identical" => "identical in every trial",
                _ => {
                    "no difference shown (" (amount) ")"
                    @if !needed.is_empty() { ", about " (needed) " more trial" @if needed != "1" { "s" } " needed" }
                }
            }
        }
    }
}
