//! The estimates of a run, one a row.

mod conflicts;
mod cost;
mod failing;
mod faults;
mod find;
mod rooms;
mod sessions;
mod sites;

use super::Outcome;
use super::recovery::aftermaths;
use crate::base::Failure;
use crate::model::workload::OpKind;
use crate::observe::{NamespaceTally, PROPAGATION_SHARES, PlaceTally};
use crate::stats::{
    Distribution, Estimate, Sampled, Spread, sampled_quantiles, sampled_ratio, sampled_share,
};
use failing::Failing;
pub use failing::Failings;
pub(super) use failing::rows_to_judge;
pub use sites::SiteTimeline;
pub(super) use sites::timelines;

/// All rows of a run.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// In the order of cases, namespaces, locations, operations and metrics.
    pub rows: Vec<Row>,
    /// What locations own, over simulated time.
    pub sites: Vec<SiteTimeline>,
}

/// One estimate.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// The point of the sweep; empty without one.
    pub case: String,
    /// The namespace, or [`EVERY_NAMESPACE`] of what several have together.
    pub namespace: String,
    /// The location, or [`EVERYWHERE`].
    pub location: String,
    /// `read`, `write`, `update` or `delete`; of a cost its part; `*` where it is of none of these.
    pub op: &'static str,
    /// What is estimated.
    pub metric: &'static str,
    /// Which figure of it: `rate`, `mean`, `p99`, …
    pub stat: &'static str,
    /// `s`, `1`, `1/s`, `B`, `B/s` or `USD`.
    pub unit: &'static str,
    /// The value and its interval.
    pub estimate: Estimate,
    /// How the trials lie around it.
    pub spread: Spread,
}

/// Stands for all locations together.
pub const EVERYWHERE: &str = "*";
/// Stands for all kinds of operation.
const ANY: &str = "*";
/// Stands for all namespaces together, which share what a location owns.
pub const EVERY_NAMESPACE: &str = "*";

/// The estimates of all outcomes.
pub fn summarise(outcomes: &[Outcome]) -> Summary {
    let failings = Failings::of(outcomes);
    let rows = outcomes.iter().flat_map(|outcome| summarise_case(outcome, &failings)).collect();
    Summary { rows, sites: outcomes.iter().flat_map(timelines).collect() }
}

/// The estimates of one outcome.
pub(super) fn summarise_case(outcome: &Outcome, failings: &Failings) -> Vec<Row> {
    let mut rows = Vec::new();
    for namespace in 0..outcome.case.namespaces.len() {
        let (mut table, tallies) = Table::overall(failings, outcome, namespace, &mut rows);
        for (at, place) in outcome.case.locations.iter().enumerate() {
            let here: Option<Vec<&PlaceTally>> =
                tallies.iter().map(|tally| tally.places[at].as_deref()).collect();
            if let Some(here) = here {
                table.of.location = &place.name;
                table.place(&here, &LATENCIES_OF_A_LOCATION);
                table.rooms(&tallies, Some(at));
            }
        }
    }
    rows.extend(cost::of_all_namespaces(outcome));
    sites::sites(outcome, &mut rows);
    rows
}

/// The estimates over all locations, of outcomes that may have no trial yet.
pub fn summarise_overall(outcomes: &[Outcome]) -> Summary {
    let failings = Failings::of(outcomes);
    let mut rows = Vec::new();
    for outcome in outcomes.iter().filter(|outcome| !outcome.trials.is_empty()) {
        for namespace in 0..outcome.case.namespaces.len() {
            Table::overall(&failings, outcome, namespace, &mut rows);
        }
        rows.extend(cost::of_all_namespaces(outcome));
    }
    Summary { rows, sites: Vec::new() }
}

const LATENCIES: [(&str, f64); 6] =
    [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999), ("p99.99", 0.9999)];
const LATENCIES_OF_A_LOCATION: [(&str, f64); 2] = [("p50", 0.5), ("p99", 0.99)];
const PURGES: [&str; 2] = ["edge_purges", "upper_purges"];
const PROPAGATION: [&str; 4] = ["propagation_50", "propagation_90", "propagation_99", "propagation_100"];

/// What rows are about.
#[derive(Clone, Copy, Debug)]
struct Subject<'a> {
    case: &'a str,
    namespace: &'a str,
    location: &'a str,
}

impl Subject<'_> {
    fn row(
        self,
        op: &'static str,
        metric: &'static str,
        stat: &'static str,
        unit: &'static str,
        Sampled { estimate, spread }: Sampled,
    ) -> Row {
        let [case, namespace, location] = [self.case, self.namespace, self.location].map(str::to_owned);
        Row { case, namespace, location, op, metric, stat, unit, estimate, spread }
    }
}

struct Table<'a> {
    of: Subject<'a>,
    /// Measured simulated time of one trial.
    seconds: f64,
    failing: Failing,
    /// Whether replicas merge.
    merges: bool,
    commits: u64,
    rows: &'a mut Vec<Row>,
}

impl<'a> Table<'a> {
    /// A table with the estimates of one namespace over all locations, and what it is made of.
    fn overall(
        failings: &Failings,
        outcome: &'a Outcome,
        namespace: usize,
        rows: &'a mut Vec<Row>,
    ) -> (Table<'a>, Vec<&'a NamespaceTally>) {
        let tallies: Vec<&NamespaceTally> =
            outcome.trials.iter().map(|trial| &trial.namespaces[namespace]).collect();
        let case = outcome.case;
        let index = namespace;
        let namespace = &case.namespaces[namespace];
        let mut table = Table {
            of: Subject { case: &case.label, namespace: &namespace.name, location: EVERYWHERE },
            seconds: case.horizon.since(case.warmup).as_secs_f64(),
            failing: failings.of_namespace(&namespace.name),
            merges: namespace.conflicts.merges(),
            commits: tallies.iter().map(|tally| tally.commits).sum(),
            rows,
        };
        let all: Vec<&PlaceTally> = tallies.iter().map(|tally| &tally.all).collect();
        table.place(&all, &LATENCIES);
        table.rooms(&tallies, None);
        table.whole(&tallies);
        table.cost(namespace, &tallies);
        table.aftermaths(&aftermaths(outcome, index));
        (table, tallies)
    }
}

impl Table<'_> {
    fn add(
        &mut self,
        op: OpKind,
        metric: &'static str,
        stat: &'static str,
        unit: &'static str,
        sampled: Option<Sampled>,
    ) {
        self.add_row(op.name(), metric, stat, unit, sampled);
    }

    fn add_row(
        &mut self,
        op: &'static str,
        metric: &'static str,
        stat: &'static str,
        unit: &'static str,
        sampled: Option<Sampled>,
    ) {
        self.rows.extend(sampled.map(|sampled| self.of.row(op, metric, stat, unit, sampled)));
    }

    /// What is told of one location as of all.
    fn place(&mut self, tallies: &[&PlaceTally], latencies: &[(&'static str, f64)]) {
        for op in OpKind::ALL {
            self.failures(op, tallies);
            if tallies.iter().all(|tally| tally.op(op).latency.count() == 0) {
                continue;
            }
            let answered: Vec<(u64, u64)> =
                tallies.iter().map(|tally| (tally.op(op).latency.count(), 1)).collect();
            self.add(op, "operations", "rate", "1/s", per_second(&answered, self.seconds));
            if matches!(op, OpKind::Read | OpKind::Update) {
                self.judged(op, tallies);
            }
            let distributions: Vec<&Distribution> =
                tallies.iter().map(|tally| &tally.op(op).latency).collect();
            self.times(op, "latency", &distributions, latencies);
        }
        self.updates(tallies);
        self.tiers(tallies);
        self.sessions(tallies);
    }

    /// Operations without an answer, by reason, where there are any in some case, or might be.
    fn failures(&mut self, op: OpKind, tallies: &[&PlaceTally]) {
        let failed = |tally: &PlaceTally| tally.op(op).failed.iter().sum::<u64>();
        let begun: Vec<u64> =
            tallies.iter().map(|tally| tally.op(op).latency.count() + failed(tally)).collect();
        if begun.iter().all(|&begun| begun == 0) {
            return;
        }
        if self.failing.is_hedged {
            let hedges = tallies.iter().zip(&begun);
            let hedges: Vec<(f64, u64)> =
                hedges.map(|(tally, &begun)| (tally.op(op).hedges as f64, begun)).collect();
            self.add(op, "hedges", "mean", "1", sampled_ratio(&hedges));
        }
        if !self.failing.any {
            return;
        }
        let of = |count: &dyn Fn(&PlaceTally) -> u64| -> Vec<(u64, u64)> {
            tallies.iter().zip(&begun).map(|(tally, &begun)| (count(tally), begun)).collect()
        };
        let answered = of(&|tally| tally.op(op).latency.count());
        self.add(op, "availability", "rate", "1", sampled_share(&answered, u64::MAX));
        if self.failing.is_retried {
            let retries = tallies.iter().zip(&begun);
            let retries: Vec<(f64, u64)> =
                retries.map(|(tally, &begun)| (tally.op(op).retries as f64, begun)).collect();
            self.add(op, "retries", "mean", "1", sampled_ratio(&retries));
        }
        let seen = self.failing.by;
        for failure in Failure::ALL.into_iter().filter(|&failure| seen[failure as usize]) {
            let failed = of(&|tally| tally.op(op).failed[failure as usize]);
            self.add(op, failure.name(), "rate", "1", sampled_share(&failed, u64::MAX));
        }
    }

    fn judged(&mut self, op: OpKind, tallies: &[&PlaceTally]) {
        let judged: Vec<_> = tallies.iter().map(|tally| tally.op(op).judged).collect();
        // One write makes many stale reads: the chances that staleness had are the commits.
        let chances = if self.commits > 0 { self.commits } else { u64::MAX };
        let stale: Vec<(u64, u64)> = judged.iter().map(|j| (j.stale, j.reads)).collect();
        self.add(op, "stale_rate", "rate", "1", sampled_share(&stale, chances));
        let ahead: Vec<(u64, u64)> = judged.iter().map(|j| (j.ahead, j.reads)).collect();
        self.add(op, "ahead_rate", "rate", "1", sampled_share(&ahead, chances));
        let behind: Vec<(f64, u64)> = judged.iter().map(|j| (j.behind as f64, j.reads)).collect();
        self.add(op, "behind", "mean", "1", sampled_ratio(&behind));
        let overdue: Vec<(f64, u64)> = judged.iter().map(|j| (j.overdue as f64 / 1e9, j.stale)).collect();
        self.add(op, "overdue", "mean", "s", sampled_ratio(&overdue));
    }

    fn tiers(&mut self, tallies: &[&PlaceTally]) {
        let reads =
            |tally: &&PlaceTally| tally.op(OpKind::Read).judged.reads + tally.op(OpKind::Update).judged.reads;
        if tallies.iter().map(reads).sum::<u64>() == 0 {
            return;
        }
        let each = |f: &dyn Fn(&PlaceTally) -> (u64, u64)| -> Vec<(u64, u64)> {
            tallies.iter().map(|tally| f(tally)).collect()
        };
        let edge = each(&|tally| (tally.edge.hits, tally.edge.requests));
        let joined = each(&|tally| (tally.edge.coalesced, tally.edge.requests));
        let upper = each(&|tally| (tally.upper.hits, tally.upper.requests));
        let origin = each(&|tally| (tally.origin_requests, 1));
        let bytes = each(&|tally| (tally.origin_bytes, 1));
        self.add(OpKind::Read, "hit_ratio", "rate", "1", sampled_share(&edge, u64::MAX));
        self.add(OpKind::Read, "coalesced_ratio", "rate", "1", sampled_share(&joined, u64::MAX));
        self.add(OpKind::Read, "upper_hit_ratio", "rate", "1", sampled_share(&upper, u64::MAX));
        self.add(OpKind::Read, "origin_requests", "rate", "1/s", per_second(&origin, self.seconds));
        self.add(OpKind::Read, "origin_bytes", "rate", "B/s", per_second(&bytes, self.seconds));
    }

    /// What is told of the namespace as a whole only.
    fn whole(&mut self, tallies: &[&NamespaceTally]) {
        let overdue: Vec<&Distribution> = tallies.iter().map(|tally| &tally.overdue).collect();
        self.quantiles(OpKind::Read, "overdue", &overdue, &LATENCIES[..4]);
        self.maximum(OpKind::Read, "overdue", &overdue);
        for (at, metric) in PROPAGATION.into_iter().enumerate() {
            let shares: Vec<&Distribution> =
                tallies.iter().map(|tally| &tally.propagation.shares[at]).collect();
            self.times(OpKind::Write, metric, &shares, &LATENCIES[..4]);
        }
        let unfinished: Vec<(u64, u64)> = tallies
            .iter()
            .map(|tally| &tally.propagation)
            .map(|spread| (spread.unfinished, spread.unfinished + spread.writes))
            .collect();
        self.add(OpKind::Write, "propagation_unfinished", "rate", "1", sampled_share(&unfinished, u64::MAX));
        self.siblings(tallies);
        for (tier, metric) in PURGES.into_iter().enumerate() {
            let purges: Vec<(u64, u64)> = tallies.iter().map(|tally| (tally.purges[tier], 1)).collect();
            if purges.iter().any(|&(sent, _)| sent > 0) {
                self.add(OpKind::Write, metric, "rate", "1/s", per_second(&purges, self.seconds));
            }
        }
        let kept: Vec<(u64, u64)> = tallies.iter().map(|tally| tally.updates_kept).collect();
        let updates = kept.iter().map(|&(_, updates)| updates).sum();
        if updates > 0 {
            self.add(OpKind::Update, "increments_kept", "rate", "1", sampled_share(&kept, updates));
        }
        let outranked: Vec<(u64, u64)> =
            tallies.iter().map(|tally| (tally.outranked.hits, tally.outranked.of)).collect();
        let writes = outranked.iter().map(|&(_, writes)| writes).sum();
        if writes > 0 {
            self.add(OpKind::Write, "outranked_writes", "rate", "1", sampled_share(&outranked, writes));
        }
        self.visibility(tallies);
    }

    /// The least t after a commit from which a read is fresh with a probability, from thresholds.
    fn visibility(&mut self, tallies: &[&NamespaceTally]) {
        let of = |tally: &&NamespaceTally| tally.thresholds.at_once + tally.thresholds.later.count();
        let drawn: u64 = tallies.iter().map(of).sum();
        if drawn == 0 {
            return;
        }
        let at_once: Vec<(u64, u64)> =
            tallies.iter().map(|tally| (tally.thresholds.at_once, of(tally))).collect();
        self.add(OpKind::Read, "fresh_at_commit", "rate", "1", sampled_share(&at_once, u64::MAX));
        // How many are fresh at once varies from trial to trial as well: they count, as zeros.
        let all: Vec<Distribution> = tallies.iter().map(|tally| tally.thresholds.all()).collect();
        let all: Vec<&Distribution> = all.iter().collect();
        let found = sampled_quantiles(&all, &LATENCIES.map(|(_, at)| at));
        for ((stat, _), sampled) in LATENCIES.into_iter().zip(found) {
            // Of what always holds at once no interval can be told.
            let told = sampled.estimate.interval.is_some_and(|(_, hi)| hi > 0.0);
            let without = Estimate { interval: None, ..sampled.estimate };
            let sampled = if told { sampled } else { Sampled::of_all(without) };
            self.add(OpKind::Read, "t_visibility", stat, "s", Some(sampled.by(NANOS)));
        }
    }

    fn times(
        &mut self,
        op: OpKind,
        metric: &'static str,
        trials: &[&Distribution],
        stats: &[(&'static str, f64)],
    ) {
        let sums: Vec<(f64, u64)> = trials.iter().map(|d| (d.sum() as f64 / 1e9, d.count())).collect();
        self.add(op, metric, "mean", "s", sampled_ratio(&sums));
        self.quantiles(op, metric, trials, stats);
        self.maximum(op, metric, trials);
    }

    fn quantiles(
        &mut self,
        op: OpKind,
        metric: &'static str,
        trials: &[&Distribution],
        stats: &[(&'static str, f64)],
    ) {
        let shares: Vec<f64> = stats.iter().map(|&(_, share)| share).collect();
        for (&(stat, _), sampled) in stats.iter().zip(sampled_quantiles(trials, &shares)) {
            self.add(op, metric, stat, "s", Some(sampled.by(NANOS)));
        }
    }

    /// The greatest value seen; no interval can be told of it.
    fn maximum(&mut self, op: OpKind, metric: &'static str, trials: &[&Distribution]) {
        let n = trials.iter().map(|trial| trial.count()).sum();
        let estimate = trials.iter().filter_map(|trial| trial.max()).max().map(|max| Estimate {
            value: max as f64 / 1e9,
            interval: None,
            trials: trials.len() as u32,
            n,
        });
        self.add(op, metric, "max", "s", estimate.map(Sampled::of_all));
    }
}

/// In a second.
const NANOS: f64 = 1e9;

/// Counts per trial as a rate; n is the sum of the counts.
fn per_second(counts: &[(u64, u64)], seconds: f64) -> Option<Sampled> {
    let rates: Vec<(f64, u64)> = counts.iter().map(|&(count, one)| (count as f64 / seconds, one)).collect();
    let n = counts.iter().map(|&(count, _)| count).sum();
    sampled_ratio(&rates).map(|sampled| Sampled { estimate: Estimate { n, ..sampled.estimate }, ..sampled })
}

const _: () = assert!(PROPAGATION.len() == PROPAGATION_SHARES.len());
