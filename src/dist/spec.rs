//! Distributions as a scenario writes them.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::shape::Dist;
use crate::base::{Probability, Quantity};

/// One alternative of a distribution. Times are delays of one message; sizes are of one value.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[serde(bound(deserialize = "Q: Quantity + Deserialize<'de>"))]
pub enum DistSpec<Q> {
    /// Always this.
    Constant(Q),
    /// Evenly between two bounds.
    Uniform {
        /// Least value.
        min: Q,
        /// Greatest value.
        max: Q,
    },
    /// Exponential with this mean.
    Exponential {
        /// Mean.
        mean: Q,
    },
    /// Normal, drawn again while negative.
    Normal {
        /// Mean before truncation.
        mean: Q,
        /// Standard deviation before truncation.
        sd: Q,
    },
    /// Log-normal.
    Lognormal {
        /// Median.
        median: Q,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Gamma.
    Gamma {
        /// Shape, above 0; a whole number makes it an Erlang distribution.
        shape: f64,
        /// Mean.
        mean: Q,
    },
    /// Weibull.
    Weibull {
        /// Shape, above 0.
        shape: f64,
        /// Scale.
        scale: Q,
    },
    /// Pareto: P(X > x) = (min / x)^shape from `min` on.
    Pareto {
        /// Least value.
        min: Q,
        /// Shape, above 0; up to 1 the mean is infinite.
        shape: f64,
    },
    /// Another distribution, later by a constant.
    Shifted {
        /// The constant.
        by: Q,
        /// The distribution of the rest.
        rest: Box<Dist<Q>>,
    },
    /// One of several, by weight.
    Mixture(Vec<WeightedSpec<Q>>),
    /// Empirical: linear between the given quantiles.
    Quantiles(Vec<QuantileSpec<Q>>),
}

/// One part of a mixture.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound(deserialize = "Q: Quantity + Deserialize<'de>"))]
pub struct WeightedSpec<Q> {
    /// Weight of the part, above 0; weights need not add up to 1.
    pub weight: f64,
    /// The part.
    pub of: Dist<Q>,
}

/// One point of an empirical distribution.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuantileSpec<Q> {
    /// Share of values at or below `value`; the first point is at 0, the last at 1.
    pub at: Probability,
    /// The value there.
    pub value: Q,
}

struct DistVisitor<Q>(PhantomData<Q>);

impl<'de, Q: Quantity + Deserialize<'de>> Visitor<'de> for DistVisitor<Q> {
    type Value = Dist<Q>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a quantity or a distribution such as { exponential = { mean = … } }")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Dist<Q>, E> {
        Ok(Dist::constant(Q::deserialize(StrDeserializer::new(text))?))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Dist<Q>, E> {
        Ok(Dist::constant(Q::deserialize(serde::de::value::I64Deserializer::new(number))?))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Dist<Q>, E> {
        Ok(Dist::constant(Q::deserialize(serde::de::value::F64Deserializer::new(number))?))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Dist<Q>, A::Error> {
        Dist::new(DistSpec::deserialize(MapAccessDeserializer::new(map))?).map_err(A::Error::custom)
    }
}

impl<'de, Q: Quantity + Deserialize<'de>> Deserialize<'de> for Dist<Q> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Dist<Q>, D::Error> {
        deserializer.deserialize_any(DistVisitor(PhantomData))
    }
}

impl<Q: JsonSchema> JsonSchema for Dist<Q> {
    fn schema_name() -> Cow<'static, str> {
        format!("DistributionOf{}", Q::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let constant = generator.subschema_for::<Q>();
        let shape = generator.subschema_for::<DistSpec<Q>>();
        json_schema!({ "anyOf": [constant, shape] })
    }
}
