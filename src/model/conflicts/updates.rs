//! How a value is changed that others change as well.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::{Probability, Span};

/// How an update (get, change, put) is carried out.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum UpdatesSpec {
    /// The client reads and then writes; what others have written in between is lost.
    #[default]
    ReadThenWrite,
    /// The write takes effect only if nothing else was written since the read: else the client reads and tries again.
    CompareAndSet(Retries),
    /// Whoever orders the writes changes the value itself, one change after another: an actor, as a Durable Object.
    AtOwner,
}

/// How a client tries again.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retries {
    /// How often, after the first attempt; 0 to 100.
    #[serde(default = "three")]
    pub retries: u8,
    /// How long it waits before the first retry, on average; twice as long before each further one. The wait is drawn
    /// evenly from none to twice that.
    #[serde(default)]
    pub backoff: Span,
    /// The mean wait grows no longer than this: 20 s by default, as in the AWS SDKs.
    #[serde(default = "twenty_seconds")]
    pub longest: Span,
    /// Clients of a location retry no more than this share of the operations that they begin, but for 10 retries that they
    /// may save up (a token bucket, as in Finagle and gRPC). By default as often as they like.
    pub budget: Option<Probability>,
}

fn twenty_seconds() -> Span {
    Span::from_nanos(20_000_000_000)
}

fn three() -> u8 {
    3
}
