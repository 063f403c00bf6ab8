//! A scenario document: its texts, and what they say when laid on top of one another.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::diagnostic::{Diagnostic, Diagnostics, Failure, Place};
use super::path::{self, parse_path, unquoted};
use super::question::question;
use super::source::{SourceMap, check_text, decode};
use super::syntax::{parse_document, parse_value};
use super::tree::{Entry, Node, Table, Value};

/// One or more texts and the tree that they make together.
///
/// Where a `choices` parameter occurs, it lists keys whose table holds exactly one of several alternatives, such as
/// `replication` in `replication.quorum = { r = 1 }`. Laying `replication.log = {}` over it replaces the quorum.
#[derive(Clone, Debug)]
pub struct Document {
    sources: SourceMap,
    root: Node,
}

impl Document {
    /// Reads the bytes of a file.
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, Failure> {
        Self::parse(name, &decode(name, bytes)?)
    }

    /// Reads a text.
    pub fn parse(name: &str, text: &str) -> Result<Self, Failure> {
        let root = parse_document(text).map_err(|list| Failure::in_text(name, text, list))?;
        if root.as_table().is_some_and(Table::is_empty) {
            let help = "`edgelag new` writes one to start from";
            let empty = Diagnostic::new("scenario is empty", 0..0, "").with_help(help);
            return Err(Failure::in_text(name, text, empty));
        }
        let mut sources = SourceMap::default();
        sources.add(name, text);
        Ok(Self { sources, root })
    }

    /// The texts that all places of this document point into.
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// The question that the comment at its top asks, or that of what it is laid over; empty where none does.
    pub fn question(&self) -> String {
        self.sources.texts().map(question).find(|asked| !asked.is_empty()).unwrap_or_default()
    }

    /// Lays `over` on `base`: tables merge key by key, everything else is replaced. Places of `over` stay what they were.
    pub fn layer(base: Document, over: Document, choices: &[&str]) -> Document {
        let Document { mut sources, root } = over;
        let shift = sources.append(base.sources);
        let mut merged = base.root;
        merged.shift(shift);
        if let (Value::Table(base), Value::Table(over)) = (&mut merged.value, root.value) {
            base.merge(over, choices);
        }
        merged.span = root.span;
        Document { sources, root: merged }
    }

    /// Lays a part of this document's own texts over it, as [`Document::layer`] does.
    pub fn lay_over(&mut self, over: Table, choices: &[&str]) {
        if let Value::Table(table) = &mut self.root.value {
            table.merge(over, choices);
        }
    }

    /// Carries out an assignment from the command line. The value is TOML where it can be, else a bare string.
    ///
    /// The assignment becomes a source called `origin`. After a mistake the document is good for drawing it only.
    pub fn set(
        &mut self,
        path: &str,
        value: &str,
        origin: &str,
        choices: &[&str],
    ) -> Result<(), Diagnostics> {
        let assignment = format!("{path}={value}");
        let base = self.sources.add(origin, &assignment);
        check_text(&assignment).map_err(|problem| problem.shifted(base))?;
        let segments = parse_path(path, base)?;
        let value = bare_value(value, base + path.len() + 1)?;
        path::put(&mut self.root, &segments, value, choices)?;
        Ok(())
    }

    /// Puts a value that has its place already. `at` is where `path` was written, for mistakes in it.
    pub fn set_value(
        &mut self,
        path: &str,
        at: &Place,
        value: Node,
        choices: &[&str],
    ) -> Result<(), Diagnostics> {
        let here = |problem: Diagnostic| Diagnostic { primary: (at.clone(), problem.primary.1), ..problem };
        let mut segments = parse_path(path, 0).map_err(here)?;
        for segment in &mut segments {
            segment.span = at.clone();
        }
        path::put(&mut self.root, &segments, value, choices)?;
        Ok(())
    }

    /// What is at `path`.
    pub fn get(&self, path: &str) -> Option<&Node> {
        path::get(&self.root, &parse_path(path, 0).ok()?)
    }

    /// Removes what is at `path`.
    pub fn take(&mut self, path: &str) -> Option<Node> {
        path::take(&mut self.root, &parse_path(path, 0).ok()?)
    }

    /// Reads the document, or the part at `path`, into a `T`, with as many mistakes at once as can be found.
    ///
    /// Unknown keys are mistakes for every struct. An error of a `TryFrom` becomes the message; what follows
    /// `"\nhelp: "` in it becomes help.
    pub fn deserialize<T: DeserializeOwned>(&self, path: Option<&str>) -> Result<T, Diagnostics> {
        let Some(path) = path else {
            return super::recovery::read(&self.root, "");
        };
        let missing = || {
            let message = format!("missing key `{path}`");
            Diagnostic::new(message, self.root.span.clone(), format!("`{path}` is required in the scenario"))
        };
        let node = self.get(path).ok_or_else(missing)?;
        super::recovery::read(node, path)
    }

    /// The whole as one plain TOML text.
    pub fn to_toml(&self) -> String {
        let text = |node: &Node| {
            toml::to_string(node).expect("a tree that was read from TOML can be written as TOML")
        };
        match self.get(ORDERED) {
            Some(Node { value: Value::Table(table), .. }) if !is_in_toml_order(table) => {
                let mut others = self.root.clone();
                path::take(&mut others, &parse_path(ORDERED, 0).expect("it is one word"));
                let lines: String = table.iter().map(|entry| format!("{}\n", inline(entry))).collect();
                format!("{}\n[{ORDERED}]\n{lines}", text(&others))
            }
            _ => text(&self.root),
        }
    }
}

/// The table in which the order of keys means something: that of the axes.
const ORDERED: &str = "sweep";

/// Whether plain values come before tables and lists of tables, as they have to where these have headers.
fn is_in_toml_order(table: &Table) -> bool {
    let is_table = |entry: &Entry| match &entry.node.value {
        Value::Array(items) => items.iter().any(|item| item.as_table().is_some()),
        value => matches!(value, Value::Table(_)),
    };
    table.iter().is_sorted_by_key(is_table)
        && table.iter().flat_map(|entry| entry.node.as_table()).all(is_in_toml_order)
}

/// An entry in one line, tables in it too.
fn inline(entry: &Entry) -> String {
    let mut text = String::new();
    let alone: Table = std::iter::once(entry.clone()).collect();
    let node = Node { span: 0..0, value: Value::Table(alone) };
    node.serialize(toml::ser::ValueSerializer::new(&mut text))
        .expect("what was read from TOML can be written as TOML");
    let entry = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    entry.unwrap_or(&text).trim().to_owned()
}

/// Splits `path=value` at the first `=` outside quotes.
pub fn split_assignment(assignment: &str) -> Option<(&str, &str)> {
    let at = unquoted(assignment, '=')?;
    Some((&assignment[..at], &assignment[at + 1..]))
}

/// `30s` and `FRA` need no quotes on a command line. What opens like TOML has to be TOML.
fn bare_value(text: &str, base: usize) -> Result<Node, Diagnostics> {
    let value = text.trim();
    let base = base + (text.len() - text.trim_start().len());
    let span = base..base + value.len();
    if value.is_empty() {
        let problem = Diagnostic::new("no value is given", span, "");
        return Err(problem.with_help("an empty string is written \"\"").into());
    }
    match parse_value(value) {
        Ok(mut node) => {
            node.shift(base);
            Ok(node)
        }
        Err(problems) if value.starts_with(['[', '{', '"', '\'']) || is_number(value) => {
            Err(problems.shifted(base))
        }
        Err(_) => Ok(Node { span, value: Value::String(value.to_owned()) }),
    }
}

/// Whether a value is written like a number of TOML, which may be too large for one.
fn is_number(value: &str) -> bool {
    let digits = value.trim_start_matches(['+', '-']);
    digits.starts_with(|first: char| ('1'..='9').contains(&first)) && digits.parse::<f64>().is_ok()
}
