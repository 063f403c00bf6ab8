//! What really committed, and what that makes of each read.

mod causal;
mod cause;
mod chronicle;
mod guarantees;
mod history;
mod ledger;
mod sessions;
mod stretches;
mod updates;

pub use causal::CausalLedger;
pub use cause::{Cause, Source, cause};
pub use chronicle::{Chronicle, Judge};
pub use guarantees::{Broken, Guarantee};
pub use history::{Hits, Verdict};
pub use ledger::Ledger;
pub use sessions::{Client, Step, broken};
pub use stretches::Stretch;
pub use updates::{Clash, Updates};
