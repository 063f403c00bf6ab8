//! What a provider charges for, and how much: prices as data.

mod lists;
mod spec;
mod tariff;

pub use lists::{PriceList, price_lists};
pub use spec::{Money, PriceSpec, Requests, Stored, Volume};
pub use tariff::{Price, Tariff};

/// What a bill is made of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    /// Reads of clients that were answered, and the gets of updates.
    Reads,
    /// Writes of clients that were answered, and the puts of updates.
    Writes,
    /// Deletes of clients that were answered.
    Deletes,
    /// Reads that went on to the replicas because no cache answered them.
    OriginRequests,
    /// Bytes that these brought home.
    OriginBytes,
    /// Bytes of values in answers to clients.
    Egress,
    /// Bytes of values kept through a month.
    Storage,
    /// What is paid whatever is used.
    Base,
}

impl Part {
    /// All parts, in the order of tables.
    pub const ALL: [Part; 8] = [
        Part::Reads,
        Part::Writes,
        Part::Deletes,
        Part::OriginRequests,
        Part::OriginBytes,
        Part::Egress,
        Part::Storage,
        Part::Base,
    ];

    /// The word in scenarios and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Part::Reads => "reads",
            Part::Writes => "writes",
            Part::Deletes => "deletes",
            Part::OriginRequests => "origin_requests",
            Part::OriginBytes => "origin_bytes",
            Part::Egress => "egress",
            Part::Storage => "storage",
            Part::Base => "base",
        }
    }
}

/// A month of 30 days, in seconds: what counts are scaled to. Providers who bill by the hour say 730 h, which is 1.4 % more.
pub const MONTH: f64 = 30.0 * 86_400.0;
