//! What the TOML parser says, in words for someone who does not write TOML every day.

use std::ops::Range;

use toml::de::{DeTable, DeValue, Error};

use super::diagnostic::Diagnostic;

/// Syntax errors breed: those after the first few say nothing new.
const ERROR_LIMIT: usize = 5;

/// Explains the errors of a whole text, one a line.
pub(crate) fn explain_document(text: &str, root: &DeTable<'_>, errors: &[Error]) -> Vec<Diagnostic> {
    let explain = |(line, error): (usize, &Error)| {
        if problem(error).0 == "duplicate key" {
            return duplicate_key(text, root, place(text, error));
        }
        let diagnostic = explain(text, error);
        Diagnostic {
            message: format!("syntax error in line {}: {}", line + 1, diagnostic.message),
            ..diagnostic
        }
    };
    let first = one_a_line(text, errors).into_iter();
    first.take(ERROR_LIMIT).map(explain).collect()
}

/// Explains the first error of a single value.
pub(crate) fn explain_value(text: &str, errors: &[Error]) -> Option<Diagnostic> {
    let first = one_a_line(text, errors).into_iter().next()?;
    Some(explain(text, first.1))
}

/// The most telling error of every line, with the index of the line.
fn one_a_line<'a>(text: &str, errors: &'a [Error]) -> Vec<(usize, &'a Error)> {
    if let Some(deep) = errors.iter().find(|error| is_too_deep(error)) {
        return vec![(line_index(text, place(text, deep).start), deep)];
    }
    let mut kept: Vec<(usize, &Error)> = Vec::new();
    for error in errors.iter().take(10 * ERROR_LIMIT) {
        let line = line_index(text, place(text, error).start);
        match kept.iter_mut().find(|(other, _)| *other == line) {
            Some((_, other)) if weight(error) > weight(other) => *other = error,
            Some(_) => {}
            None => kept.push((line, error)),
        }
    }
    kept
}

fn is_too_deep(error: &Error) -> bool {
    error.message().contains("recursion")
}

/// An unclosed string also leaves its array or table unclosed, and a bad key has no value.
fn weight(error: &Error) -> u8 {
    match problem(error) {
        (_, Some("`\"`" | "`'`")) => 2,
        ("invalid unquoted key", _) => 1,
        _ => 0,
    }
}

fn problem(error: &Error) -> (&str, Option<&str>) {
    match error.message().split_once(", expected ") {
        Some((problem, "nothing")) => (problem, None),
        Some((problem, expected)) => (problem, Some(expected)),
        None => (error.message(), None),
    }
}

fn place(text: &str, error: &Error) -> Range<usize> {
    let range = error.span().unwrap_or(0..0);
    let whole = text.is_char_boundary(range.start) && text.is_char_boundary(range.end);
    if whole { range } else { 0..0 }
}

fn explain(text: &str, error: &Error) -> Diagnostic {
    let place = place(text, error);
    match problem(error) {
        _ if is_too_deep(error) => Diagnostic::new("nested too deeply", place, ""),
        ("string values must be quoted" | "invalid boolean" | "invalid float", _) => bare_value(text, place),
        (_, Some(quote @ ("`\"`" | "`'`"))) => {
            Diagnostic::new("unclosed string", place, format!("expected {quote}"))
        }
        (problem, None) => match extended_type(problem) {
            Some(kind) => {
                let key = &text[place.clone()];
                let message = format!("`{key}` is already set to a value of type {kind}");
                Diagnostic::new(message, place, "so it cannot hold keys")
            }
            None => Diagnostic::new(problem, place, ""),
        },
        (problem, Some(expected)) => {
            let label = format!("expected {}", alternatives(expected));
            Diagnostic::new(problem, place, label)
        }
    }
}

fn extended_type(problem: &str) -> Option<&str> {
    let rest = problem.strip_prefix("cannot extend value of type ")?;
    rest.strip_suffix(" with a dotted key")
}

/// `a, b, c` as `a, b or c`.
fn alternatives(list: &str) -> String {
    match list.rsplit_once(", ") {
        Some((init, last)) => format!("{init} or {last}"),
        None => list.to_owned(),
    }
}

fn bare_value(text: &str, place: Range<usize>) -> Diagnostic {
    let ends = |c: char| c.is_whitespace() || ",[]{}#=\"'".contains(c);
    let start = text[..place.start].rfind(ends);
    let start = start.map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    let end = text[place.end..].find(ends);
    let end = end.map_or(text.len(), |length| place.end + length);
    let value = text[start..end].trim();
    let label = "expected a number, `true`, `false` or a string in quotes";
    if value.is_empty() {
        return Diagnostic::new("missing value", place, label);
    }
    let plain = value.trim_matches(['“', '”', '„', '‘', '’']);
    Diagnostic::new(format!("the value `{value}` needs quotes"), start..end, label)
        .with_help(format!("write \"{plain}\""))
}

fn duplicate_key(text: &str, root: &DeTable<'_>, place: Range<usize>) -> Diagnostic {
    let key = &text[place.clone()];
    let message = format!("duplicate key `{key}`");
    let first = first_header(text, &place).or_else(|| first_key(text, root, &place));
    let diagnostic = Diagnostic::new(message, place, "given again here");
    match first {
        Some(first) => diagnostic.with_secondary(first, "first given here"),
        None => diagnostic,
    }
}

/// The earlier of two equal table headers.
fn first_header(text: &str, place: &Range<usize>) -> Option<Range<usize>> {
    let header = |line: &str| {
        let (header, _) = line.trim_start().split_once(']')?;
        header.starts_with('[').then(|| header.to_owned())
    };
    let start = line_start(text, place.start);
    let wanted = header(&text[start..])?;
    let mut offset = 0;
    for line in text[..start].split_inclusive('\n') {
        if header(line).is_some_and(|header| header == wanted) {
            return Some(offset..offset + line.trim_end().len());
        }
        offset += line.len();
    }
    None
}

/// The same key, given before on the same line or with the same text in front of it.
fn first_key(text: &str, root: &DeTable<'_>, place: &Range<usize>) -> Option<Range<usize>> {
    let name = decoded(&text[place.clone()]);
    let mut keys = Vec::new();
    collect_keys(root, &name, &mut keys);
    let line = line_start(text, place.start);
    let before = text[line..place.start].trim();
    keys.into_iter()
        .filter(|key| key.start < place.start)
        .filter(|key| {
            let key_line = line_start(text, key.start);
            key_line == line || text[key_line..key.start].trim() == before
        })
        .max_by_key(|key| key.start)
}

/// A key without its quotes.
fn decoded(key: &str) -> String {
    let quoted = key.starts_with(['"', '\'']);
    let unquoted = || Some(DeValue::parse(key).ok()?.get_ref().as_str()?.to_owned());
    quoted.then(unquoted).flatten().unwrap_or_else(|| key.to_owned())
}

fn collect_keys(table: &DeTable<'_>, name: &str, found: &mut Vec<Range<usize>>) {
    for (key, value) in table {
        if key.get_ref() == name {
            found.push(key.span());
        }
        collect_in_value(value.get_ref(), name, found);
    }
}

fn collect_in_value(value: &DeValue<'_>, name: &str, found: &mut Vec<Range<usize>>) {
    match value {
        DeValue::Table(table) => collect_keys(table, name, found),
        DeValue::Array(items) => items.iter().for_each(|item| collect_in_value(item.get_ref(), name, found)),
        _ => {}
    }
}

fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |at| at + 1)
}

fn line_index(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count()
}
