//! The first figures of a run while its trials come in: how far each is known by now.

use std::collections::BTreeMap;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};

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

/// At least so many cells tell how wide an interval is, and more than that many tell no more.
const CELLS: std::ops::RangeInclusive<usize> = 10..=36;

/// A figure as it is known by now.
struct Line {
    /// Whose it is, in the first line about it.
    who: String,
    name: &'static str,
    value: String,
    gauge: Option<Gauge>,
}

/// An interval, and all that those before it have held.
#[derive(Clone, Copy)]
struct Gauge {
    scale: (f64, f64),
    interval: (f64, f64),
    value: f64,
}

impl Glance {
    /// A line a figure, in at most so many lines, of the trials that have finished. Each interval is drawn on the scale
    /// of the widest one so far, so that it is seen to tighten, if there is room for it in so many `columns`.
    pub fn table(&mut self, outcomes: &[Outcome], lines: usize, columns: usize) -> String {
        let summary = summarise_overall(outcomes);
        let begun = outcomes.iter().filter(|outcome| !outcome.trials.is_empty());
        let spaces: Vec<(&Outcome, &str)> = begun
            .flat_map(|outcome| outcome.case.namespaces.iter().map(move |n| (outcome, n.name.as_str())))
            .collect();
        let each = (lines / spaces.len().max(1)).max(1);
        let shown = if spaces.len() > lines { lines - 1 } else { spaces.len() };
        let figures: Vec<Line> = spaces[..shown]
            .iter()
            .flat_map(|(outcome, namespace)| self.figures(&summary, outcome, namespace, each))
            .collect();
        let table = drawn_up(&figures, columns);
        match spaces.len() - shown {
            0 => table,
            more => format!("{table}\nand {more} more"),
        }
    }

    fn figures(&mut self, summary: &Summary, outcome: &Outcome, namespace: &str, most: usize) -> Vec<Line> {
        let case = &outcome.case.label;
        let found = KEY_FIGURES.iter().filter(|figure| figure.of_a_run).filter_map(|figure| {
            let [op, metric, stat] = figure.key;
            Some((figure, summary.find(case, namespace, op, metric, stat)?))
        });
        let lines = found.take(most).enumerate().map(|(at, (figure, estimate))| Line {
            who: if at == 0 { who(outcome, namespace) } else { String::new() },
            name: figure.name,
            value: with_interval(&estimate, figure.measure.write()),
            gauge: self.gauge(case, namespace, figure, &estimate),
        });
        lines.collect()
    }

    fn gauge(
        &mut self,
        case: &str,
        namespace: &str,
        figure: &KeyFigure,
        estimate: &Estimate,
    ) -> Option<Gauge> {
        let (lo, hi) = estimate.interval?;
        let key = (case.to_owned(), namespace.to_owned(), figure.name);
        let seen = self.seen.entry(key).or_insert((lo, hi));
        *seen = (seen.0.min(lo), seen.1.max(hi));
        Some(Gauge { scale: *seen, interval: (lo, hi), value: estimate.value })
    }
}

/// The lines as a table, with as much of each interval as there is room for.
fn drawn_up(figures: &[Line], columns: usize) -> String {
    let widest = |of: &dyn Fn(&Line) -> &str| figures.iter().map(|line| of(line).chars().count()).max();
    let texts = [widest(&|line| &line.who), widest(&|line| line.name), widest(&|line| &line.value)];
    // Each column but the first has a blank on both sides.
    let taken: usize = texts.into_iter().flatten().map(|width| width + 2).sum();
    let cells = columns.saturating_sub(taken + 2).min(*CELLS.end());
    let mut table = Table::new();
    table.load_style(NOTHING);
    for Line { who, name, value, gauge } in figures {
        let mut row = vec![who.clone(), (*name).to_owned(), value.clone()];
        row.extend(
            (cells >= *CELLS.start()).then(|| gauge.map_or_else(String::new, |gauge| gauge.drawn(cells))),
        );
        table.add_row(row);
    }
    if let Some(names) = table.column_mut(0) {
        names.set_padding((0, 1));
    }
    if let Some(values) = table.column_mut(2) {
        values.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

/// The case, the namespace and how many trials are done.
fn who(outcome: &Outcome, namespace: &str) -> String {
    let parts = [outcome.case.label.as_str(), namespace].into_iter().filter(|part| !part.is_empty());
    let name = parts.collect::<Vec<_>>().join(" · ");
    format!("{name} · {} of {} trials", outcome.trials.len(), outcome.case.trials)
}

impl Gauge {
    /// In so many cells.
    fn drawn(self, cells: usize) -> String {
        let (least, most) = self.scale;
        let width = most - least;
        if width <= 0.0 {
            return "●".to_owned();
        }
        let cell = |at: f64| (((at - least) / width * (cells - 1) as f64).round() as usize).min(cells - 1);
        let (lo, value, hi) = (cell(self.interval.0), cell(self.value), cell(self.interval.1));
        let marks = (0..cells).map(|at| match at {
            _ if at == value => '●',
            _ if at == lo => '├',
            _ if at == hi => '┤',
            _ if lo < at && at < hi => '─',
            _ => ' ',
        });
        marks.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 36 cells from 0 to 35, one a unit.
    #[test]
    fn an_interval_is_drawn_on_the_scale_of_the_widest() {
        let drawn = |scale, lo, value, hi| Gauge { scale, interval: (lo, hi), value }.drawn(36);
        let bar = |lo, value, hi| drawn((0.0, 35.0), lo, value, hi);
        assert_eq!(bar(0.0, 17.0, 35.0), format!("├{}●{}┤", "─".repeat(16), "─".repeat(17)));
        assert_eq!(bar(10.0, 12.0, 13.0).trim(), "├─●┤");
        assert_eq!(bar(10.0, 10.0, 10.0).trim(), "●");
        assert_eq!(drawn((3.0, 3.0), 3.0, 3.0, 3.0), "●");
    }
}
