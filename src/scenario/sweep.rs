//! Sweeps: lists and ranges of values by dotted key; each combination is a case.

mod axis;
mod range;

use std::collections::BTreeMap;

use super::text::{Diagnostic, Diagnostics, Node, Place, Value};
pub use axis::Axis;

/// One point of a sweep.
#[derive(Clone, Debug, Default)]
pub(super) struct Point {
    /// Such as `r=1 w=2`.
    pub(super) label: String,
    /// Which key, where it is written, and its value here.
    pub(super) settings: Vec<(String, Place, Node)>,
}

/// The values of one key.
struct Values {
    path: String,
    place: Place,
    values: Vec<Node>,
}

/// All axes and all points, the last axis varying fastest.
///
/// # Errors
/// Something else than lists and ranges, empty lists, or more points than `limit`.
pub(super) fn points(sweep: &Node, limit: u64) -> Result<(Vec<Axis>, Vec<Point>), Diagnostics> {
    let mut gathered = Gathered { axes: Vec::new(), mistakes: Vec::new(), limit };
    gathered.gather("", sweep);
    let Gathered { axes, mut mistakes, .. } = gathered;
    let count = axes.iter().fold(1u64, |count, axis: &Values| count.saturating_mul(axis.values.len() as u64));
    if count > limit {
        let message = format!("the sweep has {count} points, more than the limit of {limit}");
        let problem = Diagnostic::new(message, sweep.span.clone(), "");
        mistakes.push(problem.with_help("take fewer values, or lift the limit: [limits] cases = …"));
    }
    Diagnostics::check(mistakes)?;
    let mut points = vec![Point::default()];
    for axis in &axes {
        let name = short_name(&axis.path, &axes);
        points = points
            .iter()
            .flat_map(|point| axis.values.iter().map(|value| extend(point, axis, name, value)))
            .collect();
    }
    let told = axes.iter().map(|axis| {
        let values = axis.values.iter().map(shown).collect();
        Axis::new(&axis.path, short_name(&axis.path, &axes), values, &axis.values)
    });
    Ok((told.collect(), points))
}

fn extend(point: &Point, axis: &Values, name: &str, value: &Node) -> Point {
    let mut point = point.clone();
    let blank = if point.label.is_empty() { "" } else { " " };
    point.label = format!("{}{blank}{name}={}", point.label, shown(value));
    point.settings.push((axis.path.clone(), axis.place.clone(), value.clone()));
    point
}

/// What a table of a sweep holds.
struct Gathered {
    axes: Vec<Values>,
    mistakes: Vec<Diagnostic>,
    limit: u64,
}

impl Gathered {
    /// Keys may be written as one quoted path or as nested tables.
    fn gather(&mut self, path: &str, node: &Node) {
        let Some(table) = node.as_table() else {
            let (problem, help) = match path {
                "" => ("`sweep` must be a table of lists".to_owned(), "write e.g. [sweep] seed = [1, 2, 3]"),
                _ => (
                    format!("`{path}` must be a list of values"),
                    "write the values in brackets: [1, 2, 3], or a range: { from = 1, to = 9, steps = 5 }",
                ),
            };
            self.mistakes.push(Diagnostic::new(problem, node.span.clone(), "").with_help(help));
            return;
        };
        for entry in table.iter() {
            let below =
                if path.is_empty() { entry.key.clone() } else { format!("{path}.{}", quoted(&entry.key)) };
            let place = entry.key_span.clone();
            match (entry.node.as_array(), entry.node.as_table().filter(|table| range::is_range(table))) {
                (Some([]), _) => {
                    let problem = format!("`{below}` has no values");
                    self.mistakes.push(Diagnostic::new(problem, entry.node.span.clone(), ""));
                }
                (Some(values), _) => {
                    self.mistakes.extend(repeated(&below, values));
                    self.axes.push(Values { path: below, place, values: values.to_vec() });
                }
                (None, Some(table)) => match range::values(&below, &entry.node, table, self.limit) {
                    Ok(values) => self.axes.push(Values { path: below, place, values }),
                    Err(mistakes) => self.mistakes.extend(mistakes),
                },
                (None, None) => self.gather(&below, &entry.node),
            }
        }
    }
}

/// Cases are told apart by their values.
fn repeated(path: &str, values: &[Node]) -> Option<Diagnostic> {
    let mut seen = BTreeMap::new();
    values.iter().find_map(|value| {
        let first = seen.insert(shown(value), value)?;
        let problem = format!("`{path}` has the value {} twice", shown(value));
        let problem = Diagnostic::new(problem, value.span.clone(), "given again here");
        Some(problem.with_secondary(first.span.clone(), "first given here"))
    })
}

/// A key as a part of a dotted path.
pub fn quoted(key: &str) -> String {
    let bare = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if bare { key.to_owned() } else { format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\"")) }
}

/// The last part of the path, or the whole of it where another axis ends alike.
fn short_name<'p>(path: &'p str, axes: &[Values]) -> &'p str {
    let last = |path: &'p str| path.rsplit('.').next().unwrap_or(path);
    let alike = axes.iter().filter(|axis| axis.path.rsplit('.').next() == Some(last(path))).count();
    if alike > 1 { path } else { last(path) }
}

fn shown(value: &Node) -> String {
    match &value.value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Datetime(date) => date.to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(",")),
        Value::Table(table) => {
            let entries = table.iter().map(|entry| format!("{}:{}", entry.key, shown(&entry.node)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
    }
}
