//! The table that a person reads first.

use comfy_table::presets::{NOTHING, UTF8_BORDERS_ONLY};
use comfy_table::{CellAlignment, Table};

use super::Report;
use super::key_figures::{KEY_FIGURES, KeyFigure};
use super::number::{dollars, percent, plain, seconds, with_interval};
use crate::experiment::{Curves, EVERYWHERE};
use crate::stats::Estimate;

/// More figures side by side would not fit a screen.
const MOST_COLUMNS: usize = 8;

/// One line a case and namespace; the first figure with its interval. Many figures make several tables.
pub fn overview(report: &Report) -> String {
    let is_told =
        |figure: &KeyFigure| report.curves.iter().any(|curves| find(report, curves, figure).is_some());
    let shown: Vec<KeyFigure> = KEY_FIGURES
        .into_iter()
        .filter(|figure| figure.of_a_run || report.comparison.is_some())
        .filter(is_told)
        .collect();
    let tables = shown.chunks(MOST_COLUMNS).enumerate();
    tables.map(|(at, figures)| side_by_side(report, figures, at == 0)).collect::<Vec<_>>().join("\n\n")
}

fn find(report: &Report, curves: &Curves, figure: &KeyFigure) -> Option<Estimate> {
    let [op, metric, stat] = figure.key;
    report.summary.find(&curves.case, &curves.namespace, op, metric, stat)
}

fn side_by_side(report: &Report, figures: &[KeyFigure], with_first_interval: bool) -> String {
    let with_case = report.curves.iter().any(|curves| !curves.case.is_empty());
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    let case = if report.comparison.is_some() { "arm" } else { "case" };
    let mut header = if with_case { vec![case, "namespace"] } else { vec!["namespace"] };
    let heading = |(at, figure): (usize, &KeyFigure)| if at == 0 { figure.name } else { figure.heading };
    header.extend(figures.iter().enumerate().map(heading));
    table.set_header(header);
    for curves in report.curves {
        let mut row = if with_case { vec![curves.case.clone()] } else { Vec::new() };
        row.push(curves.namespace.clone());
        row.extend(figures.iter().enumerate().map(|(at, figure)| match find(report, curves, figure) {
            None => "–".to_owned(),
            Some(estimate) if at == 0 && with_first_interval => {
                with_interval(&estimate, figure.measure.write())
            }
            Some(estimate) => figure.measure.write()(estimate.value),
        }));
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(if with_case { 2 } else { 1 }) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

/// Why reads were stale, in a line for each case and namespace; `None` if none was.
pub fn causes(report: &Report) -> Option<String> {
    let lines = report.curves.iter().filter_map(|curves| {
        let mut seen: Vec<_> = curves.causes.iter().filter(|point| point.count > 0).collect();
        seen.sort_by_key(|point| std::cmp::Reverse(point.count));
        let why: Vec<String> = seen
            .iter()
            .filter_map(|point| {
                Some(format!("{} {}", point.cause.sentence(), percent(point.of_stale?.value)))
            })
            .collect();
        (!why.is_empty()).then(|| format!("stale in {}: {}", who(curves), why.join(", ")))
    });
    joined_lines(lines)
}

fn who(curves: &Curves) -> String {
    let parts = [curves.case.as_str(), curves.namespace.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn joined_lines(lines: impl Iterator<Item = String>) -> Option<String> {
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Seconds after a write at which the table tells how it is read.
const TOLD: [f64; 8] = [0.0, 0.1, 1.0, 5.0, 10.0, 30.0, 60.0, 120.0];

/// How a write is read some time later, where it was made and elsewhere; `None` if nothing was probed.
pub fn read_back(report: &Report) -> Option<String> {
    let probes = || report.curves.iter().flat_map(|c| &c.visibility).filter(|point| point.source == "probe");
    let told: Vec<f64> = TOLD.into_iter().filter(|&at| probes().any(|point| point.at == at)).collect();
    if told.is_empty() {
        return None;
    }
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    let mut header = vec!["a write is seen".to_owned()];
    header.extend(told.iter().map(|&at| format!("after {}", seconds(at))));
    table.set_header(header);
    for curves in report.curves {
        for (from, place) in [("own", "where it was made"), ("elsewhere", "elsewhere")] {
            let fresh = |at: f64| {
                let mut points = curves.visibility.iter().filter(|point| point.source == "probe");
                points.find(|point| point.from == from && point.at == at).map(|point| point.fresh.value)
            };
            if told.iter().all(|&at| fresh(at).is_none()) {
                continue;
            }
            let mut row = vec![format!("{}, {place}", who(curves))];
            row.extend(told.iter().map(|&at| fresh(at).map_or_else(|| "–".to_owned(), percent)));
            table.add_row(row);
        }
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    Some(table.to_string())
}

const GUARANTEES: [(&str, &str); 4] = [
    ("read your writes", "ryw_violations"),
    ("monotonic reads", "monotonic_reads_violations"),
    ("monotonic writes", "monotonic_writes_violations"),
    ("writes follow reads", "writes_follow_reads_violations"),
];

/// How many reads and writes of users with sessions broke which guarantee; `None` where nobody has a session.
pub fn sessions(report: &Report) -> Option<String> {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    let header = ["sessions broken by"].into_iter().chain(GUARANTEES.map(|(heading, _)| heading));
    table.set_header(header.collect::<Vec<_>>());
    for curves in report.curves {
        for (op, ops) in [("read", "reads"), ("write", "writes")] {
            let rates = GUARANTEES
                .map(|(_, metric)| report.summary.find(&curves.case, &curves.namespace, op, metric, "rate"));
            if rates.iter().any(Option::is_some) {
                let mut row = vec![format!("{}, {ops}", who(curves))];
                let told = |rate: Option<Estimate>| {
                    rate.map_or_else(|| "–".to_owned(), |rate| with_interval(&rate, percent))
                };
                row.extend(rates.map(told));
                table.add_row(row);
            }
        }
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    (table.row_iter().next().is_some()).then(|| table.to_string())
}

/// Every estimate over all locations.
pub fn every_estimate(report: &Report) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    for row in report.summary.rows.iter().filter(|row| row.location == EVERYWHERE) {
        let write = match row.unit {
            "s" => seconds,
            "USD" => dollars,
            "1" if row.stat == "rate" => percent,
            _ => plain,
        };
        table.add_row(vec![
            row.case.clone(),
            row.namespace.clone(),
            row.op.to_owned(),
            row.metric.to_owned(),
            row.stat.to_owned(),
            with_interval(&row.estimate, write),
        ]);
    }
    table.to_string()
}
