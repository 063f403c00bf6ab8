//! Clocks that do not agree.

use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use schemars::JsonSchema;
use serde::Deserialize;

use super::ConflictsSpec;
use crate::base::{Dice, LocationIx, Span, Time};

/// How far clocks are from the true time. Each location draws its own in each trial.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockSpec {
    /// By how much they are off.
    pub skew: Skew,
    /// How much faster or slower they go: the standard deviation, in millionths; 0 to 1,000.
    #[serde(default)]
    pub drift_ppm: DriftPpm,
    /// Whose clock stamps a write.
    #[serde(default)]
    pub whose: Whose,
}

/// By how much clocks are off.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Skew {
    /// Normally distributed around the true time, with this standard deviation.
    Normal(Span),
    /// Evenly, by at most this much in either direction.
    Uniform(Span),
}

/// Whose clock stamps a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// That of its coordinator.
    #[default]
    Coordinator,
    /// That of the location where it entered.
    Client,
}

/// A standard deviation of drift, in millionths.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(try_from = "f64")]
#[schemars(with = "f64")]
pub struct DriftPpm(f64);

impl TryFrom<f64> for DriftPpm {
    type Error = String;

    fn try_from(ppm: f64) -> Result<DriftPpm, String> {
        match (0.0..=1_000.0).contains(&ppm) {
            true => Ok(DriftPpm(ppm)),
            false => Err(format!("`drift_ppm` is {ppm} millionths; it must be from 0 to 1000")),
        }
    }
}

/// The clocks of all locations in one trial. Their stamps are whole ticks, so coarse that those of a trial fit into 30
/// bits: a microsecond up to a quarter of an hour, then longer.
#[derive(Debug)]
pub struct Clocks {
    whose: Whose,
    is_hybrid: bool,
    tick: f64,
    /// What is added to every clock, so that none is negative.
    ahead: f64,
    /// By location: nanoseconds off, and nanoseconds gained in each.
    off: Vec<(f64, f64)>,
    /// By location: the latest stamp that was met there.
    met: Vec<u32>,
    /// Those that are wrong besides.
    wrong: Vec<Wrong>,
}

/// A clock is wrong for a while.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Wrong {
    /// Whose.
    pub location: LocationIx,
    /// Since when.
    pub since: Time,
    /// Nanoseconds that it is ahead at once,
    pub ahead: f64,
    /// and that it gains in each.
    pub gained: f64,
}

const TICK: f64 = 1_000.0;
const MOST_TICKS: f64 = (1u32 << 30) as f64;
/// A clock further off than so many standard deviations is held there.
const WIDEST: f64 = 8.0;

impl Clocks {
    /// Those of a trial up to `horizon`, each from a stream of its own, where all of these may go wrong; `None` where clocks
    /// play no part.
    pub fn new(
        spec: &ConflictsSpec,
        dice: impl ExactSizeIterator<Item = Dice>,
        horizon: Time,
        wrong: impl Iterator<Item = Wrong>,
    ) -> Option<Clocks> {
        let (spec, is_hybrid) = match spec {
            ConflictsSpec::Clock(spec) => (spec, false),
            ConflictsSpec::HybridClock(spec) => (spec, true),
            ConflictsSpec::Arrival
            | ConflictsSpec::Siblings
            | ConflictsSpec::Counter
            | ConflictsSpec::Set => {
                return None;
            }
        };
        let DriftPpm(ppm) = spec.drift_ppm;
        let widest = match spec.skew {
            Skew::Normal(deviation) => WIDEST * deviation.as_nanos() as f64,
            Skew::Uniform(most) => most.as_nanos() as f64,
        };
        // Writes that have begun are followed beyond the horizon.
        let longest = 2.0 * horizon.as_nanos() as f64;
        let ahead = widest + longest * WIDEST * ppm * 1e-6 + TICK;
        let ahead = wrong.fold(ahead, |most, wrong| most + wrong.ahead.abs() + longest * wrong.gained.abs());
        let met = vec![0; dice.len()];
        let off = dice.map(|dice| draw(spec.skew, ppm, dice)).collect();
        let tick = ((longest + 2.0 * ahead) / MOST_TICKS).max(TICK);
        Some(Clocks { whose: spec.whose, is_hybrid, tick, ahead, off, met, wrong: Vec::new() })
    }

    /// The stamp of a write that entered at one location and is coordinated at another, now; 1 or more.
    pub fn stamp(&mut self, entered: LocationIx, coordinator: LocationIx, now: Time) -> u32 {
        let at = match self.whose {
            Whose::Coordinator => coordinator,
            Whose::Client => entered,
        };
        let (off, gained) = self.off[at.at()];
        let nanos = now.as_nanos() as f64;
        let wrong = self.wrong.iter().filter(|wrong| wrong.location == at);
        let wrong = wrong.fold(0.0, |sum, wrong| {
            sum + wrong.ahead + wrong.gained * now.since(wrong.since).as_nanos() as f64
        });
        let shown = (nanos + off + nanos * gained + wrong + self.ahead).max(TICK);
        let stamp = (shown / self.tick) as u32 + 1;
        match self.is_hybrid {
            true => stamp.max(self.met[at.at()] + 1),
            false => stamp,
        }
    }

    /// A clock goes wrong.
    pub fn go_wrong(&mut self, wrong: Wrong) {
        self.wrong.push(wrong);
    }

    /// It is right again, as far as it ever was.
    pub fn go_right(&mut self, wrong: Wrong) {
        if let Some(at) = self.wrong.iter().position(|other| *other == wrong) {
            self.wrong.remove(at);
        }
    }

    /// A write with that stamp is at a location.
    pub fn meet(&mut self, location: LocationIx, stamp: u32) {
        let met = &mut self.met[location.at()];
        *met = (*met).max(stamp);
    }
}

fn draw(skew: Skew, ppm: f64, dice: Dice) -> (f64, f64) {
    let mut rng = dice.rng();
    let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
    let (first, second) = (normal().clamp(-WIDEST, WIDEST), normal().clamp(-WIDEST, WIDEST));
    let off = match skew {
        Skew::Normal(deviation) => first * deviation.as_nanos() as f64,
        Skew::Uniform(most) => most.as_nanos() as f64 * (2.0 * dice.fork(0).rng().random::<f64>() - 1.0),
    };
    (off, second * ppm * 1e-6)
}
