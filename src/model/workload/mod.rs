//! What clients do: when they arrive, which key they touch and how.

mod arrivals;
mod keys;
mod mix;
mod near;
mod zipf;

pub use arrivals::{Arrivals, ArrivalsSpec};
pub use keys::{Catalogue, KeysSpec, PopularitySpec};
pub use mix::{Mix, MixSpec, OpKind};
