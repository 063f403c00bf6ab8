//! The keys of traces, numbered in the order in which they appear.

use rustc_hash::FxHashMap;

use crate::base::{Bytes, KeyId};

/// All keys that the traces of one namespace name, and their sizes, where told.
#[derive(PartialEq, Eq, Debug, Default)]
pub struct TraceKeys {
    numbers: FxHashMap<Box<[u8]>, u32>,
    sizes: Vec<Option<Bytes>>,
    /// Bytes of all names, each rounded up to what is allocated for it.
    names: u64,
}

/// A key's place in the map, which is filled to between 7/16 and 7/8, and its size.
const EACH: f64 = 24.0 / 0.65 + 1.5 * 16.0;

impl TraceKeys {
    /// The number of a key, which gets the next one if it is new.
    pub fn number(&mut self, name: &[u8], size: Option<Bytes>) -> KeyId {
        let number = match self.numbers.get(name) {
            Some(&number) => number,
            None => {
                let number = self.sizes.len() as u32;
                self.numbers.insert(name.into(), number);
                self.sizes.push(None);
                self.names += (name.len() as u64 + 8).next_multiple_of(16).max(32);
                number
            }
        };
        let known = &mut self.sizes[number as usize];
        *known = known.or(size);
        KeyId(number)
    }

    /// The number of a key that has one.
    #[inline]
    pub fn find(&self, name: &[u8]) -> Option<KeyId> {
        self.numbers.get(name).map(|&number| KeyId(number))
    }

    /// How many bytes it takes, about.
    pub fn bytes(&self) -> f64 {
        self.count() as f64 * EACH + self.names as f64
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.sizes.len()
    }

    /// The size of each, where the first row that tells one tells it.
    pub fn sizes(&self) -> &[Option<Bytes>] {
        &self.sizes
    }
}
