//! Events that are still to happen, earliest first; ties come out by turn, then in the order they went in.
//!
//! The next few events are kept sorted, the others in buckets that are sorted when their time comes. Each event is
//! moved a few times along memory that is read and written in order, where a heap jumps about in it: a push and a pop
//! together take 30 ns at a few dozen events and 78 ns at ten million (benches/README.md).

use crate::base::{Span, Time};

use super::far::Far;
use super::front::{FRONT, Front};
use super::key::{Key, Turn};

/// The pending-event set and the clock.
#[derive(Debug)]
pub struct Pending<E> {
    front: Front<E>,
    far: Far<E>,
    now: Time,
    scheduled: u64,
    len: usize,
}

impl<E> Default for Pending<E> {
    fn default() -> Pending<E> {
        Pending { front: Front::default(), far: Far::default(), now: Time::ZERO, scheduled: 0, len: 0 }
    }
}

impl<E: Copy> Pending<E> {
    /// The time of the event last taken out, or of what happened outside the set since.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Moves the clock to something that happens outside the set, such as an arrival.
    pub fn advance(&mut self, to: Time) {
        debug_assert!(to >= self.now);
        self.now = to;
    }

    /// Schedules `event` to happen `delay` from now.
    pub fn after(&mut self, delay: Span, turn: Turn, event: E) {
        self.at(self.now + delay, turn, event);
    }

    /// Schedules `event` to happen at `at`, or now if that is past.
    pub fn at(&mut self, at: Time, turn: Turn, event: E) {
        self.scheduled += 1;
        self.len += 1;
        let key = Key::new(at.max(self.now), turn, self.scheduled);
        if key <= self.far.anchor() {
            self.front.insert(key, event);
            if self.front.len() > FRONT {
                self.cut_front();
            }
        } else {
            self.far.push(key, event);
        }
    }

    /// When and in which turn the next event happens.
    #[inline]
    pub fn next(&self) -> Option<(Time, Turn)> {
        if self.is_empty() {
            return None;
        }
        // The clock has not come to far events, and what is put in may still come before them: they stay where they
        // are until the first of them is taken out.
        let key = self.front.next().or_else(|| self.far.next())?;
        Some((key.at, key.turn()))
    }

    /// Gets the next few events ready if none are; tells whether it did.
    #[inline]
    pub fn bring_near(&mut self) -> bool {
        let is_due = self.front.len() == 0;
        if is_due {
            self.far.refill(&mut self.front);
        }
        is_due
    }

    /// The events that are ready, in no order.
    pub fn near(&self) -> impl Iterator<Item = &E> {
        self.front.events()
    }

    /// Takes out the next event and moves the clock to it.
    pub fn pop(&mut self) -> Option<E> {
        self.bring_near();
        let (key, event) = self.front.pop()?;
        self.len -= 1;
        self.now = key.at;
        Some(event)
    }

    /// How many events are still to happen.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is left to happen.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Sets clock and sequence of an empty set back to zero; its memory is kept.
    pub fn restart(&mut self) {
        assert!(self.is_empty(), "events are left");
        (self.now, self.scheduled) = (Time::ZERO, 0);
    }

    /// Half of the front goes behind the anchor.
    #[cold]
    fn cut_front(&mut self) {
        let kept = FRONT / 2;
        self.far.lower_anchor(self.front.key_after(kept - 1).in_slot(u8::MAX));
        self.front.cut(kept, |key, event| self.far.push(key, event));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rand::RngExt;

    use super::*;
    use crate::base::{Dice, Rng};

    #[test]
    fn earliest_first_and_ties_in_order_of_arrival() {
        let mut pending = Pending::default();
        for (nanos, event) in [(30, 'c'), (10, 'a'), (30, 'd'), (20, 'b'), (30, 'e')] {
            pending.at(Time::ZERO + Span::from_nanos(nanos), Turn(0), event);
        }
        let order: String = std::iter::from_fn(|| pending.pop()).collect();
        assert_eq!(order, "abcde");
        assert_eq!(pending.now().as_nanos(), 30);
    }

    #[test]
    fn a_lower_turn_at_the_current_instant_comes_before_all_that_is_left() {
        let mut pending = Pending::default();
        let at = Time::ZERO + Span::from_nanos(5);
        for event in 0..1000 {
            pending.at(at, Turn(3), event);
        }
        assert_eq!(pending.pop(), Some(0));
        // More than the front holds, so that the anchor has to go back beyond the bucket last taken.
        for event in 1000..2000 {
            pending.after(Span::ZERO, Turn(1), event);
        }
        assert_eq!(pending.next(), Some((at, Turn(1))));
        let order: Vec<u32> = std::iter::from_fn(|| pending.pop()).collect();
        assert_eq!(order, (1000..2000).chain(1..1000).collect::<Vec<u32>>());
    }

    #[test]
    fn a_restarted_set_counts_from_zero() {
        let mut pending = Pending::default();
        for round in 0..3 {
            for event in 0..500 {
                pending.at(Time::ZERO + Span::from_nanos(event % 7 * 1_000_000), Turn(0), event + round);
            }
            assert_eq!((pending.len(), pending.next()), (500, Some((Time::ZERO, Turn(0)))));
            while pending.pop().is_some() {}
            pending.restart();
            assert_eq!((pending.len(), pending.next(), pending.now()), (0, None, Time::ZERO));
        }
    }

    /// A set that is hard to get wrong, beside the one under test.
    #[derive(Default)]
    struct Both {
        pending: Pending<u64>,
        sorted: BTreeMap<(Time, Turn, u64), ()>,
        put_in: u64,
    }

    impl Both {
        fn put(&mut self, at: Time, turn: Turn) {
            self.put_in += 1;
            self.sorted.insert((at.max(self.pending.now()), turn, self.put_in), ());
            self.pending.at(at, turn, self.put_in);
        }

        fn compare_next(&self) {
            let next = self.sorted.first_key_value().map(|(&(at, turn, _), ())| (at, turn));
            assert_eq!(self.pending.next(), next);
            assert_eq!(self.pending.len(), self.sorted.len());
        }

        fn pop(&mut self) {
            self.compare_next();
            let first = self.sorted.pop_first().map(|(key, ())| key);
            assert_eq!(self.pending.pop(), first.map(|(_, _, event)| event));
            if let Some((at, ..)) = first {
                assert_eq!(self.pending.now(), at);
            }
        }

        /// To somewhere between now and the next event.
        fn advance(&mut self, rng: &mut Rng) {
            let now = self.pending.now();
            let next = self.sorted.first_key_value().map_or(now, |(&(at, ..), ())| at);
            let way = if next < Time::NEVER { next.since(now).as_nanos() } else { 0 };
            self.pending.advance(now + Span::from_nanos(rng.random_range(0..=way)));
        }
    }

    /// Times of every distance: now, a few nanoseconds (equal times), a network's delays, hours, never.
    fn later(now: Time, rng: &mut Rng) -> Time {
        let delay = match rng.random_range(0..100) {
            0..20 => 0,
            20..35 => rng.random_range(0..4),
            35..95 => rng.random_range(100_000..300_000_000),
            95..97 => 60_000_000_000,
            97..99 => rng.random_range(0..1 << 45),
            _ => return Time::NEVER,
        };
        now + Span::from_nanos(delay)
    }

    /// Grows and shrinks below about `most` events; then takes out what is left.
    fn agree(seed: u32, most: usize, rounds: usize) {
        let mut rng = Dice::of_trial(11, seed).rng();
        let mut both = Both::default();
        let turns = if seed.is_multiple_of(2) { 1 } else { 8 };
        for _ in 0..rounds {
            let pops = if rng.random_range(0..most) > both.sorted.len() { 4 } else { 8 };
            let same = rng.random_bool(0.1).then(|| later(both.pending.now(), &mut rng));
            for _ in 0..rng.random_range(1..200) {
                match rng.random_range(0..10) {
                    0 => both.advance(&mut rng),
                    // The clock stays below never, where all times are equal.
                    n if n <= pops && both.pending.next().is_some_and(|(at, _)| at < Time::NEVER) => {
                        both.pop()
                    }
                    _ => {
                        let at = same.unwrap_or_else(|| later(both.pending.now(), &mut rng));
                        both.put(at, Turn(rng.random_range(0..turns)));
                    }
                }
                both.compare_next();
            }
        }
        while !both.sorted.is_empty() {
            both.pop();
        }
        both.pop();
        both.pending.restart();
    }

    #[test]
    fn agrees_with_a_sorted_map() {
        for seed in 0..40 {
            agree(seed, 100, 60);
        }
        for seed in 40..50 {
            agree(seed, 3_000, 400);
        }
        agree(50, 60_000, 3_000);
        agree(51, 60_000, 3_000);
    }
}
