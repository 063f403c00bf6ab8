//! The metrics of `summary.csv`, as a gate may name them. `tests/it/gates.rs` holds the list against what runs tell.

use crate::base::Failure;
use crate::model::price::Part;

/// Which direction is the better one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Better {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
    /// It says what was done rather than how well.
    Neither,
}

/// A metric of the summary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Metric {
    /// Its name in the table.
    pub name: &'static str,
    /// The unit of its values, as in the table: `s`, `1`, `1/s`, `B`, `B/s` or `USD`.
    pub unit: &'static str,
    /// Its figures over all locations, the first of which is meant where a gate names none; none where it is told of single
    /// ones only.
    pub stats: &'static [&'static str],
    /// Its figures at single locations; none where it is told of all together only.
    pub at_locations: &'static [&'static str],
    /// The operations that it is told of, as the table names them; if the first is `*`, that is meant where a gate names none.
    pub ops: &'static [&'static str],
    /// Which direction is the better one.
    pub better: Better,
}

const RATE: &[&str] = &["rate"];
const MEAN: &[&str] = &["mean"];
const NOWHERE: &[&str] = &[];
const TIMES: &[&str] = &["mean", "p50", "p90", "p95", "p99", "max"];
const LATENCIES: &[&str] = &["mean", "p50", "p90", "p95", "p99", "p99.9", "p99.99", "max"];
const LATENCIES_OF_A_LOCATION: &[&str] = &["mean", "p50", "p99", "max"];
const THRESHOLDS: &[&str] = &["p99", "p50", "p90", "p95", "p99.9", "p99.99"];

const ANY: &[&str] = &["read", "write", "update", "delete"];
const ANY_OR_SITE: &[&str] = &["read", "write", "update", "delete", "*"];
const READ: &[&str] = &["read"];
const WRITE: &[&str] = &["write"];
const UPDATE: &[&str] = &["update"];
const READING: &[&str] = &["read", "update"];
const READ_OR_WRITE: &[&str] = &["read", "write"];
const SITE: &[&str] = &["*"];
const BILL: &[&str] = &[
    "*",
    Part::Reads.name(),
    Part::Writes.name(),
    Part::Deletes.name(),
    Part::OriginRequests.name(),
    Part::OriginBytes.name(),
    Part::Egress.name(),
    Part::Storage.name(),
    Part::Base.name(),
];

/// Told of all locations together and of each.
const fn everywhere(
    name: &'static str,
    unit: &'static str,
    stats: &'static [&'static str],
    ops: &'static [&'static str],
) -> Metric {
    Metric { name, unit, stats, at_locations: stats, ops, better: Better::Neither }
}

/// Told of all locations together only.
const fn whole(
    name: &'static str,
    unit: &'static str,
    stats: &'static [&'static str],
    ops: &'static [&'static str],
) -> Metric {
    Metric { name, unit, stats, at_locations: NOWHERE, ops, better: Better::Neither }
}

/// Told of what locations own, for all namespaces together.
const fn of_sites(name: &'static str, unit: &'static str, stats: &'static [&'static str]) -> Metric {
    Metric { name, unit, stats: NOWHERE, at_locations: stats, ops: SITE, better: Better::Neither }
}

/// All of them, in the order of the table.
pub static METRICS: &[Metric] = &[
    everywhere("availability", "1", RATE, ANY).more_is_better(),
    everywhere("retries", "1", MEAN, ANY).less_is_better(),
    everywhere(Failure::TimedOut.name(), "1", RATE, ANY).less_is_better(),
    everywhere(Failure::Throttled.name(), "1", RATE, ANY).less_is_better(),
    everywhere(Failure::Conflict.name(), "1", RATE, ANY).less_is_better(),
    everywhere(Failure::Unavailable.name(), "1", RATE, ANY).less_is_better(),
    everywhere(Failure::Overloaded.name(), "1", RATE, ANY_OR_SITE).less_is_better(),
    everywhere("hedges", "1", MEAN, ANY),
    everywhere("operations", "1/s", RATE, ANY),
    everywhere("stale_rate", "1", RATE, READING).less_is_better(),
    everywhere("ahead_rate", "1", RATE, READING),
    everywhere("behind", "1", MEAN, READING).less_is_better(),
    Metric {
        name: "overdue",
        unit: "s",
        stats: TIMES,
        at_locations: MEAN,
        ops: READING,
        better: Better::Lower,
    },
    Metric {
        name: "latency",
        unit: "s",
        stats: LATENCIES,
        at_locations: LATENCIES_OF_A_LOCATION,
        ops: ANY,
        better: Better::Lower,
    },
    everywhere("lost_updates", "1", RATE, UPDATE).less_is_better(),
    everywhere("concurrent_updates", "1", RATE, UPDATE).less_is_better(),
    everywhere("overwritten_updates", "1", RATE, UPDATE).less_is_better(),
    everywhere("hit_ratio", "1", RATE, READ).more_is_better(),
    everywhere("coalesced_ratio", "1", RATE, READ),
    everywhere("upper_hit_ratio", "1", RATE, READ).more_is_better(),
    everywhere("origin_requests", "1/s", RATE, READ).less_is_better(),
    everywhere("origin_bytes", "B/s", RATE, READ).less_is_better(),
    everywhere("ryw_violations", "1", RATE, READ).less_is_better(),
    everywhere("monotonic_reads_violations", "1", RATE, READ).less_is_better(),
    everywhere("monotonic_writes_violations", "1", RATE, READ_OR_WRITE).less_is_better(),
    everywhere("writes_follow_reads_violations", "1", RATE, READ_OR_WRITE).less_is_better(),
    whole("propagation_50", "s", TIMES, WRITE).less_is_better(),
    whole("propagation_90", "s", TIMES, WRITE).less_is_better(),
    whole("propagation_99", "s", TIMES, WRITE).less_is_better(),
    whole("propagation_100", "s", TIMES, WRITE).less_is_better(),
    whole("propagation_unfinished", "1", RATE, WRITE).less_is_better(),
    whole("siblings", "1", &["mean", "rate", "max"], READING).less_is_better(),
    whole("edge_purges", "1/s", RATE, WRITE),
    whole("upper_purges", "1/s", RATE, WRITE),
    whole("increments_kept", "1", RATE, UPDATE).more_is_better(),
    whole("outranked_writes", "1", RATE, WRITE).less_is_better(),
    whole("fresh_at_commit", "1", RATE, READ).more_is_better(),
    whole("t_visibility", "s", THRESHOLDS, READ).less_is_better(),
    whole("cost", "USD", &["per_month"], BILL).less_is_better(),
    everywhere("byte_hit_ratio", "1", RATE, READ).more_is_better(),
    everywhere("upper_byte_hit_ratio", "1", RATE, READ).more_is_better(),
    everywhere("evictions", "1/s", RATE, SITE),
    everywhere("upper_evictions", "1/s", RATE, SITE),
    everywhere("cache_entries", "1", MEAN, SITE),
    everywhere("upper_cache_entries", "1", MEAN, SITE),
    everywhere("cache_bytes", "B", MEAN, SITE),
    everywhere("upper_cache_bytes", "B", MEAN, SITE),
    whole("recovery", "s", MEAN, SITE).less_is_better(),
    whole("recovery_unfinished", "1", RATE, SITE).less_is_better(),
    whole("origin_surge", "1", MEAN, SITE).less_is_better(),
    of_sites("utilisation", "1", RATE),
    of_sites("queue_wait", "s", &["mean", "p50", "p99"]).less_is_better(),
    of_sites("queue_length", "1", &["mean", "max"]).less_is_better(),
    of_sites("egress", "B/s", RATE).less_is_better(),
];

impl Metric {
    /// The metric of a name in the tables.
    pub fn named(name: &str) -> Option<&'static Metric> {
        METRICS.iter().find(|metric| metric.name == name)
    }

    const fn less_is_better(self) -> Metric {
        Metric { better: Better::Lower, ..self }
    }

    const fn more_is_better(self) -> Metric {
        Metric { better: Better::Higher, ..self }
    }

    /// Its figures there, the first of which is meant where a gate names none.
    pub(super) fn stats_at(&self, location: Option<&str>) -> &'static [&'static str] {
        if location.is_some() || self.stats.is_empty() { self.at_locations } else { self.stats }
    }

    /// Whether a figure of it is a share of a whole: 0 to 1.
    pub fn is_share(&self, stat: &str) -> bool {
        self.unit == "1" && stat == "rate"
    }
}
