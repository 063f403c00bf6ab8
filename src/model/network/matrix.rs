//! A table of round trips between named places, read from CSV.

use std::collections::BTreeMap;

use crate::base::Span;

/// Round trips by the names of both ends.
#[derive(Clone, Debug, Default)]
pub struct RoundTrips {
    by_pair: BTreeMap<(String, String), Span>,
}

/// Why a table cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum MatrixError {
    /// A column is missing.
    #[error("no column `{0}`; the first line must name the columns `from`, `to` and `rtt_ms`")]
    Column(&'static str),
    /// A row is wrong.
    #[error("line {line}: {reason}")]
    Row {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// Nothing but a header.
    #[error("no rows")]
    Empty,
}

impl RoundTrips {
    /// Reads CSV with the columns `from`, `to`, `rtt_ms` (others are passed over). A pair given one way
    /// only holds both ways.
    ///
    /// # Errors
    /// Names the column that is missing, or the line and what is wrong with it.
    pub fn from_csv(bytes: &[u8]) -> Result<RoundTrips, MatrixError> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let headers = reader.headers().map_err(|e| row(1, e.to_string()))?.clone();
        let column = |name| headers.iter().position(|h| h == name).ok_or(MatrixError::Column(name));
        let (from, to, rtt) = (column("from")?, column("to")?, column("rtt_ms")?);
        let mut by_pair = BTreeMap::new();
        for record in reader.records() {
            let record =
                record.map_err(|e| row(e.position().map_or(0, csv::Position::line), e.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line);
            let millis = record[rtt].parse::<f64>().ok().filter(|ms| (0.0..=1e9).contains(ms));
            let Some(millis) = millis else {
                let shown: String = record[rtt].chars().take(40).collect();
                return Err(row(
                    line,
                    format!("`{}` is not a round trip in milliseconds", shown.escape_debug()),
                ));
            };
            let pair = (record[from].to_owned(), record[to].to_owned());
            if by_pair.insert(pair, Span::from_millis_f64(millis)).is_some() {
                return Err(row(
                    line,
                    format!("the pair {} to {} is given twice", &record[from], &record[to]),
                ));
            }
        }
        if by_pair.is_empty() { Err(MatrixError::Empty) } else { Ok(RoundTrips { by_pair }) }
    }

    /// The round trip between two places, in either direction.
    pub fn between(&self, from: &str, to: &str) -> Option<Span> {
        let key = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        self.by_pair.get(&key(from, to)).or_else(|| self.by_pair.get(&key(to, from))).copied()
    }
}

fn row(line: u64, reason: String) -> MatrixError {
    MatrixError::Row { line, reason }
}
