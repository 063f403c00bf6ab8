//! An axis fitted to its data: from values to distances.

use super::figure::{Axis, Scale, Unit};
use super::ticks;

/// Between the last real value and the place of its own for zero (or 100 %),
/// in decades.
const GAP: f64 = 0.4;
/// Of a linear axis with round ends.
pub(super) const DIVISIONS: f64 = 5.0;
/// Narrower logarithmic axes, in decades, are not widened to round ends.
const NARROW: f64 = 0.5;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ruler {
    pub scale: Scale,
    pub unit: Unit,
    /// Ends in stretched coordinates: the value itself, log10 v or −log10(1 − p).
    pub low: f64,
    pub high: f64,
    /// Zero has a place of its own at the lower end of a logarithmic axis.
    pub zero: bool,
    /// One has a place of its own at the upper end of an axis in nines.
    pub one: bool,
}

/// Where a linear axis ends that is fitted to its data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// At the data.
    Tight,
    /// At the next tick.
    Round,
}

/// Can be drawn at all; beyond this, differences overflow.
pub(super) fn usable(value: f64) -> bool {
    value.is_finite() && value.abs() < 1e100
}

impl Ruler {
    pub(super) fn fit(axis: &Axis, ends: Ends, values: impl Iterator<Item = f64>) -> Ruler {
        let values: Vec<f64> = values.filter(|&v| usable(v)).collect();
        let range = axis.range.filter(|&(a, b)| usable(a) && usable(b) && a < b);
        let (low, high, zero, one) = match axis.scale {
            Scale::Linear => {
                let (low, high) = range.unwrap_or_else(|| linear(axis.unit, ends, &values));
                (low, high, false, false)
            }
            Scale::Log => logarithmic(range, &values),
            Scale::Nines => nines(range, &values),
        };
        Ruler { scale: axis.scale, unit: axis.unit, low, high, zero, one }
    }

    /// 0 at the lower end, 1 at the upper; beyond them for values out of range.
    pub(super) fn fraction(&self, value: f64) -> f64 {
        (self.stretched(value) - self.low) / (self.high - self.low)
    }

    fn stretched(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => value,
            Scale::Log if value <= 0.0 => self.low,
            Scale::Log => value.log10(),
            Scale::Nines if value >= 1.0 => self.high,
            Scale::Nines => nines_of(value),
        }
    }

    /// Where real values begin and end, in stretched coordinates.
    pub(super) fn solid(&self) -> (f64, f64) {
        let low = if self.zero { self.low + GAP } else { self.low };
        let high = if self.one { self.high - GAP } else { self.high };
        (low, high)
    }
}

/// −log10(1 − p).
pub(super) fn nines_of(share: f64) -> f64 {
    -(-share.clamp(0.0, 1.0 - 1e-15)).ln_1p() / std::f64::consts::LN_10
}

fn ends(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |ends, v| match ends {
        None => Some((v, v)),
        Some((low, high)) => Some((v.min(low), v.max(high))),
    })
}

fn linear(unit: Unit, at: Ends, values: &[f64]) -> (f64, f64) {
    let Some((mut low, mut high)) = ends(values.iter().copied()) else {
        return (0.0, 1.0);
    };
    if high - low <= 1e-9 * high.abs().max(low.abs()) {
        (low, high) = match high {
            v if v > 0.0 => (0.0, 1.25 * v),
            v if v < 0.0 => (1.25 * v, 0.0),
            _ => (0.0, 1.0),
        };
    } else if low > 0.0 && low < 0.7 * high {
        low = 0.0;
    }
    if at == Ends::Tight {
        let step = ticks::linear_step(unit, (high - low) / DIVISIONS);
        let tick = (high / step).ceil() * step;
        let near = tick - high < 0.03 * (high - low);
        return (low, if near { tick } else { high });
    }
    let step = ticks::linear_step(unit, (high - low) / DIVISIONS);
    let outward = (low / step + 1e-9).floor() * step;
    let ceiling = (high / step - 1e-9).ceil() * step;
    match unit {
        Unit::Share if high <= 1.0 => (outward, ceiling.min(1.0)),
        _ => (outward, ceiling),
    }
}

fn logarithmic(range: Option<(f64, f64)>, values: &[f64]) -> (f64, f64, bool, bool) {
    let range = range.filter(|&(low, _)| low > 0.0);
    if let Some((low, high)) = range {
        return (low.log10(), high.log10(), false, false);
    }
    let zero = values.iter().any(|&v| v <= 0.0);
    let Some((low, high)) = ends(values.iter().copied().filter(|&v| v > 0.0)) else {
        return (-3.0 - GAP, 0.0, zero, false);
    };
    let (low, high) = (low.log10(), high.log10());
    let (low, high) = if high - low < NARROW {
        (low - 0.05, high + 0.05)
    } else {
        (mantissa_below(low), -mantissa_below(-high))
    };
    (if zero { low - GAP } else { low }, high, zero, false)
}

/// The largest of …, 1, 2, 5, 10, … that is not above, all in log10. By
/// symmetry (1/2 = 5/10) its mirror image rounds upward.
fn mantissa_below(log: f64) -> f64 {
    let decade = (log + 1e-9).floor();
    let rest = log + 1e-9 - decade;
    let mantissas = [5f64.log10(), 2f64.log10(), 0.0];
    decade + mantissas.into_iter().find(|&m| m <= rest).unwrap_or(0.0)
}

fn nines(range: Option<(f64, f64)>, values: &[f64]) -> (f64, f64, bool, bool) {
    if let Some((low, high)) = range.filter(|&(low, high)| low < 1.0 && high > 0.0) {
        let low = nines_of(low);
        let one = high >= 1.0;
        let most = ends(values.iter().copied().filter(|&v| v < 1.0)).map_or(0.0, |(_, v)| nines_of(v));
        let high = if one { most.max(low + 1.0) + GAP } else { nines_of(high) };
        return (low, high, false, one);
    }
    let one = values.iter().any(|&v| v >= 1.0);
    let Some((least, most)) = ends(values.iter().copied().filter(|&v| v < 1.0)) else {
        return (0.0, 3.0 + GAP, false, one);
    };
    let low = if least >= 0.9 { (nines_of(least) + 1e-9).floor() } else { 0.0 };
    let high = nines_of(most).max(low + 1.0);
    let high = if one { high + GAP } else { high };
    (low, high, false, one)
}
