//! Floor 2: what is simulated. The parts do not know one another; `world` puts them together.

pub mod cache;
pub mod conflicts;
pub mod faults;
pub mod network;
pub mod price;
pub mod quota;
pub mod replication;
pub mod site;
pub mod topology;
pub mod workload;
