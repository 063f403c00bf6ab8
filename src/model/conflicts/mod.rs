//! Which of two writes of a key wins, and how a value is changed that others change as well.

mod clock;
mod updates;

use schemars::JsonSchema;
use serde::Deserialize;

pub use clock::{ClockSpec, Clocks, Skew, Whose, Wrong};
pub use updates::{Retries, UpdatesSpec};

/// What becomes of two writes of the same key. By one of the first three rules one wins, and the other is never seen
/// again; by the others replicas merge them, and what a replica holds is told by the writes that it includes.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ConflictsSpec {
    /// The one that reached its coordinator last.
    #[default]
    Arrival,
    /// The one with the later time stamp, by clocks that differ.
    Clock(ClockSpec),
    /// The same, but a clock that meets a later time stamp goes on from there: what has seen a write comes after it
    /// (hybrid logical clocks; Kulkarni et al., OPODIS 2014).
    HybridClock(ClockSpec),
    /// Neither, unless one has seen the other: both are returned, and an update merges what it has read (version
    /// vectors with dots, as in Riak). A put without a read before it replaces nothing; a deletion replaces what the
    /// replica holds that coordinates it.
    Siblings,
    /// Each write, and the put of each update, is an increment: all are counted.
    Counter,
    /// Each write, and the put of each update, adds an element; a deletion removes those that the replica holds which
    /// coordinates it (observed-remove, so what is added at the same time stays).
    Set,
}

impl ConflictsSpec {
    /// Whether replicas merge what they are told with what they hold.
    pub const fn merges(&self) -> bool {
        matches!(self, ConflictsSpec::Siblings | ConflictsSpec::Counter | ConflictsSpec::Set)
    }

    /// Whether the later time stamp wins.
    pub const fn by_clock(&self) -> bool {
        matches!(self, ConflictsSpec::Clock(_) | ConflictsSpec::HybridClock(_))
    }
}
