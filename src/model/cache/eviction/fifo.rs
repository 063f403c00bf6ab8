//! First in, first out.

use super::Policy;
use super::shelf::{List, Object, Shelf, Spot};

/// Who was stored first goes first.
#[derive(Debug)]
pub(in super::super) struct Fifo {
    queue: List,
}

impl Fifo {
    pub(super) fn new(_limit: u64, _objects: f64) -> Fifo {
        Fifo { queue: List::new(0) }
    }
}

impl Policy for Fifo {
    fn used(&mut self, _: &mut Shelf, _: Spot) {}

    fn victim(&mut self, _: &mut Shelf, _: u64) -> Spot {
        self.queue.oldest().expect("something is held")
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
