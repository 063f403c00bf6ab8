//! `sweep.csv`: the key figures and those with gates, by what the sweep varies.

use super::Report;
use super::key_figures::KEY_FIGURES;
use super::number::plain;
use super::tables::{text, whole_csv};
use crate::experiment::{EVERYWHERE, Row, is_selected};
use crate::scenario::Axis;

/// A row for each of these estimates, with a column for each axis: numbers are in s, 1/s, B or 1.
pub(super) fn table(report: &Report) -> Vec<u8> {
    let mut header = vec!["scenario", "case"];
    header.extend(report.axes.iter().map(|axis| axis.path.as_str()));
    header.extend(["namespace", "location", "op", "metric", "stat", "value", "unit", "ci_lo", "ci_hi"]);
    header.extend(["trials", "n"]);
    let header: Vec<String> = header.into_iter().map(text).collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let cases = cases(report);
    let rows = report.summary.rows.iter().filter(|row| is_told(report, row)).map(|row| {
        let case = cases.iter().position(|case| *case == row.case).unwrap_or(0);
        let mut line = vec![text(report.scenario), text(&row.case)];
        line.extend(positions(report.axes, case).iter().zip(report.axes).map(|(&at, axis)| {
            axis.numbers.get(at).map_or_else(|| text(&axis.values[at]), |&number| plain(number))
        }));
        line.extend([text(&row.namespace), text(&row.location)]);
        line.extend([row.op, row.metric, row.stat].map(str::to_owned));
        let (lo, hi) = row.estimate.interval.map_or_else(Default::default, |(lo, hi)| (plain(lo), plain(hi)));
        line.extend([plain(row.estimate.value), row.unit.to_owned(), lo, hi]);
        line.extend([row.estimate.trials.to_string(), row.estimate.n.to_string()]);
        line
    });
    whole_csv(&header, rows)
}

/// All cases in order: those without estimates have curves, too.
pub(super) fn cases<'r>(report: &Report<'r>) -> Vec<&'r str> {
    let mut cases: Vec<&str> = report.curves.iter().map(|curves| curves.case.as_str()).collect();
    cases.dedup();
    cases
}

/// Where on each axis a case is.
pub(super) fn positions(axes: &[Axis], case: usize) -> Vec<usize> {
    let after = |at: usize| axes[at + 1..].iter().map(|axis| axis.values.len()).product();
    axes.iter().enumerate().map(|(at, axis)| axis.position(case, after(at))).collect()
}

fn is_told(report: &Report, row: &Row) -> bool {
    let is_key = row.location == EVERYWHERE
        && KEY_FIGURES.iter().any(|figure| [row.op, row.metric, row.stat] == figure.key);
    is_key || report.gates.iter().any(|judged| judged.case == row.case && is_selected(&judged.gate.rows, row))
}
