//! The parts of a network as a scenario writes them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::geo::Profile;
use crate::base::Span;
use crate::dist::Dist;

/// What a message is for; each leg may have a delay distribution of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leg {
    /// From a location to what it asks: an upper tier or a coordinator.
    Request,
    /// The answer to that.
    Response,
    /// From a coordinator to a replica that shall answer a read.
    ReadRequest,
    /// The answer to that.
    ReadResponse,
    /// From a coordinator or primary to a replica that shall store a write.
    WriteRequest,
    /// The acknowledgement of that.
    WriteAck,
}

impl Leg {
    /// All legs, in the order of [`LegsSpec`].
    pub const ALL: [Leg; 6] =
        [Leg::Request, Leg::Response, Leg::ReadRequest, Leg::ReadResponse, Leg::WriteRequest, Leg::WriteAck];

    /// Whether the message goes back to the end that began the exchange.
    pub const fn is_back(self) -> bool {
        matches!(self, Leg::Response | Leg::ReadResponse | Leg::WriteAck)
    }
}

/// Where the delay between two locations comes from.
#[derive(Clone, Debug)]
pub enum Base {
    /// From their places on earth.
    Geo(GeoSpec),
    /// From a table of round trips.
    Matrix(super::RoundTrips),
    /// The same round trip between any two different locations; none within one.
    Constant(Span),
}

/// The geographic model.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GeoSpec {
    /// Which kind of path traffic takes.
    pub profile: Profile,
    /// Whether each pair of locations has a random detour, drawn once a trial, as wide as the model's
    /// residual error.
    #[serde(default = "yes")]
    pub detour: bool,
}

fn yes() -> bool {
    true
}

/// A delay for each leg of an exchange, drawn afresh for each message. Legs that are not given follow
/// the rest of the network.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LegsSpec {
    /// From a location to what it asks: an upper tier or a coordinator.
    pub request: Option<Dist<Span>>,
    /// The answer to that.
    pub response: Option<Dist<Span>>,
    /// From a coordinator to a replica that shall answer a read (R of the WARS model).
    pub read_request: Option<Dist<Span>>,
    /// The answer to that (S).
    pub read_response: Option<Dist<Span>>,
    /// From a coordinator or primary to a replica that shall store a write (W).
    pub write_request: Option<Dist<Span>>,
    /// The acknowledgement of that (A).
    pub write_ack: Option<Dist<Span>>,
}

impl LegsSpec {
    /// The legs in the order of [`Leg::ALL`].
    pub fn into_legs(self) -> [Option<Dist<Span>>; 6] {
        [
            self.request,
            self.response,
            self.read_request,
            self.read_response,
            self.write_request,
            self.write_ack,
        ]
    }
}
