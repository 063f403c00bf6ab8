//! Many trials: runs them in parallel and makes numbers with intervals of them.

mod compare;
mod curves;
mod faults;
mod map;
mod recovery;
mod run;
mod summary;
pub mod why;

pub use compare::{Better, Compared, Comparison, Verdict, compare, keep_common_trials};
pub use curves::{CausePoint, CurvePoint, Curves, SpreadPoint, TimelinePoint, VisibilityPoint, curves};
pub use faults::Stretch;
pub use map::{Link, Location, Map, Usage, maps};
pub use recovery::Recovery;
pub use run::{Heed, NotRun, Order, Outcome, Plan, carry_out, plan, run};
pub use summary::{EVERYWHERE, Row, Summary, summarise, summarise_overall};
