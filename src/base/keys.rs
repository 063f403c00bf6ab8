//! A set of keys that knows each one's place in it.

use super::KeyId;

/// Some of the keys of a namespace, numbered in their order: a bit for each key, and beside each 64 of them how
/// many came before (a rank directory as in Jacobson, Space-efficient static trees and graphs, FOCS 1989). For a
/// million keys that is a quarter of a megabyte, which stays in the nearer caches.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    words: Vec<Word>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Word {
    bits: u64,
    before: u32,
}

impl KeySet {
    /// Those of the keys from 0 up to `count` that `holds` tells of.
    pub fn new(count: usize, holds: impl Fn(KeyId) -> bool) -> KeySet {
        let mut before = 0;
        let mut words = Vec::with_capacity(count.div_ceil(64));
        for first in (0..count).step_by(64) {
            let last = (first + 64).min(count);
            let bits = (first..last)
                .fold(0u64, |bits, key| bits | u64::from(holds(KeyId(key as u32))) << (key - first));
            words.push(Word { bits, before });
            before += bits.count_ones();
        }
        KeySet { words }
    }

    /// How many keys are in it.
    pub fn count(&self) -> usize {
        self.words.last().map_or(0, |word| (word.before + word.bits.count_ones()) as usize)
    }

    /// How many keys of the set come before this one; `None` if it is not in it.
    #[inline]
    pub fn place(&self, key: KeyId) -> Option<usize> {
        let is_in_it = self.words[key.at() / 64].bits >> (key.0 % 64) & 1 == 1;
        is_in_it.then(|| self.before(key))
    }

    /// How many keys of the set come before this one, which may be in it or not.
    #[inline]
    pub fn before(&self, key: KeyId) -> usize {
        let word = self.words[key.at() / 64];
        let lower = word.bits & ((1u64 << (key.0 % 64)) - 1);
        word.before as usize + lower.count_ones() as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every third of 200 keys: key 3 n has the place n.
    #[test]
    fn places_count_the_keys_before() {
        let set = KeySet::new(200, |key| key.0.is_multiple_of(3));
        for key in 0..200u32 {
            let expected = key.is_multiple_of(3).then_some(key as usize / 3);
            assert_eq!(set.place(KeyId(key)), expected, "{key}");
        }
    }
}
