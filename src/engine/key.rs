//! What pending events are ordered by: the time, then the turn, then the order in which they were put in.

use std::cmp::Ordering;

use crate::base::Time;

/// Which of several things at the same instant comes first: the lower turn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Turn(pub u8);

/// A turn has the uppermost three bits of the order, a slot of the front the lowest eight.
const TURN_SHIFT: u32 = 61;
const SLOT_BITS: u64 = 0xFF;

/// The place of an event among all others. No two have the same: the sequence number sees to that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Key {
    pub(super) at: Time,
    pub(super) order: u64,
}

impl Key {
    /// After every event.
    pub(super) const MAX: Key = Key { at: Time::NEVER, order: u64::MAX };

    pub(super) fn new(at: Time, turn: Turn, sequence: u64) -> Key {
        debug_assert!(turn.0 < 8 && sequence < 1 << 53);
        Key { at, order: u64::from(turn.0) << TURN_SHIFT | sequence << SLOT_BITS.count_ones() }
    }

    pub(super) fn turn(self) -> Turn {
        Turn((self.order >> TURN_SHIFT) as u8)
    }

    /// The same key, with a slot of the front in the bits that the order does not use.
    pub(super) fn in_slot(self, slot: u8) -> Key {
        Key { order: self.order & !SLOT_BITS | u64::from(slot), ..self }
    }

    pub(super) fn slot(self) -> usize {
        (self.order & SLOT_BITS) as usize
    }

    /// Time above order in one number: it is compared without a branch, which would often be mispredicted.
    const fn packed(self) -> u128 {
        (self.at.as_nanos() as u128) << 64 | self.order as u128
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }

    fn lt(&self, other: &Key) -> bool {
        self.packed() < other.packed()
    }

    fn le(&self, other: &Key) -> bool {
        self.packed() <= other.packed()
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        self.packed().cmp(&other.packed())
    }
}
