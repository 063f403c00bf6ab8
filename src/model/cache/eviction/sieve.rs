//! SIEVE (Y. Zhang, J. Yang, Y. Yue, Y. Vigfusson, K. V. Rashmi, SIEVE is simpler than LRU, NSDI 2024).

use super::Policy;
use super::shelf::{List, Object, Shelf, Spot};

/// A hand moves from the oldest to the newest and drops who was not used since it last came by; who was stays in place.
#[derive(Debug)]
pub(in super::super) struct Sieve {
    queue: List,
    /// Where it goes on; at the oldest if nowhere.
    hand: Option<Spot>,
}

impl Sieve {
    pub(super) fn new(_limit: u64, _objects: f64) -> Sieve {
        Sieve { queue: List::new(0), hand: None }
    }
}

impl Policy for Sieve {
    fn used(&mut self, shelf: &mut Shelf, at: Spot) {
        shelf.set_mark(at, 1);
    }

    fn victim(&mut self, shelf: &mut Shelf, _: u64) -> Spot {
        loop {
            let at = self.hand.or(self.queue.oldest()).expect("something is held");
            self.hand = Some(at);
            if shelf.mark(at) == 0 {
                return at;
            }
            shelf.set_mark(at, 0);
            self.hand = shelf.newer(at);
        }
    }

    fn insert(&mut self, shelf: &mut Shelf, object: Object, weight: u64) {
        let at = shelf.add(object, weight);
        self.queue.push(shelf, at);
    }

    fn remove(&mut self, shelf: &mut Shelf, at: Spot) {
        if self.hand == Some(at) {
            self.hand = shelf.newer(at);
        }
        self.queue.unlink(shelf, at);
        shelf.release(at);
    }
}
