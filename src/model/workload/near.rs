//! A power of a straight line, without logarithms: developed in series next to points at which it is known.

/// x(a) = (1 + (1 - s) a)^(1 / (1 - s)), or e^a where s is 1, for a between two ends. Where a point lies is told by the
/// part of the way from the one end to the other.
#[derive(Clone, Debug)]
pub(super) struct Near {
    points: Vec<Point>,
    /// Of the second, third and fourth power in the series.
    coefficients: [f64; 3],
}

/// The middle of one of equal parts of the way.
#[derive(Clone, Copy, Debug)]
struct Point {
    /// Not a number where the series would not do.
    x: f64,
    /// How long a part is, held against dx/da: with e the difference in a, divided by x^(1 - s), the series is
    /// 1 + e + s e²/2 + s (2s - 1) e³/6 + …
    part: f64,
}

/// As many points: 8 KiB.
const POINTS: usize = 512;

impl Near {
    /// What [`Near::x`] tells is by at most this share off what `exact` tells, which near s = 1 itself has lost several
    /// of its digits.
    pub(super) const SLACK: f64 = 1e-9;

    /// `exact` tells x for a.
    pub(super) fn new(s: f64, from: f64, to: f64, exact: impl Fn(f64) -> f64) -> Near {
        let width = (to - from) / POINTS as f64;
        let coefficients = [s / 2.0, s * (2.0 * s - 1.0) / 6.0, s * (2.0 * s - 1.0) * (3.0 * s - 2.0) / 24.0];
        let fifth = coefficients[2] * (4.0 * s - 3.0) / 5.0;
        let point = |at: usize| {
            let a = from + (at as f64 + 0.5) * width;
            let line = 1.0 + (1.0 - s) * a;
            let part = width / line;
            // The first term left out; further ones are smaller.
            let is_near = part.abs() < 0.1 / s.max(1.0) && (fifth * (part / 2.0).powi(5)).abs() < 1e-12;
            // Where the line is nearly 0, rounding of a shows in x.
            let is_exact = line > 1e-5 * a.abs();
            Point { x: if is_near && is_exact { exact(a) } else { f64::NAN }, part }
        };
        Near { points: (0..POINTS).map(point).collect(), coefficients }
    }

    /// About x at this part of the way, or not a number.
    #[inline]
    pub(super) fn x(&self, way: f64) -> f64 {
        let at = way * POINTS as f64;
        let index = (at as i64 as usize).min(POINTS - 1);
        let Point { x, part } = self.points[index];
        let e = (at - index as f64 - 0.5) * part;
        let [second, third, fourth] = self.coefficients;
        x * (1.0 + e * (1.0 + e * (second + e * (third + e * fourth))))
    }
}
