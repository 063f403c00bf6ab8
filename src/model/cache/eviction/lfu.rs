//! Least frequently used, in constant time by a list of counts (K. Shah, A. Mitra, D. Matani, An O(1) algorithm for
//! implementing the LFU cache eviction scheme, 2010). Uses count from when an object is stored; they are forgotten with it.

use super::Policy;
use super::shelf::{List, Object, Shelf, Spot};

/// Who was used least goes first; of equal ones who has that count for longest.
#[derive(Debug)]
pub(in super::super) struct Lfu {
    /// Those that objects have, and some that are free.
    counts: Vec<Count>,
    /// The lowest that an object has.
    lowest: u32,
    free: u32,
}

/// The objects that were used equally often. They note its place here.
#[derive(Debug)]
struct Count {
    uses: u64,
    objects: List,
    lower: u32,
    /// The next higher one; of a free place the next free one.
    higher: u32,
}

const NONE: u32 = u32::MAX;

impl Lfu {
    pub(super) fn new(_limit: u64, _objects: f64) -> Lfu {
        Lfu { counts: Vec::new(), lowest: NONE, free: NONE }
    }

    /// The count of so many uses, which is made if it is not next to `lower`.
    fn after(&mut self, lower: u32, uses: u64) -> u32 {
        let higher = if lower == NONE { self.lowest } else { self.counts[lower as usize].higher };
        if higher != NONE && self.counts[higher as usize].uses == uses {
            return higher;
        }
        let count = Count { uses, objects: List::new(0), lower, higher };
        let at = match self.free {
            NONE => {
                self.counts.push(count);
                self.counts.len() as u32 - 1
            }
            free => {
                self.free = self.counts[free as usize].higher;
                self.counts[free as usize] = count;
                free
            }
        };
        self.join(lower, at);
        self.join(at, higher);
        at
    }

    /// Makes two counts neighbours; either may be the end.
    fn join(&mut self, lower: u32, higher: u32) {
        match self.counts.get_mut(lower as usize) {
            Some(count) => count.higher = higher,
            None => self.lowest = higher,
        }
        if let Some(count) = self.counts.get_mut(higher as usize) {
            count.lower = lower;
        }
    }

    fn unlink(&mut self, shelf: &mut Shelf, at: Spot) {
        let place = shelf.mark(at);
        let count = &mut self.counts[place as usize];
        count.objects.unlink(shelf, at);
        if count.objects.is_empty() {
            let (lower, higher) = (count.lower, count.higher);
            count.higher = self.free;
            self.free = place;
            self.join(lower, higher);
        }
    }

    fn push(&mut self, shelf: &mut Shelf, at: Spot, count: u32) {
        shelf.set_mark(at, count);
        self.counts[count as usize].objects.push(shelf, at);
    }
}

impl Policy for Lfu {
    fn used(&mut self, shelf: &mut Shelf, at: Spot) {
        let before = shelf.mark(at);
        let next = self.after(before, self.counts[before as usize].uses + 1);
        self.unlink(shelf, at);
        self.push(shelf, at, next);
    }

    fn victim(&mut self, _: &mut Shelf, _: u64) -> Spot {
        let lowest = self.counts.get(self.lowest as usize);
        lowest.and_then(|count| count.objects.oldest()).expect("something is held")
    }

    fn insert(&mut self, shelf: &mut Shelf, object: Object, weight: u64) {
        let at = shelf.add(object, weight);
        let first = self.after(NONE, 1);
        self.push(shelf, at, first);
    }

    fn remove(&mut self, shelf: &mut Shelf, at: Spot) {
        self.unlink(shelf, at);
        shelf.release(at);
    }
}
