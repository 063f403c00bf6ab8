//! The tables, read again from their bytes: what the page says is what they say.

use csv::StringRecord;

use super::PageError;
use crate::experiment::{EVERY_NAMESPACE, EVERYWHERE};
use crate::report::ResultFile;
use crate::stats::Estimate;

/// Tables that the page reads, each with the columns that it needs.
const COLUMNS: [(&str, &str); 17] = [
    ("summary.csv", "case,namespace,location,op,metric,stat,value,unit,ci_lo,ci_hi,trials,n"),
    (
        "comparison.csv",
        "namespace,location,op,metric,stat,unit,a,b,difference,ci_lo,ci_hi,verdict,trials_needed",
    ),
    (
        "gates.csv",
        "case,gate,namespace,location,op,metric,stat,value,unit,ci_lo,ci_hi,bound,verdict,trials,trials_needed",
    ),
    ("solve.csv", "case,standing,because,on_front,metric,stat,value,unit,ci_lo,ci_hi,trials,looks,sense"),
    ("sweep.csv", "case,namespace,location,op,metric,stat,value,unit,ci_lo,ci_hi"),
    ("latency_cdf.csv", "case,namespace,location,op,share,latency_s,ci_lo,ci_hi"),
    ("staleness_cdf.csv", "case,namespace,location,measure,at_most,share_of_reads,ci_lo,ci_hi"),
    ("visibility.csv", "case,namespace,location,source,from,t_s,p_fresh,ci_lo,ci_hi"),
    ("propagation.csv", "case,namespace,location,t_s,share_of_locations,ci_lo,ci_hi"),
    ("causes.csv", "case,namespace,location,cause,stale_reads,share_of_stale,share_of_reads,ci_lo,ci_hi"),
    ("timeline.csv", "case,namespace,location,from_s,to_s,metric,value,unit,ci_lo,ci_hi"),
    ("locations.csv", "case,namespace,location,latitude,longitude,kind,role,upper"),
    ("links.csv", "case,namespace,from,to,use,rtt_s"),
    ("spread.csv", "case,namespace,pick,key,version,from,began_s,committed_s,location,serves_after_s"),
    ("faults.csv", "case,namespace,trial,location,kind,from_s,to_s"),
    ("recovery.csv", "case,namespace,fault,kind,metric,value,unit,ci_lo,ci_hi,trials,n"),
    ("why.csv", "case,namespace,pick,number,kind,sentence,outcome,settings"),
];

/// Columns that hold numbers, or nothing, in whichever table.
const NUMBERS: [&str; 28] = [
    "value",
    "ci_lo",
    "ci_hi",
    "trials",
    "n",
    "value_a",
    "value_b",
    "difference",
    "trials_needed",
    "bound",
    "share",
    "latency_s",
    "at_most",
    "share_of_reads",
    "t_s",
    "p_fresh",
    "share_of_locations",
    "stale_reads",
    "share_of_stale",
    "from_s",
    "to_s",
    "latitude",
    "longitude",
    "rtt_s",
    "began_s",
    "committed_s",
    "serves_after_s",
    "number",
];

/// A table: its columns and its rows.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    header: StringRecord,
    pub(super) rows: Vec<StringRecord>,
}

/// All tables of a results folder.
#[derive(Debug)]
pub(super) struct Tables(Vec<Table>);

/// An estimate of `summary.csv`, with the place where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'t> {
    pub(super) estimate: Estimate,
    /// The value as the table writes it.
    pub(super) written: &'t str,
    /// The row, counted from 1 below the header.
    pub(super) row: usize,
}

/// The table of estimates.
const SUMMARY: &str = "summary.csv";

impl Tables {
    /// Reads all tables; that of estimates has to be there if anything was run.
    pub(super) fn read(files: &[ResultFile], of_run: bool) -> Result<Tables, PageError> {
        let tables = files.iter().filter(|(name, _)| name.ends_with(".csv"));
        let tables = tables.map(|(name, bytes)| Table::read(name, bytes)).collect::<Result<_, _>>()?;
        let tables = Tables(tables);
        match tables.get(SUMMARY) {
            None if of_run => Err(wrong(SUMMARY, None, "it is missing; every run writes it")),
            _ => Ok(tables),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Table> {
        self.0.iter().find(|table| table.name == name)
    }

    /// The cases and namespaces that were measured, without what all namespaces have together, in the order of the summary.
    pub(super) fn groups(&self) -> Vec<(&str, &str)> {
        let mut groups: Vec<(&str, &str)> = Vec::new();
        let Some(summary) = self.get(SUMMARY) else { return groups };
        for row in &summary.rows {
            let group = (summary.cell(row, "case"), summary.cell(row, "namespace"));
            if group.1 == EVERY_NAMESPACE {
                continue;
            }
            if groups.last() != Some(&group) && !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }

    /// The estimate over all locations of an operation, metric and stat.
    pub(super) fn find(
        &self,
        (case, namespace): (&str, &str),
        [op, metric, stat]: [&str; 3],
    ) -> Option<Found<'_>> {
        let summary = self.get(SUMMARY)?;
        let wanted = [case, namespace, EVERYWHERE, op, metric, stat];
        let at = ["case", "namespace", "location", "op", "metric", "stat"].map(|name| summary.column(name));
        let is_it = |row: &&StringRecord| at.iter().zip(wanted).all(|(&at, cell)| row.get(at) == Some(cell));
        let number = summary.rows.iter().position(|row| is_it(&row))?;
        let row = &summary.rows[number];
        let estimate = Estimate {
            value: summary.number(row, "value")?,
            interval: summary.interval(row),
            trials: summary.number(row, "trials")? as u32,
            n: summary.number(row, "n")? as u64,
        };
        Some(Found { estimate, written: summary.cell(row, "value"), row: number + 1 })
    }
}

impl Table {
    fn read(name: &str, bytes: &[u8]) -> Result<Table, PageError> {
        let broken = |error: csv::Error| {
            let line = error.position().map(csv::Position::line);
            wrong(name, line, "not a row of this table")
        };
        let mut reader = csv::Reader::from_reader(bytes);
        let header = reader.headers().map_err(broken)?.clone();
        let known = COLUMNS.iter().find(|(known, _)| *known == name).map_or("", |(_, columns)| columns);
        for column in known.split(',').filter(|column| !column.is_empty()) {
            if header.iter().all(|cell| cell != column) {
                return Err(wrong(name, Some(1), format!("there is no column `{column}`")));
            }
        }
        let numbers: Vec<usize> = (0..header.len()).filter(|&at| NUMBERS.contains(&&header[at])).collect();
        let mut rows = Vec::new();
        for row in reader.records() {
            let row = row.map_err(broken)?;
            for &at in &numbers {
                let is_number = row[at].is_empty() || row[at].parse::<f64>().is_ok_and(f64::is_finite);
                if !is_number {
                    let line = row.position().map(csv::Position::line);
                    let problem =
                        format!("`{}` in column `{}` is not a number", row[at].escape_debug(), &header[at]);
                    return Err(wrong(name, line, problem));
                }
            }
            rows.push(row);
        }
        Ok(Table { name: name.to_owned(), header, rows })
    }

    fn column(&self, name: &str) -> usize {
        self.header.iter().position(|cell| cell == name).expect("needed columns were looked for")
    }

    pub(super) fn cell<'t>(&self, row: &'t StringRecord, column: &str) -> &'t str {
        &row[self.column(column)]
    }

    /// A number; none where the cell is empty.
    pub(super) fn number(&self, row: &StringRecord, column: &str) -> Option<f64> {
        self.cell(row, column).parse().ok()
    }

    pub(super) fn interval(&self, row: &StringRecord) -> Option<(f64, f64)> {
        self.number(row, "ci_lo").zip(self.number(row, "ci_hi"))
    }
}

pub(super) fn wrong(file: &str, line: Option<u64>, problem: impl Into<String>) -> PageError {
    PageError { file: file.to_owned(), line, problem: problem.into() }
}

/// A name as the scenario has it: without the mark that keeps spreadsheets from running it.
pub(super) fn shown_name(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(name) if name.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) => name,
        _ => cell,
    }
}
