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
                    @let tried: Vec<_> = read.iter().filter(|row| is_tried(table, row)).collect();
                    @if !tried.is_empty() {
                        h4 { "What was tried, each on the same draws" }
                        ul .tried { @for row in tried { (trial(table, row)) } }
                    }
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

fn is_tried(table: &Table, row: &StringRecord) -> bool {
    table.cell(row, "kind") == "counterfactual"
}

/// Which read it is, or what happened.
fn sentence(table: &Table, row: &StringRecord) -> Markup {
    let text = shown_name(table.cell(row, "sentence"));
    html! {
        @match table.cell(row, "kind") {
            "heading" => {
                h3 dir="auto" { (text) }
                @let columns = ["case", "namespace"].map(|column| table.cell(row, column));
                @let named: Vec<_> = columns.into_iter().filter(|cell| !cell.is_empty()).collect();
                p .of { @for (at, name) in named.iter().enumerate() { @if at > 0 { " · " } bdi { (shown_name(name)) } } }
            }
            "sentence" => p dir="auto" { (text) },
            _ => {}
        }
    }
}

/// What was tried, what came of it, and by which settings.
fn trial(table: &Table, row: &StringRecord) -> Markup {
    let (text, settings) = (shown_name(table.cell(row, "sentence")), shown_name(table.cell(row, "settings")));
    let told = text.strip_suffix(&format!(" ({settings}).")).map_or(text, |told| told);
    let (class, mark) = match table.cell(row, "outcome") {
        "fresh" => ("fresh", "✓ "),
        "stale" => ("stale", "✗ "),
        _ => ("open", ""),
    };
    html! {
        li class=(class) dir="auto" {
            span aria-hidden="true" { (mark) } (told)
            @if !settings.is_empty() { code { (settings) } }
        }
    }
}
