//! Exposure along a line that is cut into cells: weights over spans, added at the cost of their two ends. In whole
//! numbers, so that what begins and ends cancels to nothing, and no sum depends on an order.

use crate::base::{Span, Time};
use crate::observe::AgeBins;
use crate::stats::Resolution;

/// A line of nanoseconds from 0 on, cut into cells.
pub(super) trait Scale {
    /// The cell of a point.
    fn cell(&self, at: u64) -> usize;
    /// The end of a cell, which is where the next one begins.
    fn end(&self, cell: usize) -> u64;
}

/// For each cell of a line how much lies in it.
#[derive(Debug)]
pub(super) struct Line<S> {
    scale: S,
    /// As many as were touched.
    cells: Vec<Cell>,
    /// The weight of what begins at 0.
    from_zero: i128,
}

/// What began in a cell, less what ended there.
#[derive(Clone, Copy, Default, Debug)]
struct Cell {
    /// How much of it lies in this cell: weight times nanoseconds.
    here: i128,
    /// Its weight in the cells after this one.
    beyond: i128,
}

impl<S: Scale> Line<S> {
    pub(super) fn new(scale: S) -> Line<S> {
        Line { scale, cells: Vec::new(), from_zero: 0 }
    }

    pub(super) fn scale(&self) -> &S {
        &self.scale
    }

    pub(super) fn clear(&mut self) {
        self.cells.clear();
        self.from_zero = 0;
    }

    /// Adds a weight over [`from`, `until`).
    pub(super) fn add(&mut self, from: u64, until: u64, weight: u64) {
        match from {
            0 => self.from_zero += i128::from(weight),
            _ => self.begin(from, i128::from(weight)),
        }
        self.begin(until, -i128::from(weight));
    }

    fn begin(&mut self, at: u64, weight: i128) {
        let index = self.scale.cell(at);
        if index >= self.cells.len() {
            self.cells.resize(index + 1, Cell::default());
        }
        let cell = &mut self.cells[index];
        cell.here += weight * i128::from(self.scale.end(index) - at);
        cell.beyond += weight;
    }

    /// How much lies in each cell, weights times nanoseconds, up to the last one that was touched.
    pub(super) fn exposures(&self) -> Vec<i128> {
        let (mut weight, mut begins) = (self.from_zero, 0);
        let weigh = |(index, cell): (usize, &Cell)| {
            let end = self.scale.end(index);
            let exposure = cell.here + weight * i128::from(end - begins);
            weight += cell.beyond;
            begins = end;
            exposure
        };
        self.cells.iter().enumerate().map(weigh).collect()
    }
}

/// The slices of a timeline, one of them cut in two where the warm-up ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slices {
    width: u64,
    /// 1 by the width: a division would cost more than all else that is done to a cell.
    per_width: f64,
    warmup: u64,
    /// The slice in which the warm-up ends.
    cut: usize,
}

impl Slices {
    pub(super) fn new(width: Span, warmup: Time) -> Slices {
        let (width, warmup) = (width.as_nanos(), warmup.as_nanos());
        Slices { width, per_width: 1.0 / width as f64, warmup, cut: (warmup / width) as usize }
    }

    /// The slice of a cell, and whether it comes after the warm-up.
    pub(super) fn slice(&self, cell: usize) -> (usize, bool) {
        (cell - usize::from(cell > self.cut), cell > self.cut)
    }
}

impl Scale for Slices {
    fn cell(&self, at: u64) -> usize {
        // At most one off, by rounding.
        let near = (at as i64 as f64 * self.per_width) as i64 as u64;
        let slice = near + u64::from(at >= (near + 1) * self.width) - u64::from(at < near * self.width);
        slice as usize + usize::from(at >= self.warmup)
    }

    fn end(&self, cell: usize) -> u64 {
        match self.slice(cell) {
            (slice, false) => ((slice as u64 + 1) * self.width).min(self.warmup),
            (slice, true) => (slice as u64 + 1) * self.width,
        }
    }
}

/// The bins of ages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ages {
    /// No age is greater.
    pub(super) most: Span,
}

impl Scale for Ages {
    fn cell(&self, at: u64) -> usize {
        AgeBins::bin(Span::from_nanos(at))
    }

    fn end(&self, bin: usize) -> u64 {
        match bin + 1 {
            AgeBins::COUNT => self.most.max(AgeBins::end(bin - 1)).as_nanos(),
            _ => AgeBins::end(bin).as_nanos(),
        }
    }
}

/// The buckets of a fine distribution.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fine;

impl Fine {
    /// The middle of a cell.
    pub(super) fn middle(self, cell: usize) -> u64 {
        Resolution::Fine.begin(cell).midpoint(self.end(cell))
    }
}

impl Scale for Fine {
    #[inline]
    fn cell(&self, at: u64) -> usize {
        Resolution::Fine.bucket(at)
    }

    #[inline]
    fn end(&self, cell: usize) -> u64 {
        Resolution::Fine.end(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(secs: u64) -> u64 {
        secs * 1_000_000_000
    }

    /// Each point lies in its cell, and cells follow one another.
    fn fits(scale: &impl Scale, points: impl Iterator<Item = u64>) {
        for at in points {
            let cell = scale.cell(at);
            assert!(at <= scale.end(cell), "{at} in {cell}");
            assert!(cell == 0 || scale.end(cell - 1) <= at, "{at} in {cell}");
        }
    }

    #[test]
    fn points_lie_in_their_cells() {
        let points = || (0..50_000u64).map(|n| n * n * 97).chain((0..36).map(|bits| 1 << bits));
        fits(&Fine, points());
        fits(&Ages { most: Span::from_nanos(1 << 40) }, points());
        for warmup in [0, seconds(3), 3_500_000_000, seconds(60)] {
            let warmup = Time::ZERO + Span::from_nanos(warmup);
            fits(&Slices::new(Span::from_nanos(seconds(1)), warmup), (0..600).map(|n| n * seconds(1) / 10));
            let odd = 1_000_000_007u64;
            let edges = (0..60).flat_map(|n| [(n * odd).saturating_sub(1), n * odd, n * odd + 1]);
            let slices = Slices::new(Span::from_nanos(odd), warmup);
            edges.clone().for_each(|at| assert_eq!(slices.slice(slices.cell(at)).0 as u64, at / odd));
            fits(&slices, edges);
        }
    }

    /// 2 a nanosecond over [500 ms, 3,250 ms) in slices of a second, with the warm-up up to 1,250 ms; and 1 a
    /// nanosecond within one cell.
    #[test]
    fn exposures_are_weights_times_lengths() {
        let warmup = Time::ZERO + Span::from_nanos(1_250_000_000);
        let mut line = Line::new(Slices::new(Span::from_nanos(seconds(1)), warmup));
        line.add(500_000_000, 3_250_000_000, 2);
        line.add(2_100_000_000, 2_200_000_000, 1);
        let of_billions = line.exposures().into_iter().map(|exposure| exposure as f64 / 1e9);
        assert!(of_billions.eq([1.0, 0.5, 1.5, 2.1, 0.5]));
        let cells: Vec<_> = (0..5).map(|cell| line.scale().slice(cell)).collect();
        assert_eq!(cells, [(0, false), (1, false), (1, true), (2, true), (3, true)]);
    }
}
