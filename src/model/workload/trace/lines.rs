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
pub(super) fn fields<'l>(
    line: &'l [u8],
    unquoted: &'l mut csv::ByteRecord,
    found: &mut Vec<(u32, u32)>,
) -> &'l [u8] {
    found.clear();
    if !line.contains(&b'"') {
        let mut from = 0;
        for field in line.split(|&byte| byte == b',') {
            let lead = field.len() - field.trim_ascii_start().len();
            let start = from + lead;
            found.push((start as u32, (start + field.trim_ascii().len()) as u32));
            from += field.len() + 1;
        }
        return line;
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_reader(line);
    if reader.read_byte_record(unquoted).is_ok() {
        let mut from = 0;
        for field in unquoted.iter() {
            found.push((from as u32, (from + field.len()) as u32));
            from += field.len();
        }
    }
    unquoted.as_slice()
}
