//! The tables as CSV: RFC 4180, UTF-8, `.` decimal.

use super::number::plain;
use super::{Report, ResultFile};
use crate::experiment::{CurvePoint, Curves, EVERYWHERE};
use crate::stats::Estimate;

/// All tables.
pub(super) fn tables(report: &Report) -> Vec<ResultFile> {
    vec![
        ("summary.csv".to_owned(), summary(report)),
        ("latency_cdf.csv".to_owned(), latency_cdf(report)),
        ("staleness_cdf.csv".to_owned(), staleness_cdf(report)),
        ("visibility.csv".to_owned(), visibility(report)),
        ("propagation.csv".to_owned(), propagation(report)),
        ("causes.csv".to_owned(), causes(report)),
        ("timeline.csv".to_owned(), timeline(report)),
    ]
}

fn summary(report: &Report) -> Vec<u8> {
    let header = [
        "scenario",
        "case",
        "namespace",
        "location",
        "op",
        "metric",
        "stat",
        "value",
        "unit",
        "ci_lo",
        "ci_hi",
        "trials",
        "n",
    ];
    let rows = report.summary.rows.iter().map(|row| {
        let [value, lo, hi, trials, n] = cells(&row.estimate);
        vec![
            text(report.scenario),
            text(&row.case),
            text(&row.namespace),
            text(&row.location),
            row.op.to_owned(),
            row.metric.to_owned(),
            row.stat.to_owned(),
            value,
            row.unit.to_owned(),
            lo,
            hi,
            trials,
            n,
        ]
    });
    csv(&header, rows)
}

fn latency_cdf(report: &Report) -> Vec<u8> {
    let header = [
        "scenario",
        "case",
        "namespace",
        "location",
        "op",
        "share",
        "latency_s",
        "ci_lo",
        "ci_hi",
        "trials",
        "n",
    ];
    let rows = report.curves.iter().flat_map(|curves| {
        curves.latency.iter().flat_map(move |(op, points)| {
            points.iter().map(move |point| {
                let key = vec![text(EVERYWHERE), op.name().to_owned()];
                row(report, curves, key, point.at, &point.estimate)
            })
        })
    });
    csv(&header, rows)
}

fn staleness_cdf(report: &Report) -> Vec<u8> {
    let header = [
        "scenario",
        "case",
        "namespace",
        "measure",
        "at_most",
        "share_of_reads",
        "ci_lo",
        "ci_hi",
        "trials",
        "n",
    ];
    let rows = report.curves.iter().flat_map(|curves| {
        let of = move |measure: &'static str, points: &'_ [CurvePoint]| -> Vec<Vec<String>> {
            points
                .iter()
                .map(|point| row(report, curves, vec![measure.to_owned()], point.at, &point.estimate))
                .collect()
        };
        let mut rows = of("overdue_s", &curves.overdue);
        rows.extend(of("behind", &curves.behind));
        rows
    });
    csv(&header, rows)
}

fn visibility(report: &Report) -> Vec<u8> {
    let header = [
        "scenario",
        "case",
        "namespace",
        "source",
        "from",
        "t_s",
        "p_fresh",
        "ci_lo",
        "ci_hi",
        "trials",
        "n",
    ];
    let rows = report.curves.iter().flat_map(|curves| {
        curves.visibility.iter().map(move |point| {
            let key = vec![point.source.to_owned(), point.from.to_owned()];
            row(report, curves, key, point.at, &point.fresh)
        })
    });
    csv(&header, rows)
}

fn propagation(report: &Report) -> Vec<u8> {
    let header =
        ["scenario", "case", "namespace", "t_s", "share_of_locations", "ci_lo", "ci_hi", "trials", "n"];
    let rows = report.curves.iter().flat_map(|curves| {
        curves.propagation.iter().map(move |point| row(report, curves, vec![], point.at, &point.estimate))
    });
    csv(&header, rows)
}

fn causes(report: &Report) -> Vec<u8> {
    let header = [
        "scenario",
        "case",
        "namespace",
        "cause",
        "stale_reads",
        "share_of_reads",
        "ci_lo",
        "ci_hi",
        "share_of_stale",
        "trials",
        "n",
    ];
    let rows = report.curves.iter().flat_map(|curves| {
        curves.causes.iter().map(move |point| {
            let [share, lo, hi, trials, n] = cells(&point.of_reads);
            vec![
                text(report.scenario),
                text(&curves.case),
                text(&curves.namespace),
                point.cause.name().to_owned(),
                point.count.to_string(),
                share,
                lo,
                hi,
                point.of_stale.map_or_else(String::new, |estimate| plain(estimate.value)),
                trials,
                n,
            ]
        })
    });
    csv(&header, rows)
}

fn timeline(report: &Report) -> Vec<u8> {
    let header = [
        "scenario",
        "case",
        "namespace",
        "from_s",
        "to_s",
        "metric",
        "value",
        "unit",
        "ci_lo",
        "ci_hi",
        "trials",
        "n",
    ];
    let rows = report.curves.iter().flat_map(|curves| {
        curves.timeline.iter().map(move |point| {
            let [value, lo, hi, trials, n] = cells(&point.estimate);
            vec![
                text(report.scenario),
                text(&curves.case),
                text(&curves.namespace),
                plain(point.from),
                plain(point.to),
                point.metric.to_owned(),
                value,
                point.unit.to_owned(),
                lo,
                hi,
                trials,
                n,
            ]
        })
    });
    csv(&header, rows)
}

fn row(report: &Report, curves: &Curves, key: Vec<String>, at: f64, estimate: &Estimate) -> Vec<String> {
    let mut row = vec![text(report.scenario), text(&curves.case), text(&curves.namespace)];
    row.extend(key);
    row.push(plain(at));
    row.extend(cells(estimate));
    row
}

/// Value, interval (empty where there is none), trials, n.
fn cells(estimate: &Estimate) -> [String; 5] {
    let (lo, hi) = estimate.interval.map_or_else(Default::default, |(lo, hi)| (plain(lo), plain(hi)));
    [plain(estimate.value), lo, hi, estimate.trials.to_string(), estimate.n.to_string()]
}

/// A name from the scenario, in a cell that no spreadsheet runs.
fn text(name: &str) -> String {
    match name.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{name}"),
        false => name.to_owned(),
    }
}

fn csv<'a>(header: &[&str], rows: impl Iterator<Item = Vec<String>> + 'a) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let in_memory = "a table in memory can be written";
    writer.write_record(header).expect(in_memory);
    for row in rows {
        writer.write_record(&row).expect(in_memory);
    }
    writer.into_inner().expect(in_memory)
}
