//! Synthetic traces: objects that are asked for one after another.

use std::collections::BTreeMap;

use edgelag::base::{Dice, Rng};
use rand::RngExt;

/// Requests for objects of a size, and the limits of the caches that they meet.
pub(super) struct Trace {
    pub(super) name: &'static str,
    /// Objects, counted from 1, with their sizes.
    pub(super) requests: Vec<(u32, u64)>,
    pub(super) limits: [u64; 5],
}

const REQUESTS: usize = 6_000;
const OBJECTS: [u64; 5] = [20, 37, 100, 256, 999];

/// Objects of different sizes, each much smaller than any cache,
pub(super) const SIZES: &str = "sizes";
/// and some that are as large as a cache, or larger.
pub(super) const LARGE: &str = "large objects";

/// All of them.
pub(super) fn traces() -> Vec<Trace> {
    let drawn = |name, draw: fn(&mut Rng) -> Vec<u32>| {
        let keys = draw(&mut rng(name));
        Trace { name, requests: keys.into_iter().map(|key| (key, 1)).collect(), limits: OBJECTS }
    };
    vec![
        drawn("zipf 0.6", |rng| zipf(rng, 0.6)),
        drawn("zipf 1.0", |rng| zipf(rng, 1.0)),
        drawn("zipf 1.4", |rng| zipf(rng, 1.4)),
        drawn("scans and loops", scans_and_loops),
        drawn("asked once", asked_once),
        drawn("shifting popularity", shifting),
        Trace { name: SIZES, requests: of_sizes(1_000), limits: [12_000, 20_000, 70_000, 200_000, 577_777] },
        Trace { name: LARGE, requests: of_sizes(20_000), limits: [6_000, 20_000, 70_000, 200_000, 777_777] },
    ]
}

fn rng(name: &str) -> Rng {
    Dice::of_trial(2026, 0).named(name).rng()
}

/// Draws objects of 2,000 with shares that fall with their number to a power.
fn zipf_draw(alpha: f64) -> impl Fn(&mut Rng) -> u32 {
    let mut sums: Vec<f64> = Vec::new();
    for rank in 1..=2_000 {
        sums.push(sums.last().unwrap_or(&0.0) + f64::from(rank).powf(-alpha));
    }
    let all = sums[sums.len() - 1];
    move |rng| {
        let drawn = rng.random::<f64>() * all;
        sums.partition_point(|&sum| sum <= drawn) as u32 + 1
    }
}

fn zipf(rng: &mut Rng, alpha: f64) -> Vec<u32> {
    let draw = zipf_draw(alpha);
    (0..REQUESTS).map(|_| draw(rng)).collect()
}

/// Popular objects, between which a long list is read once, or a short one again and again.
fn scans_and_loops(rng: &mut Rng) -> Vec<u32> {
    let draw = zipf_draw(0.9);
    let mut requests = Vec::new();
    let mut fresh = 10_000;
    while requests.len() < REQUESTS {
        (0..500).for_each(|_| requests.push(draw(rng)));
        requests.extend(fresh..fresh + 300);
        fresh += 300;
        (0..4).for_each(|_| requests.extend(5_000..5_120));
    }
    requests
}

/// Half of the requests are for what nobody asks for again.
fn asked_once(rng: &mut Rng) -> Vec<u32> {
    let draw = zipf_draw(1.0);
    (0..REQUESTS as u32).map(|at| if rng.random() { draw(rng) } else { 10_000 + at }).collect()
}

/// Each thousand requests, other objects are popular.
fn shifting(rng: &mut Rng) -> Vec<u32> {
    let draw = zipf_draw(1.1);
    (0..REQUESTS as u32).map(|at| (draw(rng) + at / 1_000 * 137) % 3_000 + 1).collect()
}

/// Objects of 1 to 1,000 bytes, and a few of up to so many.
fn of_sizes(most: u64) -> Vec<(u32, u64)> {
    let mut rng = rng("sizes");
    let draw = zipf_draw(0.9);
    let mut sizes: BTreeMap<u32, u64> = BTreeMap::new();
    let mut requests = Vec::new();
    for _ in 0..REQUESTS {
        let key = draw(&mut rng);
        let size = *sizes.entry(key).or_insert_with(|| match rng.random_range(0..50) {
            0 => rng.random_range(900..=most),
            _ => rng.random_range(1..=1_000),
        });
        requests.push((key, size));
    }
    requests
}
