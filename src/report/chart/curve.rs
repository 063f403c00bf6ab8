//! Paths in logical pixels: steps, clipping, and as few points as look the same.

use super::scene::{Point, Rect, point};

/// How far a simplified path may be from the true one.
const TOLERANCE: f64 = 0.1;

/// Each value holds until the next point.
pub(super) fn stepped(points: &[Point]) -> Vec<Point> {
    let mut steps: Vec<Point> = Vec::with_capacity(2 * points.len());
    for &p in points {
        if let Some(last) = steps.last().copied() {
            steps.push(point(p.x, last.y));
        }
        steps.push(p);
    }
    steps
}

/// The pieces of a path that lie inside the frame.
pub(super) fn clipped(points: &[Point], frame: &Rect) -> Vec<Vec<Point>> {
    if let [only] = points {
        return if frame.contains(*only) { vec![vec![*only]] } else { vec![] };
    }
    let mut runs: Vec<Vec<Point>> = Vec::new();
    for pair in points.windows(2) {
        let Some((from, to)) = segment(pair[0], pair[1], frame) else {
            continue;
        };
        match runs.last_mut() {
            Some(run) if run.last() == Some(&from) => run.push(to),
            _ => runs.push(vec![from, to]),
        }
    }
    runs
}

/// Liang and Barsky's clipping.
fn segment(from: Point, to: Point, frame: &Rect) -> Option<(Point, Point)> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    let sides = [
        (-dx, from.x - frame.left),
        (dx, frame.right - from.x),
        (-dy, from.y - frame.top),
        (dy, frame.bottom - from.y),
    ];
    for (slope, room) in sides {
        if slope == 0.0 && room < 0.0 {
            return None;
        } else if slope < 0.0 {
            enter = enter.max(room / slope);
        } else if slope > 0.0 {
            leave = leave.min(room / slope);
        }
    }
    let at = |t: f64| match t {
        0.0 => from,
        1.0 => to,
        t => point(from.x + t * dx, from.y + t * dy),
    };
    (enter <= leave).then(|| (at(enter), at(leave)))
}

pub(super) fn simplified(points: Vec<Point>) -> Vec<Point> {
    straightened(&columns(points))
}

/// At most four points in each column of one pixel: first, lowest, highest, last.
fn columns(points: Vec<Point>) -> Vec<Point> {
    const FEW: usize = 500;
    if points.len() < FEW || points.windows(2).any(|pair| pair[1].x < pair[0].x) {
        return points;
    }
    let mut kept: Vec<Point> = Vec::new();
    for column in points.chunk_by(|a, b| a.x.floor() == b.x.floor()) {
        let by_height = |i: &usize, j: &usize| column[*i].y.total_cmp(&column[*j].y);
        let last = column.len() - 1;
        let lowest = (0..=last).min_by(by_height).unwrap_or(0);
        let highest = (0..=last).max_by(by_height).unwrap_or(0);
        let mut chosen = [0, lowest.min(highest), lowest.max(highest), last].to_vec();
        chosen.dedup();
        kept.extend(chosen.into_iter().map(|i| column[i]));
    }
    kept
}

/// Ramer, Douglas and Peucker's simplification.
fn straightened(points: &[Point]) -> Vec<Point> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut keep = vec![false; points.len()];
    keep[0] = true;
    keep[points.len() - 1] = true;
    let mut spans = vec![(0, points.len() - 1)];
    while let Some((first, last)) = spans.pop() {
        let away = |i: &usize| distance(points[*i], points[first], points[last]);
        let farthest = (first + 1..last).max_by(|i, j| away(i).total_cmp(&away(j)));
        if let Some(i) = farthest.filter(|i| away(i) > TOLERANCE) {
            keep[i] = true;
            spans.push((first, i));
            spans.push((i, last));
        }
    }
    points.iter().zip(keep).filter(|(_, keep)| *keep).map(|(p, _)| *p).collect()
}

fn distance(p: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let square = dx * dx + dy * dy;
    let along = if square > 0.0 { ((p.x - a.x) * dx + (p.y - a.y) * dy) / square } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    (p.x - a.x - along * dx).hypot(p.y - a.y - along * dy)
}

/// Points along the path, at most `gap` apart.
pub(super) fn sampled(points: &[Point], gap: f64) -> Vec<Point> {
    let mut samples: Vec<Point> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let pieces = ((b.x - a.x).hypot(b.y - a.y) / gap).ceil().max(1.0);
        let along = |i: f64| point(a.x + (b.x - a.x) * i / pieces, a.y + (b.y - a.y) * i / pieces);
        samples.extend((1..=pieces as usize).map(|i| along(i as f64)));
    }
    samples
}

/// A cloud's points, one for each cell of a grid fine enough for `most` of them.
pub(super) fn thinned(points: Vec<Point>, most: usize) -> Vec<Point> {
    let mut cell = 0.5;
    let mut kept = points;
    while kept.len() > most {
        let key = |p: &Point| ((p.x / cell).floor() as i64, (p.y / cell).floor() as i64);
        kept.sort_by_key(key);
        kept.dedup_by_key(|p| key(p));
        cell *= 1.5;
    }
    kept
}
