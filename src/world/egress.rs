//! Values that leave a location: its link sends one after another.

use super::World;
use super::exchange::{ExchangeId, Running};
use super::faults::Lost;
use super::operation::{Operation, Phase};
use super::trial::Trip;
use crate::base::{Bytes, Failure, KeyId, LocationIx, NamespaceIx, Span, Time, Version};
use crate::model::cache::Snapshot;
use crate::model::replication::{Message, Node};

/// Which value leaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) namespace: NamespaceIx,
    pub(super) key: KeyId,
    /// Nothing has no size.
    pub(super) is_absent: bool,
}

impl Value {
    pub(super) fn new(namespace: NamespaceIx, key: KeyId, version: Version) -> Value {
        Value { namespace, key, is_absent: version.is_absent() }
    }
}

impl World<'_> {
    /// A value is sent from a location to another one: tells how much longer that takes than the way.
    #[inline]
    pub(super) fn send_value(
        &mut self,
        from: LocationIx,
        to: LocationIx,
        value: Value,
    ) -> Result<Span, Lost> {
        if from == to || !self.sites.owns(from) {
            return Ok(Span::ZERO);
        }
        self.leave(from, value).map_err(|_| Lost)
    }

    /// The same for a way that there may not be.
    #[inline]
    pub(super) fn hop_value(
        &mut self,
        (from, to): (LocationIx, LocationIx),
        delay: Option<Span>,
        value: Value,
    ) -> Result<Option<Span>, Lost> {
        delay.map(|delay| Ok(delay + self.send_value(from, to, value)?)).transpose()
    }

    /// A value leaves a location, for another one or for a client: tells how long that takes, or when the location goes
    /// down before.
    fn leave(&mut self, from: LocationIx, value: Value) -> Result<Span, Time> {
        let now = self.now();
        let space = &self.spaces[value.namespace.at()];
        let Some(owned) = self.sites.at(from).filter(|_| !value.is_absent) else { return Ok(Span::ZERO) };
        let bytes: Bytes = space.namespace.catalogue.size(value.key, space.dice);
        if let Some(bandwidth) = owned.site.bandwidth {
            owned.link_free = owned.link_free.max(now) + bandwidth.time_of(bytes);
            let goes_down = self.faults.as_ref().and_then(|faults| faults.goes_down(from, now));
            if let Some(at) = goes_down.filter(|&at| at < owned.link_free) {
                return Err(at);
            }
        }
        owned.tally.sent(bytes.as_u64(), now);
        Ok(owned.link_free.max(now).since(now))
    }

    /// What a message of an exchange brings with it leaves the location of its sender.
    pub(super) fn send_value_of(&mut self, id: ExchangeId, trip: Trip) -> Result<Span, Lost> {
        let Running { namespace, exchange, is_probe, .. } = self.exchanges[id.0 as usize];
        let version = match trip.message {
            Message::Store => exchange.version,
            Message::Held { version, .. } => version,
            _ => return Ok(Span::ZERO),
        };
        if is_probe {
            return Ok(Span::ZERO);
        }
        let place = |node| match node {
            Node::Coordinator => exchange.coordinator,
            Node::Replica(replica) => self.spaces[namespace.at()].placement.at[usize::from(replica)],
        };
        let (from, to) = (place(trip.from), place(trip.to));
        self.send_value(from, to, Value::new(namespace, exchange.key, version))
    }

    /// What a client has read leaves for it; if the location goes down before, it is told so then.
    pub(super) fn leave_for_client(
        &mut self,
        operation: &mut Operation,
        delay: Option<Span>,
    ) -> Option<Span> {
        let &mut Operation { namespace, location, key, snapshot, phase, .. } = operation;
        if phase == Phase::Writing || snapshot.failure.is_some() || operation.is_probe() {
            return delay;
        }
        let left = self.leave(location, Value::new(namespace, key, snapshot.version));
        let longer = left.unwrap_or_else(|goes_down| {
            operation.snapshot = Snapshot::failed(Failure::Unavailable, goes_down);
            goes_down.since(self.now())
        });
        match longer {
            Span::ZERO => delay,
            longer => Some(delay.unwrap_or_default() + longer),
        }
    }
}
