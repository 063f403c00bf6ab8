//! Figures against what a sweep varies, with the bounds of the gates.

use super::{MOST_CURVES, axis, lines};
use crate::experiment::{EVERYWHERE, Judged, Row, is_selected};
use crate::report::Report;
use crate::report::chart::{Figure, Level, Lines, Panel, Scale, Series, Shape, Unit};
use crate::report::key_figures::{KEY_FIGURES, KeyFigure, Measure};
use crate::report::sweep::{cases, positions};
use crate::scenario::Axis;

/// So many panels fit a page; those with gates come first.
const MOST_PANELS: usize = 4;
/// Drawn where there are too few with gates.
const TOLD: [[&str; 3]; 5] = [
    ["read", "stale_rate", "rate"],
    ["*", "cost", "per_month"],
    ["read", "latency", "p99"],
    ["write", "latency", "p99"],
    ["read", "hit_ratio", "rate"],
];

/// What a panel shows.
struct Shown<'r> {
    title: String,
    measure: Measure,
    is_it: Box<dyn Fn(&Row) -> bool + 'r>,
    levels: Vec<Level>,
}

/// A panel for each figure; the axis with the most numbers is the horizontal one, all others make curves. `None` where no
/// axis has numbers.
pub(super) fn sweep(report: &Report) -> Option<Figure> {
    let across = (0..report.axes.len())
        .filter(|&at| report.axes[at].numbers.len() > 1)
        .max_by_key(|&at| (report.axes[at].numbers.len(), std::cmp::Reverse(at)))?;
    let panels = shown(report).into_iter().filter_map(|shown| panel(report, across, shown));
    let (panels, left_out): (Vec<Panel>, Vec<usize>) = panels.take(MOST_PANELS).unzip();
    if panels.is_empty() {
        return None;
    }
    let subtitle = if report.title.is_empty() { report.scenario } else { report.title };
    Some(Figure {
        title: format!("What {} does", short_path(&report.axes[across].path)),
        subtitle: subtitle.to_owned(),
        note: note(report, &panels, left_out.iter().any(|&left| left > 0)),
        panels,
    })
}

fn note(report: &Report, panels: &[Panel], is_cut: bool) -> String {
    let has_levels =
        panels.iter().any(|panel| matches!(panel, Panel::Lines(lines) if !lines.levels.is_empty()));
    let levels = if has_levels { " · dashed: bounds of gates" } else { "" };
    let cut = if is_cut { format!(" · the first {MOST_CURVES} curves") } else { String::new() };
    format!("Band: 95 % over trials{levels} · {} independent trials{cut}", report.trials)
}

/// With the levels of gates first, then what is told of any sweep.
fn shown<'r>(report: &'r Report) -> Vec<Shown<'r>> {
    let mut all: Vec<Shown> = Vec::new();
    let mut gates: Vec<&Judged> = Vec::new();
    for judged in report.gates {
        if gates.iter().all(|other| other.gate.text != judged.gate.text) {
            gates.push(judged);
        }
    }
    for Judged { gate, .. } in &gates {
        let level = Level { at: gate.bound, name: gate.text.clone() };
        let title = title(&gate.text);
        match all.iter_mut().find(|shown| shown.title == title) {
            Some(shown) => shown.levels.push(level),
            None => all.push(Shown {
                title,
                measure: measure(gate.rows.metric.unit, gate.rows.stat),
                is_it: Box::new(|row| is_selected(&gate.rows, row)),
                levels: vec![level],
            }),
        }
    }
    let is_gated = |key: [&str; 3]| {
        let mut rows = report.summary.rows.iter().filter(|row| row.location == EVERYWHERE);
        rows.any(|row| {
            [row.op, row.metric, row.stat] == key
                && gates.iter().any(|judged| is_selected(&judged.gate.rows, row))
        })
    };
    let figures = TOLD.iter().filter_map(|told| KEY_FIGURES.iter().find(|figure| figure.key == *told));
    let figures = figures.filter(|figure| !is_gated(figure.key));
    all.extend(figures.map(|figure: &KeyFigure| Shown {
        title: match figure.measure {
            Measure::Dollars => format!("{}, USD", figure.name),
            Measure::Share | Measure::Seconds | Measure::Count => figure.name.to_owned(),
        },
        measure: figure.measure,
        is_it: Box::new(|row| row.location == EVERYWHERE && [row.op, row.metric, row.stat] == figure.key),
        levels: Vec::new(),
    }));
    all
}

/// A gate without what it compares with.
fn title(gate: &str) -> String {
    let quoted = gate.rfind(['"', '}']).unwrap_or(0);
    let end = gate[quoted..].find(['<', '>', '=']).map_or(gate.len(), |at| quoted + at);
    gate[..end].trim().to_owned()
}

fn measure(unit: &str, stat: &str) -> Measure {
    match (unit, stat) {
        ("s", _) => Measure::Seconds,
        ("1", "rate") => Measure::Share,
        _ => Measure::Count,
    }
}

/// A panel, and how many curves it has no place for.
fn panel(report: &Report, across: usize, shown: Shown) -> Option<(Panel, usize)> {
    let horizontal = &report.axes[across];
    let mut series: Vec<Series> = Vec::new();
    let cases = cases(report);
    let rows = report.summary.rows.iter().filter(|row| (shown.is_it)(row));
    let one_of = |of: fn(&Row) -> &str| {
        let mut rows = report.summary.rows.iter().filter(|row| (shown.is_it)(row)).map(of);
        let first = rows.next();
        rows.all(|other| Some(other) == first)
    };
    let (one_namespace, one_op) = (one_of(|row| &row.namespace), one_of(|row| row.op));
    for row in rows {
        let Some(case) = cases.iter().position(|case| *case == row.case) else { continue };
        let at = positions(report.axes, case);
        let x = horizontal.numbers[at[across]];
        let mut parts: Vec<String> = report
            .axes
            .iter()
            .zip(&at)
            .enumerate()
            .filter(|(other, _)| *other != across)
            .map(|(_, (axis, &at))| format!("{} {}", axis.name, axis.values[at]))
            .collect();
        parts.extend((!one_namespace).then(|| row.namespace.clone()));
        parts.extend((!one_op).then(|| row.op.to_owned()));
        let name = if parts.is_empty() { row.namespace.clone() } else { parts.join(" · ") };
        let band = row.estimate.interval.map(|(lo, hi)| (x, lo, hi));
        match series.iter_mut().find(|series| series.name == name) {
            Some(series) => {
                series.points.push((x, row.estimate.value));
                series.band.extend(band);
            }
            None => series.push(Series {
                name,
                points: vec![(x, row.estimate.value)],
                band: band.into_iter().collect(),
                shape: Shape::Line,
            }),
        }
    }
    for series in &mut series {
        series.points.sort_by(|a, b| a.0.total_cmp(&b.0));
        series.band.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    let (scale, unit) = match shown.measure {
        Measure::Share => (Scale::Linear, Unit::Share),
        Measure::Seconds => (Scale::Log, Unit::Seconds),
        Measure::Count | Measure::Dollars => (Scale::Linear, Unit::Number),
    };
    let left_out = series.len().saturating_sub(MOST_CURVES);
    let panel = lines(axis_of(horizontal), axis(&shown.title, scale, unit), series)?;
    let panel = match panel {
        Panel::Lines(lines) => Panel::Lines(Lines { levels: shown.levels, ..lines }),
        dots @ Panel::Dots(_) => dots,
    };
    Some((panel, left_out))
}

fn axis_of(swept: &Axis) -> super::Axis {
    let scale = if swept.is_wide() { Scale::Log } else { Scale::Linear };
    let (unit, behind) = match swept.unit {
        "s" => (Unit::Seconds, ""),
        "1/s" => (Unit::Number, ", 1/s"),
        "B" => (Unit::Number, ", bytes"),
        _ => (Unit::Number, ""),
    };
    axis(&format!("{}{behind}", swept.path), scale, unit)
}

/// The last two parts of a dotted key, which tell what it is of.
fn short_path(path: &str) -> &str {
    let from = path.rmatch_indices('.').nth(1).map_or(0, |(at, _)| at + 1);
    &path[from..]
}
