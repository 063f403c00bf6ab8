//! How busy servers were, in a line for each case.

use super::Report;
use super::number::{percent, seconds, short};
use crate::experiment::{EVERY_NAMESPACE, Row};

/// The location of each case whose servers were busiest; `None` where no location has any.
pub fn stations(report: &Report) -> Option<String> {
    let of_sites = || report.summary.rows.iter().filter(|row| row.namespace == EVERY_NAMESPACE);
    let mut cases: Vec<&str> = of_sites().map(|row| &*row.case).collect();
    cases.dedup();
    let lines = cases.into_iter().filter_map(|case| {
        let here = || of_sites().filter(|row| row.case == case);
        let busiest = here()
            .filter(|row| row.metric == "utilisation")
            .max_by(|a, b| a.estimate.value.total_cmp(&b.estimate.value))?;
        let of = |metric: &str, stat: &str| {
            let is_it = |row: &&Row| row.location == busiest.location && row.metric == metric;
            here().filter(is_it).find(|row| row.stat == stat).map(|row| row.estimate.value)
        };
        let who = if case.is_empty() { String::new() } else { format!("{case} · ") };
        Some(format!(
            "{who}busiest servers: {}, {} of the time; requests wait {} (p99), {} at once on average",
            busiest.location,
            percent(busiest.estimate.value),
            seconds(of("queue_wait", "p99").unwrap_or(0.0)),
            short(of("queue_length", "mean").unwrap_or(0.0)),
        ))
    });
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
