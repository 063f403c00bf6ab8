//! The error type of the reader: what serde found wrong, kept as data until it is known where.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use super::diagnostic::{Diagnostic, Place, nearest};

/// One mistake and the way to it.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(crate) kind: Kind,
    pub(crate) span: Option<Place>,
    /// Whether a key is wrong and not what it holds.
    on_key: bool,
    /// Steps from the root, the last one first.
    steps: Vec<Step>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    UnknownKey {
        name: String,
        known: &'static [&'static str],
    },
    UnknownChoice {
        name: String,
        known: &'static [&'static str],
    },
    MissingKey(&'static str),
    Unfit {
        expected: String,
        found: String,
    },
    /// Anything else, with lines of help after the first line.
    Other(String),
    /// More than one alternative where one belongs; the place of the first.
    SeveralChoices(Place),
}

/// One step down: the position of an entry or element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) index: usize,
    /// From an enum to its only alternative: without it the enum is nothing.
    pub(crate) alternative: bool,
}

impl Mistake {
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind, span: None, on_key: false, steps: Vec::new() }
    }

    pub(crate) fn unfit(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(Kind::Unfit { expected: expected.into(), found: found.into() })
    }

    /// Gives the mistake its place, unless it has a nearer one.
    pub(crate) fn at(mut self, span: &Place) -> Self {
        self.span.get_or_insert_with(|| span.clone());
        self
    }

    /// Says that the key at `span` is wrong.
    pub(crate) fn on_key(mut self, span: &Place) -> Self {
        self.on_key = true;
        self.at(span)
    }

    /// Says that all this is below an entry or element.
    pub(crate) fn within(mut self, index: usize, alternative: bool) -> Self {
        self.steps.push(Step { index, alternative });
        self
    }

    /// The steps from the root.
    pub(crate) fn path(&self) -> Vec<Step> {
        self.steps.iter().rev().copied().collect()
    }

    /// The key that was probably meant by an unknown one.
    pub(crate) fn meant(&self) -> Option<&'static str> {
        match &self.kind {
            Kind::UnknownKey { name, known } => {
                nearest(name, known).and_then(|near| known.iter().copied().find(|known| *known == near))
            }
            _ => None,
        }
    }

    /// Words for the user; `place_name` is the dotted path of what is wrong.
    pub(crate) fn explain(&self, place_name: &str, parent_name: &str) -> Diagnostic {
        let span = self.span.clone().unwrap_or(0..0);
        let label = if self.on_key {
            format!("a key of {parent_name}")
        } else {
            format!("the value of {place_name}")
        };
        match &self.kind {
            Kind::UnknownKey { name, known } => suggest(
                Diagnostic::new(format!("unknown key `{name}`"), span, format!("not a key of {parent_name}")),
                name,
                known,
                "keys",
            ),
            Kind::UnknownChoice { name, known } => suggest(
                Diagnostic::new(
                    format!("unknown choice `{name}`"),
                    span,
                    format!("not a choice for {place_name}"),
                ),
                name,
                known,
                "choices",
            ),
            Kind::MissingKey(key) => Diagnostic::new(
                format!("missing key `{key}`"),
                span,
                format!("`{key}` is required in {place_name}"),
            ),
            Kind::Unfit { expected, found } => {
                Diagnostic::new(format!("expected {expected}, found {found}"), span, label)
            }
            Kind::SeveralChoices(first) => Diagnostic::new("more than one choice", span, "a second choice")
                .with_secondary(first.clone(), format!("already chosen for {place_name}")),
            Kind::Other(text) => other(text, span, label),
        }
    }
}

fn suggest(diagnostic: Diagnostic, name: &str, known: &[&str], what: &str) -> Diagnostic {
    match nearest(name, known) {
        Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
        None if known.is_empty() => diagnostic.with_help(format!("there are no {what} here")),
        None => diagnostic.with_help(format!("known {what} here: {}", known.join(", "))),
    }
}

fn other(text: &str, span: Place, label: String) -> Diagnostic {
    let mut parts = text.split("\nhelp: ");
    let message = parts.next().unwrap_or_default();
    let diagnostic = Diagnostic::new(message, span, label);
    parts.fold(diagnostic, Diagnostic::with_help)
}

impl Error for Mistake {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Kind::Other(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::unfit(plain_expected(&expected.to_string()), kind_of(found))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        let found = match found {
            Unexpected::Signed(number) => number.to_string(),
            Unexpected::Unsigned(number) => number.to_string(),
            Unexpected::Float(number) => number.to_string(),
            Unexpected::Str(text) => format!("`{text}`"),
            other => kind_of(other),
        };
        Self::unfit(range_of(&expected), found)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        let values = if length == 1 { "value" } else { "values" };
        let expected = plain_expected(&expected.to_string());
        Self::unfit(expected, format!("{length} {values}"))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownChoice { name: variant.to_owned(), known: expected })
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownKey { name: field.to_owned(), known: expected })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Kind::MissingKey(field))
    }
}

fn kind_of(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(_) => "a boolean".to_owned(),
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer".to_owned(),
        Unexpected::Float(_) => "a float".to_owned(),
        Unexpected::Char(_) | Unexpected::Str(_) => "a string".to_owned(),
        Unexpected::Seq => "an array".to_owned(),
        Unexpected::Map => "a table".to_owned(),
        other => other.to_string(),
    }
}

/// Serde speaks Rust to the user; this speaks TOML.
fn plain_expected(expected: &str) -> String {
    let plain = match expected {
        "i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize" => "an integer",
        "f32" | "f64" => "a number",
        "a sequence" => "an array",
        "a map" => "a table",
        _ if expected.starts_with("struct ") => "a table",
        _ if expected.starts_with("tuple ") => "an array",
        _ if expected.starts_with("a tuple of size ") => {
            return expected.replace("a tuple of size", "an array of length");
        }
        _ => expected,
    };
    plain.to_owned()
}

fn range_of(expected: &str) -> String {
    let (low, high) = match expected {
        "u8" => (0, u64::from(u8::MAX)),
        "u16" => (0, u64::from(u16::MAX)),
        "u32" => (0, u64::from(u32::MAX)),
        "u64" | "usize" => return "an integer that is not negative".to_owned(),
        "i8" => (i64::from(i8::MIN), i8::MAX as u64),
        "i16" => (i64::from(i16::MIN), i16::MAX as u64),
        "i32" => (i64::from(i32::MIN), i32::MAX as u64),
        other => return plain_expected(other),
    };
    format!("an integer from {low} to {high}")
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.explain("the value", "the table").message)
    }
}

impl std::error::Error for Mistake {}
