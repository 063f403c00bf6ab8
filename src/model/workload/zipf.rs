//! Zipf's law over many ranks.

use rand::RngExt;

use super::near::Near;
use crate::base::Rng;

/// Ranks 1 to n, the i-th in proportion to i^-s. The first ranks, which most draws give, are looked up in a table;
/// the others are drawn by rejection-inversion (Hörmann and Derflinger: Rejection-inversion to generate variates
/// from monotone discrete distributions, ACM TOMACS 6(3), 1996), which hardly ever needs a second try.
#[derive(Clone, Debug)]
pub(super) struct Zipf {
    /// The share of the first ranks up to each of them; of the last one it is [`Zipf::share`].
    cumulative: Vec<f64>,
    /// The share of all of these; 1 if there are no others.
    share: f64,
    /// How many parts of the guide there are to a share of 1.
    parts: f64,
    /// How many times larger 1 is than the share of the others.
    others: f64,
    /// For each of as many equal parts of their share, the first rank (from 0 on) that reaches into it (Chen and
    /// Asau: On generating random variates from an empirical distribution, AIIE Transactions 6(2), 1974).
    guide: Vec<u16>,
    rest: Rest,
    /// Of the area under the others its inverse, nearly.
    near: Option<Near>,
}

/// Most ranks in the table: 40 KiB.
const FIRST: u32 = 4096;

/// The ranks after the first ones.
#[derive(Clone, Copy, Debug)]
struct Rest {
    ranks: f64,
    exponent: f64,
    /// Of the area under x^-s, shifted: where the first of these ranks begins, and where the last one ends.
    from: f64,
    to: f64,
    /// A draw this little left of its rank is always right.
    sure: f64,
}

impl Zipf {
    /// `ranks` from 1 on, `exponent` from 0 on.
    pub(super) fn new(ranks: u32, exponent: f64) -> Zipf {
        let first = ranks.min(FIRST);
        let rest = Rest::new(first + 1, ranks, exponent);
        let mut sum = 0.0;
        let mut cumulative: Vec<f64> = (1..=first)
            .map(|rank| {
                sum += rest.height(f64::from(rank));
                sum
            })
            .collect();
        let all = sum + if ranks > first { rest.total(f64::from(first + 1)) } else { 0.0 };
        cumulative.iter_mut().for_each(|share| *share /= all);
        let part = sum / all / f64::from(first);
        let guide = (0..first).map(|at| cumulative.partition_point(|&share| share <= f64::from(at) * part));
        let guide = guide.map(|rank| rank.min(first as usize - 1) as u16).collect();
        let share = if ranks > first { sum / all } else { 1.0 };
        let near = || Near::new(exponent, rest.to, rest.from, |area| rest.area_inverse(area));
        let near = (ranks > first).then(near);
        Zipf { cumulative, share, parts: 1.0 / part, others: 1.0 / (1.0 - share), guide, rest, near }
    }

    /// What a rank weighs: i^-s.
    pub(super) fn weight(&self, rank: u32) -> f64 {
        self.rest.height(f64::from(rank))
    }

    /// The share of the first rank, which is drawn most.
    pub(super) fn largest_share(&self) -> f64 {
        self.cumulative[0]
    }

    /// How many ranks are drawn at least once by so many draws, on average.
    pub(super) fn distinct(&self, draws: f64) -> f64 {
        self.rest.distinct(draws)
    }

    /// Draws a rank.
    #[inline]
    pub(super) fn sample(&self, rng: &mut Rng) -> u32 {
        let point = rng.random::<f64>();
        if point >= self.share {
            let point = (point - self.share) * self.others;
            let sure = self.near.as_ref().and_then(|near| self.rest.sure(point, near));
            return sure.unwrap_or_else(|| self.rest.sample(point, rng));
        }
        let last = self.cumulative.len() - 1;
        let part = (point * self.parts) as i64 as usize;
        let mut rank = usize::from(self.guide[part.min(last)]);
        // Mostly it is this rank or the next one, and nobody can predict which: so this step is no branch.
        rank += usize::from(self.cumulative[rank] <= point);
        while self.cumulative[rank] <= point {
            rank += 1;
        }
        rank as u32 + 1
    }
}

impl Rest {
    fn new(first: u32, ranks: u32, exponent: f64) -> Rest {
        let first = f64::from(first);
        let mut rest = Rest { ranks: f64::from(ranks), exponent, from: 0.0, to: 0.0, sure: 0.0 };
        rest.from = rest.area(first + 0.5) - rest.height(first);
        rest.to = rest.area(rest.ranks + 0.5);
        rest.sure = first + 1.0 - rest.area_inverse(rest.area(first + 1.5) - rest.height(first + 1.0));
        rest
    }

    /// The sum of i^-s from `first` on, by the formula of Euler and Maclaurin: after thousands of ranks the terms
    /// left out do not show in a float.
    fn total(&self, first: f64) -> f64 {
        let (from, to) = (self.height(first), self.height(self.ranks));
        let slopes = self.exponent * (from / first - to / self.ranks);
        self.area(self.ranks) - self.area(first) + (from + to) / 2.0 + slopes / 12.0
    }

    /// What [`Rest::sample`] draws, if that is sure without knowing exactly.
    #[inline]
    fn sure(&self, point: f64, near: &Near) -> Option<u32> {
        let x = near.x(point);
        let (low, high) = (x - x * Near::SLACK, x + x * Near::SLACK);
        let rank = |x: f64| (x + 0.5).min(self.ranks) as u32;
        let is_sure = rank(low) == rank(high) && f64::from(rank(low)) - low <= self.sure;
        is_sure.then(|| rank(low))
    }

    /// Draws a rank; `point` is even between 0 and 1.
    fn sample(&self, mut point: f64, rng: &mut Rng) -> u32 {
        loop {
            let area = self.to + point * (self.from - self.to);
            let x = self.area_inverse(area);
            let rank = (x + 0.5).min(self.ranks) as u32;
            let at = f64::from(rank);
            if at - x <= self.sure || area >= self.area(at + 0.5) - self.height(at) {
                return rank;
            }
            point = rng.random();
        }
    }

    /// How many ranks, from the first one on, are drawn at least once by so many draws, on average.
    fn distinct(&self, draws: f64) -> f64 {
        let all: f64 = self.runs().map(|(rank, width)| width * self.height(rank)).sum();
        let drawn = |(rank, width): (f64, f64)| -width * (-draws * self.height(rank) / all).exp_m1();
        self.runs().map(drawn).sum()
    }

    /// The ranks in runs that are nearly as likely: the middle of each run, and its width.
    fn runs(&self) -> impl Iterator<Item = (f64, f64)> + use<> {
        let ranks = self.ranks;
        let width = move |first: f64| (first / 64.0).floor().min(ranks - first + 1.0).max(1.0);
        let first = std::iter::successors(Some(1.0), move |&first| Some(first + width(first)));
        let runs = first.take_while(move |&first| first <= ranks);
        runs.map(move |first| (first + (width(first) - 1.0) / 2.0, width(first)))
    }

    /// In proportion to how often the rank x is drawn.
    pub(super) fn height(&self, x: f64) -> f64 {
        (-self.exponent * x.ln()).exp()
    }

    /// The area under x^-s from 1 to x: (x^(1-s) - 1) / (1 - s), or ln x where s is 1.
    fn area(&self, x: f64) -> f64 {
        let log = x.ln();
        let t = (1.0 - self.exponent) * log;
        // (e^t - 1) / t
        let factor = if t.abs() > 1e-5 { t.exp_m1() / t } else { 1.0 + t / 2.0 * (1.0 + t / 3.0) };
        factor * log
    }

    fn area_inverse(&self, area: f64) -> f64 {
        let t = ((1.0 - self.exponent) * area).max(-1.0);
        // ln(1 + t) / t
        let factor = if t.abs() > 1e-5 { (1.0 + t).ln() / t } else { 1.0 - t * (0.5 - t / 3.0) };
        (factor * area).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Dice;

    const N: u32 = 400_000;

    /// p(i) = i^-s / Σ j^-s: the share of the first ranks, of the tenth and the rest, within four standard
    /// deviations; for exponents on both sides of 1, at it and next to it; within the table and beyond it.
    #[test]
    fn shares_are_those_of_the_law() {
        for exponent in [0.0, 0.5, 0.99, 1.0, 1.000_000_1, 1.3, 3.0, 20.0] {
            for ranks in [1u32, 2, 50, FIRST, FIRST + 1, 100_000] {
                let zipf = Zipf::new(ranks, exponent);
                let weight = |i: u32| f64::from(i).powf(-exponent);
                let total: f64 = (1..=ranks).map(weight).sum();
                let mut rng = Dice::of_trial(5, ranks).rng();
                let mut counts = vec![0u32; ranks as usize + 1];
                (0..N).for_each(|_| counts[zipf.sample(&mut rng) as usize] += 1);
                let close = |found: u32, p: f64| {
                    let sd = (p * (1.0 - p) / f64::from(N)).max(0.0).sqrt();
                    let share = f64::from(found) / f64::from(N);
                    assert!((share - p).abs() <= 4.0 * sd + 1e-9, "s {exponent}, n {ranks}: {share} for {p}");
                };
                (1..=ranks.min(10)).for_each(|i| close(counts[i as usize], weight(i) / total));
                for from in [ranks / 2 + 1, FIRST + 1] {
                    let tail = (from..=ranks).map(weight).sum::<f64>() / total;
                    close(counts.iter().skip(from as usize).sum(), tail);
                }
            }
        }
    }

    /// Beyond the table, whatever the exponent; for most of these ranks it is sure.
    #[test]
    fn what_is_sure_is_what_is_drawn() {
        for exponent in [0.0, 0.5, 0.99, 1.0, 1.000_000_1, 1.000_002, 1.3, 3.0, 20.0] {
            for ranks in [FIRST + 1, 100_000, 1_000_000, 100_000_000] {
                let zipf = Zipf::new(ranks, exponent);
                let mut rng = Dice::of_trial(6, ranks).rng();
                let mut sure = 0;
                for n in 0..N {
                    let point = if n < 100 { f64::from(n) / 99.0 } else { rng.random() };
                    if let Some(found) = zipf.rest.sure(point, zipf.near.as_ref().unwrap()) {
                        assert_eq!(found, zipf.rest.sample(point, &mut rng), "s {exponent}, n {ranks}");
                        sure += 1;
                    }
                }
                let share = f64::from(sure) / f64::from(N);
                assert!(share > 0.85 || exponent > 1.1, "s {exponent}, n {ranks}: {share}");
            }
        }
    }

    /// Against the plain sum; the first ranks beside it weigh at least 1.
    #[test]
    fn totals_of_many_ranks() {
        for exponent in [0.0, 0.5, 0.99, 1.0, 1.3, 3.0] {
            let sum: f64 = (4097..=1_000_000u32).rev().map(|i| f64::from(i).powf(-exponent)).sum();
            let total = Rest::new(4097, 1_000_000, exponent).total(4097.0);
            assert!((total - sum).abs() < 1e-11 * sum.max(1.0), "s {exponent}: {total} for {sum}");
        }
    }
}
