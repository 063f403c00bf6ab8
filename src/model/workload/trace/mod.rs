//! Traces: operations that were recorded elsewhere, one in each row of a CSV file, read from its beginning for each trial
//! and never held in memory.

mod keys;
mod lines;
mod reading;
mod rows;
mod spec;

pub use keys::TraceKeys;
pub use reading::Reading;
pub use rows::{BadRow, Row, Rows};
pub use spec::{ColumnsSpec, TimeUnit, TraceSpec};
