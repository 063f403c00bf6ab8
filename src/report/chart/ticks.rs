//! Where an axis is divided, and which divisions are labelled.

use super::figure::{Scale, Unit};
use super::format;
use super::ruler::{Ruler, nines_of};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// 0 at the lower end of the axis, 1 at the upper.
    pub at: f64,
    /// Empty where a label would not fit or is not wanted.
    pub label: String,
    /// Deserves a line of its own.
    pub major: bool,
}

/// How much room labels have.
pub(super) struct Room<'a> {
    pub length: f64,
    /// Of a label along the axis, with the space around it.
    pub extent: &'a dyn Fn(&str) -> f64,
    /// Wanted on a linear axis, at most.
    pub divisions: f64,
}

pub(super) fn ticks(ruler: &Ruler, room: &Room) -> Vec<Tick> {
    match ruler.scale {
        Scale::Linear => linear(ruler, room),
        Scale::Log => logarithmic(ruler, room),
        Scale::Nines => nines(ruler, room),
    }
}

/// The smallest round step that is not below `least`.
pub(super) fn linear_step(unit: Unit, least: f64) -> f64 {
    const ROUND: [f64; 18] = [
        1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1_800.0, 3_600.0, 7_200.0,
        10_800.0, 21_600.0, 43_200.0, 86_400.0,
    ];
    let enough = |step: &f64| *step >= least * (1.0 - 1e-9);
    if unit == Unit::Seconds && least > 0.5 {
        if let Some(step) = ROUND.into_iter().find(enough) {
            return step;
        }
        return 86_400.0 * round_step(least / 86_400.0);
    }
    match unit {
        Unit::Count => round_step(least).max(1.0),
        Unit::Seconds | Unit::Share | Unit::Number => round_step(least),
    }
}

fn round_step(least: f64) -> f64 {
    let enough = |step: &f64| *step >= least * (1.0 - 1e-9);
    let decade = 10f64.powf(least.max(1e-300).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|m| m * decade);
    steps.into_iter().find(enough).unwrap_or(10.0 * decade)
}

fn linear(ruler: &Ruler, room: &Room) -> Vec<Tick> {
    let (low, high) = match ruler.scale {
        Scale::Log => (10f64.powf(ruler.low), 10f64.powf(ruler.high)),
        _ => (ruler.low, ruler.high),
    };
    let mut step = linear_step(ruler.unit, (high - low) / room.divisions);
    for _ in 0..8 {
        let ticks = multiples(ruler, step, low, high);
        if !crowded(&ticks, room) {
            return ticks;
        }
        step = linear_step(ruler.unit, step * 1.01);
    }
    multiples(ruler, high - low, low, high)
}

fn multiples(ruler: &Ruler, step: f64, low: f64, high: f64) -> Vec<Tick> {
    let first = (low / step - 1e-9).ceil();
    let last = (high / step + 1e-9).floor();
    let most = high.abs().max(low.abs());
    (0..=(last - first).clamp(0.0, 200.0) as usize)
        .map(|i| (first + i as f64) * step)
        .map(|value| Tick {
            at: ruler.fraction(value),
            label: format::multiple(ruler.unit, value, step, most),
            major: true,
        })
        .collect()
}

fn crowded(ticks: &[Tick], room: &Room) -> bool {
    let half = |tick: &Tick| (room.extent)(&tick.label) / 2.0;
    ticks.windows(2).any(|pair| (pair[1].at - pair[0].at) * room.length < half(&pair[0]) + half(&pair[1]))
}

/// A division of a logarithmic axis and how much it matters: 0 decades and
/// natural units, 1 twos and fives, 2 the rest.
struct Division {
    value: f64,
    rank: usize,
}

fn logarithmic(ruler: &Ruler, room: &Room) -> Vec<Tick> {
    let (low, high) = ruler.solid();
    let inside = |d: &Division| (low - 1e-9..=high + 1e-9).contains(&d.value.log10());
    let divisions: Vec<Division> = divisions(ruler.unit, low, high).into_iter().filter(inside).collect();
    let decades = divisions.iter().filter(|d| d.rank == 0).count();
    let minor = high - low < 12.0;
    let mut ticks: Vec<Tick> = Vec::new();
    if ruler.zero {
        ticks.push(Tick { at: 0.0, label: "0".to_owned(), major: true });
    }
    let stride = stride(&divisions, ruler, room);
    for (index, division) in divisions.iter().filter(|d| d.rank == 0).enumerate() {
        let label =
            if index % stride == 0 { format::value(ruler.unit, division.value) } else { String::new() };
        add(&mut ticks, room, ruler.fraction(division.value), label, true);
    }
    for rank in 1..=2 {
        let labelled = rank == 1 && decades <= 2;
        for division in divisions.iter().filter(|d| d.rank == rank && (minor || labelled)) {
            let label = if labelled { format::value(ruler.unit, division.value) } else { String::new() };
            add(&mut ticks, room, ruler.fraction(division.value), label, false);
        }
    }
    if !ruler.zero && ticks.iter().filter(|t| !t.label.is_empty()).count() < 3 {
        return linear(ruler, room);
    }
    if ticks.iter().filter(|tick| !tick.label.is_empty()).count() < 2 {
        let middle = 10f64.powf((low + high) / 2.0);
        add(&mut ticks, room, ruler.fraction(middle), format::value(ruler.unit, middle), true);
    }
    ticks.sort_by(|a, b| a.at.total_cmp(&b.at));
    ticks
}

/// Every how many decades a label fits.
fn stride(divisions: &[Division], ruler: &Ruler, room: &Room) -> usize {
    let decades: Vec<Tick> = divisions
        .iter()
        .filter(|d| d.rank == 0)
        .map(|d| Tick { at: ruler.fraction(d.value), label: format::value(ruler.unit, d.value), major: true })
        .collect();
    let fits = |stride: &usize| {
        let kept: Vec<Tick> = decades.iter().step_by(*stride).cloned().collect();
        !crowded(&kept, room)
    };
    (1..decades.len()).find(fits).unwrap_or(decades.len().max(1))
}

/// Adds a tick; without its label if that would touch another.
fn add(ticks: &mut Vec<Tick>, room: &Room, at: f64, label: String, major: bool) {
    let half = |label: &str| (room.extent)(label) / 2.0;
    let touches = |tick: &Tick| {
        !tick.label.is_empty() && (tick.at - at).abs() * room.length < half(&tick.label) + half(&label)
    };
    let label = if !label.is_empty() && ticks.iter().any(touches) { String::new() } else { label };
    ticks.push(Tick { at, label, major });
}

fn divisions(unit: Unit, low: f64, high: f64) -> Vec<Division> {
    let first = low.floor() as i32;
    let last = high.ceil() as i32;
    if unit != Unit::Seconds {
        return (first..=last).flat_map(|k| decade(10f64.powi(k), 10.0)).collect();
    }
    let below = (first..=last.min(0)).flat_map(|k| decade(10f64.powi(k), 10.0));
    let clock = [(10.0, 6.0), (60.0, 10.0), (600.0, 6.0), (3_600.0, 10.0), (36_000.0, 2.4)];
    let clock = clock.into_iter().flat_map(|(unit, ratio)| decade(unit, ratio));
    let days = (0..=(last - 4).max(0)).flat_map(|k| decade(86_400.0 * 10f64.powi(k), 10.0));
    below.chain(clock).chain(days).collect()
}

/// `start` and its multiples below `start * ratio`.
fn decade(start: f64, ratio: f64) -> impl Iterator<Item = Division> {
    let rank = |m: u32| match m {
        1 => 0,
        2 | 5 => 1,
        _ => 2,
    };
    (1..10)
        .filter(move |&m| f64::from(m) < ratio - 1e-9)
        .map(move |m| Division { value: start * f64::from(m), rank: rank(m) })
}

fn nines(ruler: &Ruler, room: &Room) -> Vec<Tick> {
    let (low, high) = ruler.solid();
    let inside = |n: f64| (low - 1e-9..=high + 1e-9).contains(&n);
    let at = |n: f64| (n - ruler.low) / (ruler.high - ruler.low);
    let mut ticks = Vec::new();
    if ruler.one {
        ticks.push(Tick { at: 1.0, label: "100 %".to_owned(), major: true });
    }
    for n in (0..=15).filter(|&n| inside(f64::from(n))) {
        add(&mut ticks, room, at(f64::from(n)), nines_label(n), true);
    }
    let half = nines_of(0.5);
    if inside(half) {
        add(&mut ticks, room, at(half), "50 %".to_owned(), false);
    }
    for n in (1..15).map(|n| f64::from(n) + half).filter(|&n| inside(n)) {
        add(&mut ticks, room, at(n), String::new(), false);
    }
    ticks.sort_by(|a, b| a.at.total_cmp(&b.at));
    ticks
}

/// 0 %, 90 %, 99 %, 99.9 %, …
fn nines_label(n: u32) -> String {
    match n {
        0 => "0 %".to_owned(),
        1 => "90 %".to_owned(),
        2 => "99 %".to_owned(),
        n => format!("99.{} %", "9".repeat(n as usize - 2)),
    }
}
