//! The pending-event set. It knows times and order, and nothing about what an event means.

mod far;
mod front;
mod key;
mod pending;

pub use key::Turn;
pub use pending::Pending;
