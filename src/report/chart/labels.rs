//! Names beside curves: in the margin where curves end there, else along them.

use super::axes;
use super::curve;
use super::palette::Colour;
use super::scene::{Anchor, Point, Rect, Scene, point};
use super::text::{Face, bold};

pub(super) const FACE: Face = bold(12.5);
/// From one margin label to the next.
pub(super) const PITCH: f64 = 17.0;
/// From the end of a curve to its label.
pub(super) const REACH: f64 = 12.0;
/// No label is wider.
pub(super) const WIDEST: f64 = 190.0;

/// A curve and its name.
pub(super) struct Named {
    pub name: String,
    pub colour: Colour,
    /// As painted, in order.
    pub path: Vec<Point>,
}

/// Writes the names in the right margin, in the order of the curves' ends.
pub(super) fn at_ends(scene: &mut Scene, curves: &[Named], frame: &Rect) {
    let mut ends: Vec<(Point, f64, &Named)> = curves
        .iter()
        .filter_map(|curve| {
            let end = *curve.path.last()?;
            Some((end, mean_height(&curve.path), curve))
        })
        .collect();
    ends.sort_by(|a, b| a.0.y.total_cmp(&b.0.y).then(a.1.total_cmp(&b.1)));
    let wanted: Vec<f64> = ends.iter().map(|(end, ..)| end.y).collect();
    let placed = spread(&wanted, PITCH, frame.top - PITCH / 2.0, frame.bottom + PITCH / 2.0);
    for ((end, _, curve), y) in ends.iter().zip(placed) {
        let moved = (end.y - y).abs() > 3.0;
        let start = frame.right + REACH;
        if moved {
            let elbow = vec![*end, point(frame.right + 2.0, end.y), point(start - 2.0, y)];
            scene.stroke(elbow, curve.colour.lighter(), 1.0);
        }
        let at = point(start, y + axes::HALF_DIGIT * FACE.size);
        scene.text(at, Anchor::Start, FACE, curve.colour.for_text(), &curve.name);
    }
}

fn mean_height(path: &[Point]) -> f64 {
    path.iter().map(|p| p.y).sum::<f64>() / path.len() as f64
}

/// Positions as close as possible to those wanted (ascending), `pitch` apart,
/// between `low` and `high`: neighbours that collide move as one block.
pub(super) fn spread(wanted: &[f64], pitch: f64, low: f64, high: f64) -> Vec<f64> {
    struct Block {
        first: f64,
        count: usize,
    }
    let centred = |first: f64, count: usize| {
        let last = high - (count - 1) as f64 * pitch;
        first.min(last).max(low)
    };
    let mut blocks: Vec<Block> = Vec::new();
    for &want in wanted {
        let mut block = Block { first: centred(want, 1), count: 1 };
        while let Some(above) = blocks.pop_if(|b| b.first + b.count as f64 * pitch > block.first) {
            let count = above.count + block.count;
            let shift = block.first - above.count as f64 * pitch;
            let first = (above.first * above.count as f64 + shift * block.count as f64) / count as f64;
            block = Block { first: centred(first, count), count };
        }
        blocks.push(block);
    }
    let places = |b: &Block| (0..b.count).map(|i| b.first + i as f64 * pitch).collect::<Vec<_>>();
    blocks.iter().flat_map(places).collect()
}

struct Spot {
    at: Point,
    anchor: Anchor,
    rect: Rect,
}

/// Writes the names along the curves, each near its own and clear of the
/// others. Writes nothing and says no if one finds no such place.
pub(super) fn along_curves(scene: &mut Scene, curves: &[Named], frame: &Rect) -> bool {
    let samples: Vec<Vec<Point>> = curves.iter().map(|c| curve::sampled(&c.path, 3.0)).collect();
    let inner = Rect {
        left: frame.left + 4.0,
        top: frame.top + 8.0,
        right: frame.right - 4.0,
        bottom: frame.bottom - 10.0,
    };
    let mut spots: Vec<(&Named, Spot)> = Vec::new();
    for (index, curve) in curves.iter().enumerate().filter(|(_, c)| !c.path.is_empty()) {
        let best = candidates(&samples[index], FACE.width(&curve.name))
            .into_iter()
            .filter(|spot| inner.encloses(&spot.rect))
            .filter(|spot| spots.iter().all(|(_, other)| !other.rect.overlaps(&spot.rect)))
            .filter_map(|spot| Some((merit(&spot.rect, index, &samples, frame)?, spot)))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match best {
            Some((_, spot)) => spots.push((curve, spot)),
            None => return false,
        }
    }
    for (curve, spot) in spots {
        scene.text(spot.at, spot.anchor, FACE, curve.colour.for_text(), &curve.name);
    }
    true
}

/// Beside some places of the curve, to its left and right, above, level and below.
fn candidates(samples: &[Point], width: f64) -> Vec<Spot> {
    const PLACES: usize = 64;
    let stride = (samples.len() / PLACES).max(1);
    let sides = [
        (Anchor::Start, 8.0, 13.0),
        (Anchor::Start, 9.0, 4.5),
        (Anchor::Start, 8.0, -7.0),
        (Anchor::End, -8.0, 13.0),
        (Anchor::End, -9.0, 4.5),
        (Anchor::End, -8.0, -7.0),
    ];
    let beside = |p: Point| {
        sides.map(|(anchor, dx, dy)| {
            let at = point(p.x + dx, p.y + dy);
            let left = if anchor == Anchor::End { at.x - width } else { at.x };
            let rect = Rect { left, top: at.y - 10.0, right: left + width, bottom: at.y + 3.0 };
            Spot { at, anchor, rect }
        })
    };
    samples.iter().step_by(stride).copied().flat_map(beside).collect()
}

/// Far from other curves, close to its own, not too high or low; none if it
/// touches a curve or is about as near to a stranger as to its own.
fn merit(rect: &Rect, own: usize, samples: &[Vec<Point>], frame: &Rect) -> Option<f64> {
    const ENOUGH: f64 = 40.0;
    let gap = |p: &Point| {
        let dx = (rect.left - p.x).max(p.x - rect.right).max(0.0);
        let dy = (rect.top - p.y).max(p.y - rect.bottom).max(0.0);
        dx.hypot(dy)
    };
    let nearest = |path: &Vec<Point>| path.iter().map(gap).fold(f64::INFINITY, f64::min);
    let mine = nearest(&samples[own]);
    if mine < 4.0 {
        return None;
    }
    let others = samples.iter().enumerate().filter(|(i, _)| *i != own);
    let theirs = others.map(|(_, path)| nearest(path)).fold(ENOUGH, f64::min);
    let middle = (frame.top + frame.bottom) / 2.0;
    let astray = ((rect.top + rect.bottom) / 2.0 - middle).abs() / frame.height();
    (theirs > mine + 6.0).then_some(theirs - 2.0 * mine - 30.0 * astray)
}
