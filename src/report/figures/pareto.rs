//! The objective against what each gate is about, with the points that no other one beats.

use super::axis;
use crate::experiment::{GateVerdict, Judged, Point, Solved, Standing};
use crate::report::Report;
use crate::report::chart::{Axis, Figure, Level, Lines, Panel, Scale, Series, Shape, Unit};

/// So many panels fit a page.
const MOST_PANELS: usize = 4;

pub(super) fn pareto(report: &Report) -> Option<Figure> {
    let solved = report.solved?;
    let panels = solved.points.first()?.gates.iter().map(|judged| panel(solved, judged));
    let panels: Vec<Panel> = panels.take(MOST_PANELS).collect();
    if panels.is_empty() {
        return None;
    }
    let subtitle = if report.title.is_empty() { report.scenario } else { report.title };
    Some(Figure {
        title: format!("{} against the gates", solved.objective.text),
        subtitle: subtitle.to_owned(),
        note: format!(
            "Line: points that no other one beats in all of these · band: 95 % over trials · dashed: bounds of gates · at most \
             {} independent trials",
            report.trials
        ),
        panels,
    })
}

/// The same gate of another point, of the same row.
fn same<'p>(point: &'p Point, judged: &Judged) -> Option<&'p Judged> {
    let place = |judged: &Judged| {
        judged.row.as_ref().map(|row| (row.namespace.clone(), row.location.clone(), row.op))
    };
    point.gates.iter().find(|other| other.gate.text == judged.gate.text && place(other) == place(judged))
}

fn panel(solved: &Solved, judged: &Judged) -> Panel {
    let place = |point: &Point| {
        let x = point.objective.as_ref()?.estimate.value;
        let y = same(point, judged)?.row.as_ref()?.estimate;
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
    // What comes first is drawn over the others.
    let series = [
        cloud("best", &|point| !is_other(point)),
        cloud("all gates hold", &|point| is_other(point) && holds(point, GateVerdict::Pass)),
        cloud("not told", &|point| holds(point, GateVerdict::Inconclusive)),
        cloud("a gate fails", &|point| holds(point, GateVerdict::Fail)),
        front,
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
    let y = format!("{} {} ({})", rows.metric.name, rows.stat, place.join(" · "));
    let objective = &solved.objective;
    Panel::Lines(Lines {
        x: labelled(&objective.text, of(objective.rows.metric.unit, objective.rows.stat)),
        y: labelled(&y, of(rows.metric.unit, rows.stat)),
        series: series.into_iter().filter(|series| !series.points.is_empty()).collect(),
        stretches: Vec::new(),
        levels: vec![Level { at: judged.gate.bound, name: judged.gate.text.clone() }],
    })
}
