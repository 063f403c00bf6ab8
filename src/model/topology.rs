//! Where locations are.

mod known;

pub use known::{Kind, KnownPlace, edge_cities, find, names};

use crate::base::geography::{Area, Coordinates};

/// The place of a location, as a scenario names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// An IATA code, a cloud region such as `aws:us-east-1`, or a name of the scenario's own.
    pub name: String,
    /// Absent for a place that exists in a matrix of delays only.
    pub coordinates: Option<Coordinates>,
    /// Absent where nobody said; a network that needs it goes by the coordinates.
    pub region: Option<Area>,
}

impl From<&KnownPlace> for Place {
    fn from(known: &KnownPlace) -> Self {
        Self { name: known.name.to_owned(), coordinates: Some(known.coordinates), region: Some(known.region) }
    }
}
