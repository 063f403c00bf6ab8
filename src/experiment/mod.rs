//! Many trials: runs them in parallel and makes numbers with intervals of them.

mod curves;
mod run;
mod summary;

pub use curves::{CausePoint, CurvePoint, Curves, TimelinePoint, VisibilityPoint, curves};
pub use run::{NotRun, Outcome, Plan, carry_out, plan, run};
pub use summary::{EVERYWHERE, Row, Summary, summarise};
