//! The rows of a trace, one after another.

use std::fmt;
use std::io;

use super::lines::{Lines, fields};
use super::reading::{Columns, Reading, kind, shown};
use super::spec::{TimeUnit, number};
use crate::base::{Beside, Bytes, LocationIx, Span, Time};
use crate::model::workload::OpKind;

/// The rows of a file, from the beginning on.
pub struct Rows {
    reading: Reading,
    lines: Lines,
    columns: Columns,
    /// The time in the file at which the trial begins.
    start: Option<u64>,
    /// The time of the last good row.
    last: u64,
    unquoted: csv::ByteRecord,
    found: Vec<(u32, u32)>,
}

/// How files begin that gzip, zstd, xz, bzip2 and zip pack.
const PACKED: [&[u8]; 5] = [b"\x1F\x8B", b"\x28\xB5\x2F\xFD", b"\xFD7zXZ", b"BZh", b"PK\x03\x04"];

/// An operation.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r> {
    /// When it begins; `None` if that is before the trial.
    pub at: Option<Time>,
    /// Where, if the trace says so.
    pub location: Option<LocationIx>,
    /// What it does.
    pub kind: OpKind,
    /// The name of its key.
    pub key: &'r [u8],
    /// The size of the value, if the trace says so.
    pub size: Option<Bytes>,
    /// How long caches may keep the value, if the trace says so.
    pub ttl: Option<Span>,
}

/// A row that cannot be replayed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadRow {
    /// Its line in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub problem: String,
}

impl Rows {
    /// Opens a file and finds its columns.
    ///
    /// # Errors
    /// It cannot be read, or a column is missing: the reason as a person reads it.
    pub fn open(file: &Beside, reading: &Reading) -> Result<Rows, String> {
        let reason = |error: io::Error| error.to_string();
        let mut lines = Lines::of(file.open().map_err(reason)?);
        let first = lines.next().map_err(reason)?;
        let header = first.and_then(|line| line.text).ok_or("it has no first line that names its columns")?;
        if PACKED.iter().any(|magic| header.starts_with(magic)) {
            return Err("it is packed\nhelp: unpack it first: a trace is plain text".to_owned());
        }
        let columns = reading.columns(header)?;
        Ok(Rows {
            start: reading.start(),
            reading: reading.clone(),
            lines,
            columns,
            last: 0,
            unquoted: csv::ByteRecord::new(),
            found: Vec::new(),
        })
    }

    /// Whether they say where operations begin.
    pub fn tell_locations(&self) -> bool {
        self.columns.location.is_some()
    }

    /// The names of the columns that are not read.
    pub fn unread(&self) -> &[String] {
        &self.columns.unread
    }

    /// The next row, good or bad; `None` at the end.
    ///
    /// # Errors
    /// The file cannot be read on.
    pub fn read(&mut self) -> io::Result<Option<Result<Row<'_>, BadRow>>> {
        let Some(line) = self.lines.next()? else { return Ok(None) };
        let number = line.number;
        let bad = |problem: String| BadRow { line: number, problem };
        let Some(text) = line.text else {
            return Ok(Some(Err(bad("it is longer than the limit of 64 KiB".to_owned()))));
        };
        let text = match fields(text, &mut self.unquoted, &mut self.found) {
            Ok(text) => text,
            Err(problem) => return Ok(Some(Err(bad(problem)))),
        };
        let columns = &self.columns;
        if self.found.len() != columns.count {
            let s = if self.found.len() == 1 { "" } else { "s" };
            let problem = format!("it has {} field{s}, the first line {}", self.found.len(), columns.count);
            return Ok(Some(Err(bad(problem))));
        }
        let found = &self.found;
        let field = |at: usize| &text[found[at].0 as usize..found[at].1 as usize];
        let row = row(&self.reading, columns, field, self.last, &mut self.start);
        let row = row.map(|(time, row)| {
            self.last = time;
            row
        });
        Ok(Some(row.map_err(bad)))
    }
}

/// The row of these fields, and its time in the file.
fn row<'r>(
    reading: &Reading,
    columns: &Columns,
    field: impl Fn(usize) -> &'r [u8],
    last: u64,
    start: &mut Option<u64>,
) -> Result<(u64, Row<'r>), String> {
    let time = field(columns.time);
    let Some(time) = reading.unit().read(time) else {
        return Err(format!("{} is not a time in {}", shown(time), reading.unit().name()));
    };
    if time < last {
        return Err(format!("the time {} is before that of the row above it", shown(field(columns.time))));
    }
    let key = field(columns.key);
    if key.is_empty() {
        return Err("it has no key".to_owned());
    }
    let kind = match columns.operation.map(&field) {
        None => OpKind::Read,
        Some(word) => kind(word).ok_or_else(|| {
            format!(
                "{} is not an operation; these are read, write, update and delete, or get, set, incr, del …",
                shown(word)
            )
        })?,
    };
    let location = match columns.location.map(&field) {
        None => None,
        Some(name) => Some(reading.place(name)?),
    };
    let size = match columns.size.map(&field).filter(|size| !size.is_empty()) {
        None => None,
        Some(size) => {
            let bytes = number(size).filter(|&bytes| bytes <= 1 << 50);
            Some(Bytes::new(bytes.ok_or_else(|| format!("{} is not a size in bytes", shown(size)))?))
        }
    };
    let ttl = match columns.ttl.map(&field).filter(|ttl| !ttl.is_empty()) {
        None => None,
        Some(ttl) => {
            let nanos = TimeUnit::Seconds.read(ttl);
            let nanos = nanos.ok_or_else(|| format!("{} is not a time to live in seconds", shown(ttl)))?;
            // The shortest life is not none, which would tell nothing.
            let seconds = std::str::from_utf8(ttl).ok().and_then(|ttl| ttl.trim().parse::<f64>().ok());
            let is_told = seconds.is_some_and(|seconds| seconds > 0.0);
            is_told.then(|| Span::from_nanos(nanos.max(1)))
        }
    };
    let start = *start.get_or_insert(time);
    let at = time.checked_sub(start).map(|nanos| reading.scaled(nanos));
    Ok((time, Row { at, location, kind, key, size, ttl }))
}

impl fmt::Debug for Rows {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.debug_struct("Rows").field("columns", &self.columns).finish_non_exhaustive()
    }
}
