//! Whether a message gets through, and how much later it arrives: decided in one place, when it is sent. Who waits for
//! it is told nothing.

use super::Faults;
use crate::base::{Dice, LocationIx, Span, Time};
use crate::model::faults::{Harm, Trouble};
use crate::model::network::Leg;
use crate::world::World;
use crate::world::streams::Purpose;

/// A message is lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::world) struct Lost;

/// A message that is about to be sent.
#[derive(Clone, Copy, Debug)]
pub(in crate::world) struct Sent {
    pub(in crate::world) from: LocationIx,
    pub(in crate::world) to: LocationIx,
    pub(in crate::world) at: Time,
    /// How long it would travel.
    pub(in crate::world) delay: Span,
    /// Of which its being lost is drawn.
    pub(in crate::world) dice: Dice,
    /// Over a connection, which sends again what a lossy link has lost.
    pub(in crate::world) connected: bool,
}

/// A connection sends again after so long, and after twice as long each further time: the least that Linux waits.
const SENT_AGAIN_AFTER: Span = Span::from_nanos(200_000_000);
/// It waits no longer than this.
const MOST_DOUBLINGS: u32 = 9;

impl Faults<'_> {
    /// How much later than otherwise a message arrives.
    pub(in crate::world) fn later(&self, sent: Sent) -> Result<Span, Lost> {
        if self.is_down(sent.from) {
            return Err(Lost);
        }
        // What stays within a site does not leave it.
        let leaves = if sent.from == sent.to { Span::ZERO } else { self.added(sent.from) };
        Ok(leaves + self.on_its_way(sent)?)
    }

    /// The same without what is the matter with the site that it is sent from.
    fn on_its_way(&self, sent: Sent) -> Result<Span, Lost> {
        let Sent { from, to, at, delay, dice, connected } = sent;
        let mut later = Span::ZERO;
        for there in &self.now {
            let Trouble::Link { ends, harm } = &there.fault.trouble else { continue };
            if !ends.join(from, to) {
                continue;
            }
            match *harm {
                Harm::Down => return Err(Lost),
                Harm::Slow { added, factor } => {
                    later = later + added + Span::from_nanos_f64(delay.as_nanos() as f64 * (factor - 1.0));
                }
                Harm::Lossy(share) => {
                    let way = u64::from(there.window) << 32 | (from.at() as u64) << 16 | to.at() as u64;
                    let dice = Purpose::Loss.of(dice).fork(at.as_nanos()).fork(way);
                    let lost = |attempt: u32| share.holds_for(dice.fork(attempt.into()).bits());
                    if !connected && lost(0) {
                        return Err(Lost);
                    }
                    let attempts = (0..64).take_while(|&attempt| connected && lost(attempt));
                    later = attempts.fold(later, |later, attempt| {
                        let wait = SENT_AGAIN_AFTER.as_nanos() << attempt.min(MOST_DOUBLINGS);
                        later + Span::from_nanos(wait)
                    });
                }
            }
        }
        Ok(later)
    }

    /// Whether a purge of a location's caches is lost, beside what its link loses.
    pub(in crate::world) fn loses_purge(&self, to: LocationIx, dice: Dice) -> bool {
        self.now.iter().any(|there| match &there.fault.trouble {
            Trouble::Purges { to: meant, share } => {
                let is_meant = meant.as_ref().is_none_or(|meant| meant.contains(&to));
                is_meant && share.holds_for(Purpose::Loss.of(dice).fork(there.window.into()).bits())
            }
            _ => false,
        })
    }
}

impl World<'_> {
    /// How long a message travels between who asks and who is asked, if it gets through; `None` within one location.
    #[inline]
    pub(in crate::world) fn hop(
        &self,
        leg: Leg,
        from: LocationIx,
        to: LocationIx,
        dice: Dice,
    ) -> Result<Option<Span>, Lost> {
        let delay = self.trial.hop(leg, from, to, dice);
        match &self.faults {
            None => Ok(delay),
            Some(faults) => self.disturbed(faults, (from, to), delay, dice),
        }
    }

    /// The same of what clients send to a location that is not theirs, or get from there: what is the matter with the
    /// sites themselves is no matter here.
    pub(in crate::world) fn hop_of_client(
        &self,
        leg: Leg,
        (from, to): (LocationIx, LocationIx),
        dice: Dice,
    ) -> Result<Option<Span>, Lost> {
        let (Some(delay), Some(faults)) = (self.trial.hop(leg, from, to, dice), &self.faults) else {
            return Ok(self.trial.hop(leg, from, to, dice));
        };
        let sent = Sent { from, to, at: self.now(), delay, dice, connected: false };
        Ok(Some(delay + faults.on_its_way(sent)?))
    }

    #[cold]
    fn disturbed(
        &self,
        faults: &Faults,
        (from, to): (LocationIx, LocationIx),
        delay: Option<Span>,
        dice: Dice,
    ) -> Result<Option<Span>, Lost> {
        let alone = delay.unwrap_or_default();
        let sent = Sent { from, to, at: self.now(), delay: alone, dice, connected: false };
        match faults.later(sent)? {
            Span::ZERO => Ok(delay),
            later => Ok(Some(alone + later)),
        }
    }
}
