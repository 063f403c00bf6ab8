//! CLOCK, the second chance (F. J. Corbató, A paging experiment with the Multics system, 1968). One bit for each
//! object; a new one begins without it.

use super::Policy;
use super::shelf::{List, Object, Shelf, Spot};

/// First in, first out, but who was used since its last chance gets another.
#[derive(Debug)]
pub(in super::super) struct Clock {
    queue: List,
}

impl Clock {
    pub(super) fn new(_limit: u64, _objects: f64) -> Clock {
        Clock { queue: List::new(0) }
    }
}

impl Policy for Clock {
    fn used(&mut self, shelf: &mut Shelf, at: Spot) {
        shelf.set_mark(at, 1);
    }

    fn victim(&mut self, shelf: &mut Shelf, _: u64) -> Spot {
        loop {
            let at = self.queue.oldest().expect("something is held");
            if shelf.mark(at) == 0 {
                return at;
            }
            shelf.set_mark(at, 0);
            self.queue.renew(shelf, at);
        }
    }

    fn insert(&mut self, shelf: &mut Shelf, object: Object, weight: u64) {
        let at = shelf.add(object, weight);
        self.queue.push(shelf, at);
    }

    fn remove(&mut self, shelf: &mut Shelf, at: Spot) {
        self.queue.unlink(shelf, at);
        shelf.release(at);
    }
}
