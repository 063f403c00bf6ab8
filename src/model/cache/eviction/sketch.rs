//! How often objects were asked for of late, approximately: a count-min sketch of counters of four bits with minimal
//! increment, halved from time to time (G. Einziger, R. Friedman, B. Manes, TinyLFU: a highly efficient cache admission
//! policy, ACM Transactions on Storage 13(4), 2017).

use super::shelf::Object;

/// Counts of requests.
#[derive(Debug)]
pub(in super::super) struct Sketch {
    /// Sixteen counters each; a row after another.
    words: Vec<u64>,
    /// Counters in a row, less one: a power of two, less one.
    mask: u64,
    counted: u64,
    /// All is halved when so many were counted.
    most: u64,
}

const ROWS: u64 = 4;
const PER_WORD: u64 = 16;
const FEWEST: u64 = 64;
const HIGHEST: u64 = 15;
/// Requests for each object that is held between two halvings: the paper's W / C.
const SAMPLES: u64 = 10;
/// Odd, from the golden ratio, the square root of 2, that of 3 and the circle's number, for multiplicative hashing.
const FACTORS: [u64; ROWS as usize] =
    [0x9E37_79B9_7F4A_7C15, 0x6A09_E667_F3BC_C909, 0xBB67_AE85_84CA_A73B, 0x243F_6A88_85A3_08D3];

impl Sketch {
    /// For a cache that holds about so many objects.
    pub(in super::super) fn new(objects: f64) -> Sketch {
        let counters = (objects as u64).clamp(FEWEST, 1 << 32).next_power_of_two();
        let most = SAMPLES * (objects as u64).max(1);
        Sketch { words: vec![0; (ROWS * counters / PER_WORD) as usize], mask: counters - 1, counted: 0, most }
    }

    /// The word and the shift of an object's counter in a row.
    fn place(&self, object: Object, row: u64) -> (usize, u64) {
        let hash = (object.bits() + 1).wrapping_mul(FACTORS[row as usize]);
        let counter =
            row * (self.mask + 1) + ((hash ^ hash >> 32).wrapping_mul(FACTORS[0]) >> 24 & self.mask);
        ((counter / PER_WORD) as usize, counter % PER_WORD * 4)
    }

    /// How often an object was asked for, 0 to 15.
    pub(in super::super) fn estimate(&self, object: Object) -> u64 {
        let counts = (0..ROWS).map(|row| {
            let (word, shift) = self.place(object, row);
            self.words[word] >> shift & HIGHEST
        });
        counts.min().unwrap_or(0)
    }

    /// An object is asked for.
    pub(in super::super) fn count(&mut self, object: Object) {
        let lowest = self.estimate(object);
        if lowest < HIGHEST {
            for row in 0..ROWS {
                let (word, shift) = self.place(object, row);
                if self.words[word] >> shift & HIGHEST == lowest {
                    self.words[word] += 1 << shift;
                }
            }
        }
        self.counted += 1;
        if self.counted >= self.most {
            self.halve();
        }
    }

    fn halve(&mut self) {
        for word in &mut self.words {
            *word = *word >> 1 & 0x7777_7777_7777_7777;
        }
        self.counted /= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{KeyId, NamespaceIx};

    fn object(key: u32) -> Object {
        Object::new(NamespaceIx(0), KeyId(key))
    }

    /// What was asked for is never counted too low, up to the highest, and all is halved in the end.
    #[test]
    fn counts_are_at_least_what_they_are_and_halve() {
        let mut sketch = Sketch::new(100.0);
        for key in 1..=30 {
            (0..key).for_each(|_| sketch.count(object(key)));
        }
        assert!((1..=30).all(|key| sketch.estimate(object(key)) >= u64::from(key).min(HIGHEST)));
        let exact = (1..=30).filter(|&key| sketch.estimate(object(key)) == u64::from(key).min(HIGHEST));
        assert!(exact.count() > 25);
        sketch.halve();
        assert_eq!(sketch.estimate(object(30)), 7);
        assert_eq!(sketch.estimate(object(1_000_000)), 0);
    }
}
