//! The rules of one tier, as a scenario writes them.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::purge::PurgeSpec;
use super::snapshot::Snapshot;
use crate::base::{Probability, Span, Time};

/// One tier of caches: one at each location (edge), or at some (upper).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TierSpec {
    /// How long an entry may be used: while fill ≤ t < fill + TTL. Hits do not extend it.
    pub ttl: Span,
    /// What the TTL counts from.
    #[serde(default)]
    pub ttl_from: TtlFrom,
    /// Whether "not found" is kept as well.
    #[serde(default = "yes")]
    pub negative: bool,
    /// TTL of "not found", if it differs.
    pub negative_ttl: Option<Span>,
    /// Whether a miss waits for a fetch of the same key that is under way, instead of fetching too.
    #[serde(default = "yes")]
    pub coalesce: bool,
    /// A hit this long before expiry or later fetches the key again in the background.
    #[serde(default)]
    pub refresh_ahead: Span,
    /// For this long after expiry an entry is still served while it is fetched in the background.
    #[serde(default)]
    pub stale_while_revalidate: Span,
    /// For this long after expiry an entry is served if fetching it fails.
    #[serde(default)]
    pub stale_if_error: Span,
    /// Disjoint caches at each location, of which each request meets a random one; 1 to 1,000.
    #[serde(default = "one")]
    pub sub_caches: u16,
    /// Edge only: probability that a write stores its value in the cache that it passed.
    #[serde(default)]
    pub write_through: Probability,
    /// Messages by which writes have entries dropped before they expire; none by default.
    pub purge: Option<PurgeSpec>,
    /// Upper only: the locations of this tier; each edge asks the nearest.
    #[schemars(with = "Option<Vec<String>>")]
    pub at: Option<Spanned<Vec<Spanned<String>>>>,
}

/// What the time to live of an entry counts from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TtlFrom {
    /// From the instant the entry is stored.
    #[default]
    Fill,
    /// From the instant the value was read from a replica, as an Age header would tell.
    Origin,
}

fn yes() -> bool {
    true
}

fn one() -> u16 {
    1
}

impl TierSpec {
    /// Until when a value stored at `now` may be used; `None` if it must not be stored.
    pub fn expiry(&self, snapshot: Snapshot, now: Time) -> Option<Time> {
        self.expiry_of(snapshot, now, self.ttl)
    }

    /// The same of a value that has its own TTL.
    pub(super) fn expiry_of(&self, snapshot: Snapshot, now: Time, ttl: Span) -> Option<Time> {
        let ttl = match snapshot.version.is_absent() {
            true if !self.negative => return None,
            true => self.negative_ttl.unwrap_or(ttl),
            false => ttl,
        };
        let from = match self.ttl_from {
            TtlFrom::Fill => now,
            TtlFrom::Origin => snapshot.read_at,
        };
        Some(from + ttl)
    }

    /// The longest that an entry can be served after it was stored.
    pub fn longest_use(&self) -> Span {
        self.ttl.max(self.negative_ttl.unwrap_or(Span::ZERO)) + self.stale_while_revalidate
    }
}
