//! Tokens of sessions: what a user has seen or written of a key, which a replica has to have that answers it.

use super::World;
use super::exchange::{ExchangeId, Running};
use super::operation::{Operation, Origin};
use super::streams::Purpose;
use super::trace::Parcel;
use super::{Event, turn};
use crate::base::{PopulationIx, Version};
use crate::model::network::Leg;
use crate::model::replication::{Demand, Exchange};
use crate::scenario::Behind;

/// What an exchange must find at a replica for its user.
#[derive(Clone, Copy, Debug)]
pub(super) struct Need {
    pub(super) version: Version,
    /// Whose token says so.
    population: PopulationIx,
    when_behind: Behind,
    /// How many replicas did not have it.
    tried: u8,
}

impl Need {
    /// Whether it has brought the read to another replica than the policy would ask.
    pub(super) const fn has_moved(&self) -> bool {
        self.tried > 0
    }
}

impl World<'_> {
    /// What the user of an operation needs to see.
    pub(super) fn need(&self, operation: &Operation) -> Option<Need> {
        let recorder = self.recorder.as_ref()?;
        let Origin::Client { population, .. } = operation.origin else { return None };
        let token = self.trial.case.populations[population.at()].token?;
        let version = recorder.seen(operation.dice, operation.key)?;
        Some(Need { version, population, when_behind: token.when_behind, tried: 0 })
    }

    /// Whether a read has to wait or go elsewhere, because the replica that is asked does not have what its user has
    /// seen.
    pub(super) fn put_off(&mut self, id: ExchangeId) -> bool {
        let now = self.now();
        let running = &mut self.exchanges[id.0 as usize];
        let Running { namespace, from, dice, need: Some(need), .. } = *running else { return false };
        let exchange = running.exchange;
        let space = &self.spaces[namespace.at()];
        let policy = &space.namespace.policy;
        let mut asked = None;
        policy.asked(&exchange, &space.placement, |replica| asked = Some(replica));
        let Some(replica) = asked else { return false };
        if space.replicas.held(replica, exchange.key, now) >= need.version {
            return false;
        }
        if need.tried == 0
            && let Some(timeout) =
                self.trial.case.populations[need.population.at()].token.and_then(|it| it.timeout)
        {
            running.under_way += 1;
            self.pending.after(timeout, turn::of(Demand::Read), Event::Expired(id));
        }
        let next = match need.when_behind {
            // Nobody asks so many.
            _ if need.tried == u8::MAX => None,
            Behind::Wait => None,
            Behind::OtherReplica => {
                let nearest = space.placement.nearest[from.at()].iter().copied();
                // Witnesses answer no reads.
                let answers = |other: &u16| {
                    let coordinator = space.placement.at[usize::from(*other)];
                    let mut answers = false;
                    let there = Exchange { coordinator, ..exchange };
                    policy.asked(&there, &space.placement, |asked| answers |= asked == *other);
                    answers
                };
                nearest.filter(|other| *other != replica && answers(other)).nth(usize::from(need.tried))
            }
            Behind::Primary => policy.leader(&space.placement).filter(|&leader| leader != replica),
        };
        let Some(next) = next else {
            self.wait(id, replica, need.version);
            return true;
        };
        let coordinator = space.placement.at[usize::from(next)];
        let running = &mut self.exchanges[id.0 as usize];
        running.need = Some(Need { tried: need.tried + 1, ..need });
        running.exchange.coordinator = coordinator;
        let again = Purpose::Again.nth(dice, need.tried.into());
        let back = self.hop(Leg::Response, exchange.coordinator, from, Purpose::CoordinatorDown.of(again));
        let there = self.hop(Leg::Request, from, coordinator, Purpose::CoordinatorUp.of(again));
        let of = (namespace, exchange.key, dice);
        let (Ok(back), Ok(there)) = (back, there) else {
            self.lost_request(id, of, (exchange.coordinator, coordinator));
            return true;
        };
        self.exchanges[id.0 as usize].under_way += 1;
        let delay = back.unwrap_or_default() + there.unwrap_or_default();
        self.note_sent(of, (exchange.coordinator, coordinator), Some(delay), Parcel::ToCoordinator);
        self.pending.after(delay, turn::of(Demand::Read), Event::AtCoordinator(id));
        true
    }
}
