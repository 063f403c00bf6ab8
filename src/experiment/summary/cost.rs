//! What a month costs, from the counts of each trial.

use std::collections::BTreeMap;

use super::{EVERY_NAMESPACE, EVERYWHERE, Row, Subject, Table};
use crate::experiment::Outcome;
use crate::model::price::{MONTH, Part};
use crate::model::workload::OpKind;
use crate::observe::NamespaceTally;
use crate::scenario::Namespace;
use crate::stats::{Estimate, Sampled, Spread, sampled_ratio};

/// All parts of a bill.
const TOTAL: &str = "*";

/// What each part of a month costs, were it as one trial was.
type Bill = BTreeMap<Part, f64>;

impl Table<'_> {
    /// The cost of the namespace, where it has prices.
    pub(super) fn cost(&mut self, namespace: &Namespace, tallies: &[&NamespaceTally]) {
        let bills: Vec<Bill> = tallies.iter().map(|tally| bill(namespace, tally, self.seconds)).collect();
        self.rows.extend(rows(self.of, &bills));
    }
}

/// The cost of all namespaces together, where several have prices.
pub(super) fn of_all_namespaces(outcome: &Outcome) -> Vec<Row> {
    let case = outcome.case;
    let priced = case.namespaces.iter().filter(|namespace| namespace.price.is_some());
    if priced.count() < 2 {
        return Vec::new();
    }
    let seconds = case.horizon.since(case.warmup).as_secs_f64();
    let bills = outcome.trials.iter().map(|trial| {
        let mut whole = Bill::new();
        for (namespace, tally) in case.namespaces.iter().zip(&trial.namespaces) {
            for (part, cost) in bill(namespace, tally, seconds) {
                *whole.entry(part).or_default() += cost;
            }
        }
        whole
    });
    let all = Subject { case: &case.label, namespace: EVERY_NAMESPACE, location: EVERYWHERE };
    rows(all, &bills.collect::<Vec<_>>())
}

/// Counts of so many seconds are scaled to a month, and then priced: allowances are those of a month.
fn bill(namespace: &Namespace, tally: &NamespaceTally, seconds: f64) -> Bill {
    let Some(price) = &namespace.price else { return Bill::new() };
    let replicas = if price.each_replica { namespace.placement.count() } else { 1 };
    let all = &tally.all;
    let answered = |kind| all.op(kind).latency.count();
    let quantity = |part| match part {
        Part::Reads => all.op(OpKind::Read).judged.reads + all.op(OpKind::Update).judged.reads,
        Part::Writes => answered(OpKind::Write) + answered(OpKind::Update),
        Part::Deletes => answered(OpKind::Delete),
        Part::OriginRequests => all.origin_requests,
        Part::OriginBytes => all.origin_bytes,
        Part::Egress => tally.answered_bytes,
        Part::Storage => tally.stored_bytes * replicas as u64,
        Part::Base => 1,
    };
    let in_month = |part| match part {
        Part::Storage | Part::Base => quantity(part) as f64,
        _ => quantity(part) as f64 * (MONTH / seconds),
    };
    price.parts.iter().map(|(part, tariff)| (*part, tariff.cost(in_month(*part)))).collect()
}

/// The total, and then each part.
fn rows(of: Subject, bills: &[Bill]) -> Vec<Row> {
    let Some(first) = bills.first().filter(|bill| !bill.is_empty()) else { return Vec::new() };
    let total = (TOTAL, bills.iter().map(|bill| bill.values().sum()).collect::<Vec<f64>>());
    let parts = first.keys().map(|part| (part.name(), bills.iter().map(|bill| bill[part]).collect()));
    let row = |(op, costs): (&'static str, Vec<f64>)| {
        sampled(&costs).map(|sampled| of.row(op, "cost", "per_month", "USD", sampled))
    };
    std::iter::once(total).chain(parts).filter_map(row).collect()
}

/// The mean over trials. Where all trials cost the same it is that, to the last digit.
fn sampled(costs: &[f64]) -> Option<Sampled> {
    let trials: Vec<(f64, u64)> = costs.iter().map(|&cost| (cost, 1)).collect();
    let Sampled { estimate, spread } = sampled_ratio(&trials)?;
    let is_same = costs.iter().all(|cost| *cost == costs[0]);
    Some(match is_same {
        false => Sampled { estimate, spread },
        true => Sampled {
            estimate: Estimate {
                value: costs[0],
                interval: estimate.interval.map(|_| (costs[0], costs[0])),
                ..estimate
            },
            spread: Spread { deviations: vec![0.0; costs.len()], ..spread },
        },
    })
}
