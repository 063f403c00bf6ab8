//! The tables as CSV: RFC 4180, UTF-8, `.` decimal.

use super::gates::table as gates;
use super::number::{plain, rough};
use super::{Report, ResultFile, map, solve, sweep};
use crate::experiment::{Compared, Comparison, Curves, EVERY_NAMESPACE, EVERYWHERE};
use crate::stats::Estimate;

/// All tables.
pub(super) fn tables(report: &Report) -> Vec<ResultFile> {
    let comparison = report.comparison.map(|rows| ("comparison.csv".to_owned(), comparison(rows)));
    let of_a_run = [
        ("summary.csv".to_owned(), summary(report)),
        ("latency_cdf.csv".to_owned(), latency_cdf(report)),
        ("staleness_cdf.csv".to_owned(), staleness_cdf(report)),
        ("visibility.csv".to_owned(), visibility(report)),
        ("propagation.csv".to_owned(), propagation(report)),
        ("causes.csv".to_owned(), causes(report)),
        ("timeline.csv".to_owned(), timeline(report)),
        ("spread.csv".to_owned(), spread(report)),
    ];
    let gates = (!report.gates.is_empty()).then(|| ("gates.csv".to_owned(), gates(report)));
    let sweep = (!report.axes.is_empty()).then(|| ("sweep.csv".to_owned(), sweep::table(report)));
    let solved = report.solved.map(|solved| solve::table(report, solved));
    comparison
        .into_iter()
        .chain(solved)
        .chain(gates)
        .chain(sweep)
        .chain(of_a_run)
        .chain(map::tables(report))
        .collect()
}

fn comparison(Comparison { rows }: &Comparison) -> Vec<u8> {
    let header = [
        "namespace",
        "location",
        "op",
        "metric",
        "stat",
        "unit",
        "a",
        "b",
        "value_a",
        "value_b",
        "difference",
        "ci_lo",
        "ci_hi",
        "verdict",
        "trials_needed",
    ];
    let rows = rows.iter().map(|Compared { a, b, difference, verdict }| {
        let mut line = vec![text(&a.namespace), text(&a.location)];
        line.extend([a.op, a.metric, a.stat, a.unit].map(str::to_owned));
        line.extend([text(&a.case), text(&b.case)]);
        line.extend([a.estimate.value, b.estimate.value, difference.value].map(plain));
        let (lo, hi) = difference.interval.map_or_else(Default::default, |(lo, hi)| (plain(lo), plain(hi)));
        let needed = difference.more_trials.map_or_else(String::new, |more| more.to_string());
        line.extend([lo, hi, verdict.name().to_owned(), needed]);
        line
    });
    whole_csv(&header, rows)
}

fn summary(report: &Report) -> Vec<u8> {
    let header = ["location", "op", "metric", "stat", "value", "unit", "ci_lo", "ci_hi", "trials", "n"];
    let rows = report.summary.rows.iter().map(|row| {
        let what = [row.op, row.metric, row.stat].map(str::to_owned);
        let key = [vec![text(&row.location)], what.to_vec()].concat();
        line(report, (&row.case, &row.namespace), key, &row.estimate, Some(row.unit), plain)
    });
    csv(&header, rows)
}

fn latency_cdf(report: &Report) -> Vec<u8> {
    let header = ["location", "op", "share", "latency_s", "ci_lo", "ci_hi", "trials", "n"];
    let rows = each(report).flat_map(|curves| {
        curves.latency.iter().flat_map(move |(op, points)| {
            points.iter().map(move |point| {
                let key = vec![op.name().to_owned(), plain(point.at)];
                curve_line(report, curves, key, &point.estimate, None)
            })
        })
    });
    csv(&header, rows)
}

fn staleness_cdf(report: &Report) -> Vec<u8> {
    let header = ["location", "measure", "at_most", "share_of_reads", "ci_lo", "ci_hi", "trials", "n"];
    let rows = each(report).flat_map(|curves| {
        let measures = [("overdue_s", &curves.overdue), ("behind", &curves.behind)];
        measures.into_iter().flat_map(move |(measure, points)| {
            points.iter().map(move |point| {
                let key = vec![measure.to_owned(), plain(point.at)];
                curve_line(report, curves, key, &point.estimate, None)
            })
        })
    });
    csv(&header, rows)
}

fn visibility(report: &Report) -> Vec<u8> {
    let header = ["location", "source", "from", "t_s", "p_fresh", "ci_lo", "ci_hi", "trials", "n"];
    let rows = each(report).flat_map(|curves| {
        curves.visibility.iter().map(move |point| {
            let key = vec![point.source.to_owned(), point.from.to_owned(), plain(point.at)];
            curve_line(report, curves, key, &point.fresh, None)
        })
    });
    csv(&header, rows)
}

fn propagation(report: &Report) -> Vec<u8> {
    let header = ["location", "t_s", "share_of_locations", "ci_lo", "ci_hi", "trials", "n"];
    let rows = each(report).flat_map(|curves| {
        let points = curves.propagation.iter();
        points.map(move |point| curve_line(report, curves, vec![plain(point.at)], &point.estimate, None))
    });
    csv(&header, rows)
}

fn causes(report: &Report) -> Vec<u8> {
    let header = [
        "location",
        "cause",
        "stale_reads",
        "share_of_stale",
        "share_of_reads",
        "ci_lo",
        "ci_hi",
        "trials",
        "n",
    ];
    let rows = each(report).flat_map(|curves| {
        curves.causes.iter().map(move |point| {
            let of_stale = point.of_stale.map_or_else(String::new, |estimate| plain(estimate.value));
            let key = vec![point.cause.name().to_owned(), point.count.to_string(), of_stale];
            curve_line(report, curves, key, &point.of_reads, None)
        })
    });
    csv(&header, rows)
}

fn timeline(report: &Report) -> Vec<u8> {
    let header = ["location", "from_s", "to_s", "metric", "value", "unit", "ci_lo", "ci_hi", "trials", "n"];
    let rows = each(report).flat_map(|curves| {
        curves.timeline.iter().map(move |point| {
            let key = vec![plain(point.from), plain(point.to), point.metric.to_owned()];
            curve_line(report, curves, key, &point.estimate, Some(point.unit))
        })
    });
    csv(&header, rows.chain(timelines_of_sites(report)))
}

fn timelines_of_sites(report: &Report) -> impl Iterator<Item = Vec<String>> {
    report.summary.sites.iter().flat_map(|site| {
        site.points.iter().map(|point| {
            let key = [text(&site.location), plain(point.from), plain(point.to), point.metric.to_owned()];
            let of = (&*site.case, EVERY_NAMESPACE);
            line(report, of, key.to_vec(), &point.estimate, Some(point.unit), rough)
        })
    })
}

fn spread(report: &Report) -> Vec<u8> {
    let header =
        ["pick", "trial", "key", "version", "from", "began_s", "committed_s", "location", "serves_after_s"];
    let rows = report.curves.iter().flat_map(|curves| {
        curves.spread.iter().map(move |point| {
            let mut row = [report.scenario, &curves.case, &curves.namespace].map(text).to_vec();
            let (pick, from) = (point.pick.to_owned(), text(&point.from));
            row.extend([
                pick,
                point.trial.to_string(),
                point.key.to_string(),
                point.version.to_string(),
                from,
            ]);
            row.extend([
                plain(point.began),
                plain(point.committed),
                text(&point.location),
                plain(point.after),
            ]);
            row
        })
    });
    csv(&header, rows)
}

/// All curves of each case and namespace: over all locations, and then of each.
fn each<'a>(report: &'a Report) -> impl Iterator<Item = &'a Curves> {
    report.curves.iter().flat_map(|curves| std::iter::once(curves).chain(&curves.places))
}

fn curve_line(
    report: &Report,
    curves: &Curves,
    key: Vec<String>,
    estimate: &Estimate,
    unit: Option<&str>,
) -> Vec<String> {
    let key = [vec![text(&curves.location)], key].concat();
    let write = if curves.location == EVERYWHERE { plain } else { rough };
    line(report, (&curves.case, &curves.namespace), key, estimate, unit, write)
}

/// Scenario, case and namespace, what the estimate is of, its value and unit, its interval (empty where
/// there is none), trials and n.
fn line(
    report: &Report,
    (case, namespace): (&str, &str),
    key: Vec<String>,
    estimate: &Estimate,
    unit: Option<&str>,
    write: fn(f64) -> String,
) -> Vec<String> {
    let mut line = vec![text(report.scenario), text(case), text(namespace)];
    line.extend(key);
    line.push(write(estimate.value));
    line.extend(unit.map(str::to_owned));
    let (lo, hi) = estimate.interval.map_or_else(Default::default, |(lo, hi)| (write(lo), write(hi)));
    line.extend([lo, hi, estimate.trials.to_string(), estimate.n.to_string()]);
    line
}

/// A name from the scenario, in a cell that no spreadsheet runs.
pub(super) fn text(name: &str) -> String {
    match name.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) {
        true => format!("'{name}"),
        false => name.to_owned(),
    }
}

/// The columns that all tables of a run begin with, those of one table, and its rows.
pub(super) fn csv(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    whole_csv(&[&["scenario", "case", "namespace"], header].concat(), rows)
}

pub(super) fn whole_csv(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let in_memory = "a table in memory can be written";
    writer.write_record(header).expect(in_memory);
    for row in rows {
        writer.write_record(&row).expect(in_memory);
    }
    writer.into_inner().expect(in_memory)
}
