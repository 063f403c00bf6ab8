//! Estimates with intervals, from independent trials.

mod distribution;
mod estimate;

pub use distribution::{Distribution, Resolution};
pub use estimate::{Estimate, never_seen_bound, pooled_quantiles, quantiles, ratio, share};
