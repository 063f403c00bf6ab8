//! S3-FIFO (J. Yang, Y. Zhang, Z. Qiu, Y. Yue, K. V. Rashmi, FIFO queues are all you need for cache eviction, SOSP 2023):
//! three queues, first in, first out.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Policy;
use super::shelf::{List, Object, Shelf, Spot};
use crate::base::Probability;

/// Options of S3-FIFO.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct S3FifoSpec {
    /// The small queue's share of the capacity, above 0 and below 1; 10 % in the paper.
    #[serde(default = "tenth")]
    pub small: Probability,
    /// What the names that are remembered stand for, as a share of the capacity; 90 %, the main queue's, in the paper.
    #[serde(default = "nine_tenths")]
    pub ghosts: Probability,
}

fn tenth() -> Probability {
    Probability::new(0.1).expect("it is a share")
}

fn nine_tenths() -> Probability {
    Probability::new(0.9).expect("it is a share")
}

/// Who is new goes through a small queue, and from there to the main one only if it was used twice or comes back soon.
#[derive(Debug)]
pub(in super::super) struct S3Fifo {
    small: List,
    main: List,
    ghosts: List,
    small_limit: u64,
    main_limit: u64,
    ghosts_limit: u64,
    /// Whether what comes in was remembered.
    comes_back: bool,
    has_evicted: bool,
}

const SMALL: u8 = 0;
const MAIN: u8 = 1;
const GHOSTS: u8 = 2;

/// As often an object must be used in the small queue to go on to the main one.
const TO_MAIN: u32 = 2;
/// More uses are not counted.
const MOST_USES: u32 = 3;

impl S3Fifo {
    pub(super) fn new(limit: u64, _objects: f64, spec: &S3FifoSpec) -> S3Fifo {
        let share = |share: Probability| (limit as f64 * share.as_f64()) as u64;
        let small_limit = share(spec.small).max(1);
        S3Fifo {
            small: List::new(SMALL),
            main: List::new(MAIN),
            ghosts: List::new(GHOSTS),
            small_limit,
            main_limit: limit.saturating_sub(small_limit),
            ghosts_limit: share(spec.ghosts),
            comes_back: false,
            has_evicted: false,
        }
    }

    fn list(&mut self, shelf: &Shelf, at: Spot) -> &mut List {
        match shelf.list(at) {
            SMALL => &mut self.small,
            MAIN => &mut self.main,
            _ => &mut self.ghosts,
        }
    }

    /// Who goes from the small queue; those who were used go on to the main one meanwhile.
    fn victim_of_small(&mut self, shelf: &mut Shelf) -> Option<Spot> {
        while let Some(at) = self.small.oldest() {
            if shelf.mark(at) < TO_MAIN {
                return Some(at);
            }
            self.small.unlink(shelf, at);
            shelf.set_mark(at, 0);
            self.main.push(shelf, at);
        }
        None
    }

    fn victim_of_main(&mut self, shelf: &mut Shelf) -> Option<Spot> {
        while let Some(at) = self.main.oldest() {
            let uses = shelf.mark(at);
            if uses == 0 {
                return Some(at);
            }
            shelf.set_mark(at, uses - 1);
            self.main.renew(shelf, at);
        }
        None
    }

    fn remember(&mut self, shelf: &mut Shelf, at: Spot) {
        let weight = shelf.weight(at);
        self.small.unlink(shelf, at);
        if weight > self.ghosts_limit {
            return shelf.release(at);
        }
        while self.ghosts.weight() + weight > self.ghosts_limit {
            let oldest = self.ghosts.oldest().expect("something weighs too much");
            self.ghosts.unlink(shelf, oldest);
            shelf.release(oldest);
        }
        shelf.bury(at);
        self.ghosts.push(shelf, at);
    }
}

impl Policy for S3Fifo {
    fn used(&mut self, shelf: &mut Shelf, at: Spot) {
        shelf.set_mark(at, (shelf.mark(at) + 1).min(MOST_USES));
    }

    fn prepare(&mut self, shelf: &mut Shelf, object: Object, _weight: u64) {
        let ghost = shelf.ghost(object);
        self.comes_back = ghost.is_some();
        if let Some(ghost) = ghost {
            self.ghosts.unlink(shelf, ghost);
            shelf.release(ghost);
        }
    }

    fn victim(&mut self, shelf: &mut Shelf, _: u64) -> Spot {
        self.has_evicted = true;
        loop {
            let found = match self.main.weight() > self.main_limit || self.small.is_empty() {
                true => self.victim_of_main(shelf),
                false => self.victim_of_small(shelf),
            };
            if let Some(at) = found {
                return at;
            }
        }
    }

    fn evict(&mut self, shelf: &mut Shelf, at: Spot) {
        match shelf.list(at) {
            SMALL => self.remember(shelf, at),
            _ => self.remove(shelf, at),
        }
    }

    fn insert(&mut self, shelf: &mut Shelf, object: Object, weight: u64) {
        let at = shelf.add(object, weight);
        let fills_main = !self.has_evicted && self.small.weight() >= self.small_limit;
        match self.comes_back || fills_main {
            true => self.main.push(shelf, at),
            false => self.small.push(shelf, at),
        }
    }

    fn remove(&mut self, shelf: &mut Shelf, at: Spot) {
        self.list(shelf, at).unlink(shelf, at);
        shelf.release(at);
    }
}
