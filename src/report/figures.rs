//! The charts of a report, from the same points and rows as its tables.

mod cost;
mod drawn_faults;
mod pareto;
mod sweep;
mod timeline;

use super::Report;
use super::chart::{Axis, Dot, DotGroup, Dots, Figure, Lines, Order, Panel, Scale, Series, Shape, Unit};
use super::differences;
use crate::experiment::{CurvePoint, Curves, EVERYWHERE, Row};
use crate::model::workload::OpKind;

/// More curves than this in one chart are not told apart.
const MOST_CURVES: usize = 12;

/// All charts that there is something to draw for, by file name without extension.
pub(super) fn figures(report: &Report) -> Vec<(&'static str, Figure)> {
    let charts = [
        ("comparison", comparison(report)),
        ("latency_cdf", latency_cdf(report)),
        ("staleness_cdf", staleness_cdf(report)),
        ("visibility", visibility(report)),
        ("propagation", propagation(report)),
        ("causes", causes(report)),
        ("locations", locations(report)),
        ("cases", cases(report)),
        ("cost", cost::cost(report)),
        ("pareto", pareto::pareto(report)),
        ("sweep", sweep::sweep(report)),
        ("timeline", timeline::timeline(report)),
    ];
    charts.into_iter().filter_map(|(name, figure)| Some((name, figure?))).collect()
}

fn comparison(report: &Report) -> Option<Figure> {
    let note =
        "Dots: how much an arm is above the first · interval: 95 % of each difference alone, paired by trial";
    figure(report, "How the arms differ", note, differences::panels(report))
}

fn figure(report: &Report, title: &str, note: &str, panels: Vec<Panel>) -> Option<Figure> {
    if panels.is_empty() {
        return None;
    }
    let subtitle = if report.title.is_empty() { report.scenario } else { report.title };
    let of_curves = panels.iter().any(|panel| matches!(panel, Panel::Lines(_)));
    let left_out = match report.curves.len().saturating_sub(MOST_CURVES) {
        _ if !of_curves => String::new(),
        0 => String::new(),
        n => format!(" · the first {MOST_CURVES} cases; {n} more in the tables"),
    };
    Some(Figure {
        title: title.to_owned(),
        subtitle: subtitle.to_owned(),
        note: format!("{note} · {} independent trials{left_out}", report.trials),
        panels,
    })
}

fn lines(x: Axis, y: Axis, series: Vec<Series>) -> Option<Panel> {
    let drawn = series.into_iter().filter(|curve| !curve.points.is_empty());
    let series = without_twins(drawn.take(MOST_CURVES).collect());
    (!series.is_empty()).then_some(Panel::Lines(Lines {
        x,
        y,
        series,
        stretches: Vec::new(),
        levels: Vec::new(),
    }))
}

/// Curves that lie on one another are drawn once: reads do not depend on W, nor writes on R.
fn without_twins(series: Vec<Series>) -> Vec<Series> {
    let mut different: Vec<(Series, usize)> = Vec::new();
    for curve in series {
        match different.iter_mut().find(|(other, _)| other.points == curve.points) {
            Some((_, alike)) => *alike += 1,
            None => different.push((curve, 0)),
        }
    }
    let named = different.into_iter().map(|(mut curve, alike)| {
        if alike > 0 {
            curve.name = format!("{} (and {alike} alike)", curve.name);
        }
        curve
    });
    named.collect()
}

fn axis(label: &str, scale: Scale, unit: Unit) -> Axis {
    Axis { label: label.to_owned(), scale, unit, range: None }
}

/// What tells one curve from the others: case, namespace, or both.
fn name(report: &Report, curves: &Curves) -> String {
    let differs = |of: fn(&Curves) -> &str| report.curves.iter().any(|other| of(other) != of(curves));
    let parts: Vec<&str> = [
        differs(|c| &c.case).then_some(curves.case.as_str()),
        differs(|c| &c.namespace).then_some(curves.namespace.as_str()),
    ]
    .into_iter()
    .flatten()
    .collect();
    parts.join(" · ")
}

fn joined(name: &str, what: &str) -> String {
    match (name, what) {
        ("", what) => what.to_owned(),
        (name, "") => name.to_owned(),
        (name, what) => format!("{name} · {what}"),
    }
}

fn curve(name: String, points: &[CurvePoint], shape: Shape) -> Series {
    Series {
        name,
        points: points.iter().map(|point| (point.at, point.estimate.value)).collect(),
        band: points
            .iter()
            .filter_map(|point| point.estimate.interval.map(|(lo, hi)| (point.at, lo, hi)))
            .collect(),
        shape,
    }
}

fn latency_cdf(report: &Report) -> Option<Figure> {
    let panel = |ops: &[OpKind], what: &str| {
        let series = report.curves.iter().flat_map(|curves| {
            let of_it = curves.latency.iter().filter(|(op, _)| ops.contains(op));
            of_it.map(|(op, points)| Series {
                name: joined(&name(report, curves), if ops.len() > 1 { op.name() } else { "" }),
                points: points.iter().map(|point| (point.estimate.value, point.at)).collect(),
                band: Vec::new(),
                shape: Shape::Line,
            })
        });
        let y = axis(&format!("Share of {what} answered within"), Scale::Nines, Unit::Share);
        lines(axis("Latency", Scale::Log, Unit::Seconds), y, series.collect())
    };
    let panels: Vec<Panel> = match report.curves.len() {
        0 | 1 => panel(&OpKind::ALL, "operations").into_iter().collect(),
        _ => [("reads", OpKind::Read), ("writes", OpKind::Write), ("updates", OpKind::Update)]
            .into_iter()
            .filter_map(|(what, op)| panel(&[op], what))
            .collect(),
    };
    let note = "From the intended start to the answer, all trials together";
    figure(report, "How long operations take", note, panels)
}

fn staleness_cdf(report: &Report) -> Option<Figure> {
    if report.curves.iter().all(|curves| curves.overdue.len() <= 1) {
        return None;
    }
    let of = |points: fn(&Curves) -> &[CurvePoint], shape: Shape| -> Vec<Series> {
        let each = report.curves.iter();
        each.map(|curves| curve(or(name(report, curves), "reads"), points(curves), shape)).collect()
    };
    let overdue = axis("Overdue: time since the first missed write committed", Scale::Log, Unit::Seconds);
    let behind = axis("Behind: committed newer versions missed", Scale::Linear, Unit::Count);
    let share = |what: &str| axis(&format!("Share of reads at most that {what}"), Scale::Linear, Unit::Share);
    let panels = [
        lines(overdue, share("overdue"), of(|curves| &curves.overdue, Shape::Line)),
        lines(behind, share("far behind"), of(|curves| &curves.behind, Shape::Step)),
    ];
    let panels = panels.into_iter().flatten().collect();
    figure(report, "How stale reads are", "At 0: fresh reads · band: 95 % over trials", panels)
}

/// The only curve of a chart still needs a name.
fn or(name: String, otherwise: &str) -> String {
    if name.is_empty() { otherwise.to_owned() } else { name }
}

/// Ages with fewer reads are left to the table.
const ENOUGH_READS: u64 = 1_000;

/// Thresholds draw the whole curve; where there are none, probes do; reads as they come otherwise.
fn visibility(report: &Report) -> Option<Figure> {
    let mut series = Vec::new();
    for curves in report.curves {
        let has = |source: &str| curves.visibility.iter().any(|point| point.source == source);
        let shown: &[(&str, &str, &str)] = if has("threshold") {
            &[("threshold", "*", "")]
        } else if has("probe") {
            &[("probe", "own", "where it was written"), ("probe", "elsewhere", "elsewhere")]
        } else {
            &[("reads", "*", "")]
        };
        let as_they_come = ("reads", "*", "reads as they come");
        let alone = (report.curves.len() == 1 && has("probe")).then_some(as_they_come);
        for &(source, from, what) in shown.iter().chain(&alone) {
            let points: Vec<CurvePoint> = curves
                .visibility
                .iter()
                .filter(|point| point.source == source && point.from == from)
                .filter(|point| source != "reads" || point.fresh.n >= ENOUGH_READS)
                .map(|point| CurvePoint { at: point.at, estimate: point.fresh })
                .collect();
            let name = or(joined(&name(report, curves), what), "reads");
            let shape = if alone.is_some() && source == "reads" { Shape::Points } else { Shape::Line };
            series.push(curve(name, &points, shape));
        }
    }
    let x = axis("Time from a write's commit to the beginning of a read", Scale::Log, Unit::Seconds);
    let y = axis("Probability that the read returns it or newer", Scale::Linear, Unit::Share);
    let panels = lines(x, y, series).into_iter().collect();
    figure(report, "When a write is seen (t-visibility)", "Band: 95 % over trials", panels)
}

fn propagation(report: &Report) -> Option<Figure> {
    let series = report
        .curves
        .iter()
        .map(|curves| curve(or(name(report, curves), "writes"), &curves.propagation, Shape::Line));
    let x = axis("Time since commit", Scale::Log, Unit::Seconds);
    let y = axis("Share of locations that would serve the write", Scale::Linear, Unit::Share);
    let panels = lines(x, y, series.collect()).into_iter().collect();
    figure(
        report,
        "How writes spread",
        "Over followed writes and reading locations · band: 95 % over trials",
        panels,
    )
}

fn causes(report: &Report) -> Option<Figure> {
    let groups: Vec<DotGroup> = report
        .curves
        .iter()
        .take(MOST_CURVES)
        .map(|curves| DotGroup {
            name: or(name(report, curves), "reads"),
            rows: curves
                .causes
                .iter()
                .filter(|point| point.count > 0)
                .map(|point| Dot {
                    label: point.cause.sentence().to_owned(),
                    value: point.of_reads.value,
                    interval: point.of_reads.interval,
                })
                .collect(),
        })
        .collect();
    let value = axis("Share of all reads", Scale::Linear, Unit::Share);
    let panels = dots(value, Order::HighestFirst, groups);
    figure(report, "Why reads are stale", "Interval: 95 % over trials", panels)
}

fn dots(value: Axis, order: Order, groups: Vec<DotGroup>) -> Vec<Panel> {
    if groups.iter().all(|group| group.rows.is_empty()) {
        return Vec::new();
    }
    vec![Panel::Dots(Dots { value, order, with_zero: false, groups })]
}

type Wanted = (&'static str, &'static str, &'static str);

/// A dot for each row of the summary with that operation, metric and stat.
fn dot_panels(
    report: &Report,
    plots: &[DotPlot],
    in_order: bool,
    label: fn(&Row) -> &str,
    keep: impl Fn(&Row) -> bool,
    group: impl Fn(&Curves) -> String,
    of_group: impl Fn(&Curves, &Row) -> bool,
) -> Vec<Panel> {
    let mut panels = Vec::new();
    for &(wanted, title, scale, unit, order) in plots {
        let order = if in_order { Order::AsGiven } else { order };
        let mut groups: Vec<DotGroup> = Vec::new();
        for curves in report.curves {
            let name = or(group(curves), "reads");
            if groups.iter().any(|known| known.name == name) {
                continue;
            }
            let rows =
                report.summary.rows.iter().filter(|row| {
                    keep(row) && of_group(curves, row) && (row.op, row.metric, row.stat) == wanted
                });
            let dots = rows.map(|row| Dot {
                label: label(row).to_owned(),
                value: row.estimate.value,
                interval: row.estimate.interval,
            });
            groups.push(DotGroup { name, rows: dots.collect() });
        }
        panels.extend(dots(axis(title, scale, unit), order, groups));
    }
    panels
}

/// Which rows a dot plot shows, its title, its axis, and which end is the worse.
type DotPlot = (Wanted, &'static str, Scale, Unit, Order);

const STALE: DotPlot =
    (("read", "stale_rate", "rate"), "Stale reads", Scale::Linear, Unit::Share, Order::HighestFirst);
const READ_P99: DotPlot = (
    ("read", "latency", "p99"),
    "Read latency, 99th percentile",
    Scale::Log,
    Unit::Seconds,
    Order::HighestFirst,
);
const WRITE_P99: DotPlot = (
    ("write", "latency", "p99"),
    "Write latency, 99th percentile",
    Scale::Log,
    Unit::Seconds,
    Order::HighestFirst,
);
const FRESH_AT_COMMIT: DotPlot = (
    ("read", "fresh_at_commit", "rate"),
    "Fresh when begun at a write's commit",
    Scale::Linear,
    Unit::Share,
    Order::LowestFirst,
);
const HITS: DotPlot = (
    ("read", "hit_ratio", "rate"),
    "Reads answered by the edge cache",
    Scale::Linear,
    Unit::Share,
    Order::LowestFirst,
);

fn locations(report: &Report) -> Option<Figure> {
    let first = report.curves.first()?;
    let one_case = report.curves.iter().all(|curves| curves.case == first.case);
    let several =
        report.summary.rows.iter().filter(|row| row.location != EVERYWHERE).map(|row| &row.location);
    let several = several.collect::<std::collections::BTreeSet<_>>().len() > 1;
    if !one_case || !several {
        return None;
    }
    let panels = dot_panels(
        report,
        &[STALE, READ_P99, HITS],
        false,
        |row| &row.location,
        |row| row.location != EVERYWHERE,
        |curves| name(report, curves),
        |curves, row| curves.namespace == row.namespace,
    );
    figure(report, "Where reads are stale and slow", "Interval: 95 % over trials", panels)
}

fn cases(report: &Report) -> Option<Figure> {
    let first = report.curves.first()?;
    if report.curves.iter().all(|curves| curves.case == first.case) {
        return None;
    }
    let panels = dot_panels(
        report,
        &[STALE, FRESH_AT_COMMIT, READ_P99, WRITE_P99, HITS],
        true,
        |row| &row.case,
        |row| row.location == EVERYWHERE,
        |curves| curves.namespace.clone(),
        |curves, row| curves.namespace == row.namespace,
    );
    let what = if report.comparison.is_some() { "arms" } else { "cases" };
    figure(report, &format!("The {what} side by side"), "Interval: 95 % over trials", panels)
}
