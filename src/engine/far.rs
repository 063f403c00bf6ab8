//! The many events that come later, in rough order: a radix heap (R. K. Ahuja, K. Mehlhorn, J. B. Orlin,
//! R. E. Tarjan: Faster algorithms for the shortest path problem, Journal of the ACM 37, 1990) with digits of six
//! bits, that hands over whole buckets instead of single events.

use crate::base::Span;

use super::front::{FRONT, Front};
use super::key::Key;

/// A digit has as many bits as make a word of bits, one for each bucket of a level.
const DIGIT_BITS: u32 = 6;
const DIGITS: usize = 1 << DIGIT_BITS;
/// The levels of the order; those of the time lie above.
const ORDER_LEVELS: u32 = u64::BITS.div_ceil(DIGIT_BITS);
const LEVELS: usize = 2 * ORDER_LEVELS as usize;
/// Events of a chunk. Longer ones are read faster beyond the caches and leave more room unused.
const CHUNK: usize = 64;
const NONE: u32 = u32::MAX;

/// Events after `anchor`, each in the bucket of the highest digit in which its key differs from the anchor and of its
/// value there. So all of a bucket come before all of the next one, and an event that moves, moves to a lower level.
#[derive(Debug)]
pub(super) struct Far<E> {
    anchor: Key,
    /// One for each level and digit.
    buckets: Vec<Bucket>,
    /// The digits of each level whose buckets hold something.
    digits: [u64; LEVELS],
    /// The levels that hold something.
    levels: u32,
    chunks: Chunks<E>,
}

/// A stack of chunks, the topmost partly filled.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    next: Key,
    top: u32,
    len: u32,
}

const EMPTY: Bucket = Bucket { next: Key::MAX, top: NONE, len: 0 };

/// Room for events in pieces that buckets borrow, so that no bucket keeps what it once needed.
#[derive(Debug)]
struct Chunks<E> {
    entries: Vec<(Key, E)>,
    /// The chunk below, in a bucket or among the spare ones.
    below: Vec<u32>,
    spare: u32,
}

impl<E> Default for Far<E> {
    fn default() -> Far<E> {
        Far {
            anchor: Key::MAX,
            buckets: vec![EMPTY; LEVELS * DIGITS],
            digits: [0; LEVELS],
            levels: 0,
            chunks: Chunks { entries: Vec::new(), below: Vec::new(), spare: NONE },
        }
    }
}

impl<E: Copy> Far<E> {
    /// Nothing up to here is in this set, and nothing later is in the front.
    pub(super) fn anchor(&self) -> Key {
        self.anchor
    }

    pub(super) fn next(&self) -> Option<Key> {
        (self.levels != 0).then(|| self.buckets[self.lowest().0].next)
    }

    /// Puts in an event after the anchor.
    pub(super) fn push(&mut self, key: Key, event: E) {
        let (level, digit) = place(key, self.anchor);
        let bucket = &mut self.buckets[level as usize * DIGITS + digit];
        let used = bucket.len as usize % CHUNK;
        bucket.len += 1;
        bucket.next = if key < bucket.next { key } else { bucket.next };
        if used == 0 {
            self.levels |= 1 << level;
            self.digits[level as usize] |= 1 << digit;
            bucket.top = self.chunks.borrow(bucket.top, (key, event));
        }
        self.chunks.entries[bucket.top as usize * CHUNK + used] = (key, event);
    }

    /// Moves the anchor back, to make room for events that leave the front. Only events put in at the current
    /// instant with a lower turn make it pass what it once was; then the buckets below that digit become one again.
    pub(super) fn lower_anchor(&mut self, anchor: Key) {
        let (level, _) = place(self.anchor, anchor);
        self.anchor = anchor;
        while self.levels.trailing_zeros() < level {
            self.empty_lowest(Far::push);
        }
    }

    /// Hands over the next events to the empty front: a bucket that fits, and what follows up to half of the front,
    /// which leaves room for the events that will be put in there.
    pub(super) fn refill(&mut self, front: &mut Front<E>) {
        let mut room = FRONT;
        while self.levels != 0 {
            let (index, level) = self.lowest();
            let bucket = self.buckets[index];
            if front.len() + bucket.len as usize <= room {
                self.anchor = last_of_bucket(bucket.next, level);
                self.empty_lowest(|_, key, event| front.append(key, event));
            } else if front.len() == 0 {
                self.anchor = last_of_bucket(bucket.next, 0);
                self.empty_lowest(|far, key, event| match key <= far.anchor {
                    true => front.append(key, event),
                    false => far.push(key, event),
                });
            } else {
                break;
            }
            room = FRONT / 2;
        }
        if self.levels == 0 {
            self.anchor = Key::MAX;
        }
        front.sort();
    }

    /// The index and the level of the bucket that comes first.
    fn lowest(&self) -> (usize, u32) {
        let level = self.levels.trailing_zeros();
        let digit = self.digits[level as usize].trailing_zeros();
        (level as usize * DIGITS + digit as usize, level)
    }

    /// Empties the bucket that comes first; each chunk is given back as soon as it is read.
    fn empty_lowest(&mut self, mut take: impl FnMut(&mut Far<E>, Key, E)) {
        let (index, level) = self.lowest();
        let bucket = std::mem::replace(&mut self.buckets[index], EMPTY);
        self.digits[level as usize] &= !(1 << (index % DIGITS));
        if self.digits[level as usize] == 0 {
            self.levels &= !(1 << level);
        }
        let (mut chunk, mut used) = (bucket.top, (bucket.len as usize - 1) % CHUNK + 1);
        while chunk != NONE {
            let start = chunk as usize * CHUNK;
            for at in start..start + used {
                let (key, event) = self.chunks.entries[at];
                take(self, key, event);
            }
            (chunk, used) = (self.chunks.give_back(chunk), CHUNK);
        }
    }
}

impl<E: Copy> Chunks<E> {
    /// A chunk that lies on `below`. The last one given back comes first: the caches still hold it.
    fn borrow(&mut self, below: u32, filler: (Key, E)) -> u32 {
        let mut chunk = self.spare;
        if chunk == NONE {
            chunk = self.grow(filler);
        }
        self.spare = std::mem::replace(&mut self.below[chunk as usize], below);
        chunk
    }

    #[cold]
    fn grow(&mut self, filler: (Key, E)) -> u32 {
        self.entries.resize(self.entries.len() + CHUNK, filler);
        self.below.push(NONE);
        (self.below.len() - 1) as u32
    }

    /// The chunk below the one that is given back.
    fn give_back(&mut self, chunk: u32) -> u32 {
        std::mem::replace(&mut self.below[chunk as usize], std::mem::replace(&mut self.spare, chunk))
    }
}

/// The highest digit in which `key` differs from the anchor, and its value in the key.
fn place(key: Key, anchor: Key) -> (u32, usize) {
    let (above, differing, value) = match key.at.as_nanos() ^ anchor.at.as_nanos() {
        0 => (0, key.order ^ anchor.order, key.order),
        differing => (ORDER_LEVELS, differing, key.at.as_nanos()),
    };
    let level = (u64::BITS - 1 - (differing | 1).leading_zeros()) / DIGIT_BITS;
    (above + level, (value >> (level * DIGIT_BITS)) as usize % DIGITS)
}

/// The last key that differs from `key` in digits below `level` only.
fn last_of_bucket(key: Key, level: u32) -> Key {
    let ones = |level: u32| (1 << (level * DIGIT_BITS)) - 1;
    match level.checked_sub(ORDER_LEVELS) {
        Some(level) => {
            let rest = ones(level) & !key.at.as_nanos();
            Key { at: key.at + Span::from_nanos(rest), order: u64::MAX }
        }
        None => Key { order: key.order | ones(level), ..key }.in_slot(u8::MAX),
    }
}
