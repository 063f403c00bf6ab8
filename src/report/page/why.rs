//! What `edgelag why` found: its sentences and diagrams.

use csv::StringRecord;
use maud::{Markup, html};

use super::embedded::svg_url;
use super::rows::{Table, shown_name};
use crate::report::ResultFile;

/// A part for each stale read that was explained; nothing if none was.
pub(super) fn explained(table: &Table, files: &[ResultFile]) -> Markup {
    let same = |x: &StringRecord, y: &StringRecord| table.cell(x, "number") == table.cell(y, "number");
    html! {
        section #why aria-labelledby="why-title" {
            h2 #why-title { "Why reads were stale" }
            @for read in table.rows.chunk_by(same) {
                @let number = table.cell(&read[0], "number");
                article .why data-number=(number) {
                    @for row in read { (sentence(table, row)) }
                    @let name = format!("why-{number}.svg");
                    @if let Some((_, bytes)) = files.iter().find(|(file, _)| *file == name) {
                        div .scroll tabindex="0" role="region" aria-label="Space-time diagram" {
                            img src=(svg_url(bytes)) alt="Space-time diagram of the write and the read; the sentences above say the same.";
                        }
                    }
                }
            }
        }
    }
}

fn sentence(table: &Table, row: &StringRecord) -> Markup {
    let text = table.cell(row, "sentence");
    html! {
        @match table.cell(row, "kind") {
            "heading" => {
                h3 dir="auto" { (shown_name(text)) }
                p .of {
                    @for column in ["case", "namespace", "pick"] {
                        @if !table.cell(row, column).is_empty() { bdi { (shown_name(table.cell(row, column))) } " " }
                    }
                }
            }
            "counterfactual" => p .counterfactual dir="auto" { (shown_name(text)) },
            _ => p dir="auto" { (shown_name(text)) },
        }
    }
}
