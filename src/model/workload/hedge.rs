//! Reads that clients send a second time.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Span;

/// A read that has no answer yet is sent once more, elsewhere; the first answer counts (hedged requests: Dean, Barroso,
/// The tail at scale, CACM 56(2), 2013; `hedgingPolicy` of gRPC, proposal A6).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hedge {
    /// How long the client waits before it sends the read again, and before each further time.
    pub after: Span,
    /// How often at most, 1 to 10.
    #[serde(default = "once")]
    pub most: u8,
}

fn once() -> u8 {
    1
}
