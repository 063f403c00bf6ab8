//! Numbers as people write them on axes.

use super::figure::Unit;

const TIMES: [(f64, &str); 7] =
    [(86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")];

/// A value on its own, as on a logarithmic axis.
pub(super) fn value(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Seconds => {
            let fits = |&&(size, _): &&(f64, &str)| value.abs() >= size * (1.0 - 1e-9);
            let &(size, name) = TIMES.iter().find(fits).unwrap_or(&TIMES[6]);
            quantity(value / size, name)
        }
        Unit::Share => quantity(value * 100.0, "%"),
        Unit::Count | Unit::Number => short(value),
    }
}

/// A multiple of `step` on a linear axis that reaches `most`: all ticks of an
/// axis are in one unit.
pub(super) fn multiple(unit: Unit, value: f64, step: f64, most: f64) -> String {
    if unit != Unit::Seconds {
        return self::value(unit, value);
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let suits = |&&(size, _): &&(f64, &str)| {
        let tenths = step / size * 10.0;
        size <= most * (1.0 + 1e-9) && (tenths - tenths.round()).abs() < 1e-6 && tenths > 0.5
    };
    let &(size, name) = TIMES.iter().find(suits).unwrap_or(&TIMES[6]);
    quantity(value / size, name)
}

fn quantity(number: f64, unit: &str) -> String {
    format!("{} {unit}", digits(number))
}

fn short(number: f64) -> String {
    match number.abs() {
        n if n >= 1e9 => quantity(number / 1e9, "G"),
        n if n >= 1e6 => quantity(number / 1e6, "M"),
        n if n >= 1e3 => quantity(number / 1e3, "k"),
        _ => digits(number),
    }
}

/// Twelve significant digits without trailing zeros; a power of ten where that
/// would be a long row of zeros.
fn digits(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let magnitude = number.abs().log10().floor();
    let written = if (-7.0..12.0).contains(&magnitude) {
        let decimals = (11.0 - magnitude) as usize;
        let fixed = format!("{number:.decimals$}");
        match fixed.contains('.') {
            true => fixed.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => fixed,
        }
    } else {
        let rounded: f64 = format!("{number:.3e}").parse().unwrap_or(number);
        format!("{rounded:e}")
    };
    written.replace('-', "−")
}
