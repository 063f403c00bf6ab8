//! Estimates with intervals, from independent trials.

mod buckets;
mod distribution;
mod estimate;
mod looks;
mod needed;
mod paired;

pub use buckets::Resolution;
pub use distribution::Distribution;
pub use estimate::{
    Estimate, Sampled, Spread, never_seen_bound, pooled_quantiles, quantiles, ratio, sampled_quantiles,
    sampled_ratio, sampled_share, share,
};
pub use looks::Looks;
pub use needed::trials_to_tell;
pub use paired::{Difference, difference, difference_at_each_of};
