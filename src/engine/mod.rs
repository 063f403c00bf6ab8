//! The pending-event set. It knows times and order, and nothing about what an event means.

mod pending;

pub use pending::Pending;
