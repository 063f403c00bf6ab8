//! The objective against what each gate is about, with the points that no other one beats.

use super::axis;
use crate::experiment::{GateVerdict, Judged, Point, Solved, Standing};
use crate::report::Report;
use crate::report::chart::{Axis, Figure, Level, Lines, Panel, Scale, Series, Shape, Unit};
use crate::scenario::Selection;

/// So many panels fit a page.
const MOST_PANELS: usize = 4;

pub(super) fn pareto(report: &Report) -> Option<Figure> {
    let solved = report.solved?;
    let mut told: Vec<&Judged> = Vec::new();
    for judged in solved.points.iter().flat_map(|point| &point.gates).filter(|judged| judged.row.is_some()) {
        if told.iter().all(|other| !is_same(other, judged)) {
            told.push(judged);
        }
    }
    let panels: Vec<Panel> = told.into_iter().take(MOST_PANELS).map(|judged| panel(solved, judged)).collect();
    if panels.is_empty() {
        return None;
    }
    let subtitle = if report.title.is_empty() { report.scenario } else { report.title };
    Some(Figure {
        title: format!("{} against the gates", solved.objective.text),
        subtitle: subtitle.to_owned(),
        note: format!(
            "Line: points that no other one beats in all of these · band: 95 %{} · dashed: bounds of gates · at most \
             {} independent trials",
            match solved.looks.count() {
                1 => " over trials".to_owned(),
                count => format!(" over all {count} looks"),
            },
            report.trials
        ),
        panels,
    })
}

/// The same gate, of the same row of whichever point.
fn is_same(one: &Judged, other: &Judged) -> bool {
    let place = |judged: &Judged| {
        judged.row.as_ref().map(|row| (row.namespace.clone(), row.location.clone(), row.op))
    };
    one.gate.text == other.gate.text && place(one) == place(other)
}

fn panel(solved: &Solved, judged: &Judged) -> Panel {
    let place = |point: &Point| {
        let x = point.objective.as_ref()?.estimate.value;
        let y = point.gates.iter().find(|other| is_same(other, judged))?.row.as_ref()?.estimate;
        Some((x, y))
    };
    let cloud = |name: &str, is_in: &dyn Fn(&Point) -> bool| Series {
        name: name.to_owned(),
        points: solved
            .points
            .iter()
            .filter(|point| is_in(point))
            .filter_map(|point| place(point).map(|(x, y)| (x, y.value)))
            .collect(),
        band: Vec::new(),
        shape: Shape::Points,
    };
    let holds = |point: &Point, verdict| {
        crate::experiment::together(&point.gates).is_none_or(|worst| worst == verdict)
    };
    let mut front: Vec<_> = solved.points.iter().filter(|point| point.on_front).filter_map(place).collect();
    front.sort_by(|a, b| a.0.total_cmp(&b.0));
    let front = Series {
        name: "front".to_owned(),
        points: front.iter().map(|(x, y)| (*x, y.value)).collect(),
        band: front.iter().filter_map(|(x, y)| y.interval.map(|(lo, hi)| (*x, lo, hi))).collect(),
        shape: Shape::Line,
    };
    let is_other = |point: &Point| point.standing != Standing::Best;
    // What comes first is drawn over the others. Colours go by the place: orange fails, green holds.
    let series = vec![
        cloud("best", &|point| !is_other(point)),
        cloud("a gate fails", &|point| holds(point, GateVerdict::Fail)),
        cloud("all gates hold", &|point| is_other(point) && holds(point, GateVerdict::Pass)),
        front,
        cloud("not told", &|point| holds(point, GateVerdict::Inconclusive)),
    ];
    let rows = &judged.gate.rows;
    let of = |unit: &str, stat: &str| match (unit, stat) {
        ("s", _) => (Scale::Log, Unit::Seconds),
        ("1", "rate") => (Scale::Linear, Unit::Share),
        _ => (Scale::Linear, Unit::Number),
    };
    let place =
        [judged.row.as_ref().map(|row| row.namespace.as_str()), judged.row.as_ref().map(|row| row.op)];
    let place: Vec<&str> = place.into_iter().flatten().collect();
    let labelled = |label: &str, (scale, unit): (Scale, Unit)| -> Axis { axis(label, scale, unit) };
    let in_unit = |rows: &Selection| match (rows.metric.unit, rows.stat) {
        ("USD", _) => ", USD a month".to_owned(),
        ("1/s" | "B" | "B/s", _) => format!(", {}", rows.metric.unit),
        _ => String::new(),
    };
    let y = format!("{} {} ({}){}", rows.metric.name, rows.stat, place.join(" · "), in_unit(rows));
    let objective = &solved.objective;
    let x = labelled(
        &format!("{}{}", objective.text, in_unit(&objective.rows)),
        of(objective.rows.metric.unit, objective.rows.stat),
    );
    let range = widened(solved, x.scale);
    Panel::Lines(Lines {
        x: Axis { range, ..x },
        y: labelled(&y, of(rows.metric.unit, rows.stat)),
        series,
        stretches: Vec::new(),
        levels: vec![Level { at: judged.gate.bound, name: judged.gate.text.clone() }],
    })
}

/// Beyond this share of the axis on each side there is no point: those at its ends are drawn whole.
const MARGIN: f64 = 0.03;

/// Where the objective's axis ends; `None` leaves that to the chart.
fn widened(solved: &Solved, scale: Scale) -> Option<(f64, f64)> {
    let values =
        || solved.points.iter().filter_map(|point| point.objective.as_ref()).map(|row| row.estimate.value);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    match scale {
        _ if low >= high => None,
        Scale::Log if low <= 0.0 => None,
        Scale::Log => {
            let margin = (high / low).powf(MARGIN);
            Some((low / margin, high * margin))
        }
        Scale::Linear | Scale::Nines => {
            let margin = MARGIN * (high - low);
            Some((low - margin, high + margin))
        }
    }
}
