//! The mixes of the Yahoo! Cloud Serving Benchmark (Cooper, Silberstein, Tam, Ramakrishnan, Sears: Benchmarking cloud
//! serving systems with YCSB, SoCC 2010, table 2).
//!
//! What YCSB calls an update replaces a field of a record without reading it: that is a write here. Its
//! read-modify-write is an update here, and its insert a write. Its popularity is a choice of the keys: zipf = 0.99 is its
//! default, and D reads the newest.

use schemars::JsonSchema;
use serde::Deserialize;

use super::mix::MixSpec;

/// A workload of YCSB, by its letter. E is none of them here: it scans.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
pub enum Ycsb {
    /// Update heavy: half reads, half writes.
    A,
    /// Read mostly: 95 % reads, 5 % writes.
    B,
    /// Reads only.
    C,
    /// Read latest: 95 % reads, 5 % inserts; needs `popularity.latest`.
    D,
    /// Short ranges, which are refused: 95 % scans, 5 % inserts.
    E,
    /// Read-modify-write: half reads, half updates.
    F,
}

impl Ycsb {
    /// Its weights.
    ///
    /// # Errors
    /// Why E has none.
    pub(super) fn weights(self) -> Result<MixSpec, String> {
        let mix = |read, write, update| MixSpec { read, write, update, ..MixSpec::default() };
        match self {
            Ycsb::A => Ok(mix(0.5, 0.5, 0.0)),
            Ycsb::B => Ok(mix(0.95, 0.05, 0.0)),
            Ycsb::C => Ok(mix(1.0, 0.0, 0.0)),
            Ycsb::D => Ok(mix(0.95, 0.05, 0.0)),
            Ycsb::E => {
                Err("YCSB's workload E scans up to a hundred keys at once, and there are no scans here: \
                            a read of one key that caches serve would tell nothing of them\n\
                            help: take B or D, or write a mix of your own"
                    .to_owned())
            }
            Ycsb::F => Ok(mix(0.5, 0.0, 0.5)),
        }
    }
}
