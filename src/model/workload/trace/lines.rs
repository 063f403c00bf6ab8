//! Lines of a CSV file, of which only one is held at a time.

use std::io::{self, BufRead, BufReader, Read};

/// A longer line is no row; it is passed over without being held.
const LONGEST: usize = 1 << 16;
/// As much is read at once.
const CHUNK: usize = 1 << 16;

/// The lines of a file.
pub(super) struct Lines {
    file: BufReader<Box<dyn Read + Send>>,
    line: Vec<u8>,
    number: u64,
}

/// A line, without its end.
pub(super) struct Line<'l> {
    pub(super) number: u64,
    /// `None` if it is too long.
    pub(super) text: Option<&'l [u8]>,
}

impl Lines {
    pub(super) fn of(file: Box<dyn Read + Send>) -> Lines {
        Lines { file: BufReader::with_capacity(CHUNK, file), line: Vec::new(), number: 0 }
    }

    /// The next one that is not empty; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        loop {
            self.line.clear();
            let Some(is_whole) = self.take_line()? else { return Ok(None) };
            self.number += 1;
            if !is_whole {
                return Ok(Some(Line { number: self.number, text: None }));
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        Ok(Some(Line { number: self.number, text: Some(self.line.trim_ascii_end()) }))
    }

    /// Whether the line is not too long; `None` at the end.
    fn take_line(&mut self) -> io::Result<Option<bool>> {
        let (mut is_whole, mut is_end) = (true, true);
        loop {
            let chunk = match self.file.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                chunk => chunk?,
            };
            if chunk.is_empty() {
                return Ok((!is_end).then_some(is_whole));
            }
            is_end = false;
            let end = chunk.iter().position(|&byte| byte == b'\n');
            let part = &chunk[..end.unwrap_or(chunk.len())];
            is_whole &= self.line.len() + part.len() <= LONGEST;
            if is_whole {
                self.line.extend_from_slice(part);
            }
            let read = part.len() + usize::from(end.is_some());
            self.file.consume(read);
            if end.is_some() {
                return Ok(Some(is_whole));
            }
        }
    }
}

/// Finds the fields of a line, without the white space around them.
///
/// # Errors
/// A quote that is opened and not closed: the text of a trace ends with its line.
pub(super) fn fields<'l>(
    line: &'l [u8],
    unquoted: &'l mut csv::ByteRecord,
    found: &mut Vec<(u32, u32)>,
) -> Result<&'l [u8], String> {
    found.clear();
    if !line.contains(&b'"') {
        let mut from = 0;
        for field in line.split(|&byte| byte == b',') {
            let lead = field.len() - field.trim_ascii_start().len();
            let start = from + lead;
            found.push((start as u32, (start + field.trim_ascii().len()) as u32));
            from += field.len() + 1;
        }
        return Ok(line);
    }
    if let Some(open) = open_quote(line) {
        return Err(format!("the quote opened at character {} is not closed on this line", open + 1));
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_reader(line);
    if reader.read_byte_record(unquoted).is_ok() {
        let mut from = 0;
        for field in unquoted.iter() {
            found.push((from as u32, (from + field.len()) as u32));
            from += field.len();
        }
    }
    Ok(unquoted.as_slice())
}

/// Where a quote stands that begins a field and is not closed, in characters.
fn open_quote(line: &[u8]) -> Option<usize> {
    enum In {
        Beginning,
        Plain,
        Quotes(usize),
        /// After a quote, which ends the quotes or is the first of two that stand for one.
        Quote(usize),
    }
    let mut within = In::Beginning;
    for (at, &byte) in line.iter().enumerate() {
        within = match (within, byte) {
            (In::Beginning, b'"') => In::Quotes(at),
            (In::Quotes(from), b'"') => In::Quote(from),
            (In::Quotes(from), _) | (In::Quote(from), b'"') => In::Quotes(from),
            (_, b',') => In::Beginning,
            _ => In::Plain,
        };
    }
    match within {
        In::Quotes(from) => Some(String::from_utf8_lossy(&line[..from]).chars().count()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: only a quote that begins a field opens one.
    #[test]
    fn quotes_end_with_their_line() {
        for (line, open) in [
            ("1,\"a\",b", None),
            ("1,\"a, \"\"b\"\"\",c", None),
            ("1,5\" pipe,c", None),
            ("1,5\"\" pipe,c", None),
            ("1,\"5\" \"pipe,c", None),
            ("1,\"\",c", None),
            ("é,\"a,b", Some(2)),
            ("1,a,\"", Some(4)),
            ("1,\"a\"\",b", Some(2)),
        ] {
            assert_eq!(open_quote(line.as_bytes()), open, "{line}");
        }
    }
}
