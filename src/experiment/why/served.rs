//! Where a read was served, and how it came there.

use crate::base::{LocationIx, Time};
use crate::world::{Record, Step, Strand, What};

/// Where a read was served.
#[derive(Clone, Debug)]
pub struct Served {
    /// For whose sake all that was done there was done: the read's, or that of a copy of it.
    pub strand: Strand,
    /// Where.
    pub at: LocationIx,
    /// When the read was there.
    pub came: Time,
    /// When the answer left.
    pub left: Time,
    /// How the read came there, if not as it began.
    pub detours: Vec<Detour>,
}

/// A read goes to another location than it was sent to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Detour {
    /// From where.
    pub from: LocationIx,
    /// To where; the same, if its client has no other.
    pub to: LocationIx,
    /// When it left.
    pub sent: Time,
    /// When it was there.
    pub came: Time,
    /// Why.
    pub why: Because,
}

/// Why a read goes elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Because {
    /// It had no answer, and its client sent another copy of it.
    Hedged {
        /// How many copies there were then, and the read itself.
        copies: u8,
    },
    /// It was at a location that a fault had down.
    Down {
        /// The fault, by its place in the case's list.
        fault: u16,
        /// Since when.
        since: Time,
    },
}

impl Served {
    /// Where a read was served, of which the trace knows the strand.
    pub(super) fn of(read: &Record, whole: Strand, steps: &[Step]) -> Served {
        let copy = steps.iter().find_map(|step| match step.what {
            What::CopyFirst { strand, copy } if strand == whole => Some(copy),
            _ => None,
        });
        let by = copy.unwrap_or(whole);
        let mut detours: Vec<Detour> = steps.iter().filter_map(|step| detour(by, step)).collect();
        let plain =
            Served { strand: by, at: read.location, came: read.begun, left: read.ended, detours: Vec::new() };
        if detours.is_empty() {
            return plain;
        }
        let entered = steps.iter().rev().find_map(|step| match step.what {
            What::Entered { strand, at } if strand == by => Some((at, step.at)),
            _ => None,
        });
        let left = steps.iter().rev().find_map(|step| match step.what {
            What::Served { strand, .. } if strand == by => Some(step.at),
            _ => None,
        });
        let (at, came) = entered.unwrap_or((plain.at, plain.came));
        for next in 0..detours.len() {
            detours[next].came = detours.get(next + 1).map_or(came, |next| next.sent);
        }
        Served { at, came, left: left.unwrap_or(plain.left), detours, ..plain }
    }
}

/// What a step says of the way of a read, or of a copy; when it came is not known yet.
fn detour(by: Strand, step: &Step) -> Option<Detour> {
    let sent = step.at;
    match step.what {
        What::Hedged { copy, nth, from, to, .. } if copy == by => {
            Some(Detour { from, to, sent, came: sent, why: Because::Hedged { copies: nth + 1 } })
        }
        What::TurnedAway { strand, from, to, fault, since } if strand == by => {
            Some(Detour { from, to, sent, came: sent, why: Because::Down { fault, since } })
        }
        _ => None,
    }
}
