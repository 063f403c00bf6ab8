//! Floor 0: quantities, identities and dice that every other module speaks in.

pub mod array;
mod beside;
mod dice;
mod failure;
pub mod geography;
mod id;
mod keys;
pub mod nanos;
mod quantity;
mod time;
mod units;

pub use beside::Beside;
pub use dice::{Dice, Rng};
pub use failure::Failure;
pub use id::{KeyId, LocationIx, NamespaceIx, PopulationIx, Version};
pub use keys::KeySet;
pub use quantity::{Bandwidth, Bytes, Probability, Quantity, Rate, shown_bytes};
pub use time::{Span, Time};
