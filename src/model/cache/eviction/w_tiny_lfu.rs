//! W-TinyLFU (G. Einziger, R. Friedman, B. Manes, TinyLFU: a highly efficient cache admission policy, ACM Transactions on
//! Storage 13(4), 2017): a small window by recency before a main cache that only takes who is asked for more often than
//! who would have to go.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Policy;
use super::shelf::{List, Object, Shelf, Spot};
use super::sketch::Sketch;
use crate::base::Probability;

/// Options of W-TinyLFU.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WTinyLfuSpec {
    /// The window's share of the capacity, above 0 and below 1; 1 % in the paper.
    #[serde(default = "hundredth")]
    pub window: Probability,
}

fn hundredth() -> Probability {
    Probability::new(0.01).expect("it is a share")
}

/// The share of the main cache that is protected: used again since it came there.
const PROTECTED: f64 = 0.8;

/// A window of the new, and a segmented LRU of those who proved to be asked for often.
#[derive(Debug)]
pub(in super::super) struct WTinyLfu {
    window: List,
    probation: List,
    protected: List,
    window_limit: u64,
    main_limit: u64,
    protected_limit: u64,
    asked: Sketch,
}

const WINDOW: u8 = 0;
const PROBATION: u8 = 1;
const PROTECTED_LIST: u8 = 2;

impl WTinyLfu {
    pub(super) fn new(limit: u64, objects: f64, spec: &WTinyLfuSpec) -> WTinyLfu {
        let window_limit = ((limit as f64 * spec.window.as_f64()) as u64).max(1);
        let main_limit = limit.saturating_sub(window_limit);
        WTinyLfu {
            window: List::new(WINDOW),
            probation: List::new(PROBATION),
            protected: List::new(PROTECTED_LIST),
            window_limit,
            main_limit,
            protected_limit: (main_limit as f64 * PROTECTED) as u64,
            asked: Sketch::new(objects),
        }
    }

    fn list(&mut self, shelf: &Shelf, at: Spot) -> &mut List {
        match shelf.list(at) {
            WINDOW => &mut self.window,
            PROBATION => &mut self.probation,
            _ => &mut self.protected,
        }
    }

    fn main(&self) -> u64 {
        self.probation.weight() + self.protected.weight()
    }

    fn promote(&mut self, shelf: &mut Shelf, at: Spot) {
        self.window.unlink(shelf, at);
        self.probation.push(shelf, at);
    }
}

impl Policy for WTinyLfu {
    fn asked(&mut self, object: Object) {
        self.asked.count(object);
    }

    fn used(&mut self, shelf: &mut Shelf, at: Spot) {
        match shelf.list(at) {
            WINDOW => return self.window.renew(shelf, at),
            PROBATION => {
                self.probation.unlink(shelf, at);
                self.protected.push(shelf, at);
            }
            _ => self.protected.renew(shelf, at),
        }
        while self.protected.weight() > self.protected_limit
            && let Some(oldest) = self.protected.oldest()
        {
            self.protected.unlink(shelf, oldest);
            self.probation.push(shelf, oldest);
        }
    }

    fn victim(&mut self, shelf: &mut Shelf, weight: u64) -> Spot {
        loop {
            let of_main = self.probation.oldest().or(self.protected.oldest());
            let is_full = self.window.weight() + weight > self.window_limit;
            match (self.window.oldest().filter(|_| is_full), of_main) {
                (Some(candidate), _) if self.main() + shelf.weight(candidate) <= self.main_limit => {
                    self.promote(shelf, candidate);
                }
                (Some(candidate), Some(victim)) => {
                    let asked = |at| self.asked.estimate(shelf.object(at));
                    return if asked(candidate) > asked(victim) { victim } else { candidate };
                }
                (Some(candidate), None) => return candidate,
                (None, victim) => return victim.or(self.window.oldest()).expect("something is held"),
            }
        }
    }

    fn insert(&mut self, shelf: &mut Shelf, object: Object, weight: u64) {
        let at = shelf.add(object, weight);
        self.window.push(shelf, at);
        while self.window.weight() > self.window_limit
            && self.window.len() > 1
            && let Some(oldest) = self.window.oldest()
        {
            self.promote(shelf, oldest);
        }
    }

    fn remove(&mut self, shelf: &mut Shelf, at: Spot) {
        self.list(shelf, at).unlink(shelf, at);
        shelf.release(at);
    }
}
