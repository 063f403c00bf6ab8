//! Which objects a full cache drops. A policy is a state machine over the objects of one cache: it is told what is
//! used, stored and removed, and names the next victim. It knows neither time nor values.

mod arc;
mod clock;
mod fifo;
mod lfu;
mod lru;
mod registry;
mod s3_fifo;
mod shelf;
mod sieve;
mod sketch;
mod w_tiny_lfu;

pub(super) use registry::Eviction;
pub use registry::EvictionSpec;
pub use s3_fifo::S3FifoSpec;
pub use shelf::Object;
pub(super) use shelf::{Shelf, Spot};
pub(super) use sketch::Sketch;
pub use w_tiny_lfu::WTinyLfuSpec;

/// What every eviction policy does. All that it is asked about is held, but for [`Policy::asked`] and what comes in.
trait Policy {
    /// Somebody asks for an object, whether it is held or not.
    fn asked(&mut self, _object: Object) {}

    /// An object is used that is held.
    fn used(&mut self, shelf: &mut Shelf, at: Spot);

    /// An object is about to be stored that is not held.
    fn prepare(&mut self, _shelf: &mut Shelf, _object: Object, _weight: u64) {}

    /// The next to go in favour of something of this weight; something is held.
    fn victim(&mut self, shelf: &mut Shelf, weight: u64) -> Spot;

    /// The victim goes.
    fn evict(&mut self, shelf: &mut Shelf, at: Spot) {
        self.remove(shelf, at);
    }

    /// What was prepared is stored; there is room.
    fn insert(&mut self, shelf: &mut Shelf, object: Object, weight: u64);

    /// Somebody else drops an object.
    fn remove(&mut self, shelf: &mut Shelf, at: Spot);
}
