//! The chart of a comparison: how far each arm is from the first, figure by figure.

use super::Report;
use super::chart::{Axis, Dot, DotGroup, Dots, Order, Panel, Scale, Unit};
use super::cost::namespace_in_words;
use super::key_figures::{KEY_FIGURES, KeyFigure, Measure};
use crate::experiment::{Compared, EVERYWHERE, Verdict, better};
use crate::scenario::Better;

/// A panel for each key figure in which arms differ: a row an arm, a colour a namespace.
pub(super) fn panels(report: &Report) -> Vec<Panel> {
    let rows = report.comparison.map_or(&[][..], |comparison| &comparison.rows);
    let whole: Vec<&Compared> = rows.iter().filter(|row| row.a.location == EVERYWHERE).collect();
    let mut namespaces: Vec<&str> = Vec::new();
    for row in &whole {
        if !namespaces.contains(&row.a.namespace.as_str()) {
            namespaces.push(&row.a.namespace);
        }
    }
    let panel = |figure: &KeyFigure| {
        let here = whole.iter().filter(|row| [row.a.op, row.a.metric, row.a.stat] == figure.key);
        let here: Vec<&Compared> = here.copied().collect();
        let differs = here.iter().any(|row| row.verdict != Verdict::Identical);
        differs.then(|| Panel::Dots(dots(figure, &here, &namespaces)))
    };
    KEY_FIGURES.iter().filter_map(panel).collect()
}

/// All namespaces are groups in each panel, so that they keep their colours.
fn dots(figure: &KeyFigure, rows: &[&Compared], namespaces: &[&str]) -> Dots {
    let (unit, size, above) = match figure.measure {
        Measure::Share => (Unit::Number, 0.01, "percentage points above"),
        Measure::Seconds => (Unit::Seconds, 1.0, "difference from"),
        Measure::Count => (Unit::Number, 1.0, "difference from"),
        Measure::Dollars => (Unit::Number, 1.0, "US dollars above"),
    };
    let dot = |row: &&Compared| Dot {
        label: row.b.case.clone(),
        value: row.difference.value / size,
        interval: row.difference.interval.map(|(lo, hi)| (lo / size, hi / size)),
    };
    let group = |namespace: &&str| DotGroup {
        name: namespace_in_words(namespace).to_owned(),
        rows: rows.iter().filter(|row| row.a.namespace == *namespace).map(dot).collect(),
    };
    let mut name = figure.name.to_owned();
    name[..1].make_ascii_uppercase();
    let first = rows.first().map_or("", |row| row.a.case.as_str());
    let better = match better(figure.key[1]) {
        Better::Lower => " (left is better)",
        Better::Higher => " (right is better)",
        Better::Neither => "",
    };
    let label = format!("{name}: {above} {first}{better}");
    let value = Axis { label, scale: Scale::Linear, unit, range: None };
    let groups = namespaces.iter().map(group).collect();
    Dots { value, order: Order::AsGiven, with_zero: true, groups }
}
