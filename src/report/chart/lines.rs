//! Panels of curves.

use super::axes;
use super::curve;
use super::figure::{Lines, Series, Shape};
use super::labels::{self, Named};
use super::legend::{self, Entry, Swatch};
use super::levels;
use super::palette;
use super::ruler::{Ends, Ruler, usable};
use super::scene::{Point, Rect, Scene, point};
use super::stretches;
use super::text::clean;

/// Discs in the clouds of one panel.
const CLOUD: usize = 1200;
/// Curves of more points are drawn finer.
const LONG: usize = 150;

/// A panel with its axes fitted.
pub(super) struct Plan<'a> {
    lines: &'a Lines,
    x: Ruler,
    y: Ruler,
    /// Ticks and title are under this panel, not under the one below.
    pub foot: bool,
    /// No panel above shares its x axis.
    first: bool,
}

impl<'a> Plan<'a> {
    /// `sharing` are the panels that have one x axis; this is the one of that `index`.
    pub(super) fn new(lines: &'a Lines, sharing: &[&Lines], index: usize) -> Plan<'a> {
        let xs = sharing.iter().flat_map(|lines| &lines.series).flat_map(xs);
        let levels = lines.levels.iter().map(|level| level.at);
        let ys = lines.series.iter().flat_map(ys).chain(levels);
        let x = Ruler::fit(&lines.x, Ends::Tight, xs);
        Plan {
            lines,
            x,
            y: Ruler::fit(&lines.y, Ends::Round, ys),
            foot: index + 1 == sharing.len(),
            first: index == 0,
        }
    }

    /// Room for the labels of the y axis.
    pub(super) fn left(&self, height: f64) -> f64 {
        axes::rows_width(&self.y, height)
    }

    /// Room for the names, if they stand in the margin.
    pub(super) fn right(&self, height: f64) -> f64 {
        if !self.names_at_ends(height) {
            return 0.0;
        }
        let names = self.seen().map(|(_, s)| labels::FACE.width(&name(s)));
        names.fold(0.0, f64::max) + labels::REACH
    }

    /// The series that have points, with what their colours go by.
    fn seen(&self) -> impl Iterator<Item = (usize, &Series)> {
        self.lines.series.iter().enumerate().filter(|(_, series)| !series.points.is_empty())
    }

    /// All curves reach the right edge, and so few that each name has a line.
    fn names_at_ends(&self, height: f64) -> bool {
        let unit = Rect { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 };
        let reach = |s: &Series| Some(self.runs(s, &unit).last()?.last()?.x);
        let ends: Vec<f64> = self.lines.series.iter().filter_map(reach).collect();
        let few = ends.len() <= palette::DISTINCT && ends.len() as f64 * labels::PITCH <= height;
        few && !ends.is_empty() && ends.iter().all(|&x| x > 0.97)
    }

    /// `room` is the height of the curves that the margins were made for.
    pub(super) fn draw(&self, scene: &mut Scene, area: &Rect, [left, right]: [f64; 2], room: f64) {
        let foot = if self.foot { axes::LABELS + axes::FOOT_TITLE } else { 0.0 };
        let mut frame = Rect {
            left: area.left + left,
            top: area.top + axes::HEAD,
            right: area.right - right,
            bottom: area.bottom - foot,
        };
        axes::head(scene, area, &self.lines.y.label);
        let mut names = Scene::new(scene.width, scene.height);
        if !self.write_names(&mut names, &frame, room) {
            let entries: Vec<Entry> = self.seen().map(entry).collect();
            frame.top += legend::draw(scene, &entries, area.left, area.right, area.top + 20.0);
        }
        stretches::draw(scene, &self.lines.stretches, &self.x, &frame, self.first);
        axes::rows(scene, &self.y, &frame);
        axes::columns(scene, &self.x, &frame, self.foot);
        if self.foot {
            axes::foot_title(scene, area, &frame, &self.lines.x.label);
        }
        levels::draw(scene, &self.lines.levels, &self.y, &frame);
        self.data(scene, &frame);
        scene.marks.append(&mut names.marks);
    }

    /// Beside the curves; no if there is no place for one of them.
    fn write_names(&self, scene: &mut Scene, frame: &Rect, room: f64) -> bool {
        let named: Vec<Named> = self
            .seen()
            .map(|(index, series)| Named {
                name: name(series),
                colour: palette::series(index),
                path: curve::simplified(self.runs(series, frame).concat()),
            })
            .collect();
        if self.names_at_ends(room) {
            labels::at_ends(scene, &named, frame);
            return true;
        }
        named.len() <= palette::DISTINCT && labels::along_curves(scene, &named, frame)
    }

    fn data(&self, scene: &mut Scene, frame: &Rect) {
        for (index, series) in self.lines.series.iter().enumerate() {
            self.band(scene, series, index, frame);
        }
        let mut empty = true;
        for (index, series) in self.lines.series.iter().enumerate().rev() {
            let runs = self.runs(series, frame);
            empty &= runs.concat().is_empty();
            self.curve(scene, runs, series.shape, index);
        }
        if empty {
            axes::no_data(scene, frame);
        }
    }

    fn place(&self, x: f64, y: f64, frame: &Rect) -> Option<Point> {
        (usable(x) && usable(y)).then(|| {
            let across = frame.left + self.x.fraction(x) * frame.width();
            point(across, frame.bottom - self.y.fraction(y) * frame.height())
        })
    }

    /// What is seen of a series, in pieces.
    fn runs(&self, series: &Series, frame: &Rect) -> Vec<Vec<Point>> {
        let place = |&(x, y): &(f64, f64)| self.place(x, y, frame);
        let points: Vec<Point> = series.points.iter().filter_map(place).collect();
        match series.shape {
            Shape::Points => vec![points.into_iter().filter(|&p| frame.contains(p)).collect()],
            Shape::Line => curve::clipped(&points, frame),
            Shape::Step => curve::clipped(&curve::stepped(&points), frame),
        }
    }

    fn band(&self, scene: &mut Scene, series: &Series, index: usize, frame: &Rect) {
        let held = |p: Point| point(p.x.clamp(frame.left, frame.right), p.y.clamp(frame.top, frame.bottom));
        let edge = |side: fn(&(f64, f64, f64)) -> f64| {
            let whole = series.band.iter().filter(|b| usable(b.1) && usable(b.2));
            let points: Vec<Point> = whole.filter_map(|b| self.place(b.0, side(b), frame)).collect();
            let points = match series.shape {
                Shape::Step => curve::stepped(&points),
                Shape::Line | Shape::Points => points,
            };
            curve::simplified(points.into_iter().map(held).collect())
        };
        let mut outline = edge(|b| b.1);
        if outline.len() > 1 {
            outline.extend(edge(|b| b.2).into_iter().rev());
            scene.area(outline, palette::series(index), 0.18);
        }
    }

    fn curve(&self, scene: &mut Scene, runs: Vec<Vec<Point>>, shape: Shape, index: usize) {
        let colour = palette::series(index);
        for run in runs {
            let still = run.iter().all(|p| Some(p) == run.first());
            if shape == Shape::Points || still {
                for centre in curve::thinned(run, CLOUD / self.lines.series.len()) {
                    scene.dot(centre, 3.0, colour, palette::hollow(index));
                }
            } else {
                let run = curve::simplified(run);
                let width = if run.len() > LONG && shape == Shape::Line { 1.7 } else { 2.2 };
                scene.dashed(run, palette::dash(index), colour, width);
            }
        }
    }
}

fn xs(series: &Series) -> Vec<f64> {
    let points = series.points.iter().map(|p| p.0);
    points.chain(series.band.iter().map(|b| b.0)).collect()
}

fn ys(series: &Series) -> Vec<f64> {
    let points = series.points.iter().map(|p| p.1);
    points.chain(series.band.iter().flat_map(|b| [b.1, b.2])).collect()
}

fn name(series: &Series) -> String {
    labels::FACE.fit(&clean(&series.name), labels::WIDEST)
}

fn entry((index, series): (usize, &Series)) -> Entry {
    let swatch = match series.shape {
        Shape::Points => Swatch::Dot { hollow: palette::hollow(index) },
        Shape::Line | Shape::Step => Swatch::Line(palette::dash(index)),
    };
    Entry { name: clean(&series.name), colour: palette::series(index), swatch }
}
