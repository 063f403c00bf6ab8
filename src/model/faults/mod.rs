//! What goes wrong.

mod outage;

pub use outage::Outage;
