//! What is to be painted, in logical pixels, before anything is painted.

use super::palette::{self, Colour};
use super::text::Face;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub x: f64,
    pub y: f64,
}

pub(super) fn point(x: f64, y: f64) -> Point {
    Point { x, y }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rect {
    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub(super) fn overlaps(&self, other: &Rect) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    pub(super) fn contains(&self, p: Point) -> bool {
        (self.left..=self.right).contains(&p.x) && (self.top..=self.bottom).contains(&p.y)
    }

    pub(super) fn encloses(&self, other: &Rect) -> bool {
        self.left <= other.left
            && other.right <= self.right
            && self.top <= other.top
            && other.bottom <= self.bottom
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    Stroke {
        points: Vec<Point>,
        colour: Colour,
        width: f64,
    },
    Area {
        points: Vec<Point>,
        colour: Colour,
        opacity: f64,
    },
    Disc {
        centre: Point,
        radius: f64,
        colour: Colour,
    },
    /// `at` is on the baseline.
    Text {
        at: Point,
        anchor: Anchor,
        face: Face,
        colour: Colour,
        text: String,
    },
}

/// Painted in order, later marks over earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scene {
    pub width: f64,
    pub height: f64,
    pub marks: Vec<Mark>,
}

impl Scene {
    pub(super) fn new(width: f64, height: f64) -> Scene {
        Scene { width, height, marks: Vec::new() }
    }

    pub(super) fn line(&mut self, from: Point, to: Point, colour: Colour, width: f64) {
        self.stroke(vec![from, to], colour, width);
    }

    pub(super) fn stroke(&mut self, points: Vec<Point>, colour: Colour, width: f64) {
        self.marks.push(Mark::Stroke { points, colour, width });
    }

    pub(super) fn dashed(
        &mut self,
        points: Vec<Point>,
        dash: Option<(f64, f64)>,
        colour: Colour,
        width: f64,
    ) {
        match dash {
            None => self.stroke(points, colour, width),
            Some(dash) => {
                for piece in dashes(&points, dash) {
                    self.stroke(piece, colour, width);
                }
            }
        }
    }

    pub(super) fn area(&mut self, points: Vec<Point>, colour: Colour, opacity: f64) {
        self.marks.push(Mark::Area { points, colour, opacity });
    }

    pub(super) fn disc(&mut self, centre: Point, radius: f64, colour: Colour) {
        self.marks.push(Mark::Disc { centre, radius, colour });
    }

    /// A disc, or a ring.
    pub(super) fn dot(&mut self, centre: Point, radius: f64, colour: Colour, hollow: bool) {
        self.disc(centre, radius, colour);
        if hollow {
            self.disc(centre, radius - 1.6, palette::WHITE);
        }
    }

    pub(super) fn text(&mut self, at: Point, anchor: Anchor, face: Face, colour: Colour, text: &str) {
        if !text.is_empty() {
            let text = text.to_owned();
            self.marks.push(Mark::Text { at, anchor, face, colour, text });
        }
    }
}

fn dashes(points: &[Point], (on, off): (f64, f64)) -> Vec<Vec<Point>> {
    let mut pieces = Vec::new();
    let mut piece = Vec::new();
    let (mut drawing, mut left) = (true, on);
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let length = (to.x - from.x).hypot(to.y - from.y);
        let along = |d: f64| {
            let share = d / length;
            point(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share)
        };
        if drawing && piece.is_empty() {
            piece.push(from);
        }
        let mut done = 0.0;
        while length - done > left {
            done += left;
            if drawing {
                piece.push(along(done));
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece.push(along(done));
            }
            drawing = !drawing;
            left = if drawing { on } else { off };
        }
        left -= length - done;
        if drawing {
            piece.push(to);
        }
    }
    if piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}
