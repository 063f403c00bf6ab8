//! Grid lines, tick labels and titles around a plot.

use super::palette::{self, AXIS, Colour, FAINT, GREY, GRID, INK};
use super::ruler::{DIVISIONS, Ruler};
use super::scene::{Anchor, Rect, Scene, point};
use super::text::{Face, bold, clean, regular};
use super::ticks::{self, Room, Tick};

pub(super) const TICK: Face = regular(12.0);
const TITLE: Face = bold(12.5);
/// Height of the title above a plot, and of labels and title below it.
pub(super) const HEAD: f64 = 26.0;
pub(super) const LABELS: f64 = 22.0;
pub(super) const FOOT_TITLE: f64 = 20.0;
/// From a baseline up to the middle of its digits, in ems.
pub(super) const HALF_DIGIT: f64 = 0.36;

pub(super) fn head(scene: &mut Scene, area: &Rect, title: &str) {
    let title = TITLE.fit(&clean(title), area.width());
    scene.text(point(area.left, area.top + 11.0), Anchor::Start, TITLE, INK, &title);
}

/// The x axis's title, under its labels.
pub(super) fn foot_title(scene: &mut Scene, area: &Rect, frame: &Rect, title: &str) {
    let title = TITLE.fit(&clean(title), area.width());
    let middle = (frame.left + frame.right) / 2.0;
    let at = point(middle, frame.bottom + LABELS + 16.0);
    scene.text(at, Anchor::Middle, TITLE, INK, &title);
}

/// The y axis's grid and labels.
pub(super) fn rows(scene: &mut Scene, ruler: &Ruler, frame: &Rect) {
    for tick in row_ticks(ruler, frame.height()) {
        let y = frame.bottom - tick.at * frame.height();
        scene.line(point(frame.left, y), point(frame.right, y), shade(&tick), 1.0);
        let at = point(frame.left - 8.0, y + HALF_DIGIT * TICK.size);
        scene.text(at, Anchor::End, TICK, GREY, &tick.label);
    }
}

/// The widest label of a y axis of this height.
pub(super) fn rows_width(ruler: &Ruler, height: f64) -> f64 {
    let ticks = row_ticks(ruler, height);
    ticks.iter().map(|tick| TICK.width(&tick.label)).fold(0.0, f64::max) + 8.0
}

fn row_ticks(ruler: &Ruler, height: f64) -> Vec<Tick> {
    let room = Room { length: height, extent: &|_| 22.0, divisions: DIVISIONS };
    ticks::ticks(ruler, &room)
}

/// The x axis's grid, and its line; labels on request.
pub(super) fn columns(scene: &mut Scene, ruler: &Ruler, frame: &Rect, labelled: bool) {
    let extent = |label: &str| TICK.width(label) + 18.0;
    let room = Room { length: frame.width(), extent: &extent, divisions: 8.0 };
    let ticks = ticks::ticks(ruler, &room);
    let bottom = frame.bottom;
    for tick in &ticks {
        let x = frame.left + tick.at * frame.width();
        scene.line(point(x, frame.top), point(x, bottom), shade(tick), 1.0);
    }
    scene.line(point(frame.left, bottom), point(frame.right, bottom), AXIS, 1.2);
    if ruler.zero {
        interrupted(scene, ruler, frame);
    }
    for tick in ticks.iter().filter(|tick| labelled && !tick.label.is_empty()) {
        let x = frame.left + tick.at * frame.width();
        scene.line(point(x, bottom), point(x, bottom + 4.0), AXIS, 1.0);
        scene.text(point(x, bottom + LABELS - 4.0), Anchor::Middle, TICK, GREY, &tick.label);
    }
}

/// Between zero and the logarithmic part, the axis is broken.
fn interrupted(scene: &mut Scene, ruler: &Ruler, frame: &Rect) {
    let (low, _) = ruler.solid();
    let share = (low - ruler.low) / (ruler.high - ruler.low) / 2.0;
    let (x, y) = (frame.left + share * frame.width(), frame.bottom);
    scene.line(point(x - 3.0, y), point(x + 3.0, y), palette::WHITE, 3.0);
    for x in [x - 3.0, x + 3.0] {
        scene.line(point(x - 2.0, y + 5.0), point(x + 2.0, y - 5.0), AXIS, 1.2);
    }
}

pub(super) fn no_data(scene: &mut Scene, frame: &Rect) {
    let middle = point((frame.left + frame.right) / 2.0, (frame.top + frame.bottom) / 2.0);
    scene.text(middle, Anchor::Middle, regular(15.0), GREY, "no data");
}

fn shade(tick: &Tick) -> Colour {
    if tick.major { GRID } else { FAINT }
}
