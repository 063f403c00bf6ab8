//! Ranges of a sweep: `{ from = "10/s", to = "1000/s", steps = 7, scale = "log" }`.

use super::axis;
use crate::scenario::text::{Diagnostic, Node, Place, Table, Value};

const KEYS: [&str; 4] = ["from", "to", "steps", "scale"];
const EXAMPLE: &str = "write e.g. { from = \"10/s\", to = \"1000/s\", steps = 7, scale = \"log\" }";

/// Whether a table is a range, and not keys with lists below them.
pub(super) fn is_range(table: &Table) -> bool {
    let is_plain = |node: &Node| node.as_array().is_none() && node.as_table().is_none();
    KEYS.iter().any(|key| table.get(key).is_some_and(is_plain))
}

/// A number as it is written, and what stands behind it.
#[derive(Clone, PartialEq, Debug)]
struct Written {
    number: f64,
    /// Its unit, with the blanks before it.
    unit: String,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Integer,
    Float,
    Text,
}

impl Written {
    fn read(node: &Node) -> Option<Written> {
        let plain = |number, form| Some(Written { number, unit: String::new(), form });
        match &node.value {
            Value::Integer(number) => plain(*number as f64, Form::Integer),
            Value::Float(number) if number.is_finite() => plain(*number, Form::Float),
            Value::String(text) => {
                let text = text.trim();
                let ends = (1..=text.len()).rev().filter(|&end| text.is_char_boundary(end));
                let (number, end) =
                    ends.filter_map(|end| Some((text[..end].parse::<f64>().ok()?, end))).find(
                        |(number, end)| number.is_finite() && !text[..*end].ends_with(char::is_alphabetic),
                    )?;
                let unit = text[end..].to_owned();
                // Such as 1h30m: no number of one unit.
                let is_one = !unit.contains(|c: char| c.is_ascii_digit());
                is_one.then_some(Written { number, unit, form: Form::Text })
            }
            _ => None,
        }
    }

    /// In another unit of the same quantity; `None` if that is no such unit.
    fn in_unit_of(&self, other: &Written) -> Option<Written> {
        if self.unit == other.unit {
            return Some(self.clone());
        }
        let base = |number: f64, unit: &str| {
            let span = 0..0;
            axis::number(&Node { span, value: Value::String(format!("{number}{unit}")) })
        };
        // A thousand keeps whole base units from being rounded.
        let ((own, own_base), (one, base)) = base(self.number, &self.unit).zip(base(1e3, &other.unit))?;
        let is_same = own_base == base && self.form == Form::Text && other.form == Form::Text;
        is_same.then(|| Written { number: own / (one / 1e3), ..other.clone() })
    }

    fn at(&self, number: f64) -> Value {
        match self.form {
            Form::Integer => Value::Integer(number as i64),
            Form::Float => Value::Float(number),
            Form::Text => Value::String(format!("{number}{}", self.unit)),
        }
    }
}

/// The values of a range, each written as its ends are.
///
/// # Errors
/// What is wrong with the range; more than `limit` steps are.
pub(super) fn values(
    path: &str,
    node: &Node,
    table: &Table,
    limit: u64,
) -> Result<Vec<Node>, Vec<Diagnostic>> {
    let mut mistakes = Vec::new();
    for entry in table.iter().filter(|entry| !KEYS.contains(&entry.key.as_str())) {
        let problem = format!("unknown key `{}` in the range of `{path}`", entry.key);
        let problem = Diagnostic::new(problem, entry.key_span.clone(), "");
        mistakes.push(problem.with_help("a range has from, to, steps and scale"));
    }
    let mut end = |key: &str| {
        let Some(node) = table.get(key) else {
            let problem = format!("the range of `{path}` has no `{key}`");
            mistakes.push(Diagnostic::new(problem, node.span.clone(), "").with_help(EXAMPLE));
            return None;
        };
        let written = Written::read(node);
        if written.is_none() {
            let problem = format!("`{key}` must be a number, or a number and its unit in quotes");
            mistakes.push(Diagnostic::new(problem, node.span.clone(), "").with_help(EXAMPLE));
        }
        written
    };
    let ends = end("from").zip(end("to"));
    let steps = steps(path, node, table, limit).map_err(|mistake| mistakes.push(mistake));
    let is_log = is_log(table).map_err(|mistake| mistakes.push(mistake));
    let (Some((from, to)), Ok(steps), Ok(is_log), true) = (ends, steps, is_log, mistakes.is_empty()) else {
        return Err(mistakes);
    };
    let place = |key: &str| table.get(key).map_or_else(|| node.span.clone(), |node| node.span.clone());
    if let Some(key) = KEYS.into_iter().find(|key| table.get(key).is_some_and(is_huge)) {
        let problem = format!("`{key}` is a whole number beyond 2^53, next to which not all have a place");
        return Err(vec![Diagnostic::new(problem, place(key), "").with_help("list the values: [1, 2, 3]")]);
    }
    let Some(to) = to.in_unit_of(&from).filter(|to| (from.form == Form::Text) == (to.form == Form::Text))
    else {
        let problem = Diagnostic::new("`from` and `to` are in different units", place("to"), "");
        let help = "write both in units of one quantity, such as \"1s\" and \"1min\"";
        return Err(vec![problem.with_help(help)]);
    };
    if from.number == to.number {
        return Err(vec![Diagnostic::new("`from` and `to` are the same", place("to"), "")]);
    }
    if is_log && (from.number <= 0.0 || to.number <= 0.0) {
        let problem = Diagnostic::new("a logarithmic range begins and ends above 0", place("from"), "");
        return Err(vec![problem.with_help("use scale = \"linear\", or another beginning")]);
    }
    let form = if to.form == Form::Float { to.form } else { from.form };
    let like = Written { form, ..from.clone() };
    if form == Form::Integer && !is_log {
        uneven(&from, &to, steps, place("steps")).map_or(Ok(()), |mistake| Err(vec![mistake]))?;
    }
    let Some(numbers) = numbers(from.number, to.number, steps, is_log, form == Form::Integer) else {
        let problem = format!("there are fewer than {steps} whole numbers in this range");
        return Err(vec![Diagnostic::new(problem, place("steps"), "").with_help("take fewer steps")]);
    };
    let span = node.span.clone();
    let between = numbers.into_iter().map(|number| Node { span: span.clone(), value: like.at(number) });
    let mut values: Vec<Node> = between.collect();
    if let (Form::Text, Some(last), Some(written)) = (form, values.last_mut(), table.get("to")) {
        // As it is written, though it be in another unit.
        last.value = Value::String(written.as_str().unwrap_or_default().trim().to_owned());
    }
    Ok(values)
}

fn is_huge(node: &Node) -> bool {
    matches!(node.value, Value::Integer(number) if number.unsigned_abs() > 1 << 53)
}

/// Numbers of steps that are told.
const TOLD: usize = 5;

/// A straight range between whole numbers whose steps are not whole.
fn uneven(from: &Written, to: &Written, steps: usize, place: Place) -> Option<Diagnostic> {
    let distance = (to.number - from.number).abs() as u64;
    let parts = steps as u64 - 1;
    // Of these there are too few for any spacing: that is told otherwise.
    if distance % parts == 0 || distance < parts {
        return None;
    }
    let mut even: Vec<u64> = (1..=parts * 2).filter(|parts| distance % parts == 0).collect();
    even.sort_by_key(|even| even.abs_diff(parts));
    even.truncate(TOLD);
    even.sort_unstable();
    let even: Vec<String> = even.iter().map(|parts| (parts + 1).to_string()).collect();
    let (last, others) = even.split_last()?;
    let counts = if others.is_empty() { last.clone() } else { format!("{} or {last}", others.join(", ")) };
    let problem = format!("{steps} steps from {} to {} are not whole numbers", from.number, to.number);
    let help = format!(
        "write {:.1} and {:.1} where the key takes fractions, or take {counts} steps",
        from.number, to.number
    );
    Some(Diagnostic::new(problem, place, "").with_help(help))
}

fn steps(path: &str, node: &Node, table: &Table, limit: u64) -> Result<usize, Diagnostic> {
    let Some(steps) = table.get("steps") else {
        let problem = format!("the range of `{path}` has no `steps`");
        return Err(Diagnostic::new(problem, node.span.clone(), "").with_help(EXAMPLE));
    };
    match steps.value {
        Value::Integer(count) if count >= 2 && count as u64 <= limit => Ok(count as usize),
        Value::Integer(count) if count >= 2 => {
            let problem = format!("the range has {count} steps, more than the limit of {limit} cases");
            let problem = Diagnostic::new(problem, steps.span.clone(), "");
            Err(problem.with_help("take fewer steps, or lift the limit: [limits] cases = …"))
        }
        _ => Err(Diagnostic::new("`steps` must be a whole number from 2 on", steps.span.clone(), "")
            .with_help("both ends count: 3 steps are the ends and one value between")),
    }
}

fn is_log(table: &Table) -> Result<bool, Diagnostic> {
    match table.get("scale") {
        None => Ok(false),
        Some(node) => match node.as_str() {
            Some("linear") => Ok(false),
            Some("log") => Ok(true),
            _ => Err(Diagnostic::new("`scale` is \"linear\" or \"log\"", node.span.clone(), "")),
        },
    }
}

/// Digits that values between the ends have, if these tell them apart.
const DIGITS: std::ops::RangeInclusive<usize> = 3..=15;

/// From one end to the other; `None` if whole numbers are wanted and there are not enough.
fn numbers(from: f64, to: f64, steps: usize, is_log: bool, whole: bool) -> Option<Vec<f64>> {
    let exact = |step: usize| {
        let part = step as f64 / (steps - 1) as f64;
        match step {
            0 => from,
            _ if step + 1 == steps => to,
            _ if is_log => from * (to / from).powf(part),
            _ => from + (to - from) * part,
        }
    };
    DIGITS.into_iter().find_map(|digits| {
        let rounded = |step: usize| {
            let value = exact(step);
            if step == 0 || step + 1 == steps {
                return value;
            }
            let value: f64 = format!("{value:.0$e}", digits - 1).parse().unwrap_or(value);
            if whole { value.round() } else { value }
        };
        let numbers: Vec<f64> = (0..steps).map(rounded).collect();
        let rises = |pair: &[f64]| if to > from { pair[0] < pair[1] } else { pair[0] > pair[1] };
        numbers.windows(2).all(rises).then_some(numbers)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::text::Document;

    fn of(range: &str) -> Result<String, String> {
        let document = Document::parse("s.toml", &format!("x = {range}")).unwrap();
        let node = document.get("x").unwrap();
        let table = node.as_table().unwrap();
        assert!(is_range(table));
        let values = values("x", node, table, 100);
        let shown = |node: &Node| toml::Value::try_from(node).unwrap().to_string();
        values
            .map(|nodes| nodes.iter().map(shown).collect::<Vec<_>>().join(" "))
            .map_err(|mistakes| mistakes.iter().map(|m| m.message.clone()).collect::<Vec<_>>().join("; "))
    }

    /// By hand: 10 · 100^(k/6) is 10, 21.54, 46.42, 100, 215.4, 464.2, 1000.
    #[test]
    fn values_between_have_the_unit_and_three_digits() {
        let log = of(r#"{ from = "10/s", to = "1000/s", steps = 7, scale = "log" }"#);
        assert_eq!(log.unwrap(), r#""10/s" "21.5/s" "46.4/s" "100/s" "215/s" "464/s" "1000/s""#);
        assert_eq!(of(r#"{ from = "5 %", to = "1 %", steps = 3 }"#).unwrap(), r#""5 %" "3 %" "1 %""#);
        assert_eq!(of(r#"{ from = 1, to = 9, steps = 3, scale = "log" }"#).unwrap(), "1 3 9");
        assert_eq!(of("{ from = 0, to = 1.0, steps = 5 }").unwrap(), "0.0 0.25 0.5 0.75 1.0");
        assert_eq!(of("{ from = 1000, to = 1003, steps = 4 }").unwrap(), "1000 1001 1002 1003");
        let bytes = of(r#"{ from = "1MiB", to = "4MiB", steps = 3, scale = "log" }"#);
        assert_eq!(bytes.unwrap(), r#""1MiB" "2MiB" "4MiB""#);
    }

    /// By hand: values between are in the unit of the beginning, the end is as it is written.
    #[test]
    fn ends_may_be_in_two_units_of_one_quantity() {
        let time = of(r#"{ from = "1s", to = "1min", steps = 3 }"#);
        assert_eq!(time.unwrap(), r#""1s" "30.5s" "1min""#);
        let bytes = of(r#"{ from = "10kB", to = "1MB", steps = 3, scale = "log" }"#);
        assert_eq!(bytes.unwrap(), r#""10kB" "100kB" "1MB""#);
        let rate = of(r#"{ from = "0/min", to = "1/s", steps = 3 }"#);
        assert_eq!(rate.unwrap(), r#""0/min" "30/min" "1/s""#);
        assert_eq!(
            of(r#"{ from = "60s", to = "1min", steps = 3 }"#).unwrap_err(),
            "`from` and `to` are the same"
        );
    }

    /// 10 has the divisors 1, 2, 5 and 10; 1 to 12 are 11 apart.
    #[test]
    fn whole_numbers_are_not_rounded_to_a_spacing() {
        let told = |range: &str| {
            let document = Document::parse("s.toml", &format!("x = {range}")).unwrap();
            let node = document.get("x").unwrap();
            let mistakes = values("x", node, node.as_table().unwrap(), 100).unwrap_err();
            format!("{}; {}", mistakes[0].message, mistakes[0].help.join("; "))
        };
        assert_eq!(
            told("{ from = 0, to = 10, steps = 4 }"),
            "4 steps from 0 to 10 are not whole numbers; write 0.0 and 10.0 where the key takes fractions, or take 2, 3 or 6 steps"
        );
        assert_eq!(
            told("{ from = 12, to = 1, steps = 3 }"),
            "3 steps from 12 to 1 are not whole numbers; write 12.0 and 1.0 where the key takes fractions, or take 2 steps"
        );
        assert_eq!(of("{ from = 0, to = 10.0, steps = 5 }").unwrap(), "0.0 2.5 5.0 7.5 10.0");
    }

    #[test]
    fn what_is_no_range_is_told() {
        for (range, message) in [
            ("{ from = 1, to = 3, steps = 9 }", "there are fewer than 9 whole numbers in this range"),
            ("{ from = 1, to = 3 }", "the range of `x` has no `steps`"),
            ("{ from = 1, steps = 3 }", "the range of `x` has no `to`"),
            (r#"{ from = "1s", to = "9kB", steps = 3 }"#, "`from` and `to` are in different units"),
            (r#"{ from = 1, to = "9ms", steps = 3 }"#, "`from` and `to` are in different units"),
            (
                "{ from = 1, to = 9007199254740993, steps = 3 }",
                "`to` is a whole number beyond 2^53, next to which not all have a place",
            ),
            (
                r#"{ from = "1h30m", to = "2h", steps = 3 }"#,
                "`from` must be a number, or a number and its unit in quotes",
            ),
            ("{ from = 0, to = 9, steps = 3, scale = 'log' }", "a logarithmic range begins and ends above 0"),
            ("{ from = 1, to = 9, steps = 3, scale = 'exp' }", "`scale` is \"linear\" or \"log\""),
            (
                "{ from = 1, to = 9, steps = 101 }",
                "the range has 101 steps, more than the limit of 100 cases",
            ),
            ("{ from = 1, to = 9, steps = 3, by = 2 }", "unknown key `by` in the range of `x`"),
            ("{ from = 4, to = 4, steps = 3 }", "`from` and `to` are the same"),
        ] {
            assert_eq!(of(range).unwrap_err(), message, "{range}");
        }
    }
}
