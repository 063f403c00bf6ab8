//! What goes wrong.

mod fault;
mod outage;
mod windows;

pub use fault::{ClientsOfSite, Disk, Ends, Fault, Harm, Trouble, When};
pub use outage::Outage;
pub use windows::Window;
