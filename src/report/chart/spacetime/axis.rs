//! Time along a broken axis: stretches in which something happens, and cuts between them.

use super::SpaceTime;
use crate::report::chart::figure::Unit;
use crate::report::chart::format::value;
use crate::report::chart::text::regular;

/// A stretch of time, and where it is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) left: f64,
    pub(super) right: f64,
}

/// Where each instant is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) stretches: Vec<Stretch>,
}

/// At most so many stretches.
const MOST: usize = 6;
/// A pause is cut out if it is so many times as long as a message.
const LONG: f64 = 6.0;
/// The least width of a stretch.
const NARROW: f64 = 66.0;
/// Beside the first and last instant of a stretch.
const INSET: f64 = 14.0;
/// Around what is written in a cut.
const CUT: f64 = 12.0;

impl Axis {
    pub(super) fn new(diagram: &SpaceTime, left: f64, right: f64) -> Axis {
        let times = times(diagram);
        let groups = groups(&times, threshold(diagram, &times));
        let ends: Vec<(f64, f64)> = groups.iter().map(|group| (group[0], group[group.len() - 1])).collect();
        let cuts: Vec<f64> = ends.windows(2).map(|pair| cut_width(pair[1].0 - pair[0].1)).collect();
        let room = right - left - cuts.iter().sum::<f64>() - NARROW * groups.len() as f64;
        let weight = |group: &Vec<f64>| if group.len() == 1 { 0.0 } else { (group.len() as f64).sqrt() };
        let weights: f64 = groups.iter().map(weight).sum();
        let mut at = left;
        let mut stretches = Vec::new();
        for (index, group) in groups.iter().enumerate() {
            let share = if weights > 0.0 { weight(group) / weights } else { 1.0 / groups.len() as f64 };
            let width = NARROW + room * share;
            let (from, to) = ends[index];
            stretches.push(Stretch { from, to, left: at, right: at + width });
            at += width + cuts.get(index).copied().unwrap_or(0.0);
        }
        Axis { stretches }
    }

    /// Where an instant is; one in a cut is at its edge, one beyond the ends at these.
    pub(super) fn x(&self, time: f64) -> f64 {
        let mut x = self.stretches.first().map_or(0.0, |first| first.left);
        for stretch in &self.stretches {
            if time < stretch.from {
                return x;
            }
            if time <= stretch.to {
                return stretch.x(time);
            }
            x = stretch.right;
        }
        x
    }

    /// The cuts: left and right edge, and how much time is left out.
    pub(super) fn cuts(&self) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
        self.stretches.windows(2).map(|pair| (pair[0].right, pair[1].left, pair[1].from - pair[0].to))
    }
}

impl Stretch {
    fn x(&self, time: f64) -> f64 {
        let (left, right) = (self.left + INSET, self.right - INSET);
        match self.to > self.from {
            true => left + (right - left) * (time - self.from) / (self.to - self.from),
            false => (left + right) / 2.0,
        }
    }
}

/// What is written of a time that is left out.
pub(super) fn pause(seconds: f64) -> String {
    let digits = if seconds > 0.0 { 10f64.powf(seconds.log10().floor() - 1.0) } else { 1.0 };
    value(Unit::Seconds, (seconds / digits).round() * digits)
}

fn cut_width(seconds: f64) -> f64 {
    regular(10.0).width(&pause(seconds)) + CUT
}

/// All instants at which something happens, in order, each once.
fn times(diagram: &SpaceTime) -> Vec<f64> {
    let bars = diagram.bars.iter().flat_map(|bar| [bar.from, bar.to]);
    let arrows = diagram.arrows.iter().flat_map(|arrow| [arrow.sent, arrow.arrives]);
    let mut times: Vec<f64> = diagram.events.iter().map(|event| event.at).chain(bars).chain(arrows).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    if times.is_empty() { vec![0.0] } else { times }
}

/// From which length on pauses are cut out.
fn threshold(diagram: &SpaceTime, times: &[f64]) -> f64 {
    let mut ways: Vec<f64> = diagram.arrows.iter().map(|arrow| arrow.arrives - arrow.sent).collect();
    ways.sort_by(f64::total_cmp);
    let whole = times[times.len() - 1] - times[0];
    let usual = ways.get(ways.len() / 2).copied().unwrap_or(0.0);
    let mut pauses: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    pauses.sort_by(|a, b| b.total_cmp(a));
    let fewest = pauses.get(MOST - 1).copied().unwrap_or(0.0);
    (LONG * usual).max(whole / 8.0).max(fewest)
}

fn groups(times: &[f64], threshold: f64) -> Vec<Vec<f64>> {
    let mut groups: Vec<Vec<f64>> = Vec::new();
    for &time in times {
        match groups.last_mut() {
            Some(group) if time - group[group.len() - 1] <= threshold => group.push(time),
            _ => groups.push(vec![time]),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::spacetime::{Arrow, Event, Mark};

    /// A fill at 10 s, a message of 0.1 s at 30 s, a read at 50 s: three stretches, in order, with 20 s cut out twice.
    #[test]
    fn long_pauses_are_cut_out() {
        let event = |at| Event { row: 0, at, text: String::new(), shape: Mark::Dot };
        let diagram = SpaceTime {
            events: vec![event(10.0), event(50.0)],
            arrows: vec![Arrow { from: 0, to: 1, sent: 30.0, arrives: 30.1, age: None }],
            ..SpaceTime::default()
        };
        let axis = Axis::new(&diagram, 100.0, 900.0);
        let cuts: Vec<String> = axis.cuts().map(|(_, _, seconds)| pause(seconds)).collect();
        assert_eq!(cuts, ["20 s", "20 s"]);
        let xs: Vec<f64> = [10.0, 30.0, 30.05, 30.1, 50.0].iter().map(|&time| axis.x(time)).collect();
        assert!(xs.windows(2).all(|pair| pair[0] < pair[1]) && xs[0] > 100.0 && xs[4] < 900.0, "{xs:?}");
        assert!((axis.stretches[2].right - 900.0).abs() < 1e-9);
    }
}
