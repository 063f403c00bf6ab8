//! How many hits are to be expected at one location, by all that is observed of a hit.
//!
//! Between a fill and the entry's end the hits of a key are a Poisson process that nothing depends on: so counts over
//! disjoint cells of time, summed over keys, are independent Poisson counts of the summed expectations. These are
//! drawn for each slice of the timeline, fresh and stale; given these totals, each hit falls into a bin of what else
//! is observed (versions missed, age, time overdue, cause) in proportion to what is expected there. Every count has
//! the law that it has when each hit is drawn, and they add up; that two of these bins go together, such as an age
//! and a slice, is not kept, and nothing that is published tells of it.

use super::chance::{poisson, spread};
use super::line::{Ages, Fine, Line, Slices};
use crate::base::{KeyId, Rng, Time};
use crate::model::cache::Snapshot;
use crate::observe::{Behind, Bulk, Fraction, Timeline};
use crate::scenario::Case;
use crate::truth::{Cause, Judge, Source, Verdict, cause};

/// Expected hits, each cell's as weight times nanoseconds.
#[derive(Debug)]
pub(super) struct Exposure {
    warmup: Time,
    /// By when they begin, those in the warm-up too. All else is about those after it.
    fresh: Line<Slices>,
    stale: Line<Slices>,
    /// Fresh and stale ones that return what has not committed.
    ahead: [i128; 2],
    /// Fresh and stale ones by the time since the last commit, if there was one.
    ages: [Line<Ages>; 2],
    /// Stale ones by versions missed, with these versions' sum where many are told together.
    behind: Vec<(i128, i128)>,
    /// Stale ones by the nanoseconds that they are overdue.
    overdue: Line<Fine>,
    causes: [i128; Cause::ALL.len()],
}

/// Hits of one entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hits {
    pub(super) from: Time,
    pub(super) until: Time,
    /// Their rate in a unit that all of the exposure shares.
    pub(super) weight: u64,
}

impl Hits {
    fn exposure(self) -> i128 {
        i128::from(self.weight) * i128::from(self.until.since(self.from).as_nanos())
    }
}

impl Exposure {
    pub(super) fn new(case: &Case, timeline: &Timeline) -> Exposure {
        let slices = Slices::new(timeline.width(), case.warmup);
        let ages = || Line::new(Ages { most: case.horizon.since(Time::ZERO) });
        Exposure {
            warmup: case.warmup,
            fresh: Line::new(slices),
            stale: Line::new(slices),
            ahead: [0; 2],
            ages: [ages(), ages()],
            behind: Vec::new(),
            overdue: Line::new(Fine),
            causes: [0; Cause::ALL.len()],
        }
    }

    /// Expects nothing any more.
    pub(super) fn clear(&mut self) {
        self.fresh.clear();
        self.stale.clear();
        self.ages.iter_mut().for_each(Line::clear);
        self.overdue.clear();
        self.behind.clear();
        (self.ahead, self.causes) = ([0; 2], [0; Cause::ALL.len()]);
    }

    /// Expects the hits of an entry of `key`.
    pub(super) fn expect(&mut self, key: KeyId, snapshot: Snapshot, hits: Hits, judge: &mut Judge) {
        let Hits { from, until, weight } = hits;
        let mut turns_stale = until;
        let mut first_missed = Time::NEVER;
        judge.stretches(key, snapshot.version, from, until, |stretch| {
            if stretch.verdict.is_stale() && first_missed == Time::NEVER {
                turns_stale = stretch.from;
                first_missed = stretch.verdict.first_missed;
            }
            self.expect_alike(stretch.verdict, Hits { from: stretch.from, until: stretch.until, weight });
        });
        self.fresh.add(from.as_nanos(), turns_stale.as_nanos(), weight);
        if turns_stale < until {
            self.stale.add(turns_stale.as_nanos(), until.as_nanos(), weight);
            self.expect_stale(snapshot, first_missed, Hits { from: turns_stale, until, weight });
        }
    }

    /// The part of some hits that is measured.
    fn measured(&self, hits: Hits) -> Option<Hits> {
        let from = hits.from.max(self.warmup);
        (from < hits.until).then_some(Hits { from, ..hits })
    }

    /// Hits that differ in nothing but their instants.
    fn expect_alike(&mut self, verdict: Verdict, hits: Hits) {
        let Some(hits) = self.measured(hits) else { return };
        let stale = usize::from(verdict.is_stale());
        if verdict.ahead {
            self.ahead[stale] += hits.exposure();
        }
        if verdict.last_commit != Time::NEVER {
            let age = |at: Time| at.since(verdict.last_commit).as_nanos();
            self.ages[stale].add(age(hits.from), age(hits.until), hits.weight);
        }
        if verdict.is_stale() {
            let place = missed(verdict.behind as usize);
            if place >= self.behind.len() {
                self.behind.resize(place + 1, (0, 0));
            }
            let (reads, versions) = &mut self.behind[place];
            let exposure = hits.exposure();
            *reads += exposure;
            if place >= FEW_MISSED {
                *versions += exposure * i128::from(verdict.behind);
            }
        }
    }

    /// Stale hits of one entry.
    fn expect_stale(&mut self, snapshot: Snapshot, first_missed: Time, hits: Hits) {
        let Some(hits) = self.measured(hits) else { return };
        let overdue = |at: Time| at.since(first_missed).as_nanos();
        self.overdue.add(overdue(hits.from), overdue(hits.until), hits.weight);
        self.causes[cause(Source::Hit, snapshot, first_missed) as usize] += hits.exposure();
    }

    /// Draws what happens where a weight of 1 over a nanosecond makes `expected` hits.
    pub(super) fn draw(&self, expected: f64, rng: &mut Rng) -> Bulk {
        let mut bulk = Bulk::default();
        let fresh = draw_slices(&self.fresh, expected, rng, &mut bulk, false);
        let stale = draw_slices(&self.stale, expected, rng, &mut bulk, true);
        bulk.ahead = draw_part(fresh, self.ahead[0], rng) + draw_part(stale, self.ahead[1], rng);
        self.draw_ages(fresh, stale, rng, &mut bulk);
        self.draw_stale(stale.count, rng, &mut bulk);
        bulk
    }

    fn draw_ages(&self, fresh: Drawn, stale: Drawn, rng: &mut Rng, bulk: &mut Bulk) {
        let exposures = self.ages[0].exposures();
        let aged = draw_part(fresh, exposures.iter().sum(), rng);
        spread(aged, &exposures, rng, |bin, reads| {
            bulk.ages.add(bin, Fraction { hits: reads, of: reads });
        });
        spread(stale.count, &self.ages[1].exposures(), rng, |bin, reads| {
            bulk.ages.add(bin, Fraction { hits: 0, of: reads });
        });
    }

    fn draw_stale(&self, stale: u64, rng: &mut Rng, bulk: &mut Bulk) {
        let exposures: Vec<i128> = self.behind.iter().map(|&(reads, _)| reads).collect();
        spread(stale, &exposures, rng, |place, reads| {
            let mean = match self.behind[place] {
                _ if place < FEW_MISSED => place as f64,
                (exposure, sum) => sum as f64 / exposure as f64,
            };
            let sum = (reads as f64 * mean).round() as u64;
            bulk.behind.push(Behind { versions: mean as usize, reads, sum });
        });
        spread(stale, &self.overdue.exposures(), rng, |cell, reads| {
            bulk.overdue.push((Fine.middle(cell), reads));
        });
        spread(stale, &self.causes, rng, |cause, reads| bulk.causes[cause] += reads);
    }
}

/// Hits after the warm-up, and the exposure that they come from.
#[derive(Clone, Copy, Debug)]
struct Drawn {
    count: u64,
    exposure: i128,
}

/// Draws hits by slice.
fn draw_slices(line: &Line<Slices>, expected: f64, rng: &mut Rng, bulk: &mut Bulk, stale: bool) -> Drawn {
    let mut measured = Drawn { count: 0, exposure: 0 };
    for (cell, exposure) in line.exposures().into_iter().enumerate().filter(|&(_, exposure)| exposure > 0) {
        let (slice, is_measured) = line.scale().slice(cell);
        let of = poisson(exposure as f64 * expected, rng);
        let reads = Fraction { hits: if stale { of } else { 0 }, of };
        if slice >= bulk.slices.len() {
            bulk.slices.resize(slice + 1, Fraction::default());
        }
        bulk.slices[slice].merge(reads);
        if is_measured {
            bulk.measured.merge(reads);
            measured.count += of;
            measured.exposure += exposure;
        }
    }
    measured
}

/// Draws how many of those drawn come from a part of their exposure.
fn draw_part(whole: Drawn, part: i128, rng: &mut Rng) -> u64 {
    let mut among = [0; 2];
    spread(whole.count, &[part, whole.exposure - part], rng, |place, reads| among[place] += reads);
    among[0]
}

/// Fewer missed versions than this are told apart each from the next.
const FEW_MISSED: usize = 1 << FEW_MISSED_BITS;
const FEW_MISSED_BITS: u32 = 7;

/// The place of reads that missed so many versions: their number, or, if that is large, within 2 % of it.
fn missed(versions: usize) -> usize {
    let shift = (versions | 1).ilog2().saturating_sub(FEW_MISSED_BITS - 1);
    ((shift as usize) << (FEW_MISSED_BITS - 1)) + (versions >> shift)
}
