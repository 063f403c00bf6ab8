//! TOML text to tree.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::diagnostic::{Diagnostic, Diagnostics};
use super::source::{check_text, control_character};
use super::syntax_error::{explain_document, explain_value};
use super::tree::{Entry, Node, Table, Value};

/// Reads a whole text; places count from its beginning.
pub(crate) fn parse_document(text: &str) -> Result<Node, Diagnostics> {
    check_text(text)?;
    let (root, errors) = DeTable::parse_recoverable(text);
    Diagnostics::check(explain_document(text, root.get_ref(), &errors))?;
    let mut objections = Vec::new();
    let root = Node { span: 0..0, value: Value::Table(table(root.into_inner(), &mut objections)) };
    Diagnostics::check(objections)?;
    Ok(root)
}

/// Reads one value; places count from the beginning of `text`.
pub(crate) fn parse_value(text: &str) -> Result<Node, Diagnostics> {
    let (value, errors) = DeValue::parse_recoverable(text);
    Diagnostics::check(explain_value(text, &errors))?;
    let mut objections = Vec::new();
    let node = node(value, &mut objections);
    Diagnostics::check(objections)?;
    Ok(node)
}

fn table(source: DeTable<'_>, objections: &mut Vec<Diagnostic>) -> Table {
    let mut table = Table::default();
    for (key, value) in source {
        let key_span = key.span();
        table.push(Entry {
            key: string(key.into_inner(), &key_span, objections),
            key_span,
            node: node(value, objections),
        });
    }
    table
}

fn node(source: Spanned<DeValue<'_>>, objections: &mut Vec<Diagnostic>) -> Node {
    let span = source.span();
    let value = match source.into_inner() {
        DeValue::String(text) => Value::String(string(text, &span, objections)),
        DeValue::Integer(number) => {
            let parsed = i64::from_str_radix(number.as_str(), number.radix());
            let too_large = |_| {
                let help = format!("integers go from {} to {}", i64::MIN, i64::MAX);
                objections
                    .push(Diagnostic::new("the integer is too large", span.clone(), "").with_help(help));
            };
            Value::Integer(parsed.map_err(too_large).unwrap_or(0))
        }
        DeValue::Float(number) => {
            let parsed = number.as_str().parse().unwrap_or(f64::INFINITY);
            if parsed.is_infinite() && !number.as_str().contains("inf") {
                let help = format!("the largest number is {:e}", f64::MAX);
                objections.push(Diagnostic::new("the number is too large", span.clone(), "").with_help(help));
            }
            Value::Float(parsed)
        }
        DeValue::Boolean(flag) => Value::Boolean(flag),
        DeValue::Datetime(date) => Value::Datetime(date),
        DeValue::Array(items) => {
            let items = items.into_iter().map(|item| node(item, objections));
            Value::Array(items.collect())
        }
        DeValue::Table(source) => Value::Table(table(source, objections)),
    };
    Node { span, value }
}

/// An escape such as `\u0000` can bring in what the plain text may not hold.
fn string(text: DeString<'_>, span: &Range<usize>, objections: &mut Vec<Diagnostic>) -> String {
    let control = |c: &char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    if let Some(c) = text.chars().find(control) {
        objections.push(control_character(c, span.clone()));
    }
    text.into_owned()
}
