//! From text to [`Case`]s: parse, don't validate. Afterwards nothing can be wrong.

mod alone;
mod arms;
mod capacity;
mod case;
mod conflicts;
mod file;
mod groups;
mod load;
mod memory;
mod merging;
mod names;
mod networks;
mod outages;
mod places;
mod presets;
mod resolve;
mod sessions;
mod shares;
mod sites;
mod sweep;
pub mod text;
mod visibility;

pub use alone::Alone;
pub use capacity::LimitedCaches;
pub use case::{Caches, Case, Namespace, Population, Upper, Visibility};
pub use file::schema;
pub use load::{Arm, Files, Scenario, Text, load, side_by_side};
pub use memory::{Memory, Running, edge_entries};
pub use presets::{Preset, presets};
pub use sessions::{Behind, ReadBack, Sessions, Token};
pub use shares::Shares;
pub use sites::Site;
pub use sweep::quoted;
