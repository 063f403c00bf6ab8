//! Many trials: runs them in parallel and makes numbers with intervals of them.

mod compare;
mod curves;
mod faults;
mod gates;
mod kept;
mod map;
mod recovery;
mod results;
mod run;
mod solve;
mod summary;
pub mod why;

pub use compare::{Compared, Comparison, Verdict, better, compare, keep_common_trials};
pub use curves::{CausePoint, CurvePoint, Curves, SpreadPoint, TimelinePoint, VisibilityPoint, curves};
pub use faults::Stretch;
use gates::judge;
pub use gates::{GateVerdict, Judged, is_selected, together};
pub use kept::{Carried, CaseId, Header, decode, encode};
pub use map::{Link, Location, Map, Usage, maps};
pub use recovery::Recovery;
pub use results::{Ran, Results};
pub use run::{Heed, Job, NotRun, Order, Outcome, Plan, carry_out, each_trial, plan, run};
pub use solve::{Answer, Point, Search, Solved, Standing};
pub use summary::{
    EVERY_NAMESPACE, EVERYWHERE, Failings, Row, SiteTimeline, Summary, summarise, summarise_overall,
};
