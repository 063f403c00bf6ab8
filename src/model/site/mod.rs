//! What a location owns: servers that take time, places to wait, a link that leads away.

mod station;

pub use station::{Service, StationSpec, Work};
