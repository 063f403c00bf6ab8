//! The texts that a scenario is made of, laid end to end so that one range names a place in any of them.

use std::ops::Range;

use super::diagnostic::{Diagnostic, Failure};

/// The longest text accepted, in bytes.
pub(super) const SIZE_LIMIT: usize = 1 << 20;

/// Several named texts in one offset space.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

#[derive(Clone, Debug)]
struct Source {
    name: String,
    text: String,
    base: usize,
}

/// A place found again in the text it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<'a> {
    /// What the text is called: a path, `preset:…`, `--set`.
    pub name: &'a str,
    /// The whole text.
    pub text: &'a str,
    /// The place within `text`, on character boundaries.
    pub range: Range<usize>,
}

impl SourceMap {
    /// Adds a text and returns the offset at which it begins.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> usize {
        let base = self.end();
        self.sources.push(Source { name: name.into(), text: text.into(), base });
        base
    }

    /// Moves all texts of `other` behind these; its places are to be shifted by the returned amount.
    pub fn append(&mut self, other: SourceMap) -> usize {
        let shift = self.end();
        self.sources
            .extend(other.sources.into_iter().map(|source| Source { base: source.base + shift, ..source }));
        shift
    }

    /// Finds the text that `place` lies in. A place behind the end of a text belongs to that end.
    pub fn locate(&self, place: &Range<usize>) -> Option<Located<'_>> {
        let index = self.sources.partition_point(|source| source.base <= place.start);
        let source = self.sources.get(index.checked_sub(1)?)?;
        let start = floor_char_boundary(&source.text, place.start - source.base);
        let end = floor_char_boundary(&source.text, place.end.saturating_sub(source.base));
        Some(Located { name: &source.name, text: &source.text, range: start..end.max(start) })
    }

    /// The texts, those laid over others first.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| source.text.as_str())
    }

    /// One more than the last offset in use: the end of a text is never the start of the next.
    fn end(&self) -> usize {
        self.sources.last().map_or(0, |source| source.base + source.text.len() + 1)
    }
}

fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Turns the bytes of a file into text: UTF-8 without byte order mark, of a sane size, with lines and tabs as its only
/// control characters.
pub(super) fn decode(name: &str, bytes: &[u8]) -> Result<String, Failure> {
    if bytes.len() > SIZE_LIMIT {
        return Err(Failure::in_text(name, "", too_long(bytes.len())));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(name, bytes, error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    check_text(text).map_err(|diagnostic| Failure::in_text(name, text, diagnostic))?;
    Ok(text.to_owned())
}

fn too_long(length: usize) -> Diagnostic {
    let message = format!("text of {length} bytes is longer than the limit of {SIZE_LIMIT} bytes (1 MiB)");
    Diagnostic::new(message, 0..0, "")
}

fn not_utf8(name: &str, bytes: &[u8], offset: usize) -> Failure {
    let message = format!("byte 0x{:02X} at offset {offset} is not valid UTF-8", bytes[offset]);
    let place = offset..offset + char::REPLACEMENT_CHARACTER.len_utf8();
    let diagnostic = Diagnostic::new(message, place, "not a character").with_help("save the file as UTF-8");
    Failure::in_text(name, &String::from_utf8_lossy(bytes), diagnostic)
}

/// Rejects text that is too long or holds control characters, without changing it.
pub(crate) fn check_text(text: &str) -> Result<(), Diagnostic> {
    if text.len() > SIZE_LIMIT {
        return Err(too_long(text.len()));
    }
    for (at, c) in text.char_indices() {
        if c == '\r' && !text[at + 1..].starts_with('\n') {
            return Err(Diagnostic::new("carriage return without line feed", at..at + 1, "")
                .with_help("save the file with LF or CR LF line ends"));
        }
        if c.is_control() && !matches!(c, '\t' | '\n' | '\r') {
            return Err(control_character(c, at..at + c.len_utf8()));
        }
    }
    Ok(())
}

pub(crate) fn control_character(c: char, place: Range<usize>) -> Diagnostic {
    let message = format!("control character U+{:04X} in the text", u32::from(c));
    Diagnostic::new(message, place, "remove it")
}
