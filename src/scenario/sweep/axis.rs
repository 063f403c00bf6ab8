//! What a sweep varies, as tables and charts tell it.

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

use crate::base::{Bytes, Rate, Span};
use crate::scenario::text::{Node, Value};

/// A key that a sweep varies.
#[derive(Clone, PartialEq, Debug)]
pub struct Axis {
    /// The dotted key.
    pub path: String,
    /// As labels name it: its last part, where that tells it from the others.
    pub name: String,
    /// Its values as they are written.
    pub values: Vec<String>,
    /// The same as numbers in the base unit; empty where one of them is none, or they are not of one unit.
    pub numbers: Vec<f64>,
    /// The base unit: `s`, `1/s`, `B` or `1`.
    pub unit: &'static str,
}

impl Axis {
    pub(super) fn new(path: &str, name: &str, values: Vec<String>, nodes: &[Node]) -> Axis {
        let numbers: Option<Vec<(f64, &'static str)>> = nodes.iter().map(number).collect();
        let numbers = numbers.unwrap_or_default();
        let unit = numbers.first().map_or("1", |(_, unit)| unit);
        let is_one = numbers.iter().all(|(_, other)| *other == unit);
        let numbers =
            if is_one { numbers.into_iter().map(|(number, _)| number).collect() } else { Vec::new() };
        Axis { path: path.to_owned(), name: name.to_owned(), values, numbers, unit }
    }

    /// Whether equal ratios are the better distances: all are above 0, and the greatest is twenty times the least.
    pub fn is_wide(&self) -> bool {
        let (least, most) =
            self.numbers.iter().fold((f64::MAX, f64::MIN), |(lo, hi), &at| (lo.min(at), hi.max(at)));
        least > 0.0 && most >= 20.0 * least
    }

    /// The value at each case, where this axis is followed by others of so many values together.
    pub fn position(&self, case: usize, values_after: usize) -> usize {
        case / values_after.max(1) % self.values.len().max(1)
    }
}

/// A value in the base unit.
pub(super) fn number(node: &Node) -> Option<(f64, &'static str)> {
    fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
        let text: StrDeserializer<Error> = text.into_deserializer();
        T::deserialize(text).ok()
    }
    match &node.value {
        Value::Integer(number) => Some((*number as f64, "1")),
        Value::Float(number) => Some((*number, "1")),
        Value::String(text) => {
            let percent = text.trim().strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
            percent
                .map(|percent| (percent / 100.0, "1"))
                .or_else(|| read(text).map(|span: Span| (span.as_secs_f64(), "s")))
                .or_else(|| read(text).map(|rate: Rate| (rate.as_per_second(), "1/s")))
                .or_else(|| read(text).map(|bytes: Bytes| (bytes.as_u64() as f64, "B")))
        }
        _ => None,
    }
}
