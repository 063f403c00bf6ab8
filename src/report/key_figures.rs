//! The figures that a person looks at first.

use super::number::{dollars, percent, seconds, short};

/// One of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyFigure {
    /// Its name on its own.
    pub(super) name: &'static str,
    /// Over its column; what the column before says is left out.
    pub(super) heading: &'static str,
    /// Operation, metric and stat.
    pub(super) key: [&'static str; 3],
    pub(super) measure: Measure,
    /// Whether it is told of a single run too, or only where arms are compared.
    pub(super) of_a_run: bool,
}

/// How a figure is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Measure {
    Share,
    Seconds,
    Count,
    Dollars,
}

impl Measure {
    pub(super) fn write(self) -> fn(f64) -> String {
        match self {
            Measure::Share => percent,
            Measure::Seconds => seconds,
            Measure::Count => short,
            Measure::Dollars => dollars,
        }
    }
}

const fn figure(
    name: &'static str,
    heading: &'static str,
    key: [&'static str; 3],
    measure: Measure,
) -> KeyFigure {
    KeyFigure { name, heading, key, measure, of_a_run: true }
}

const fn of_arms(name: &'static str, key: [&'static str; 3], measure: Measure) -> KeyFigure {
    KeyFigure { name, heading: name, key, measure, of_a_run: false }
}

pub(super) static KEY_FIGURES: [KeyFigure; 19] = [
    figure("stale reads", "stale reads", ["read", "stale_rate", "rate"], Measure::Share),
    of_arms("behind", ["read", "behind", "mean"], Measure::Count),
    figure("read p50", "read p50", ["read", "latency", "p50"], Measure::Seconds),
    figure("read p99", "p99", ["read", "latency", "p99"], Measure::Seconds),
    figure("write p50", "write p50", ["write", "latency", "p50"], Measure::Seconds),
    figure("write p99", "p99", ["write", "latency", "p99"], Measure::Seconds),
    figure("update p50", "update p50", ["update", "latency", "p50"], Measure::Seconds),
    figure("update p99", "p99", ["update", "latency", "p99"], Measure::Seconds),
    figure("edge hits", "edge hits", ["read", "hit_ratio", "rate"], Measure::Share),
    figure("edge byte hits", "of bytes", ["read", "byte_hit_ratio", "rate"], Measure::Share),
    figure("fresh at commit", "fresh at commit", ["read", "fresh_at_commit", "rate"], Measure::Share),
    figure("seen by all p99", "seen by all p99", ["write", "propagation_100", "p99"], Measure::Seconds),
    figure("reads answered", "reads answered", ["read", "availability", "rate"], Measure::Share),
    figure("writes answered", "writes answered", ["write", "availability", "rate"], Measure::Share),
    figure("updates answered", "updates answered", ["update", "availability", "rate"], Measure::Share),
    of_arms("own writes missed", ["read", "ryw_violations", "rate"], Measure::Share),
    figure("lost updates", "lost updates", ["update", "lost_updates", "rate"], Measure::Share),
    figure("cost a month", "cost a month", ["*", "cost", "per_month"], Measure::Dollars),
    of_arms("reads gone back", ["read", "monotonic_reads_violations", "rate"], Measure::Share),
];
