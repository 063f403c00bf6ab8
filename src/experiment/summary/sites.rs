//! What is told of the servers and the link of a location, for all namespaces together.

use super::{ANY, EVERY_NAMESPACE, NANOS, Outcome, Row, Subject, per_second};
use crate::experiment::TimelinePoint;
use crate::observe::{SiteSlice, SiteTally};
use crate::scenario::Site;
use crate::stats::{Distribution, Estimate, Sampled, ratio, sampled_quantiles, sampled_ratio, sampled_share};

/// The estimates of all locations of a case that own anything.
pub(super) fn sites(outcome: &Outcome, rows: &mut Vec<Row>) {
    let case = outcome.case;
    let seconds = case.horizon.since(case.warmup).as_secs_f64();
    for (at, site) in case.sites.iter().enumerate() {
        let Some(site) = site else { continue };
        let tallies = outcome.trials.iter().filter_map(|trial| trial.sites.get(at)?.as_deref());
        let location = case.locations[at].name.as_str();
        let of = Subject { case: &case.label, namespace: EVERY_NAMESPACE, location };
        let table = Table { of, seconds, rows };
        table.fill(site, &tallies.collect::<Vec<_>>());
    }
}

/// How busy one location was over simulated time.
#[derive(Clone, Debug)]
pub struct SiteTimeline {
    /// The point of the sweep; empty without one.
    pub case: String,
    /// The location.
    pub location: String,
    /// `utilisation` and `queue_length`, slice by slice.
    pub points: Vec<TimelinePoint>,
}

/// Of all locations of a case that have servers.
pub(in crate::experiment) fn timelines(outcome: &Outcome) -> Vec<SiteTimeline> {
    let case = outcome.case;
    let mut timelines = Vec::new();
    for (at, site) in case.sites.iter().enumerate() {
        let Some(station) = site.as_ref().and_then(|site| site.station.as_ref()) else { continue };
        let tallies = outcome.trials.iter().filter_map(|trial| trial.sites.get(at)?.as_deref());
        let slices: Vec<Vec<_>> = tallies.map(|tally| tally.timeline().collect()).collect();
        let mut points = Vec::new();
        for slice in 0..slices.first().map_or(0, Vec::len) {
            let (from, to, _) = slices[0][slice];
            let told = |metric, of: &dyn Fn(SiteSlice) -> f64| {
                let each = slices.iter().map(|trial| (of(trial[slice].2) / (NANOS * (to - from)), 1));
                let estimate = ratio(&each.collect::<Vec<_>>())?;
                Some(TimelinePoint { from, to, metric, unit: "1", estimate })
            };
            points.extend(told("utilisation", &|slice| slice.busy as f64 / f64::from(station.servers)));
            points.extend(told("queue_length", &|slice| slice.queued as f64));
        }
        let location = case.locations[at].name.clone();
        timelines.push(SiteTimeline { case: case.label.clone(), location, points });
    }
    timelines
}

struct Table<'a> {
    of: Subject<'a>,
    /// Measured simulated time of one trial.
    seconds: f64,
    rows: &'a mut Vec<Row>,
}

impl Table<'_> {
    fn add(
        &mut self,
        metric: &'static str,
        stat: &'static str,
        unit: &'static str,
        sampled: Option<Sampled>,
    ) {
        self.rows.extend(sampled.map(|sampled| self.of.row(ANY, metric, stat, unit, sampled)));
    }

    fn fill(mut self, site: &Site, tallies: &[&SiteTally]) {
        if let Some(station) = &site.station {
            let each = |of: &dyn Fn(&SiteTally) -> f64| -> Vec<(f64, u64)> {
                tallies.iter().map(|tally| (of(tally) / (self.seconds * NANOS), 1)).collect()
            };
            let busy = each(&|tally| tally.busy as f64 / f64::from(station.servers));
            let queued = each(&|tally| tally.queued as f64);
            self.add("utilisation", "rate", "1", sampled_ratio(&busy));
            self.waits(tallies);
            self.add("queue_length", "mean", "1", sampled_ratio(&queued));
            let most = tallies.iter().map(|tally| tally.most_queued).max().unwrap_or(0);
            let estimate = Estimate {
                value: most as f64,
                interval: None,
                trials: tallies.len() as u32,
                n: tallies.len() as u64,
            };
            self.add("queue_length", "max", "1", Some(Sampled::of_all(estimate)));
            if station.queue.is_some() {
                let refused: Vec<(u64, u64)> = tallies
                    .iter()
                    .map(|tally| (tally.refused, tally.refused + tally.waits.count()))
                    .collect();
                self.add("overloaded", "rate", "1", sampled_share(&refused, u64::MAX));
            }
        }
        let egress: Vec<(u64, u64)> = tallies.iter().map(|tally| (tally.egress, 1)).collect();
        self.add("egress", "rate", "B/s", per_second(&egress, self.seconds));
    }

    fn waits(&mut self, tallies: &[&SiteTally]) {
        let waits: Vec<&Distribution> = tallies.iter().map(|tally| &tally.waits).collect();
        let sums: Vec<(f64, u64)> = waits.iter().map(|d| (d.sum() as f64 / NANOS, d.count())).collect();
        self.add("queue_wait", "mean", "s", sampled_ratio(&sums));
        for (stat, found) in ["p50", "p99"].into_iter().zip(sampled_quantiles(&waits, &[0.5, 0.99])) {
            self.add("queue_wait", stat, "s", Some(found.by(NANOS)));
        }
    }
}
