//! What clients do: when they arrive, which key they touch and how.

mod arrivals;
mod day;
mod hedge;
mod keys;
mod mix;
mod near;
mod process;
mod pulses;
mod switching;
mod trace;
mod ycsb;
mod zipf;

pub use arrivals::{Arrivals, ArrivalsSpec, BurstsSpec, StateSpec};
pub use day::{Day, DaySpec};
pub use hedge::{Hedge, HedgeAfter};
pub use keys::{Catalogue, KeysSpec, PopularitySpec};
pub use mix::{Mix, MixSpec, OpKind};
pub use process::{Process, Varying};
pub use pulses::Pulses;
pub use trace::{BadRow, ColumnsSpec, Reading, Row, Rows, TimeUnit, TraceKeys, TraceSpec};
pub use ycsb::Ycsb;
