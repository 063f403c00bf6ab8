//! Events that are still to happen, earliest first; ties come out in the order they went in.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::base::{Span, Time};

/// The pending-event set and the clock.
#[derive(Debug)]
pub struct Pending<E> {
    heap: BinaryHeap<Entry<E>>,
    now: Time,
    scheduled: u64,
}

#[derive(Debug)]
struct Entry<E> {
    at: Time,
    sequence: u64,
    event: E,
}

impl<E> Default for Pending<E> {
    fn default() -> Pending<E> {
        Pending { heap: BinaryHeap::new(), now: Time::ZERO, scheduled: 0 }
    }
}

impl<E: Copy> Pending<E> {
    /// The time of the event last taken out.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Moves the clock to something that happens outside the set, such as an arrival.
    pub fn advance(&mut self, to: Time) {
        debug_assert!(to >= self.now);
        self.now = to;
    }

    /// Schedules `event` to happen `delay` from now.
    pub fn after(&mut self, delay: Span, event: E) {
        self.at(self.now + delay, event);
    }

    /// Schedules `event` to happen at `at`, or now if that is past.
    pub fn at(&mut self, at: Time, event: E) {
        self.scheduled += 1;
        self.heap.push(Entry { at: at.max(self.now), sequence: self.scheduled, event });
    }

    /// When the next event happens.
    pub fn next_at(&self) -> Option<Time> {
        self.heap.peek().map(|entry| entry.at)
    }

    /// Takes out the next event and moves the clock to it.
    pub fn pop(&mut self) -> Option<E> {
        let entry = self.heap.pop()?;
        self.now = entry.at;
        Some(entry.event)
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    /// Reversed, since the standard heap takes the greatest out first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.sequence).cmp(&(self.at, self.sequence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earliest_first_and_ties_in_order_of_arrival() {
        let mut pending = Pending::default();
        for (nanos, event) in [(30, 'c'), (10, 'a'), (30, 'd'), (20, 'b'), (30, 'e')] {
            pending.at(Time::ZERO + Span::from_nanos(nanos), event);
        }
        let order: String = std::iter::from_fn(|| pending.pop()).collect();
        assert_eq!(order, "abcde");
        assert_eq!(pending.now().as_nanos(), 30);
    }
}
