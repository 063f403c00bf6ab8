//! Estimates with intervals, from independent trials.

mod buckets;
mod distribution;
mod estimate;

pub use buckets::Resolution;
pub use distribution::Distribution;
pub use estimate::{Estimate, never_seen_bound, pooled_quantiles, quantiles, ratio, share};
