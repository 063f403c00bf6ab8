//! Horizontal dot plots.

use super::axes;
use super::figure::{Dot, DotGroup, Dots, Order};
use super::labels;
use super::legend::{self, Entry, Swatch};
use super::palette::{self, AXIS, FAINT, INK};
use super::ruler::{Ends, Ruler, usable};
use super::scene::{Anchor, Rect, Scene, point};
use super::text::{Face, clean, regular};

const LABEL: Face = regular(12.5);
const RADIUS: f64 = 4.2;

/// The rows to draw, in their order.
pub(super) struct Plan<'a> {
    dots: &'a Dots,
    ruler: Ruler,
    rows: Vec<Row<'a>>,
    /// Rows there is no room for.
    pub left_out: usize,
    /// The panel above has not explained the colours already.
    pub legend: bool,
}

struct Row<'a> {
    label: &'a str,
    /// With the index of their group.
    dots: Vec<(usize, &'a Dot)>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(dots: &'a Dots) -> Plan<'a> {
        let mut rows = rows(dots);
        let left_out = rows.len().saturating_sub(Dots::ROWS);
        rows.truncate(Dots::ROWS);
        let values = rows.iter().flat_map(|row| &row.dots).flat_map(|(_, dot)| {
            let (low, high) = dot.interval.unwrap_or((dot.value, dot.value));
            [dot.value, low, high]
        });
        let zero = dots.with_zero.then_some(0.0);
        let ruler = Ruler::fit(&dots.value, Ends::Round, values.chain(zero));
        Plan { dots, ruler, rows, left_out, legend: true }
    }

    pub(super) fn left(&self) -> f64 {
        let labels = self.rows.iter().map(|row| LABEL.width(&label(row)));
        labels.fold(0.0, f64::max) + 12.0
    }

    fn pitch(&self) -> f64 {
        let offset = self.offset();
        (20.0f64).max(offset * (self.dots.groups.len() as f64 - 1.0) + 12.0)
    }

    /// Between the dots of one row.
    fn offset(&self) -> f64 {
        5.0f64.min(40.0 / self.dots.groups.len().max(1) as f64)
    }

    /// Returns where the panel ends.
    pub(super) fn draw(&self, scene: &mut Scene, area: &Rect, left: f64) -> f64 {
        axes::head(scene, area, &self.dots.value.label);
        let mut top = area.top + 24.0;
        if self.legend && self.dots.groups.len() > 1 {
            let entries: Vec<Entry> = self.dots.groups.iter().enumerate().map(entry).collect();
            top += legend::draw(scene, &entries, area.left, area.right, area.top + 20.0);
        }
        let height = self.pitch() * self.rows.len().max(2) as f64;
        let frame = Rect { left: area.left + left, top, right: area.right, bottom: top + height };
        axes::columns(scene, &self.ruler, &frame, true);
        if self.dots.with_zero {
            let x = frame.left + self.ruler.fraction(0.0) * frame.width();
            scene.line(point(x, frame.top), point(x, frame.bottom), AXIS, 1.2);
        }
        for (index, row) in self.rows.iter().enumerate() {
            self.row(scene, row, frame.top + (index as f64 + 0.5) * self.pitch(), &frame);
        }
        if self.rows.is_empty() {
            axes::no_data(scene, &frame);
        }
        frame.bottom + axes::LABELS
    }

    pub(super) fn same_groups(&self, other: &Plan) -> bool {
        let names = |dots: &Dots| dots.groups.iter().map(|g| g.name.clone()).collect::<Vec<_>>();
        names(self.dots) == names(other.dots)
    }

    fn row(&self, scene: &mut Scene, row: &Row, y: f64, frame: &Rect) {
        scene.line(point(frame.left, y), point(frame.right, y), FAINT, 1.0);
        let at = point(frame.left - 12.0, y + axes::HALF_DIGIT * LABEL.size);
        scene.text(at, Anchor::End, LABEL, INK, &label(row));
        let across = |value: f64| frame.left + self.ruler.fraction(value) * frame.width();
        let middle = (self.dots.groups.len() as f64 - 1.0) / 2.0;
        for (group, dot) in &row.dots {
            let colour = palette::series(*group);
            let y = y + (*group as f64 - middle) * self.offset();
            if let Some((low, high)) = dot.interval.filter(|&(a, b)| usable(a) && usable(b)) {
                let held = |v: f64| across(v).clamp(frame.left, frame.right);
                scene.line(point(held(low), y), point(held(high), y), colour.lighter(), 2.6);
            }
            let centre = point(across(dot.value), y);
            if frame.contains(centre) {
                scene.dot(centre, RADIUS, colour, palette::hollow(*group));
            }
        }
    }
}

fn entry((index, group): (usize, &DotGroup)) -> Entry {
    let swatch = Swatch::Dot { hollow: palette::hollow(index) };
    Entry { name: clean(&group.name), colour: palette::series(index), swatch }
}

fn rows(dots: &Dots) -> Vec<Row<'_>> {
    let mut rows: Vec<Row> = Vec::new();
    for (group, members) in dots.groups.iter().enumerate() {
        for dot in members.rows.iter().filter(|dot| usable(dot.value)) {
            match rows.iter_mut().find(|row| row.label == dot.label) {
                Some(row) => row.dots.push((group, dot)),
                None => rows.push(Row { label: &dot.label, dots: vec![(group, dot)] }),
            }
        }
    }
    let badness = |row: &Row| {
        let signed = row.dots.iter().map(|(_, dot)| match dots.order {
            Order::LowestFirst => -dot.value,
            Order::HighestFirst | Order::AsGiven => dot.value,
        });
        signed.fold(f64::NEG_INFINITY, f64::max)
    };
    if dots.order != Order::AsGiven {
        rows.sort_by(|a, b| badness(b).total_cmp(&badness(a)));
    }
    rows
}

fn label(row: &Row) -> String {
    LABEL.fit(&clean(row.label), labels::WIDEST + 40.0)
}
