//! What clients do: when they arrive, which key they touch and how.

mod arrivals;
mod hedge;
mod keys;
mod mix;
mod near;
mod zipf;

pub use arrivals::{Arrivals, ArrivalsSpec};
pub use hedge::Hedge;
pub use keys::{Catalogue, KeysSpec, PopularitySpec};
pub use mix::{Mix, MixSpec, OpKind};
