//! Which events are told as the size of a run.

use super::Event;

impl Event {
    /// Whether it is counted: observers are not, nor is what was counted when it was sent, foreseen or in the past.
    pub(super) fn is_of_the_model(&self) -> bool {
        match self {
            Event::Entered(_)
            | Event::Answered(_)
            | Event::TriedAgain(_)
            | Event::AtUpper(_)
            | Event::FromUpper(_)
            | Event::AtCoordinator(_)
            | Event::FromCoordinator(_)
            | Event::Delivered(..)
            | Event::AtReplica(..)
            | Event::Expired(_)
            | Event::Shift(..)
            | Event::Fault(..)
            | Event::GivesUp(_)
            | Event::Hedges(_)
            | Event::Served(..) => true,
            Event::Thought(_)
            | Event::Brought(_)
            | Event::Passed(_)
            | Event::Purged(_)
            | Event::ReadBack(_) => false,
            Event::ProbeDue(..) | Event::Follow(_) | Event::Look(..) | Event::Asked => false,
        }
    }
}
