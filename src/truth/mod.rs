//! What really committed, and what that makes of each read.

mod cause;
mod ledger;

pub use cause::{Cause, Source, cause};
pub use ledger::{Ledger, Verdict};
