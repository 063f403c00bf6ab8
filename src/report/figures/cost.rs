//! The chart of costs, case by case.

use super::{axis, dots, figure};
use crate::experiment::Row;
use crate::report::Report;
use crate::report::chart::{Dot, DotGroup, Figure, Order, Panel, Scale, Unit};
use crate::report::cost::{namespace_in_words, parts, totals, words};

/// Bills whose parts are drawn.
const MOST_BILLS: usize = 4;

/// The whole bills of all cases, and then their parts; `None` where there is one case only, or no price.
pub(super) fn cost(report: &Report) -> Option<Figure> {
    let totals: Vec<&Row> = totals(report).collect();
    let first = totals.first()?;
    if totals.iter().all(|total| total.case == first.case) {
        return None;
    }
    let mut namespaces: Vec<&str> = Vec::new();
    for total in &totals {
        if !namespaces.contains(&namespace_in_words(&total.namespace)) {
            namespaces.push(namespace_in_words(&total.namespace));
        }
    }
    let of = |name: &str| {
        totals
            .iter()
            .copied()
            .filter(|total| namespace_in_words(&total.namespace) == name)
            .collect::<Vec<_>>()
    };
    let whole = namespaces.iter().map(|name| group((*name).to_owned(), of(name)));
    let mut panels = panel("Cost a month, in US dollars", whole.collect());
    for name in namespaces.iter().take(MOST_BILLS) {
        let title = match namespaces.len() {
            1 => "Its parts, in US dollars a month".to_owned(),
            _ => format!("Parts of {name}, in US dollars a month"),
        };
        panels.extend(panel(&title, of_parts(report, &of(name))));
    }
    figure(report, "What it costs", "A month of 30 days · interval: 95 % over trials", panels)
}

fn panel(title: &str, groups: Vec<DotGroup>) -> Vec<Panel> {
    dots(axis(title, Scale::Linear, Unit::Number), Order::AsGiven, groups)
}

/// A colour for each part that costs something in some case.
fn of_parts(report: &Report, totals: &[&Row]) -> Vec<DotGroup> {
    let rows: Vec<&Row> = totals.iter().flat_map(|&total| parts(report, total)).collect();
    let mut names: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|row| row.estimate.value > 0.0) {
        if !names.contains(&row.op) {
            names.push(row.op);
        }
    }
    let of = |name: &str| rows.iter().copied().filter(|row| row.op == name).collect();
    names.into_iter().map(|name| group(words(name), of(name))).collect()
}

fn group(name: String, rows: Vec<&Row>) -> DotGroup {
    let dot = |row: &Row| Dot {
        label: row.case.clone(),
        value: row.estimate.value,
        interval: row.estimate.interval,
    };
    DotGroup { name, rows: rows.into_iter().map(dot).collect() }
}
