//! Names in rows above a panel, for when they do not fit beside the curves.

use super::palette::{Colour, GREY};
use super::scene::{Anchor, Scene, point};
use super::text::{Face, regular};

const FACE: Face = regular(12.5);
const PITCH: f64 = 19.0;
const SPACE: f64 = 20.0;
const ROWS: usize = 4;

/// How a series is recognised.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Swatch {
    Line(Option<(f64, f64)>),
    Dot { hollow: bool },
}

impl Swatch {
    /// With the space before the name.
    fn width(self) -> f64 {
        match self {
            Swatch::Line(_) => 28.0,
            Swatch::Dot { .. } => 15.0,
        }
    }
}

pub(super) struct Entry {
    pub name: String,
    pub colour: Colour,
    pub swatch: Swatch,
}

/// Draws the legend from `top` down and returns its height.
pub(super) fn draw(scene: &mut Scene, entries: &[Entry], left: f64, right: f64, top: f64) -> f64 {
    let (mut x, mut row) = (left, 0);
    for (index, entry) in entries.iter().enumerate() {
        let name = FACE.fit(&entry.name, 230.0);
        let width = entry.swatch.width() + FACE.width(&name);
        let more = format!("+ {} more", entries.len() - index);
        let last_row = row + 1 == ROWS && index + 1 < entries.len();
        let reserve = if last_row { SPACE + FACE.width(&more) } else { 0.0 };
        if x > left && x + width + reserve > right {
            if row + 1 == ROWS {
                let at = point(x, baseline(top, row));
                scene.text(at, Anchor::Start, FACE, GREY, &more);
                break;
            }
            (x, row) = (left, row + 1);
        }
        draw_entry(scene, entry, &name, x, baseline(top, row));
        x += width + SPACE;
    }
    (row + 1) as f64 * PITCH
}

fn baseline(top: f64, row: usize) -> f64 {
    top + row as f64 * PITCH + 13.0
}

fn draw_entry(scene: &mut Scene, entry: &Entry, name: &str, x: f64, y: f64) {
    let middle = y - 4.5;
    match entry.swatch {
        Swatch::Dot { hollow } => scene.dot(point(x + 4.5, middle), 4.5, entry.colour, hollow),
        Swatch::Line(dash) => {
            let line = vec![point(x, middle), point(x + 22.0, middle)];
            scene.dashed(line, dash, entry.colour, 2.4);
        }
    }
    scene.text(point(x + entry.swatch.width(), y), Anchor::Start, FACE, entry.colour.for_text(), name);
}
