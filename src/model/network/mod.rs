//! How long messages travel between locations.

mod geo;
mod links;
mod matrix;
mod mean;
mod spec;

pub use geo::{Approach, End, HubGraph, Profile};
pub use links::{Links, Network, Route, Way};
pub use matrix::{MatrixError, RoundTrips};
pub use mean::MeanDelays;
pub use spec::{Base, GeoSpec, Leg, LegsSpec};
