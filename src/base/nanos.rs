//! Spans as whole nanoseconds, for `#[serde(with = "nanos")]`: programs read them, where people read a number with its unit.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::Span;

/// Writes the nanoseconds.
///
/// # Errors
/// Those of the format.
pub fn serialize<S: Serializer>(span: &Span, serializer: S) -> Result<S::Ok, S::Error> {
    span.as_nanos().serialize(serializer)
}

/// Reads nanoseconds.
///
/// # Errors
/// Those of the format.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
    u64::deserialize(deserializer).map(Span::from_nanos)
}
