//! Dotted paths into the tree: `namespace."my keys".cache.edge.ttl`, `client.0.at`.

use std::ops::Range;

use super::diagnostic::{Diagnostic, Place};
use super::syntax::parse_value;
use super::tree::{Entry, Node, Table, Value};

/// Deeper than any scenario, and shallow enough to be walked recursively.
const DEPTH_LIMIT: usize = 40;

/// One key of a path, or the index of an array element.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Segment {
    pub(crate) key: String,
    pub(crate) span: Place,
}

/// Splits a path at its dots; places count from `base`.
pub(crate) fn parse_path(text: &str, base: usize) -> Result<Vec<Segment>, Diagnostic> {
    let mut segments = Vec::new();
    let mut start = 0;
    loop {
        let end = unquoted(&text[start..], '.').map_or(text.len(), |length| start + length);
        segments.push(segment(text, start..end, base)?);
        if segments.len() > DEPTH_LIMIT {
            let message = format!("a path has at most {DEPTH_LIMIT} keys");
            return Err(Diagnostic::new(message, base..base + text.len(), ""));
        }
        if end == text.len() {
            return Ok(segments);
        }
        start = end + 1;
    }
}

fn segment(text: &str, range: Range<usize>, base: usize) -> Result<Segment, Diagnostic> {
    let raw = &text[range.clone()];
    let key = raw.trim();
    let start = base + range.start + (raw.len() - raw.trim_start().len());
    let span = start..start + key.len();
    let bad = |message: &str| {
        let help =
            "a path is keys with dots between them; other keys than letters, digits, `-` and `_` in quotes";
        Err(Diagnostic::new(message, span.clone(), "").with_help(help))
    };
    if key.is_empty() {
        return bad("a key is missing in the path");
    }
    if key.starts_with(['"', '\'']) {
        return match parse_value(key).ok().as_ref().and_then(Node::as_str) {
            Some(key) => Ok(Segment { key: key.to_owned(), span }),
            None => bad("the quoted key is not complete"),
        };
    }
    if !key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) {
        return bad("the key needs quotes");
    }
    Ok(Segment { key: key.to_owned(), span })
}

/// The first `wanted` outside quotes.
pub(crate) fn unquoted(text: &str, wanted: char) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match quote {
            None if c == wanted => return Some(at),
            None if matches!(c, '"' | '\'') => quote = Some(c),
            Some('"') if c == '\\' && !escaped => {
                escaped = true;
                continue;
            }
            Some(open) if c == open && !escaped => quote = None,
            _ => {}
        }
        escaped = false;
    }
    None
}

/// A key as it has to be written in a path.
pub(crate) fn quoted_if_needed(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !key.is_empty() && key.chars().all(plain) { key.to_owned() } else { format!("{key:?}") }
}

pub(crate) fn get<'a>(mut node: &'a Node, path: &[Segment]) -> Option<&'a Node> {
    for segment in path {
        node = match &node.value {
            Value::Table(table) => table.get(&segment.key)?,
            Value::Array(items) => items.get(segment.key.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(node)
}

pub(crate) fn take(root: &mut Node, path: &[Segment]) -> Option<Node> {
    let (last, parents) = path.split_last()?;
    let mut node = root;
    for segment in parents {
        node = match &mut node.value {
            Value::Table(table) => {
                let index = table.position(&segment.key)?;
                &mut table.entry_mut(index).node
            }
            Value::Array(items) => items.get_mut(segment.key.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    match &mut node.value {
        Value::Table(table) => table.position(&last.key).map(|i| table.remove(i)),
        Value::Array(items) => {
            let index = last.key.parse().ok().filter(|&i: &usize| i < items.len())?;
            Some(items.remove(index))
        }
        _ => None,
    }
}

/// Puts `value` at `path` in place of what is there, making the tables on the way that are not there yet.
pub(crate) fn put(
    root: &mut Node,
    path: &[Segment],
    value: Node,
    choices: &[&str],
) -> Result<(), Diagnostic> {
    let Some((last, parents)) = path.split_last() else {
        return Ok(());
    };
    let mut node = root;
    let mut above = "";
    for segment in parents {
        node = step(node, segment, above, choices)?;
        above = &segment.key;
    }
    choose(node, last, above, choices);
    if let Value::Table(table) = &mut node.value {
        table.put(Entry { node: value, ..empty_entry(last) });
    } else {
        *step(node, last, above, choices)? = value;
    }
    Ok(())
}

/// Below a key in `choices`, only the alternative on the path stays; one without a value is a word.
fn choose(node: &mut Node, segment: &Segment, above: &str, choices: &[&str]) {
    if !choices.contains(&above) {
        return;
    }
    match &mut node.value {
        Value::Table(table) => table.retain(|key| key == segment.key),
        word @ Value::String(_) => *word = Value::Table(Table::default()),
        _ => {}
    }
}

/// Goes one key down, making an empty table where there is nothing.
fn step<'a>(
    node: &'a mut Node,
    segment: &Segment,
    above: &str,
    choices: &[&str],
) -> Result<&'a mut Node, Diagnostic> {
    choose(node, segment, above, choices);
    match &mut node.value {
        Value::Table(table) => {
            let index = table.position(&segment.key);
            let index = index.unwrap_or_else(|| table.push(empty_entry(segment)));
            Ok(&mut table.entry_mut(index).node)
        }
        Value::Array(items) => {
            let count = items.len();
            let item = segment.key.parse::<usize>().ok();
            item.and_then(|i| items.get_mut(i)).ok_or_else(|| no_element(segment, above, count))
        }
        other => {
            let message = format!("cannot set `{}` below {}", segment.key, other.kind());
            let label = format!("`{above}` is {}, not a table", other.kind());
            Err(Diagnostic::new(message, segment.span.clone(), "").with_secondary(node.span.clone(), label))
        }
    }
}

fn empty_entry(segment: &Segment) -> Entry {
    Entry {
        key: segment.key.clone(),
        key_span: segment.span.clone(),
        node: Node { span: segment.span.clone(), value: Value::Table(Table::default()) },
    }
}

fn no_element(segment: &Segment, above: &str, count: usize) -> Diagnostic {
    let message = format!("`{above}` has no element `{}`", segment.key);
    let help = match count {
        0 => "it is empty".to_owned(),
        1 => "its only element is 0".to_owned(),
        _ => format!("its elements are 0 to {}", count - 1),
    };
    Diagnostic::new(message, segment.span.clone(), "not an index").with_help(help)
}
