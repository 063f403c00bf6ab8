//! Distributions that can be drawn from.

use std::marker::PhantomData;

use rand::RngExt;
use rand_distr::{Distribution, Exp1, Gamma, Normal, StandardNormal, Weibull};

use super::spec::{DistSpec, QuantileSpec, WeightedSpec};
use crate::base::{Dice, Quantity, Rng};

/// A checked distribution over a quantity; draws are never negative.
#[derive(Clone, Debug)]
pub struct Dist<Q> {
    shape: Shape,
    quantity: PhantomData<Q>,
}

/// Parameters in the base unit (nanoseconds, bytes).
#[derive(Clone, Debug)]
enum Shape {
    Constant(f64),
    Uniform {
        min: f64,
        width: f64,
    },
    Exponential {
        mean: f64,
    },
    Normal(Normal<f64>),
    Lognormal {
        log_median: f64,
        sigma: f64,
    },
    Gamma(Gamma<f64>),
    Weibull(Weibull<f64>),
    Pareto {
        min: f64,
        shape: f64,
    },
    Shifted {
        by: f64,
        rest: Box<Shape>,
    },
    /// Parts with the weight of each and of those before it.
    Mixture(Vec<(f64, Shape)>),
    Quantiles(Vec<(f64, f64)>),
}

/// A mean or a median need not be exact: they are for estimates.
const DRAWS: u32 = 1_000;

impl<Q: Quantity> Dist<Q> {
    /// Checks the parameters.
    ///
    /// # Errors
    /// Says which parameter is out of range and what it may be.
    pub fn new(spec: DistSpec<Q>) -> Result<Dist<Q>, String> {
        Ok(Dist { shape: shape(spec)?, quantity: PhantomData })
    }

    /// Always `value`.
    pub fn constant(value: Q) -> Dist<Q> {
        Dist { shape: Shape::Constant(value.to_base()), quantity: PhantomData }
    }

    /// Draws one value.
    #[inline]
    pub fn sample(&self, rng: &mut Rng) -> Q {
        Q::from_base(self.shape.draw(rng))
    }

    /// The mean of some draws from a stream of its own, in the base unit; one beyond `most` counts as that.
    pub fn mean_up_to(&self, most: Q) -> f64 {
        let mut rng = Dice::of_trial(0, 0).rng();
        let draws = (0..DRAWS).map(|_| self.shape.draw(&mut rng).min(most.to_base()));
        draws.sum::<f64>() / f64::from(DRAWS)
    }

    /// The median of some draws from a stream of its own.
    pub fn median(&self) -> Q {
        let mut rng = Dice::of_trial(0, 0).rng();
        let mut draws: Vec<f64> = (0..DRAWS).map(|_| self.shape.draw(&mut rng)).collect();
        draws.sort_unstable_by(f64::total_cmp);
        Q::from_base(draws[draws.len() / 2])
    }

    /// The value, if there is only one.
    pub fn as_constant(&self) -> Option<Q> {
        match self.shape {
            Shape::Constant(value) => Some(Q::from_base(value)),
            _ => None,
        }
    }
}

impl Shape {
    fn draw(&self, rng: &mut Rng) -> f64 {
        match self {
            Shape::Constant(value) => *value,
            Shape::Uniform { min, width } => min + width * rng.random::<f64>(),
            Shape::Exponential { mean } => mean * Exp1.sample_from(rng),
            Shape::Normal(normal) => loop {
                let value = normal.sample(rng);
                if value >= 0.0 {
                    break value;
                }
            },
            Shape::Lognormal { log_median, sigma } => {
                (log_median + sigma * StandardNormal.sample_from(rng)).exp()
            }
            Shape::Gamma(gamma) => gamma.sample(rng),
            Shape::Weibull(weibull) => weibull.sample(rng),
            // The logarithm of X / min is exponential with mean 1 / shape.
            Shape::Pareto { min, shape } => min * (Exp1.sample_from(rng) / shape).exp(),
            Shape::Shifted { by, rest } => by + rest.draw(rng),
            Shape::Mixture(parts) => {
                let last = &parts[parts.len() - 1];
                let point = rng.random::<f64>() * last.0;
                let (_, part) = parts.iter().find(|(cumulative, _)| point < *cumulative).unwrap_or(last);
                part.draw(rng)
            }
            Shape::Quantiles(points) => interpolate(points, rng.random()),
        }
    }
}

/// `Distribution<f64>` of the unit distributions is generic over the float type; this pins it.
trait SampleF64 {
    fn sample_from(&self, rng: &mut Rng) -> f64;
}

impl<D: Distribution<f64>> SampleF64 for D {
    fn sample_from(&self, rng: &mut Rng) -> f64 {
        self.sample(rng)
    }
}

fn interpolate(points: &[(f64, f64)], at: f64) -> f64 {
    let upper = points.partition_point(|&(p, _)| p <= at).clamp(1, points.len() - 1);
    let ((p0, v0), (p1, v1)) = (points[upper - 1], points[upper]);
    if p1 == p0 { v1 } else { v0 + (v1 - v0) * (at - p0) / (p1 - p0) }
}

fn shape<Q: Quantity>(spec: DistSpec<Q>) -> Result<Shape, String> {
    Ok(match spec {
        DistSpec::Constant(value) => Shape::Constant(value.to_base()),
        DistSpec::Uniform { min, max } => {
            let (min, max) = (min.to_base(), max.to_base());
            if max < min {
                return Err("`max` lies below `min`".to_owned());
            }
            Shape::Uniform { min, width: max - min }
        }
        DistSpec::Exponential { mean } => Shape::Exponential { mean: mean.to_base() },
        DistSpec::Normal { mean, sd } => {
            Shape::Normal(Normal::new(mean.to_base(), sd.to_base()).map_err(|e| e.to_string())?)
        }
        DistSpec::Lognormal { median, sigma } => lognormal(median.to_base(), sigma)?,
        DistSpec::Gamma { shape, mean } => {
            let shape = positive("shape", shape)?;
            match mean.to_base() {
                0.0 => Shape::Constant(0.0),
                mean => Shape::Gamma(Gamma::new(shape, mean / shape).map_err(|e| e.to_string())?),
            }
        }
        DistSpec::Weibull { shape, scale } => match scale.to_base() {
            0.0 => Shape::Constant(0.0),
            scale => {
                Shape::Weibull(Weibull::new(scale, positive("shape", shape)?).map_err(|e| e.to_string())?)
            }
        },
        DistSpec::Pareto { min, shape } => {
            Shape::Pareto { min: min.to_base(), shape: positive("shape", shape)? }
        }
        DistSpec::Shifted { by, rest } => Shape::Shifted { by: by.to_base(), rest: Box::new(rest.shape) },
        DistSpec::Mixture(parts) => mixture(parts)?,
        DistSpec::Quantiles(points) => quantiles(&points)?,
    })
}

fn lognormal(median: f64, sigma: f64) -> Result<Shape, String> {
    if !(0.0..=10.0).contains(&sigma) {
        return Err(format!("`sigma` is {sigma}; it must lie between 0 and 10"));
    }
    Ok(match median {
        0.0 => Shape::Constant(0.0),
        median => Shape::Lognormal { log_median: median.ln(), sigma },
    })
}

fn mixture<Q: Quantity>(parts: Vec<WeightedSpec<Q>>) -> Result<Shape, String> {
    if parts.is_empty() {
        return Err("a mixture needs at least one part".to_owned());
    }
    let mut total = 0.0;
    let mut cumulative = Vec::with_capacity(parts.len());
    for part in parts {
        total += positive("weight", part.weight)?;
        cumulative.push((total, part.of.shape));
    }
    Ok(Shape::Mixture(cumulative))
}

fn quantiles<Q: Quantity>(points: &[QuantileSpec<Q>]) -> Result<Shape, String> {
    let points: Vec<(f64, f64)> = points.iter().map(|p| (p.at.as_f64(), p.value.to_base())).collect();
    let rising = points.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 <= w[1].1);
    let whole = points.len() >= 2 && points[0].0 == 0.0 && points[points.len() - 1].0 == 1.0;
    if !rising || !whole {
        return Err("quantiles must rise from `at = 0` to `at = 1`, values with them".to_owned());
    }
    Ok(Shape::Quantiles(points))
}

fn positive(name: &str, value: f64) -> Result<f64, String> {
    if (1e-6..=1e6).contains(&value) {
        Ok(value)
    } else {
        Err(format!("`{name}` is {value}; it must lie between 0.000001 and 1,000,000"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Dice, Span};

    const N: usize = 400_000;

    fn millis(ms: f64) -> Span {
        Span::from_millis_f64(ms)
    }

    /// Mean and median of many draws in milliseconds.
    fn drawn(spec: DistSpec<Span>) -> (f64, f64) {
        let dist = Dist::new(spec).unwrap();
        let mut rng = Dice::of_trial(1, 0).rng();
        let mut values: Vec<f64> = (0..N).map(|_| dist.sample(&mut rng).as_nanos() as f64 / 1e6).collect();
        values.sort_by(f64::total_cmp);
        (values.iter().sum::<f64>() / N as f64, values[N / 2])
    }

    fn close(found: (f64, f64), mean: f64, median: f64) {
        assert!((found.0 / mean - 1.0).abs() < 0.01, "mean {} for {mean}", found.0);
        assert!((found.1 / median - 1.0).abs() < 0.01, "median {} for {median}", found.1);
    }

    /// Means and medians are those of the textbooks (e.g. Johnson, Kotz, Balakrishnan, Continuous
    /// Univariate Distributions, 1994), worked out beside each.
    #[test]
    fn draws_have_the_mean_and_median_of_their_distribution() {
        let ln2 = std::f64::consts::LN_2;
        close(drawn(DistSpec::Constant(millis(3.0))), 3.0, 3.0);
        close(drawn(DistSpec::Uniform { min: millis(2.0), max: millis(6.0) }), 4.0, 4.0);
        close(drawn(DistSpec::Exponential { mean: millis(5.0) }), 5.0, 5.0 * ln2);
        // Half-normal: mean sd·√(2/π), median sd·0.67449.
        close(drawn(DistSpec::Normal { mean: millis(0.0), sd: millis(1.0) }), 0.797_885, 0.674_490);
        close(drawn(DistSpec::Lognormal { median: millis(20.0), sigma: 0.5 }), 20.0 * 0.125f64.exp(), 20.0);
        // Erlang of two: median 1.678347 times the scale.
        close(drawn(DistSpec::Gamma { shape: 2.0, mean: millis(10.0) }), 10.0, 5.0 * 1.678_347);
        // Weibull of shape 2: mean scale·Γ(1.5) = scale·√π/2, median scale·√(ln 2).
        close(drawn(DistSpec::Weibull { shape: 2.0, scale: millis(8.0) }), 8.0 * 0.886_227, 8.0 * ln2.sqrt());
        // Pareto of shape 3: mean 1.5 times the least, median 2^(1/3) times.
        close(drawn(DistSpec::Pareto { min: millis(4.0), shape: 3.0 }), 6.0, 4.0 * 2f64.cbrt());
        let rest = Box::new(Dist::new(DistSpec::Exponential { mean: millis(5.0) }).unwrap());
        close(drawn(DistSpec::Shifted { by: millis(75.0), rest }), 80.0, 75.0 + 5.0 * ln2);
    }

    /// 30 % constant 1 ms, 70 % constant 11 ms: mean 8, median 11. Of weights 3 and 7.
    #[test]
    fn a_mixture_takes_its_parts_by_weight() {
        let part = |weight, ms| WeightedSpec { weight, of: Dist::constant(millis(ms)) };
        close(drawn(DistSpec::Mixture(vec![part(3.0, 1.0), part(7.0, 11.0)])), 8.0, 11.0);
    }

    /// Linear from 0 to 10 ms over the lower half, to 110 ms over the upper: mean (5 + 60) / 2, median 10.
    #[test]
    fn quantiles_are_joined_by_lines() {
        let at =
            |share, ms| QuantileSpec { at: crate::base::Probability::new(share).unwrap(), value: millis(ms) };
        close(drawn(DistSpec::Quantiles(vec![at(0.0, 0.0), at(0.5, 10.0), at(1.0, 110.0)])), 32.5, 10.0);
    }

    #[test]
    fn what_is_out_of_range_is_refused() {
        let some = millis(1.0);
        for spec in [
            DistSpec::Uniform { min: millis(2.0), max: some },
            DistSpec::Lognormal { median: some, sigma: f64::NAN },
            DistSpec::Gamma { shape: 0.0, mean: some },
            DistSpec::Weibull { shape: -1.0, scale: some },
            DistSpec::Pareto { min: some, shape: f64::INFINITY },
            DistSpec::Mixture(Vec::new()),
            DistSpec::Quantiles(Vec::new()),
        ] {
            assert!(Dist::new(spec.clone()).is_err(), "{spec:?}");
        }
    }
}
