//! ARC (N. Megiddo, D. S. Modha, ARC: a self-tuning, low overhead replacement cache, FAST 2003). The paper's pages are of one
//! size; here a page's place is its weight, which is the same where all weigh 1.

use super::Policy;
use super::shelf::{List, Object, Shelf, Spot};

/// Two lists, of those used once and those used more often, which share the room by what is missed of either.
#[derive(Debug)]
pub(in super::super) struct Arc {
    /// Used once (T1), and more often (T2).
    once: List,
    often: List,
    /// What was in these not long ago (B1 and B2).
    were_once: List,
    were_often: List,
    /// What those used once should weigh (p).
    target: f64,
    comes_back: Option<Ghost>,
    /// The victim leaves no ghost.
    for_good: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ghost {
    Once,
    Often,
}

const ONCE: u8 = 0;
const OFTEN: u8 = 1;
const WERE_ONCE: u8 = 2;
const WERE_OFTEN: u8 = 3;

impl Arc {
    pub(super) fn new(_limit: u64, _objects: f64) -> Arc {
        Arc {
            once: List::new(ONCE),
            often: List::new(OFTEN),
            were_once: List::new(WERE_ONCE),
            were_often: List::new(WERE_OFTEN),
            target: 0.0,
            comes_back: None,
            for_good: false,
        }
    }

    fn list(&mut self, shelf: &Shelf, at: Spot) -> &mut List {
        match shelf.list(at) {
            ONCE => &mut self.once,
            OFTEN => &mut self.often,
            WERE_ONCE => &mut self.were_once,
            _ => &mut self.were_often,
        }
    }

    /// A ghost is asked for: its list should have been larger.
    fn adapt(&mut self, ghost: Ghost, shelf: &Shelf, weight: u64) {
        let (once, often) = (self.were_once.weight() as f64, self.were_often.weight() as f64);
        match ghost {
            Ghost::Once => {
                let more = (often / once).max(1.0) * weight as f64;
                self.target = (self.target + more).min(shelf.limit() as f64);
            }
            Ghost::Often => {
                let less = (once / often).max(1.0) * weight as f64;
                self.target = (self.target - less).max(0.0);
            }
        }
    }

    /// Forgets ghosts until there is room to remember what comes in (case IV of the paper).
    fn trim(&mut self, shelf: &mut Shelf, weight: u64) {
        let limit = shelf.limit();
        while self.once.weight() + self.were_once.weight() + weight > limit
            && let Some(oldest) = self.were_once.oldest()
        {
            self.remove(shelf, oldest);
        }
        while shelf.held() + self.were_once.weight() + self.were_often.weight() + weight > 2 * limit
            && let Some(oldest) = self.were_often.oldest()
        {
            self.remove(shelf, oldest);
        }
    }
}

impl Policy for Arc {
    fn used(&mut self, shelf: &mut Shelf, at: Spot) {
        self.list(shelf, at).unlink(shelf, at);
        self.often.push(shelf, at);
    }

    fn prepare(&mut self, shelf: &mut Shelf, object: Object, weight: u64) {
        let ghost = shelf.ghost(object);
        self.comes_back = ghost.map(|at| match shelf.list(at) {
            WERE_ONCE => Ghost::Once,
            _ => Ghost::Often,
        });
        match (ghost, self.comes_back) {
            (Some(at), Some(ghost)) => {
                self.adapt(ghost, shelf, weight);
                self.remove(shelf, at);
            }
            _ => self.trim(shelf, weight),
        }
    }

    fn victim(&mut self, shelf: &mut Shelf, weight: u64) -> Spot {
        let once = self.once.weight() as f64;
        let is_beyond = once > self.target || self.comes_back == Some(Ghost::Often) && once >= self.target;
        // Those used once fill all that they and their ghosts may take.
        self.for_good = self.comes_back.is_none()
            && self.were_once.is_empty()
            && self.once.weight() + weight > shelf.limit();
        let (first, then) = match is_beyond || self.for_good {
            true => (&self.once, &self.often),
            false => (&self.often, &self.once),
        };
        first.oldest().or(then.oldest()).expect("something is held")
    }

    fn evict(&mut self, shelf: &mut Shelf, at: Spot) {
        if self.for_good {
            return self.remove(shelf, at);
        }
        let list = shelf.list(at);
        self.list(shelf, at).unlink(shelf, at);
        shelf.bury(at);
        match list {
            ONCE => self.were_once.push(shelf, at),
            _ => self.were_often.push(shelf, at),
        }
    }

    fn insert(&mut self, shelf: &mut Shelf, object: Object, weight: u64) {
        let at = shelf.add(object, weight);
        match self.comes_back {
            Some(_) => self.often.push(shelf, at),
            None => self.once.push(shelf, at),
        }
    }

    fn remove(&mut self, shelf: &mut Shelf, at: Spot) {
        self.list(shelf, at).unlink(shelf, at);
        shelf.release(at);
    }
}
