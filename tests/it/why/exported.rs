//! What `edgelag export history` writes of a trial, read without the program's own types.

use edgelag::report::{WriteEnd, write_history};
use edgelag::scenario::Case;
use edgelag::world::History;

/// An operation.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) client: String,
    pub(crate) op: String,
    pub(crate) key: String,
    pub(crate) start: u64,
    pub(crate) end: Option<u64>,
    pub(crate) ok: bool,
    pub(crate) version: Option<u64>,
    pub(crate) behind: Option<u64>,
    pub(crate) overdue: Option<u64>,
}

/// The rows of a history; writes end when their client had the answer, or when they committed.
pub(crate) fn rows(case: &Case, history: &History, write_end: WriteEnd) -> Vec<Row> {
    let mut bytes = Vec::new();
    write_history(&mut bytes, case, history, write_end, true).unwrap();
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    let number = |text: &str| text.parse::<u64>().ok();
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        Row {
            client: row[0].to_owned(),
            op: row[1].to_owned(),
            key: row[2].to_owned(),
            start: number(&row[4]).unwrap(),
            end: number(&row[5]),
            ok: &row[6] == "ok",
            version: number(&row[7]),
            behind: number(&row[8]),
            overdue: number(&row[9]),
        }
    });
    rows.collect()
}

impl Row {
    pub(crate) fn reads(&self) -> bool {
        self.op == "read"
    }
}
