//! Trials that do not come to their end.

use thiserror::Error;

use super::World;
use crate::base::Time;

/// Why a trial has not come to its end.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Ended {
    /// Whoever is told of its progress did not want it any more.
    #[error("it was given up")]
    GivenUp,
    /// Queues have grown beyond all measure.
    #[error("{0}")]
    Overrun(#[from] Overrun),
}

/// More requests wait for servers than a trial may have.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error(
    "in trial {trial}{case} more than {most} requests waited for servers after {} s, most of them at {location}\n  \
     = help: its servers get more than they can do; give the site a bounded `queue`, more `servers` or less load, or \
     lift the limit: [limits] waiting = …",
    at.as_nanos() / 1_000_000_000
)]
pub struct Overrun {
    /// Which trial.
    pub trial: u32,
    /// Which case, in words; empty without a sweep.
    pub case: String,
    /// When.
    pub at: Time,
    /// Where most of them waited.
    pub location: String,
    /// The limit.
    pub most: u64,
}

impl World<'_> {
    /// One more waits: whether that is more than may. The first time tells.
    #[inline]
    pub(super) fn look_at_queues(&mut self) {
        if self.sites.waiting > self.trial.case.most_waiting && self.sites.overrun.is_none() {
            self.sites.overrun = self.overrun().map(Box::new);
        }
    }

    #[cold]
    fn overrun(&self) -> Option<Overrun> {
        let case = self.trial.case;
        let location = self.sites.longest_queue()?;
        Some(Overrun {
            trial: self.trial.number,
            case: if case.label.is_empty() { String::new() } else { format!(" of the case {}", case.label) },
            at: self.now(),
            location: case.locations[location.at()].name.clone(),
            most: case.most_waiting,
        })
    }
}
