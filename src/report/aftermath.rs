//! What faults left behind, in a line for each case and namespace.

use super::Report;
use super::cost::who;
use super::number::{percent, seconds, short, with_interval};
use crate::experiment::Row;

/// How long things took to be as before, and how much more the origin was asked; `None` where nothing went wrong.
pub fn aftermaths(report: &Report) -> Option<String> {
    let recoveries = report.summary.rows.iter().filter(|row| row.metric == "recovery");
    let lines: Vec<String> = recoveries.map(|row| line(report, row)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn line(report: &Report, recovery: &Row) -> String {
    let of = |metric: &str| {
        let is_of_it = |row: &&Row| {
            row.metric == metric && (&row.case, &row.namespace) == (&recovery.case, &recovery.namespace)
        };
        report.summary.rows.iter().find(is_of_it).map(|row| row.estimate)
    };
    let who = who(recovery);
    let mut line =
        format!("after faults in {who}: as before in {}", with_interval(&recovery.estimate, seconds));
    if let Some(never) = of("recovery_unfinished").filter(|never| never.value > 0.0) {
        line.push_str(&format!(", not within the time looked at after {} of them", percent(never.value)));
    }
    if let Some(surge) = of("origin_surge") {
        line.push_str(&format!(
            "; up to {} times as many requests to the origin",
            with_interval(&surge, short)
        ));
    }
    line
}
