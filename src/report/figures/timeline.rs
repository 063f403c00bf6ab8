//! What happens over simulated time, with what was different meanwhile.

use super::{axis, curve, figure, lines, name, or};
use crate::experiment::{CurvePoint, Map};
use crate::report::Report;
use crate::report::chart::{Figure, Lines, Panel, Scale, Shape, Stretch, Unit};

pub(super) fn timeline(report: &Report) -> Option<Figure> {
    let wanted = [
        ("stale_rate", "Stale reads", Scale::Linear, Unit::Share),
        ("read_latency_p99", "Read latency, 99th percentile", Scale::Log, Unit::Seconds),
        ("hit_ratio", "Reads answered by the edge cache", Scale::Linear, Unit::Share),
        ("failures", "Failed operations a second", Scale::Linear, Unit::Number),
        ("origin_requests", "Requests to the origin a second", Scale::Linear, Unit::Number),
    ];
    let has = |metric: &str| {
        report.curves.iter().any(|curves| curves.timeline.iter().any(|point| point.metric == metric))
    };
    let is_told = |metric: &str| match metric {
        // With faults alone, of which these tell.
        "failures" => has("origin_requests"),
        "origin_requests" => has("hit_ratio"),
        _ => true,
    };
    let wanted = wanted.into_iter().filter(|(metric, ..)| is_told(metric));
    let stretches = stretches(report);
    let panels = wanted.filter_map(|(metric, title, scale, unit)| {
        let series = report.curves.iter().map(|curves| {
            let points: Vec<CurvePoint> = curves
                .timeline
                .iter()
                .filter(|point| point.metric == metric)
                .map(|point| CurvePoint { at: (point.from + point.to) / 2.0, estimate: point.estimate })
                .collect();
            curve(or(name(report, curves), "reads"), &points, Shape::Line)
        });
        let x = axis("Simulated time", Scale::Linear, Unit::Seconds);
        lines(x, axis(title, scale, unit), series.collect()).map(|panel| shaded(panel, &stretches))
    });
    let note = "By when operations begin, warm-up included · band: 95 % over trials";
    figure(report, "How it went over time", note, panels.collect())
}

fn shaded(panel: Panel, stretches: &[Stretch]) -> Panel {
    match panel {
        Panel::Lines(lines) => Panel::Lines(Lines { stretches: stretches.to_vec(), ..lines }),
        Panel::Dots(dots) => Panel::Dots(dots),
    }
}

/// The warm-up, and when what was wrong, where all cases have that in common.
fn stretches(report: &Report) -> Vec<Stretch> {
    let Some(first) = report.maps.first() else { return Vec::new() };
    let alike = |of: &dyn Fn(&Map) -> bool| report.maps.iter().all(of);
    let mut stretches = Vec::new();
    if first.measured_from > 0.0 && alike(&|map| map.measured_from == first.measured_from) {
        let name = "warm-up".to_owned();
        stretches.push(Stretch { from: 0.0, to: first.measured_from, name, is_fault: false });
    }
    if alike(&|map| map.faults == first.faults) {
        // Those that each trial draws are not in all of what is drawn here.
        let in_all = first.faults.iter().filter(|fault| fault.trial.is_none());
        stretches.extend(in_all.map(|fault| Stretch {
            from: fault.from,
            to: fault.to,
            name: fault.label(),
            is_fault: true,
        }));
    }
    stretches
}
