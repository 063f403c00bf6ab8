//! Reads that clients send a second time.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::{F64Deserializer, I64Deserializer, MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use crate::base::{Probability, Span};

/// A read that has no answer yet is sent once more, elsewhere; the first answer counts (hedged requests: Dean, Barroso,
/// The tail at scale, CACM 56(2), 2013; `hedgingPolicy` of gRPC, proposal A6).
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hedge {
    /// How long the client waits before it sends the read again, and before each further time.
    pub after: HedgeAfter,
    /// How often at most, 1 to 10.
    #[serde(default = "once")]
    pub most: u8,
}

fn once() -> u8 {
    1
}

/// How long a client waits: a time, or what it has measured.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum HedgeAfter {
    /// Always as long.
    Time(Span),
    /// For as long as this share of the reads took that were answered before, more than 0 and less than 1.
    Quantile(Probability),
}

/// How long a client waits before it sends a read again, as it has measured it.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum MeasuredSpec {
    /// As long as this share of the reads took that clients of this population at this location have had answers to in
    /// this trial, more than 0 and less than 1. None is sent again before there were 100. Dean and Barroso (The tail at
    /// scale, CACM 56(2), 2013) take 0.95, which adds some 5 % to the load.
    Quantile(Probability),
}

struct AfterVisitor;

impl<'de> Visitor<'de> for AfterVisitor {
    type Value = HedgeAfter;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a time such as \"40ms\", or { quantile = 0.95 }")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<HedgeAfter, E> {
        Span::deserialize(StrDeserializer::new(text)).map(HedgeAfter::Time)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<HedgeAfter, E> {
        Span::deserialize(I64Deserializer::new(number)).map(HedgeAfter::Time)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<HedgeAfter, E> {
        Span::deserialize(F64Deserializer::new(number)).map(HedgeAfter::Time)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<HedgeAfter, A::Error> {
        let MeasuredSpec::Quantile(share) = MeasuredSpec::deserialize(MapAccessDeserializer::new(map))?;
        Ok(HedgeAfter::Quantile(share))
    }
}

impl<'de> Deserialize<'de> for HedgeAfter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<HedgeAfter, D::Error> {
        deserializer.deserialize_any(AfterVisitor)
    }
}

impl JsonSchema for HedgeAfter {
    fn schema_name() -> Cow<'static, str> {
        "HedgeAfter".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let time = generator.subschema_for::<Span>();
        let measured = generator.subschema_for::<MeasuredSpec>();
        json_schema!({ "anyOf": [time, measured] })
    }
}
