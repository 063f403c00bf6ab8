//! Distributions over quantities: delays of a hop, sizes of a value.

mod shape;
mod spec;

pub use shape::Dist;
pub use spec::{DistSpec, QuantileSpec, WeightedSpec};
