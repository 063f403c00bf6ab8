//! The value that a gate compares with, in the unit of its metric.

use std::ops::Range;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

use super::{Metric, Objection};
use crate::base::{Bytes, Rate, Span};

/// Reads a value of a metric's figure.
pub(super) fn bound(text: &str, at: Range<usize>, metric: &Metric, stat: &str) -> Result<f64, Objection> {
    let read = match metric.unit {
        // None is none in any unit.
        _ if text == "0" => Ok(0.0),
        "s" => read(text).map(Span::as_secs_f64),
        "1/s" => read(text).map(Rate::as_per_second),
        "B" => read(text).map(|bytes: Bytes| bytes.as_u64() as f64),
        "B/s" => match text.strip_suffix("/s") {
            Some(bytes) => read(bytes.trim_end()).map(|bytes: Bytes| bytes.as_u64() as f64),
            None => Err(format!("`{text}` is no rate of bytes\nhelp: write e.g. \"250kB/s\"")),
        },
        "USD" => match text.strip_suffix("USD").or_else(|| text.strip_prefix('$')) {
            Some(dollars) => number(dollars.trim(), false),
            None => Err(format!("`{text}` is no amount of money\nhelp: write e.g. \"500 USD\"")),
        },
        _ => number(text, metric.is_share(stat)),
    };
    read.map_err(|error| {
        let mut lines = error.split("\nhelp: ");
        let objection = Objection::new(at, lines.next().unwrap_or_default());
        lines.fold(objection, |objection, help| objection.help(help.replace('"', "")))
    })
}

fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, String> {
    let text: StrDeserializer<Error> = text.into_deserializer();
    T::deserialize(text).map_err(|error| error.to_string())
}

/// A number, or a percentage; a share lies between 0 and 1.
fn number(text: &str, is_share: bool) -> Result<f64, String> {
    let (digits, size) = match text.strip_suffix('%') {
        Some(digits) => (digits.trim_end(), 100.0),
        None => (text, 1.0),
    };
    let number = digits.parse::<f64>().ok().filter(|number| number.is_finite());
    let example = if is_share { "0.1%" } else { "1.5" };
    let number = number.ok_or_else(|| format!("`{text}` is not a number\nhelp: write e.g. {example}"))?;
    let value = number / size;
    match is_share && !(0.0..=1.0).contains(&value) {
        true => Err(format!("`{text}` is not between 0 and 1 (or 0% and 100%)")),
        false => Ok(value),
    }
}
