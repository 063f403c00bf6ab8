//! Numbers as people read them.

use crate::stats::Estimate;

/// Nine significant digits, `.` decimal, no exponent, no locale: for tables that programs read.
pub(super) fn plain(value: f64) -> String {
    rounded(value, 9)
}

/// The same with six: where there are many rows, and none is known that well.
pub(super) fn rough(value: f64) -> String {
    rounded(value, 6)
}

fn rounded(value: f64, digits: usize) -> String {
    let rounded: f64 = format!("{value:.0$e}", digits - 1).parse().expect("a float is printed as one");
    rounded.to_string()
}

/// Seconds in the unit that fits, with three digits: `1.23 ms`.
pub(super) fn seconds(value: f64) -> String {
    match value {
        0.0 => "0 s".to_owned(),
        v if v < 1e-3 => format!("{} µs", three(v * 1e6)),
        v if v < 1.0 => format!("{} ms", three(v * 1e3)),
        v if v < 120.0 => format!("{} s", three(v)),
        v if v < 7_200.0 => format!("{} min", three(v / 60.0)),
        v if v < 172_800.0 => format!("{} h", three(v / 3_600.0)),
        v => format!("{} days", three(v / 86_400.0)),
    }
}

/// A share in percent, with three digits.
pub(super) fn percent(value: f64) -> String {
    match value * 100.0 {
        0.0 => "0 %".to_owned(),
        p if p < 0.001 => format!("{p:.1e} %"),
        p if p > 99.9 && p < 100.0 => format!("{p:.3} %"),
        p => format!("{} %", three(p)),
    }
}

/// A difference of shares in percentage points, with three digits.
pub(super) fn points(value: f64) -> String {
    format!("{} points", short(value * 100.0))
}

/// A plain number with three digits.
pub(super) fn short(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        v if v < 0.001 => format!("{value:.1e}"),
        _ => three(value),
    }
}

/// An amount of money with three digits.
pub(super) fn dollars(value: f64) -> String {
    format!("{} USD", short(value))
}

/// So many a second, with three digits.
pub(super) fn per_second(value: f64) -> String {
    format!("{} /s", short(value))
}

/// An amount of bytes in the unit that fits, with three digits: `1.5 MB`.
pub(super) fn bytes(value: f64) -> String {
    match value {
        v if v < 1e3 => format!("{} B", short(v)),
        v if v < 1e6 => format!("{} kB", three(v / 1e3)),
        v if v < 1e9 => format!("{} MB", three(v / 1e6)),
        v => format!("{} GB", three(v / 1e9)),
    }
}

/// How a figure of `summary.csv` is written for people.
pub(super) fn writer(unit: &str, stat: &str) -> fn(f64) -> String {
    match (unit, stat) {
        ("s", _) => seconds,
        ("1", "rate") => percent,
        ("USD", _) => dollars,
        ("1/s", _) => per_second,
        ("B", _) => bytes,
        ("B/s", _) => |value| format!("{}/s", bytes(value)),
        _ => short,
    }
}

/// A value with its interval's half-width, or with its bound where nothing was seen.
pub(super) fn with_interval(estimate: &Estimate, write: fn(f64) -> String) -> String {
    match estimate.interval {
        None => write(estimate.value),
        Some((lo, hi)) if estimate.value == 0.0 && lo == 0.0 && hi > 0.0 => format!("0 (< {})", write(hi)),
        Some((lo, hi)) if (hi - estimate.value) > 1.5 * (estimate.value - lo) => {
            format!("{} ({} to {})", write(estimate.value), write(lo), write(hi))
        }
        Some((lo, hi)) => {
            let half = (hi - estimate.value).max(estimate.value - lo);
            let (value, half) = (write(estimate.value), write(half));
            // One unit is enough where both have the same.
            match (value.rsplit_once(' '), half.rsplit_once(' ')) {
                _ if half == "0" || half.starts_with("0 ") => value,
                (Some((number, unit)), Some((half, other))) if unit == other => {
                    format!("{number} ± {half} {unit}")
                }
                _ => format!("{value} ± {half}"),
            }
        }
    }
}

fn three(value: f64) -> String {
    let decimals = (2 - value.abs().max(1e-9).log10().floor() as i32).clamp(0, 6) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_carry_their_unit() {
        assert_eq!(seconds(0.001234), "1.23 ms");
        assert_eq!(seconds(0.0), "0 s");
        assert_eq!(seconds(0.000_05), "50 µs");
        assert_eq!([7_199.0, 7_200.0, 172_800.0].map(seconds), ["120 min", "2 h", "2 days"]);
        assert_eq!(percent(0.12345), "12.3 %");
        assert_eq!(
            [0.0, 0.5, 12.345, 2_592_000.0].map(dollars),
            ["0 USD", "0.5 USD", "12.3 USD", "2592000 USD"]
        );
        assert_eq!([0.0, 999.0, 1_500_000.0].map(bytes), ["0 B", "999 B", "1.5 MB"]);
        assert_eq!(writer("B/s", "rate")(250_000.0), "250 kB/s");
        assert_eq!(writer("1/s", "rate")(21.825), "21.8 /s");
        assert_eq!(percent(0.99999), "99.999 %");
        assert_eq!(plain(0.1 + 0.2), "0.3");
        assert_eq!(plain(1.0), "1");
        assert_eq!(rough(123_456.789), "123457");
        assert_eq!(rough(1.0 / 3.0), "0.333333");
    }
}
