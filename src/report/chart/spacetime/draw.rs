//! A space-time diagram as a scene.

use super::axis::{Axis, pause};
use super::{Age, Arrow, Bar, Mark, SpaceTime};
use crate::report::chart::figure::Unit;
use crate::report::chart::format::value;
use crate::report::chart::labels::spread;
use crate::report::chart::palette::{self, AXIS, Colour, FAINT, GREY, INK, WHITE};
use crate::report::chart::scene::{Anchor, Point, Scene, point};
use crate::report::chart::text::{Face, bold, clean, regular};

const WIDTH: f64 = 960.0;
const MARGIN: f64 = 24.0;
const TITLE: Face = bold(17.0);
const SUBTITLE: Face = regular(13.0);
const NAME: Face = bold(13.0);
const SMALL: Face = regular(11.0);
const TINY: Face = regular(10.0);
const NUMBER: Face = bold(11.0);
/// For names and roles of places.
const NAMES: f64 = 150.0;
/// Above a place's line, for the numbers of events.
const ABOVE: f64 = 32.0;
/// Between a place's line and its first lane, and for each lane.
const BELOW: f64 = 12.0;
const LANE: f64 = 21.0;
const BAR: f64 = 16.0;
/// Of the disc around a number.
const RADIUS: f64 = 8.5;

const fn colour(age: Age) -> usize {
    match age {
        Age::New => 0,
        Age::Old => 1,
    }
}

/// Where everything is.
struct Plan {
    axis: Axis,
    /// The line of each place.
    lines: Vec<f64>,
    top: f64,
    bottom: f64,
}

pub(in crate::report::chart) fn compose(diagram: &SpaceTime) -> Scene {
    let mut scene = Scene::new(WIDTH, WIDTH);
    let room = WIDTH - 2.0 * MARGIN;
    let mut y = 12.0;
    for line in TITLE.wrap(&clean(&diagram.title), room, 3) {
        y += 23.0;
        scene.text(point(MARGIN, y), Anchor::Start, TITLE, INK, &line);
    }
    for line in SUBTITLE.wrap(&clean(&diagram.subtitle), room, 2) {
        y += 19.0;
        scene.text(point(MARGIN, y), Anchor::Start, SUBTITLE, GREY, &line);
    }
    let plan = plan(diagram, y + 30.0);
    cuts(&mut scene, &plan);
    places(&mut scene, diagram, &plan);
    diagram.bars.iter().for_each(|bar| draw_bar(&mut scene, &plan, bar));
    broken(&mut scene, &plan);
    diagram.arrows.iter().for_each(|arrow| draw_arrow(&mut scene, &plan, arrow));
    diagram.bars.iter().for_each(|bar| label(&mut scene, &plan, bar));
    events(&mut scene, diagram, &plan);
    let y = times(&mut scene, &plan);
    let y = legend(&mut scene, diagram, y + 28.0);
    scene.height = (key(&mut scene, diagram, y + 10.0) + 20.0).ceil();
    scene
}

fn plan(diagram: &SpaceTime, top: f64) -> Plan {
    let axis = Axis::new(diagram, MARGIN + NAMES, WIDTH - MARGIN);
    let mut lines = Vec::new();
    let mut y = top;
    for row in 0..diagram.rows.len() {
        y += ABOVE;
        lines.push(y);
        let lanes =
            diagram.bars.iter().filter(|bar| bar.row == row).map(|bar| bar.lane + 1).max().unwrap_or(0);
        y += BELOW + LANE * lanes as f64;
    }
    Plan { axis, lines, top, bottom: y + 6.0 }
}

/// The times that are left out, behind all else.
fn cuts(scene: &mut Scene, plan: &Plan) {
    for (left, right, seconds) in plan.axis.cuts() {
        let corners = [(left, plan.top), (right, plan.top), (right, plan.bottom), (left, plan.bottom)];
        scene.area(corners.map(|(x, y)| point(x, y)).into(), FAINT, 1.0);
        let at = point((left + right) / 2.0, plan.top - 5.0);
        scene.text(at, Anchor::Middle, TINY, GREY, &pause(seconds));
    }
}

fn places(scene: &mut Scene, diagram: &SpaceTime, plan: &Plan) {
    let right = WIDTH - MARGIN;
    for (row, &y) in diagram.rows.iter().zip(&plan.lines) {
        let name = NAME.fit(&clean(&row.name), NAMES - 16.0);
        scene.text(point(MARGIN, y + 4.0), Anchor::Start, NAME, INK, &name);
        for (at, line) in SMALL.wrap(&clean(&row.role), NAMES - 16.0, 2).iter().enumerate() {
            let below = point(MARGIN, y + 18.0 + 13.0 * at as f64);
            scene.text(below, Anchor::Start, SMALL, GREY, line);
        }
        scene.line(point(MARGIN + NAMES, y), point(right, y), AXIS, 1.2);
    }
}

/// Hollow where it is old, so that it is told apart without colours.
fn draw_bar(scene: &mut Scene, plan: &Plan, bar: &Bar) {
    let (left, right, top) = extent(plan, bar);
    swatch(scene, [left, right], [top, top + BAR], bar.age);
}

fn extent(plan: &Plan, bar: &Bar) -> (f64, f64, f64) {
    let (left, right) = (plan.axis.x(bar.from), plan.axis.x(bar.to));
    (left, right.max(left + 3.0), plan.lines[bar.row] + BELOW + LANE * bar.lane as f64 - 3.0)
}

fn fill(age: Age) -> Colour {
    match age {
        Age::New => palette::series(colour(age)),
        Age::Old => palette::series(colour(age)).mix(WHITE, 0.84),
    }
}

fn swatch(scene: &mut Scene, [left, right]: [f64; 2], [top, bottom]: [f64; 2], age: Age) {
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
    let outline: Vec<Point> = corners.map(|(x, y)| point(x, y)).into();
    scene.area(outline.clone(), fill(age), 1.0);
    if age == Age::Old {
        scene.stroke([outline.clone(), vec![outline[0]]].concat(), palette::series(colour(age)), 1.4);
    }
}

/// What is written on a bar, over the messages that cross it, in the longest part of it that is not cut.
fn label(scene: &mut Scene, plan: &Plan, bar: &Bar) {
    let (left, right, top) = extent(plan, bar);
    let label = clean(&bar.label);
    let parts = plan.axis.stretches.iter().map(|stretch| (stretch.left.max(left), stretch.right.min(right)));
    let Some((from, to)) = parts.max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0))) else { return };
    let label = if SMALL.width(&label) + 10.0 <= to - from { label } else { first_word(&label) };
    let width = SMALL.width(&label);
    if width + 8.0 > to - from {
        return;
    }
    let ink = match bar.age {
        Age::New => WHITE,
        Age::Old => palette::series(colour(bar.age)).for_text().mix(INK, 0.4),
    };
    let (x, inner) = (from + 5.0, [top + 2.0, top + BAR - 2.0]);
    let corners =
        [(x - 2.0, inner[0]), (x + width + 2.0, inner[0]), (x + width + 2.0, inner[1]), (x - 2.0, inner[1])];
    scene.area(corners.map(|(x, y)| point(x, y)).into(), fill(bar.age), 1.0);
    scene.text(point(x, top + 12.0), Anchor::Start, SMALL, ink, &label);
}

fn first_word(label: &str) -> String {
    label.split(' ').next().unwrap_or_default().to_owned()
}

/// What goes on across a cut is broken there.
fn broken(scene: &mut Scene, plan: &Plan) {
    for (left, right, _) in plan.axis.cuts() {
        let middle = (left + right) / 2.0;
        for shift in [-3.0, 3.0] {
            let zigzag = (0..).map(|step| plan.top + 6.0 * f64::from(step)).take_while(|y| *y <= plan.bottom);
            let points = zigzag.enumerate().map(|(step, y)| {
                let side = if step % 2 == 0 { -2.0 } else { 2.0 };
                point(middle + shift + side, y)
            });
            let colour = if shift < 0.0 { WHITE } else { AXIS.mix(WHITE, 0.4) };
            scene.stroke(points.collect(), colour, if shift < 0.0 { 5.0 } else { 0.8 });
        }
    }
}

fn draw_arrow(scene: &mut Scene, plan: &Plan, arrow: &Arrow) {
    let from = point(plan.axis.x(arrow.sent), plan.lines[arrow.from]);
    let to = point(plan.axis.x(arrow.arrives), plan.lines[arrow.to]);
    let ink = arrow.age.map_or(GREY, |age| palette::series(colour(age)));
    let width = if arrow.age.is_some() { 1.8 } else { 1.0 };
    let dash = if arrow.age == Some(Age::Old) { Some((6.0, 3.0)) } else { None };
    scene.dashed(vec![from, to], dash, ink, width);
    head(scene, from, to, ink);
}

fn head(scene: &mut Scene, from: Point, to: Point, ink: Colour) {
    let length = (to.x - from.x).hypot(to.y - from.y);
    if length < 1.0 {
        return;
    }
    let (dx, dy) = ((to.x - from.x) / length, (to.y - from.y) / length);
    let back = point(to.x - 8.0 * dx, to.y - 8.0 * dy);
    let side = |share: f64| point(back.x - 3.5 * share * dy, back.y + 3.5 * share * dx);
    scene.area(vec![to, side(1.0), side(-1.0)], ink, 1.0);
}

/// Marks on the lines, and their numbers above these, beside one another.
fn events(scene: &mut Scene, diagram: &SpaceTime, plan: &Plan) {
    for (row, &y) in plan.lines.iter().enumerate() {
        let own: Vec<usize> = (0..diagram.events.len()).filter(|&at| diagram.events[at].row == row).collect();
        let wanted: Vec<f64> = own.iter().map(|&at| plan.axis.x(diagram.events[at].at)).collect();
        let (low, high) = (MARGIN + NAMES + RADIUS, WIDTH - MARGIN - RADIUS);
        let places = spread(&wanted, 2.0 * RADIUS + 2.0, low, high);
        for ((&at, &x), &shown) in own.iter().zip(&wanted).zip(&places) {
            let above = point(shown, y - 19.0);
            scene.line(above, point(x, y), GREY, 0.8);
            mark(scene, point(x, y), diagram.events[at].shape);
            scene.disc(above, RADIUS, INK);
            let number = (at + 1).to_string();
            scene.text(point(above.x, above.y + 4.0), Anchor::Middle, NUMBER, WHITE, &number);
        }
    }
}

fn mark(scene: &mut Scene, at: Point, shape: Mark) {
    match shape {
        Mark::Dot => scene.disc(at, 3.5, INK),
        Mark::Ring(age) => scene.dot(at, 5.0, palette::series(colour(age)), true),
        Mark::Diamond => {
            let corners = [(0.0, -6.5), (6.5, 0.0), (0.0, 6.5), (-6.5, 0.0)];
            let corners = corners.map(|(dx, dy)| point(at.x + dx, at.y + dy));
            scene.area(corners.into(), palette::series(colour(Age::New)), 1.0);
        }
    }
}

/// When each stretch begins, and how long it is.
fn times(scene: &mut Scene, plan: &Plan) -> f64 {
    let y = plan.bottom + 6.0;
    for stretch in &plan.axis.stretches {
        let (left, right) = (plan.axis.x(stretch.from), plan.axis.x(stretch.to));
        scene.line(point(stretch.left, y), point(stretch.right, y), AXIS, 1.2);
        for x in [left, right] {
            scene.line(point(x, y), point(x, y + 4.0), AXIS, 1.2);
        }
        let begin = format!("{:.3} s", stretch.from);
        let begins = SMALL.width(&begin);
        let from = if right > left { left - 8.0 } else { left - begins / 2.0 };
        scene.text(point(from, y + 17.0), Anchor::Start, SMALL, GREY, &begin);
        let length = format!("+{}", value(Unit::Seconds, three(stretch.to - stretch.from)));
        if right > left && from + begins + 10.0 + SMALL.width(&length) <= right + 8.0 {
            scene.text(point(right + 8.0, y + 17.0), Anchor::End, SMALL, GREY, &length);
        }
    }
    y + 17.0
}

/// Three digits of it.
fn three(value: f64) -> f64 {
    let digit = if value > 0.0 { 10f64.powf(value.log10().floor() - 2.0) } else { 1.0 };
    (value / digit).round() * digit
}

/// What colours and shapes mean.
fn legend(scene: &mut Scene, diagram: &SpaceTime, y: f64) -> f64 {
    let mut x = MARGIN;
    for (age, text) in [Age::Old, Age::New].into_iter().zip(&diagram.values) {
        swatch(scene, [x, x + 18.0], [y - 9.0, y + 1.0], age);
        x += 24.0;
        let text = SMALL.fit(&clean(text), 240.0);
        scene.text(point(x, y), Anchor::Start, SMALL, INK, &text);
        x += SMALL.width(&text) + 22.0;
    }
    for (shape, text) in [(Mark::Diamond, "commit"), (Mark::Ring(Age::Old), "read")] {
        mark(scene, point(x + 6.0, y - 4.0), shape);
        scene.text(point(x + 18.0, y), Anchor::Start, SMALL, INK, text);
        x += SMALL.width(text) + 36.0;
    }
    let (from, to) = (point(x, y - 4.0), point(x + 26.0, y - 4.0));
    scene.line(from, to, GREY, 1.0);
    head(scene, from, to, GREY);
    scene.text(point(x + 32.0, y), Anchor::Start, SMALL, INK, "request or acknowledgement");
    y
}

/// What the numbers mean.
fn key(scene: &mut Scene, diagram: &SpaceTime, top: f64) -> f64 {
    let mut y = top;
    for (at, event) in diagram.events.iter().enumerate() {
        y += 20.0;
        scene.disc(point(MARGIN + RADIUS, y - 4.0), RADIUS, INK);
        let number = (at + 1).to_string();
        scene.text(point(MARGIN + RADIUS, y), Anchor::Middle, NUMBER, WHITE, &number);
        let time = format!("{:.3} s", event.at);
        scene.text(point(MARGIN + 96.0, y), Anchor::End, regular(12.0), GREY, &time);
        for (line, text) in
            regular(12.0).wrap(&clean(&event.text), WIDTH - MARGIN * 2.0 - 110.0, 2).iter().enumerate()
        {
            y += if line == 0 { 0.0 } else { 16.0 };
            scene.text(point(MARGIN + 108.0, y), Anchor::Start, regular(12.0), INK, text);
        }
    }
    y
}
