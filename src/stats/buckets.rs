//! Counts of whole numbers in buckets of bounded relative width.

use serde::{Deserialize, Serialize};

/// How finely values are told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Resolution {
    /// Within 0.1 % of the value.
    Fine,
    /// Within 1 % of the value: for what is kept once a location.
    Coarse,
}

/// Values are told apart by 512 at best.
const UNIT_BITS: u32 = 9;

/// The buckets of an HDR histogram (Tene, HdrHistogram): all octaves are cut into as many buckets, but that those below
/// the first one are as wide as its.
impl Resolution {
    const fn per_octave_bits(self) -> u32 {
        match self {
            Resolution::Fine => 10,
            Resolution::Coarse => 7,
        }
    }

    /// The bucket of a value.
    #[inline]
    pub const fn bucket(self, value: u64) -> usize {
        let bits = self.per_octave_bits();
        let units = value >> UNIT_BITS;
        let shift = (units >> bits | 1).ilog2();
        ((shift as usize) << bits) + (units >> shift) as usize
    }

    /// The end of a bucket, which is where the next one begins.
    pub const fn end(self, bucket: usize) -> u64 {
        let bits = self.per_octave_bits();
        let shift = (bucket as u64 >> bits).saturating_sub(1);
        let units = bucket as u64 - (shift << bits);
        ((units + 1) << shift) << UNIT_BITS
    }

    /// The beginning of a bucket.
    pub const fn begin(self, bucket: usize) -> u64 {
        match bucket {
            0 => 0,
            _ => self.end(bucket - 1),
        }
    }
}

/// How many values lie in each bucket.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Buckets {
    resolution: Resolution,
    /// As many as were touched, up to the end of an octave.
    counts: Vec<u64>,
}

impl Buckets {
    pub(super) fn new(resolution: Resolution) -> Buckets {
        Buckets { resolution, counts: Vec::new() }
    }

    #[inline]
    pub(super) fn add(&mut self, value: u64, times: u64) {
        let bucket = self.resolution.bucket(value);
        if bucket >= self.counts.len() {
            self.grow(bucket);
        }
        self.counts[bucket] += times;
    }

    /// In bytes.
    #[cfg(test)]
    pub(super) fn memory(&self) -> usize {
        size_of_val(&self.counts[..])
    }

    #[cold]
    fn grow(&mut self, bucket: usize) {
        let octave = 1 << self.resolution.per_octave_bits();
        self.counts.resize((bucket + 1).next_multiple_of(octave), 0);
    }

    pub(super) fn merge(&mut self, other: &Buckets) {
        assert_eq!(self.resolution, other.resolution, "buckets differ");
        if other.counts.len() > self.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        self.counts.iter_mut().zip(&other.counts).for_each(|(here, there)| *here += there);
    }

    pub(super) fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How many values lie in the bucket of `value` and those before it.
    pub(super) fn up_to(&self, value: u64) -> u64 {
        let buckets = self.resolution.bucket(value) + 1;
        self.counts[..buckets.min(self.counts.len())].iter().sum()
    }

    /// The first bucket that has, with those before it, so many values.
    pub(super) fn of_rank(&self, rank: u64) -> Option<Bucket> {
        let mut below = 0;
        self.filled().find(|bucket| {
            below += bucket.count;
            below >= rank
        })
    }

    /// Those that are not empty, from the least to the greatest.
    pub(super) fn filled(&self) -> impl Iterator<Item = Bucket> + '_ {
        let bucket = |(at, &count)| Bucket {
            begin: self.resolution.begin(at),
            last: self.resolution.end(at) - 1,
            count,
        };
        self.counts.iter().enumerate().filter(|&(_, &count)| count > 0).map(bucket)
    }
}

/// A bucket with some values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    pub(super) begin: u64,
    /// The greatest value that belongs to it.
    pub(super) last: u64,
    pub(super) count: u64,
}
