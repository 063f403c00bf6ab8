//! What happens over simulated time, with what was different meanwhile.

use super::{axis, curve, drawn_faults, figure, lines, name, or};
use crate::experiment::{CurvePoint, Map};
use crate::report::Report;
use crate::report::chart::{Figure, Lines, Panel, Scale, Shade, Shape, Stretch, Unit};

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
    let (stretches, drawn) = stretches(report);
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
    let note = format!("By when operations begin, warm-up included · band: 95 % over trials{drawn}");
    figure(report, "How it went over time", &note, panels.collect())
}

fn shaded(panel: Panel, stretches: &[Stretch]) -> Panel {
    match panel {
        Panel::Lines(lines) => Panel::Lines(Lines { stretches: stretches.to_vec(), ..lines }),
        Panel::Dots(dots) => Panel::Dots(dots),
    }
}

/// The warm-up, and when what was wrong, where all cases have that in common; and what is to be said of the drawn faults.
fn stretches(report: &Report) -> (Vec<Stretch>, String) {
    let Some(first) = report.maps.first() else { return Default::default() };
    let alike = |of: &dyn Fn(&Map) -> bool| report.maps.iter().all(of);
    let mut stretches = Vec::new();
    if first.measured_from > 0.0 && alike(&|map| map.measured_from == first.measured_from) {
        let name = "warm-up".to_owned();
        stretches.push(Stretch { from: 0.0, to: first.measured_from, name, shade: Shade::WarmUp });
    }
    if !alike(&|map| map.faults == first.faults && map.trials == first.trials) {
        return (stretches, String::new());
    }
    // What one trial drew is in all of what is drawn of it here.
    let (drawn, in_all): (Vec<_>, Vec<_>) =
        first.faults.iter().partition(|fault| fault.trial.is_some() && first.trials > 1);
    stretches.extend(in_all.iter().map(|fault| Stretch {
        from: fault.from,
        to: fault.to,
        name: fault.label(),
        shade: Shade::Fault(1.0),
    }));
    let slices = slices(report);
    let shares = drawn_faults::shares(&drawn, &slices, first.trials);
    let most = shares.iter().copied().fold(0.0, f64::max);
    let shaded = slices.iter().zip(&shares).filter(|(_, share)| **share > 0.0);
    stretches.extend(shaded.map(|(&(from, to), share)| Stretch {
        from,
        to,
        name: String::new(),
        shade: Shade::Fault(share / most),
    }));
    (stretches, if most > 0.0 { drawn_faults::words(&drawn, most) } else { String::new() })
}

/// The slices of simulated time that curves over it are made of.
fn slices(report: &Report) -> Vec<(f64, f64)> {
    let mut slices: Vec<(f64, f64)> = Vec::new();
    for point in report.curves.first().iter().flat_map(|curves| &curves.timeline) {
        if slices.last() != Some(&(point.from, point.to)) {
            slices.push((point.from, point.to));
        }
    }
    slices
}
