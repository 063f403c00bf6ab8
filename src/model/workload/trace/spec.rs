//! A trace as a scenario writes it.

use schemars::JsonSchema;
use serde::Deserialize;

/// A trace that is replayed instead of arrivals and a mix.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraceSpec {
    /// A CSV file whose first line names its columns, in order of time; its path is relative to the scenario.
    pub file: String,
    /// The names of its columns, where they are not those of the fields here.
    #[serde(default)]
    pub columns: ColumnsSpec,
    /// The unit of its times; seconds by default.
    #[serde(default)]
    pub unit: TimeUnit,
    /// The time in the file at which a trial begins, as it is written there; that of the first row by default. Earlier
    /// rows are left out.
    pub start: Option<String>,
    /// By how much times between rows are multiplied: 0.1 replays ten times as fast; 1 by default.
    #[serde(default = "one")]
    pub time_scale: f64,
}

fn one() -> f64 {
    1.0
}

/// The names of columns.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnsSpec {
    /// When the operation begins; `time` by default.
    pub time: Option<String>,
    /// The key, any text; `key` by default.
    pub key: Option<String>,
    /// The location where it begins; `location` by default. Without this column locations are drawn by `weights`.
    pub location: Option<String>,
    /// What it does; `operation` by default, else `op`. Without this column all rows are reads.
    pub operation: Option<String>,
    /// The size of the value in bytes; `size` by default. A key has the first one that the file tells.
    pub size: Option<String>,
    /// How long caches may keep what the row reads or writes, in seconds whatever `unit` is, and not scaled; `ttl` by
    /// default. A read's is that of the entry that it fills at its edge; that of a write or an update goes along with the
    /// value to all tiers, where a read asks for no other. Empty or 0: as the tiers say.
    pub ttl: Option<String>,
}

/// The unit of times that are plain numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
pub enum TimeUnit {
    /// Seconds.
    #[default]
    #[serde(rename = "s")]
    Seconds,
    /// Milliseconds.
    #[serde(rename = "ms")]
    Millis,
    /// Microseconds.
    #[serde(rename = "us")]
    Micros,
    /// Nanoseconds.
    #[serde(rename = "ns")]
    Nanos,
}

impl TimeUnit {
    /// Its length in nanoseconds.
    pub(super) const fn nanos(self) -> u64 {
        match self {
            TimeUnit::Seconds => 1_000_000_000,
            TimeUnit::Millis => 1_000_000,
            TimeUnit::Micros => 1_000,
            TimeUnit::Nanos => 1,
        }
    }

    /// As it is written.
    pub(super) const fn name(self) -> &'static str {
        match self {
            TimeUnit::Seconds => "s",
            TimeUnit::Millis => "ms",
            TimeUnit::Micros => "us",
            TimeUnit::Nanos => "ns",
        }
    }

    /// A number of it in whole nanoseconds, without a sign; what is finer is cut.
    pub(super) fn read(self, text: &[u8]) -> Option<u64> {
        if let Some(at) = text.iter().position(|byte| byte.eq_ignore_ascii_case(&b'e')) {
            return self.read(&shifted(&text[..at], &text[at + 1..])?);
        }
        let point = text.iter().position(|&byte| byte == b'.');
        let (whole, fraction) = point.map_or((text, &[][..]), |at| (&text[..at], &text[at + 1..]));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut nanos = number(whole)?.checked_mul(self.nanos())?;
        let mut place = self.nanos();
        for &digit in fraction {
            place /= 10;
            nanos = nanos.checked_add(u64::from(value(digit)?) * place)?;
        }
        Some(nanos)
    }
}

/// A number without its exponent, the point moved by that.
fn shifted(number: &[u8], exponent: &[u8]) -> Option<Vec<u8>> {
    let exponent: i32 = std::str::from_utf8(exponent).ok()?.parse().ok()?;
    let point = number.iter().position(|&byte| byte == b'.').unwrap_or(number.len());
    let mut digits = number.to_vec();
    if point < digits.len() {
        digits.remove(point);
    }
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) || !(-30..=30).contains(&exponent) {
        return None;
    }
    let point = point as i32 + exponent;
    digits.splice(0..0, std::iter::repeat_n(b'0', (-point).max(0) as usize));
    let point = point.max(0) as usize;
    digits.resize(digits.len().max(point), b'0');
    digits.insert(point, b'.');
    Some(digits)
}

/// A whole number; 0 without any digit.
pub(super) fn number(digits: &[u8]) -> Option<u64> {
    digits
        .iter()
        .try_fold(0u64, |number, &digit| number.checked_mul(10)?.checked_add(u64::from(value(digit)?)))
}

fn value(digit: u8) -> Option<u8> {
    digit.is_ascii_digit().then(|| digit - b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand; what has no meaning, or more than fits, is none.
    #[test]
    fn times_are_read_to_the_nanosecond() {
        assert_eq!(TimeUnit::Seconds.read(b"1700000000.123456789"), Some(1_700_000_000_123_456_789));
        assert_eq!(TimeUnit::Seconds.read(b"0.0000000019"), Some(1));
        assert_eq!(TimeUnit::Millis.read(b"12.5"), Some(12_500_000));
        assert_eq!(TimeUnit::Micros.read(b".25"), Some(250));
        assert_eq!(TimeUnit::Nanos.read(b"7"), Some(7));
        assert_eq!(TimeUnit::Seconds.read(b"1.7e9"), Some(1_700_000_000_000_000_000));
        assert_eq!(TimeUnit::Seconds.read(b"12.5E-3"), Some(12_500_000));
        assert_eq!(TimeUnit::Millis.read(b"1e+3"), Some(1_000_000_000));
        for text in ["", ".", "-1", "1e", "e3", ".e3", "1e3e3", "1e99", "1 2", "99999999999999", "NaN"] {
            assert_eq!(TimeUnit::Seconds.read(text.as_bytes()), None, "{text}");
        }
    }
}
