//! A scene as PNG: painted at four times the logical size, averaged down to
//! two. plotters neither smooths nor rounds strokes, so each is made of a
//! quadrangle per segment and a disc per joint; its filled rectangles leave out
//! their right column and bottom row.

use super::palette::Colour;
use super::scene::{Anchor, Mark, Point, Scene};
use super::text::LINE_PER_EM;
use plotters::backend::{BitMapBackend, DrawingBackend, RGBPixel};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor, TextStyle};

const PAINTED: f64 = 4.0;
/// Painted pixels along a side of a written one.
const FOLD: usize = 2;

type Canvas<'a> = BitMapBackend<'a, RGBPixel>;

pub(super) fn image(scene: &Scene) -> Vec<u8> {
    let (width, height) = (pixels(scene.width) as usize, pixels(scene.height) as usize);
    let mut buffer = vec![0xff; width * height * 3];
    let size = (width as u32, height as u32);
    let mut canvas = Canvas::with_buffer_and_format(&mut buffer, size).expect("the buffer fits");
    for mark in &scene.marks {
        paint(&mut canvas, mark);
    }
    canvas.present().expect("a bitmap in memory has no IO to fail");
    drop(canvas);
    encoded(&folded(&buffer, width), width / FOLD, height / FOLD)
}

fn paint(canvas: &mut Canvas, mark: &Mark) {
    match mark {
        Mark::Stroke { points, colour, width } => stroke(canvas, points, *colour, *width),
        Mark::Area { points, colour, opacity } => {
            fill(canvas, points, &rgb(*colour).mix(*opacity));
        }
        Mark::Disc { centre, radius, colour } => disc(canvas, *centre, *radius, *colour),
        Mark::Text { at, anchor, face, colour, text } => {
            let size = face.size * PAINTED * LINE_PER_EM;
            let shift = match anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => face.width(text) / 2.0,
                Anchor::End => face.width(text),
            };
            let ink = rgb(*colour);
            let style = TextStyle::from(face.font(size)).color(&ink).pos(Pos::new(HPos::Left, VPos::Top));
            let top = (at.y * PAINTED - size / 2.0).round() as i32;
            canvas.draw_text(text, &style, (pixels(at.x - shift), top)).expect("the font is registered");
        }
    }
}

fn stroke(canvas: &mut Canvas, points: &[Point], colour: Colour, width: f64) {
    let straight = |a: Point, b: Point| a.x == b.x || a.y == b.y;
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        match (b.x - a.x).hypot(b.y - a.y) {
            0.0 => {}
            _ if straight(a, b) => bar(canvas, a, b, width, colour),
            length => slant(canvas, a, b, width / 2.0 / length, colour),
        }
    }
    if points.len() > 2 || points.windows(2).any(|pair| !straight(pair[0], pair[1])) {
        for &joint in points {
            disc(canvas, joint, width / 2.0, colour);
        }
    }
}

/// A level or upright segment, exactly as wide as asked.
fn bar(canvas: &mut Canvas, a: Point, b: Point, width: f64, colour: Colour) {
    let thick = pixels(width).max(1);
    let (left, right) = (pixels(a.x.min(b.x)), pixels(a.x.max(b.x)));
    let (top, bottom) = (pixels(a.y.min(b.y)), pixels(a.y.max(b.y)));
    let (corner, opposite) = if a.y == b.y {
        ((left, top - thick / 2), (right, top - thick / 2 + thick))
    } else {
        ((left - thick / 2, top), (left - thick / 2 + thick, bottom))
    };
    canvas.draw_rect(corner, opposite, &rgb(colour), true).expect(NO_IO);
}

/// A slanting segment, row by row; `half` its width over its length.
fn slant(canvas: &mut Canvas, a: Point, b: Point, half: f64, colour: Colour) {
    let (nx, ny) = ((a.y - b.y) * half, (b.x - a.x) * half);
    let corners = [(a.x + nx, a.y + ny), (b.x + nx, b.y + ny), (b.x - nx, b.y - ny), (a.x - nx, a.y - ny)]
        .map(|(x, y)| (x * PAINTED, y * PAINTED));
    let ys = corners.map(|(_, y)| y);
    let top = ys.into_iter().fold(f64::INFINITY, f64::min).round() as i32;
    let bottom = ys.into_iter().fold(f64::NEG_INFINITY, f64::max).round() as i32;
    for row in top..bottom {
        let centre = f64::from(row) + 0.5;
        let sides = (0..4).map(|i| (corners[i], corners[(i + 1) % 4]));
        let (left, right) = sides
            .filter(|((_, from), (_, to))| (*from <= centre) != (*to <= centre))
            .map(|((x, from), (x_to, to))| x + (x_to - x) * (centre - from) / (to - from))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, r), x| (l.min(x), r.max(x)));
        let (left, right) = (left.round() as i32, right.round() as i32);
        if left < right {
            canvas.draw_rect((left, row), (right, row + 1), &rgb(colour), true).expect(NO_IO);
        }
    }
}

fn fill<C: Color>(canvas: &mut Canvas, points: &[Point], colour: &C) {
    let mut corners: Vec<(i32, i32)> = points.iter().map(|p| (pixels(p.x), pixels(p.y))).collect();
    corners.dedup();
    canvas.fill_polygon(corners, &colour.to_rgba()).expect(NO_IO);
}

fn disc(canvas: &mut Canvas, centre: Point, radius: f64, colour: Colour) {
    let place = (pixels(centre.x), pixels(centre.y));
    canvas.draw_circle(place, pixels(radius) as u32, &rgb(colour), true).expect(NO_IO);
}

const NO_IO: &str = "a bitmap in memory has no IO to fail";

fn rgb(colour: Colour) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

fn pixels(length: f64) -> i32 {
    (length * PAINTED).round() as i32
}

/// Each written pixel is the mean of the painted ones it covers.
fn folded(painted: &[u8], width: usize) -> Vec<u8> {
    let row = width * 3;
    let mut written = Vec::with_capacity(painted.len() / (FOLD * FOLD));
    for rows in painted.chunks_exact(row * FOLD) {
        for x in (0..width).step_by(FOLD) {
            for channel in 0..3 {
                let cells = (0..FOLD).flat_map(|dy| (0..FOLD).map(move |dx| (dx, dy)));
                let sum: usize =
                    cells.map(|(dx, dy)| usize::from(rows[dy * row + (x + dx) * 3 + channel])).sum();
                written.push(((sum + FOLD * FOLD / 2) / (FOLD * FOLD)) as u8);
            }
        }
    }
    written
}

fn encoded(rgb: &[u8], width: usize, height: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect(NO_IO);
    writer.write_image_data(rgb).expect(NO_IO);
    writer.finish().expect(NO_IO);
    bytes
}
