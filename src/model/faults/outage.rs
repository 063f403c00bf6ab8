//! Replicas that are down for a while.

use crate::base::Time;

/// A replica is down: it neither stores, nor answers, nor coordinates; what is sent to it is lost. It keeps what it
/// holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outage {
    /// Which replica, by its place in the namespace's list.
    pub replica: u16,
    /// From when on.
    pub from: Time,
    /// When it is up again.
    pub until: Time,
    /// From when on others know, and turn to another replica where the policy lets them.
    pub noticed: Time,
}
