//! What a month costs, and where it goes.

use super::Report;
use super::number::{dollars, percent, with_interval};
use crate::experiment::{EVERYWHERE, Row};

/// What tells the cost of a month from other rows.
pub(super) const COST: &str = "cost";

/// Smaller shares of a bill are not told apart.
const TOLD: f64 = 0.001;

/// A line for each case and namespace with prices, the dearest part first; `None` where nothing has a price.
pub fn costs(report: &Report) -> Option<String> {
    let mut lines = Vec::new();
    for total in totals(report) {
        let mut parts: Vec<&Row> = parts(report, total).filter(|row| row.estimate.value > 0.0).collect();
        parts.sort_by(|a, b| b.estimate.value.total_cmp(&a.estimate.value));
        let share = |row: &&Row| {
            let share = row.estimate.value / total.estimate.value;
            let told = if share < TOLD { format!("below {}", percent(TOLD)) } else { percent(share) };
            format!("{} {told}", words(row.op))
        };
        let goes = parts.iter().map(share).collect::<Vec<_>>().join(", ");
        let amount = with_interval(&total.estimate, dollars);
        let colon = if goes.is_empty() { "" } else { ": " };
        lines.push(format!("cost of {}: {amount} a month{colon}{goes}", who(total)));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The row of the whole of each bill.
pub(super) fn totals<'r>(report: &'r Report) -> impl Iterator<Item = &'r Row> {
    report.summary.rows.iter().filter(|row| row.metric == COST && row.op == "*")
}

/// The rows of the parts of a bill.
pub(super) fn parts<'r>(report: &'r Report, total: &'r Row) -> impl Iterator<Item = &'r Row> {
    let is_of_it = |row: &&Row| {
        row.metric == COST && row.op != "*" && (&row.case, &row.namespace) == (&total.case, &total.namespace)
    };
    report.summary.rows.iter().filter(is_of_it)
}

/// A part of a bill as people say it.
pub(super) fn words(part: &str) -> String {
    part.replace("origin_", "origin ")
}

/// A namespace, or what stands for all of them, as people say it.
pub(super) fn namespace_in_words(name: &str) -> &str {
    if name == EVERYWHERE { "all namespaces" } else { name }
}

/// The case, if there are several, and the namespace of a row.
pub(super) fn who(row: &Row) -> String {
    let parts = [row.case.as_str(), namespace_in_words(&row.namespace)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
