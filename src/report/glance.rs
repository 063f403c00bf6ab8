//! The first figures of a run while its trials come in: how far each is known by now.

use std::collections::BTreeMap;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, Table};

use super::key_figures::{KEY_FIGURES, KeyFigure};
use super::number::with_interval;
use crate::experiment::{Outcome, Summary, summarise_overall};
use crate::stats::Estimate;

/// Remembers how wide the intervals were.
#[derive(Debug, Default)]
pub struct Glance {
    /// By case, namespace and figure: all that an interval of it has held so far.
    seen: BTreeMap<(String, String, &'static str), (f64, f64)>,
}

/// Cells that an interval is drawn with.
const CELLS: usize = 36;
/// Of a screen on which there is room for them.
const WIDE: usize = 100;

impl Glance {
    /// A line a figure, in at most so many lines, of the trials that have finished. Each interval is drawn on the scale
    /// of the widest one so far, so that it is seen to tighten, if so many `columns` have room for it.
    pub fn table(&mut self, outcomes: &[Outcome], lines: usize, columns: usize) -> String {
        let summary = summarise_overall(outcomes);
        let begun: Vec<&Outcome> = outcomes.iter().filter(|outcome| !outcome.trials.is_empty()).collect();
        let spaces: Vec<(&Outcome, &str)> = begun
            .iter()
            .flat_map(|&outcome| outcome.case.namespaces.iter().map(move |n| (outcome, n.name.as_str())))
            .collect();
        let each = (lines / spaces.len().max(1)).max(1);
        let mut table = Table::new();
        table.load_style(NOTHING);
        for (outcome, namespace) in spaces.into_iter().take(lines) {
            self.add(&mut table, &summary, outcome, namespace, each);
        }
        if let Some(names) = table.column_mut(0) {
            names.set_padding((0, 1));
        }
        if let Some(values) = table.column_mut(2) {
            values.set_cell_alignment(CellAlignment::Right);
        }
        if columns < WIDE {
            table.column_iter_mut().skip(3).for_each(|gauges| {
                gauges.set_constraint(ColumnConstraint::Hidden);
            });
        }
        table.trim_fmt()
    }

    fn add(&mut self, table: &mut Table, summary: &Summary, outcome: &Outcome, namespace: &str, most: usize) {
        let case = &outcome.case.label;
        let found = KEY_FIGURES.into_iter().filter(|figure| figure.of_a_run).filter_map(|figure| {
            let [op, metric, stat] = figure.key;
            Some((figure, summary.find(case, namespace, op, metric, stat)?))
        });
        for (at, (figure, estimate)) in found.take(most).enumerate() {
            let who = if at == 0 { who(outcome, namespace) } else { String::new() };
            let gauge = self.gauge(case, namespace, &figure, &estimate);
            let value = with_interval(&estimate, figure.measure.write());
            table.add_row([who, figure.name.to_owned(), value, gauge]);
        }
    }

    fn gauge(&mut self, case: &str, namespace: &str, figure: &KeyFigure, estimate: &Estimate) -> String {
        let Some((lo, hi)) = estimate.interval else { return String::new() };
        let key = (case.to_owned(), namespace.to_owned(), figure.name);
        let seen = self.seen.entry(key).or_insert((lo, hi));
        *seen = (seen.0.min(lo), seen.1.max(hi));
        drawn(*seen, (lo, estimate.value, hi))
    }
}

/// The case, the namespace and how many trials are done.
fn who(outcome: &Outcome, namespace: &str) -> String {
    let parts = [outcome.case.label.as_str(), namespace].into_iter().filter(|part| !part.is_empty());
    let name = parts.collect::<Vec<_>>().join(" · ");
    format!("{name} · {} of {} trials", outcome.trials.len(), outcome.case.trials)
}

/// An interval with its value, on a scale.
fn drawn((least, most): (f64, f64), (lo, value, hi): (f64, f64, f64)) -> String {
    let width = most - least;
    if width <= 0.0 {
        return "●".to_owned();
    }
    let cell = |at: f64| (((at - least) / width * (CELLS - 1) as f64).round() as usize).min(CELLS - 1);
    let (lo, value, hi) = (cell(lo), cell(value), cell(hi));
    let cells = (0..CELLS).map(|at| match at {
        _ if at == value => '●',
        _ if at == lo => '├',
        _ if at == hi => '┤',
        _ if lo < at && at < hi => '─',
        _ => ' ',
    });
    cells.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 36 cells from 0 to 35, one a unit.
    #[test]
    fn an_interval_is_drawn_on_the_scale_of_the_widest() {
        let bar = |lo, value, hi| drawn((0.0, 35.0), (lo, value, hi));
        assert_eq!(bar(0.0, 17.0, 35.0), format!("├{}●{}┤", "─".repeat(16), "─".repeat(17)));
        assert_eq!(bar(10.0, 12.0, 13.0).trim(), "├─●┤");
        assert_eq!(bar(10.0, 10.0, 10.0).trim(), "●");
        assert_eq!(drawn((3.0, 3.0), (3.0, 3.0, 3.0)), "●");
    }
}
