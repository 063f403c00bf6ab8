//! Which of two writes of a key wins, and how a value is changed that others change as well.

mod clock;
mod updates;

use schemars::JsonSchema;
use serde::Deserialize;

pub use clock::{ClockSpec, Clocks, Skew, Whose};
pub use updates::{Retries, UpdatesSpec};

/// Which of two writes of the same key wins; the other one is never seen again.
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
}
