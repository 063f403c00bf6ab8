//! The keys of traces, numbered in the order in which they appear.

use rustc_hash::FxHashMap;

use crate::base::{Bytes, KeyId};

/// All keys that the traces of one namespace name, and their sizes, where told.
#[derive(Debug, Default)]
pub struct TraceKeys {
    numbers: FxHashMap<Box<[u8]>, u32>,
    sizes: Vec<Option<Bytes>>,
}

impl TraceKeys {
    /// The number of a key, which gets the next one if it is new.
    pub fn number(&mut self, name: &[u8], size: Option<Bytes>) -> KeyId {
        let number = match self.numbers.get(name) {
            Some(&number) => number,
            None => {
                let number = self.sizes.len() as u32;
                self.numbers.insert(name.into(), number);
                self.sizes.push(None);
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

    /// How many there are.
    pub fn count(&self) -> usize {
        self.sizes.len()
    }

    /// The size of each, where the first row that tells one tells it.
    pub fn sizes(&self) -> &[Option<Bytes>] {
        &self.sizes
    }
}
