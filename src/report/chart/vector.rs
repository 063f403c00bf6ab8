//! A scene as SVG. plotters rounds to whole units, so a unit is a tenth of a
//! logical pixel.

use super::figure::Figure;
use super::palette::Colour;
use super::scene::{Anchor, Mark, Point, Scene};
use super::text;
use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor, ShapeStyle, TextStyle};
use std::fmt::Write;

const UNITS: f64 = 10.0;
/// plotters divides font sizes by this, and puts a baseline that far below the
/// top, in ems.
const SHRINK: f64 = 1.24;
const ASCENT: f64 = 0.76;

pub(super) fn document(scene: &Scene, figure: &Figure) -> String {
    let about = [&figure.subtitle, &figure.note].map(|part| text::clean(part));
    picture(scene, &figure.title, about.join(" ").trim())
}

/// A scene with its title, and what else there is to say about it.
pub(super) fn picture(scene: &Scene, title: &str, about: &str) -> String {
    let size = (unit(scene.width) as u32, unit(scene.height) as u32);
    let mut drawn = String::new();
    let mut backend = SVGBackend::with_string(&mut drawn, size);
    for mark in &scene.marks {
        paint(&mut backend, mark);
    }
    backend.present().expect("an SVG in memory has no IO to fail");
    drop(backend);
    let (_, body) = drawn.split_once('\n').expect("the first line is the svg tag");
    head(scene, title, about, size) + body
}

/// Ours in place of plotters': logical size, round joins, a description.
fn head(scene: &Scene, title: &str, about: &str, size: (u32, u32)) -> String {
    let title = escaped(&text::clean(title));
    let about = escaped(&text::clean(about));
    let mut head = String::new();
    writeln!(
        head,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" \
         viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{title}\" \
         stroke-linejoin=\"round\" stroke-linecap=\"round\">\n\
         <title>{title}</title>\n<desc>{about}</desc>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
        scene.width, scene.height, size.0, size.1
    )
    .expect("writing to a string");
    head
}

fn paint(backend: &mut SVGBackend, mark: &Mark) {
    let drawn = match mark {
        Mark::Stroke { points, colour, width } => {
            let style = ShapeStyle {
                color: rgb(*colour).to_rgba(),
                filled: false,
                stroke_width: unit(*width) as u32,
            };
            match points[..] {
                [from, to] => backend.draw_line(place(from), place(to), &style),
                _ => backend.draw_path(places(points), &style),
            }
        }
        Mark::Area { points, colour, opacity } => {
            backend.fill_polygon(places(points), &rgb(*colour).mix(*opacity))
        }
        Mark::Disc { centre, radius, colour } => {
            backend.draw_circle(place(*centre), unit(*radius) as u32, &rgb(*colour), true)
        }
        Mark::Text { at, anchor, face, colour, text } => {
            let em = face.size * UNITS;
            let h_pos = match anchor {
                Anchor::Start => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::End => HPos::Right,
            };
            let ink = rgb(*colour);
            let style = TextStyle::from(face.font(em * SHRINK)).color(&ink).pos(Pos::new(h_pos, VPos::Top));
            let top = (unit(at.x), (at.y * UNITS - ASCENT * em).round() as i32);
            backend.draw_text(text, &style, top)
        }
    };
    drawn.expect("an SVG in memory has no IO to fail");
}

fn rgb(colour: Colour) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

fn unit(length: f64) -> i32 {
    (length * UNITS).round() as i32
}

fn place(p: Point) -> (i32, i32) {
    (unit(p.x), unit(p.y))
}

fn places(points: &[Point]) -> Vec<(i32, i32)> {
    let mut places: Vec<(i32, i32)> = points.iter().map(|&p| place(p)).collect();
    places.dedup();
    places
}

pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
