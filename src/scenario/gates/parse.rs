//! From a gate's text to what it means in a case.

use std::ops::Range;

use super::bound::bound;
use super::metrics::{METRICS, Metric};
use super::syntax::{Label, Piece, Reader, with_blanks};
use super::{Gate, Objection, Selection, Side};
use crate::scenario::case::Case;
use crate::scenario::text::nearest;

/// The names that a gate may use.
#[derive(Debug)]
pub(super) struct Known<'c> {
    namespaces: Vec<&'c str>,
    locations: Vec<&'c str>,
}

impl<'c> Known<'c> {
    pub(super) fn new(case: &'c Case) -> Known<'c> {
        Known {
            namespaces: case.namespaces.iter().map(|namespace| namespace.name.as_str()).collect(),
            locations: case.locations.iter().map(|place| place.name.as_str()).collect(),
        }
    }
}

const SIDES: [(&str, Side); 5] =
    [("<", Side::Below), ("<=", Side::UpTo), (">", Side::Above), (">=", Side::From), ("==", Side::Exactly)];

/// A whole gate.
pub(super) fn gate(text: &str, known: &Known) -> Result<Gate, Objection> {
    let mut reader = Reader::new(text);
    let rows = rows(&mut reader, known)?;
    let (sign, at) = reader.comparison();
    let side = SIDES.iter().find(|(known, _)| *known == sign);
    let Some(&(_, side)) = side else {
        let at = if sign.is_empty() { reader.here() } else { at };
        let found = if sign.is_empty() { String::new() } else { format!(", found `{sign}`") };
        let objection = Objection::new(at, format!("expected a comparison{found}"));
        return Err(objection.help("a gate compares with <, <=, >, >= or =="));
    };
    let (value, value_at) = reader.remainder();
    if value.is_empty() {
        return Err(Objection::new(value_at, "no value is given to compare with"));
    }
    let bound = bound(value, value_at.clone(), rows.metric, rows.stat)?;
    check_side(side, at, value_at, bound, &rows)?;
    Ok(Gate { text: with_blanks(text, " "), rows, side, bound })
}

/// Rows of the summary and nothing after.
pub(super) fn selection(text: &str, known: &Known) -> Result<Selection, Objection> {
    let mut reader = Reader::new(text);
    let rows = rows(&mut reader, known)?;
    match reader.remainder() {
        ("", _) => Ok(rows),
        (_, at) => Err(Objection::new(at, "expected nothing after the metric")),
    }
}

/// What cannot be told from some trials, and what says nothing.
fn check_side(
    side: Side,
    sign: Range<usize>,
    value: Range<usize>,
    bound: f64,
    rows: &Selection,
) -> Result<(), Objection> {
    let Selection { metric: Metric { name, .. }, stat, .. } = rows;
    let is_share = rows.metric.is_share(stat);
    let at_an_end = bound == 0.0 || (bound == 1.0 && is_share);
    let says_nothing = match side {
        Side::Exactly if !at_an_end => {
            let problem = format!("no number of trials shows that `{name}` is exactly this");
            let help = "`==` asks whether none was seen, or all: compare with 0, or a share with 100%";
            return Err(Objection::new(sign, problem).help(help).help("else use <, <=, > or >="));
        }
        Side::Exactly => None,
        Side::Below => (bound == 0.0).then_some("never below"),
        Side::UpTo => (bound == 1.0 && is_share).then_some("never above"),
        Side::Above => (bound == 1.0 && is_share).then_some("never above"),
        Side::From => (bound == 0.0).then_some("never below"),
    };
    match says_nothing {
        None => Ok(()),
        Some(never) => {
            Err(Objection::new(value, format!("`{name}` is {never} this, so the gate says nothing"))
                .help("use `== 0` to ask that none was seen, and `== 100%` that all were"))
        }
    }
}

fn rows(reader: &mut Reader, known: &Known) -> Result<Selection, Objection> {
    let metric = metric(reader.metric()?)?;
    let mut rows =
        Selection { metric, namespace: None, location: None, op: None, stat: metric.stats_at(None)[0] };
    let mut seen: Vec<&str> = Vec::new();
    for Label { key: (key, key_at), name, name_at } in reader.labels()? {
        if seen.contains(&key) {
            return Err(Objection::new(key_at, format!("`{key}` is given twice")));
        }
        seen.push(key);
        match key {
            "namespace" if name == "*" => rows.namespace = Some(name),
            "namespace" => rows.namespace = Some(one_of(&name, name_at, &known.namespaces, "namespace")?),
            "location" if name == "*" => {}
            "location" => rows.location = Some(location(name, name_at, metric, known)?),
            "op" => rows.op = Some(op(&name, name_at, metric)?),
            _ => {
                let help = match nearest(key, &["namespace", "location", "op"]) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "labels are namespace, location and op".to_owned(),
                };
                return Err(Objection::new(key_at, format!("unknown label `{key}`")).help(help));
            }
        }
    }
    let stats = metric.stats_at(rows.location.as_deref());
    rows.op = rows.op.or_else(|| metric.ops.first().copied().filter(|op| *op == "*"));
    rows.stat = match reader.stat() {
        Some(piece) => stat(piece, metric, stats)?,
        None => stats[0],
    };
    Ok(rows)
}

fn metric((name, at): Piece) -> Result<&'static Metric, Objection> {
    if let Some(metric) = METRICS.iter().find(|metric| metric.name == name) {
        return Ok(metric);
    }
    let names: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
    let objection = Objection::new(at, format!("unknown metric `{name}`"));
    Err(match nearest(name, &names) {
        Some(near) => objection.help(format!("did you mean `{near}`?")),
        None => names
            .chunks(12)
            .fold(objection, |objection, names| objection.help(format!("there are: {}", names.join(", ")))),
    })
}

fn location(name: String, at: Range<usize>, metric: &Metric, known: &Known) -> Result<String, Objection> {
    let name = one_of(&name, at.clone(), &known.locations, "location")?;
    if metric.at_locations.is_empty() {
        let problem = format!("`{}` is told of all locations together only", metric.name);
        return Err(Objection::new(at, problem).help("leave `location` out"));
    }
    Ok(name)
}

fn op(name: &str, at: Range<usize>, metric: &Metric) -> Result<&'static str, Objection> {
    let ops = metric.ops;
    ops.iter().copied().find(|op| *op == name).ok_or_else(|| {
        let problem = format!("`{}` is not told of the operation `{name}`", metric.name);
        let help = match nearest(name, ops) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is told of: {}", ops.join(", ")),
        };
        Objection::new(at, problem).help(help)
    })
}

fn stat(
    (name, at): Piece,
    metric: &Metric,
    stats: &'static [&'static str],
) -> Result<&'static str, Objection> {
    let found = stats.iter().copied().find(|stat| *stat == name);
    found.ok_or_else(|| {
        let is_elsewhere = metric.stats.contains(&name);
        let (problem, of) = match is_elsewhere {
            true => (format!("`{}` has no `{name}` of a single location", metric.name), " there"),
            false => (format!("`{}` has no figure `{name}`", metric.name), ""),
        };
        Objection::new(at, problem).help(format!("figures of it{of} are: {}", stats.join(", ")))
    })
}

/// More names than this do not help.
const MOST_NAMES: usize = 12;

fn one_of(name: &str, at: Range<usize>, names: &[&str], what: &str) -> Result<String, Objection> {
    if names.contains(&name) {
        return Ok(name.to_owned());
    }
    let help = match nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let more = names.len().saturating_sub(MOST_NAMES);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let shown = &names[..names.len().min(MOST_NAMES)];
            format!("there are: {}{more}", shown.join(", "))
        }
    };
    Err(Objection::new(at, format!("the scenario has no {what} `{name}`")).help(help))
}
