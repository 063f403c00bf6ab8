//! What is wrong, where, and what would be right.

use std::fmt;
use std::ops::Range;

use super::render::render;
use super::source::SourceMap;

/// A place in the offset space of a [`SourceMap`].
pub type Place = Range<usize>;

/// One mistake of the user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, in one line.
    pub message: String,
    /// Where, with a few words for the caret; an empty label draws the caret alone.
    pub primary: (Place, String),
    /// Other places that explain it.
    pub secondary: Vec<(Place, String)>,
    /// What to do about it, a line each.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// A mistake at one place.
    pub fn new(message: impl Into<String>, place: Place, label: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            primary: (place, label.into()),
            secondary: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Points at a second place.
    pub fn with_secondary(mut self, place: Place, label: impl Into<String>) -> Self {
        self.secondary.push((place, label.into()));
        self
    }

    /// Moves all places by `offset`.
    pub(crate) fn shifted(mut self, offset: usize) -> Self {
        let secondary = self.secondary.iter_mut().map(|(place, _)| place);
        for place in secondary.chain([&mut self.primary.0]) {
            *place = place.start + offset..place.end + offset;
        }
        self
    }

    /// Adds a line of advice.
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

/// One mistake or more, in the order of their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// `Ok` if there is no mistake in `list`, else all of them, sorted by place.
    pub fn check(list: impl IntoIterator<Item = Diagnostic>) -> Result<(), Diagnostics> {
        let mut list: Vec<_> = list.into_iter().collect();
        if list.is_empty() {
            return Ok(());
        }
        list.sort_by_key(|diagnostic| diagnostic.primary.0.start);
        list.dedup();
        Err(Self { list })
    }

    /// The mistakes, in the order of their places; at least one.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// Moves all places by `offset`.
    pub(crate) fn shifted(self, offset: usize) -> Self {
        let list = self.list.into_iter();
        Self { list: list.map(|diagnostic| diagnostic.shifted(offset)).collect() }
    }

    /// These and more.
    pub fn and(mut self, more: impl Into<Diagnostics>) -> Self {
        self.list.extend(more.into().list);
        self.list.sort_by_key(|diagnostic| diagnostic.primary.0.start);
        self
    }

    /// Draws every mistake with its line and caret, a blank line between two of them.
    pub fn render(&self, sources: &SourceMap, color: bool) -> String {
        let drawn: Vec<_> = self.iter().map(|diagnostic| render(diagnostic, sources, color)).collect();
        drawn.join("\n")
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { list: vec![diagnostic] }
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, diagnostic) in self.iter().enumerate() {
            let line_end = if i == 0 { "" } else { "\n" };
            let message = super::name::escape(&diagnostic.message);
            write!(f, "{line_end}{message}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// Mistakes together with the texts they point into, for when there is no document to hold these.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The texts.
    pub sources: SourceMap,
    /// The mistakes.
    pub diagnostics: Diagnostics,
}

impl Failure {
    /// One mistake in a text of its own.
    pub fn in_text(name: &str, text: &str, diagnostics: impl Into<Diagnostics>) -> Self {
        let mut sources = SourceMap::default();
        sources.add(name, text);
        Self { sources, diagnostics: diagnostics.into() }
    }

    /// Draws every mistake with its line and caret.
    pub fn render(&self, color: bool) -> String {
        self.diagnostics.render(&self.sources, color)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Failure {}

/// The candidate most likely meant by a misspelt `name`, if any is near enough.
pub fn nearest<'a, C: AsRef<str>>(name: &str, candidates: &'a [C]) -> Option<&'a str> {
    let name = name.to_lowercase();
    let allowed = (name.chars().count() / 3).clamp(1, 3);
    candidates
        .iter()
        .map(|candidate| candidate.as_ref())
        .map(|candidate| {
            let distance = strsim::osa_distance(&name, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|&(distance, candidate)| distance <= allowed && distance < candidate.len())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}
