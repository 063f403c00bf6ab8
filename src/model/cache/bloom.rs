//! Which objects were met of late, approximately (B. H. Bloom, Space/time trade-offs in hash coding with allowable errors,
//! CACM 13(7), 1970), in two filters that take turns.

use super::eviction::Object;

/// Ten bits for each object and seven hashes take about one in 120 others for it when full.
#[derive(Debug)]
pub(super) struct Bloom {
    newer: Vec<u64>,
    older: Vec<u64>,
    /// Objects in the newer one.
    met: u32,
    most: u32,
}

const BITS_EACH: u64 = 10;
const HASHES: u64 = 7;

impl Bloom {
    /// Remembers the last so many at least.
    pub(super) fn new(most: u32) -> Bloom {
        let words = (u64::from(most) * BITS_EACH).div_ceil(64) as usize;
        Bloom { newer: vec![0; words], older: vec![0; words], met: 0, most }
    }

    /// Meets an object; tells whether it was met before.
    pub(super) fn meets_again(&mut self, object: Object) -> bool {
        let (first, step) = hashes(object);
        let bits = self.newer.len() as u64 * 64;
        let place = |n: u64| {
            let bit = first.wrapping_add(n.wrapping_mul(step)) % bits;
            ((bit / 64) as usize, 1 << (bit % 64))
        };
        let is_in = |filter: &[u64]| (0..HASHES).map(place).all(|(word, bit)| filter[word] & bit != 0);
        let (in_newer, in_older) = (is_in(&self.newer), is_in(&self.older));
        if !in_newer {
            if self.met == self.most {
                std::mem::swap(&mut self.newer, &mut self.older);
                self.newer.fill(0);
                self.met = 0;
            }
            (0..HASHES).map(place).for_each(|(word, bit)| self.newer[word] |= bit);
            self.met += 1;
        }
        in_newer || in_older
    }
}

/// Two even hashes (the finaliser of SplitMix64; G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014); the second is odd.
fn hashes(object: Object) -> (u64, u64) {
    let mixed = |state: u64| {
        let state = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let state = (state ^ state >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        state ^ state >> 31
    };
    let first = mixed(object.bits().wrapping_add(0x9E37_79B9_7F4A_7C15));
    (first, mixed(first) | 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{KeyId, NamespaceIx};

    /// What is remembered is found; of what was never met about one in 120 is taken for it, as a full filter has by the
    /// formula (1 − e^(−7/10))^7 = 0.0082, twice that for two.
    #[test]
    fn the_last_ones_are_remembered_and_few_others() {
        let object = |key| Object::new(NamespaceIx(1), KeyId(key));
        let mut bloom = Bloom::new(10_000);
        let known = (0..20_000).filter(|&key| bloom.meets_again(object(key))).count();
        assert!(known < 400, "{known}");
        assert!((10_000..20_000).all(|key| bloom.meets_again(object(key))));
        let mut old = Bloom::new(100);
        let met = (0..1_000).filter(|&key| old.meets_again(object(key))).count();
        assert!(met < 50, "{met}");
        let known = (0..500).filter(|&key| old.meets_again(object(key))).count();
        assert!(known < 30, "{known}");
    }
}
