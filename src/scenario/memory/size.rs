//! Bytes of the things that there are many of. The floors where they live are above this one or keep them to
//! themselves; `tests/it/memory.rs` holds their sum against what runs take.

/// The program, its tables of cities and its report.
pub(super) const PROCESS: f64 = 11e6;
/// A version at a replica, or the place of a key in the ledger.
pub(super) const OF_A_KEY: f64 = 4.0;
/// An entry's slot in a cache.
pub(super) const SLOT: f64 = 32.0;
/// An object that a cache of limited capacity holds or remembers: its place in lists, and in the index.
pub(super) const HELD: f64 = 32.0 * 1.4 + 17.0 * 1.6;
/// What counts the requests for an object: four counters of half a byte, as many as the next power of two.
pub(super) const SKETCHED: f64 = 2.0 * 1.4;
/// An object in two Bloom filters.
pub(super) const REMEMBERED: f64 = 2.5;
/// The history of a written key: itself, and the block of its first commits.
pub(super) const HISTORY: f64 = 40.0 + 112.0;
/// A commit in a history or in the chronicle.
pub(super) const COMMIT: f64 = 24.0;
/// A state of a value that replicas merge, without its numbers of each replica: all of them in lists that grow by doubling.
pub(super) fn state(replicas: f64) -> f64 {
    1.5 * (1.0 + 12.0 * replicas)
}
/// A state that is the join of two others, where it is found.
pub(super) fn join(replicas: f64) -> f64 {
    state(replicas) + 1.5 * 33.0 + (4.0 * replicas + 8.0).max(32.0)
}
/// The history of a written key at each replica that coordinates its writes.
pub(super) const LINE: f64 = 56.0 + 112.0;
/// A commit in the order of time, for reads that are counted in bulk.
pub(super) const IN_TIME: f64 = 16.0;
/// The share of a key in what is read, for reads that are counted in bulk.
pub(super) const SHARE: f64 = 8.0;
/// What is expected at one location, for reads that are counted in bulk.
pub(super) const EXPOSURE: f64 = 5e5;
/// A list of a written key in a map, and its first block.
pub(super) const OF_A_MAP: f64 = 32.0 * 1.6 + 64.0;
/// An older version, in a list that grows by doubling.
pub(super) const OLDER: f64 = 16.0 * 1.4;
/// A write, and what it was built on, in such a list.
pub(super) const BUILT_ON: f64 = 32.0 * 1.4;
/// A time stamp, in such a list.
pub(super) const STAMP: f64 = 4.0 * 1.4;
/// What a replica holds from when on: in the log of the writes, and sorted by key.
pub(super) const APPLIED: f64 = 24.0;
pub(super) const STEP: f64 = 16.0;
/// Where in a list what belongs to a written key begins.
pub(super) const START: f64 = 4.0;
/// Where a reader of the chronicle is, for each written key.
pub(super) const PAGE: f64 = 8.0;
/// A write that passes an edge cache.
pub(super) const PASS: f64 = 64.0;
/// A write of which caches will be told.
pub(super) const PURGING: f64 = 24.0;
/// What the past has in store for the reads of a group, and while it is sorted.
pub(super) const IN_STORE: f64 = 56.0 * 1.5;
/// A read that is drawn ahead, and again while they are sorted.
pub(super) const DUE: f64 = 24.0 + 24.0;
/// An event that is still to happen.
pub(super) const EVENT: f64 = 16.0 + 24.0;
/// An operation, a fetch and an exchange under way.
pub(super) const OPERATION: f64 = 80.0;
pub(super) const FETCH: f64 = 80.0;
pub(super) const EXCHANGE: f64 = 160.0;
/// A request that waits for a server, in a queue that grows by doubling, with its operation and its exchange.
pub(super) const WAITING: f64 = 56.0 * 1.4 + OPERATION;
/// A probed write.
pub(super) const PROBE: f64 = 48.0;
/// A location with regard to a followed write, with the next look at it.
pub(super) const READER: f64 = 24.0 + EVENT;
/// Since when a location serves a followed write: as it is told, gathered from all threads, and by write.
pub(super) const TOLD: f64 = 16.0 + 16.0 + 8.0;
/// An operation in the history of a trial, in a list that grows by doubling.
pub(super) const RECORD: f64 = 56.0 * 1.5;
/// The same while sessions are judged: itself, its place in orders, and what its client had seen of its key.
pub(super) const JUDGED: f64 = 150.0;
/// A user who is not at home.
pub(super) const USER: f64 = 16.0;
/// The delay between two locations, with a trial's detour.
pub(super) const PAIR: f64 = 8.0;

/// A followed write: itself, where it is found by its key, and the block that says when each replica held it.
pub(super) fn followed(replicas: f64) -> f64 {
    96.0 + 72.0 + (replicas * 8.0 + 8.0).max(32.0)
}

/// A table of so many entries: a power of two slots, at most five eighths of them used.
pub(super) fn table(entries: f64) -> f64 {
    (entries * 8.0 / 5.0).log2().ceil().exp2().max(16.0) * SLOT
}

/// Buckets of a histogram for each doubling of its values, from 512 ns times twice as many on.
pub(super) const COARSE: f64 = 128.0;
pub(super) const FINE: f64 = 1024.0;

/// A histogram of values up to `longest` seconds: all doublings up to the one in which it lies.
pub(super) fn histogram(buckets: f64, longest: f64) -> f64 {
    let doublings = (longest * 1e9 / 512.0 / buckets).log2().floor().max(0.0) + 2.0;
    buckets * doublings * 8.0
}

/// The counts of a location without its histograms: slices of time for the most part.
pub(super) const EMPTY_PLACE: f64 = 6_500.0;
/// Since when a location serves each of a sample of writes.
pub(super) const SPREAD: f64 = 32.0 * 8.0;
