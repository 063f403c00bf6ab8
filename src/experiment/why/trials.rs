//! Trials of what might have made a read fresh: each is run again, on the same draws.

use rayon::prelude::*;

use super::edits::{Candidate, Dial, Edit, candidates};
use super::facts::Facts;
use super::{FilesOfAny, Scene};
use crate::base::{Failure, Span, Version};
use crate::scenario::Files;
use crate::world::{Asked, GoOn, Question, Replayed, ask, replay};

/// Something that was tried.
#[derive(Clone, Debug)]
pub enum Tried {
    /// A change.
    Once(Edit, Trialled),
    /// A span at several lengths.
    Dial(Dial, Ends),
    /// The same read elsewhere.
    Elsewhere(Vec<Asked>),
}

/// A change and what became of the read with it.
#[derive(Clone, Debug)]
pub struct Trialled {
    /// The change, as assignments for `--set`, to its variant if the case is one; without those that make it a point of a
    /// sweep.
    pub settings: Vec<String>,
    /// What became of the read.
    pub outcome: Outcome,
}

/// What became of a read in a changed scenario.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It was fresh.
    Fresh {
        /// What it returned.
        version: Version,
    },
    /// It was stale.
    Stale {
        /// Versions missed.
        behind: u32,
        /// For how long.
        overdue: Span,
    },
    /// It had no answer.
    Failed(Failure),
    /// No read of the same client began then: it depends on earlier answers.
    NotComparable,
}

/// The ends of what was tried of a span that is shorter than it was.
#[derive(Clone, Debug)]
pub struct Ends {
    /// What it was.
    pub now: Span,
    /// The longest at which the read returned what it had missed.
    pub fresh: Option<(Span, Trialled)>,
    /// The next longer that was tried, at which it did not; the shortest of all if it never did; `None` if that is
    /// what it was.
    pub other: Option<(Span, Trialled)>,
}

/// Lengths of a span lie so that at most this many make up what it was.
const MOST_STEPS: u64 = 100;
/// As often steps are made smaller.
const REFINED: usize = 3;

/// Tries all that might have made a read fresh; `go_on` is told of each trial that was run, all of them being one each.
/// `None` if it says no.
pub fn try_edits(scene: &Scene, facts: &Facts, go_on: &GoOn) -> Option<Vec<Tried>> {
    let candidates = candidates(scene, facts);
    let bench = Bench { scene, facts, go_on };
    let tried: Vec<Vec<Tried>> =
        candidates.par_iter().with_max_len(1).map(|candidate| bench.try_one(candidate)).collect();
    go_on(0.0).then(|| tried.into_iter().flatten().collect())
}

/// How many trials [`try_edits`] runs at most, about.
pub fn most_trials(scene: &Scene, facts: &Facts) -> u64 {
    let each = |candidate: &Candidate| match candidate {
        Candidate::Once(..) | Candidate::Elsewhere => 1,
        Candidate::Dial { .. } => u64::from(MOST_STEPS.ilog2()) + 1,
    };
    candidates(scene, facts).iter().map(each).sum()
}

/// Where changes of one read's scenario are tried.
struct Bench<'a> {
    scene: &'a Scene<'a>,
    facts: &'a Facts,
    go_on: &'a GoOn<'a>,
}

impl Bench<'_> {
    /// What came of it; nothing if it does not fit the scenario.
    fn try_one(&self, candidate: &Candidate) -> Vec<Tried> {
        let tried = match candidate {
            Candidate::Once(edit, settings) => {
                self.trial(settings).map(|trialled| Tried::Once(*edit, trialled))
            }
            Candidate::Dial { dial, path, now, least } => {
                self.ends(path, *now, *least).map(|ends| Tried::Dial(*dial, ends))
            }
            Candidate::Elsewhere => Some(self.elsewhere()),
        };
        tried.into_iter().collect()
    }

    fn trial(&self, settings: &[String]) -> Option<Trialled> {
        let Scene { alone, trial, files, .. } = *self.scene;
        let files: &FilesOfAny = files;
        let files: &Files = &|name: &str| files(name);
        let case = alone.with(settings, files).ok()?;
        if !(self.go_on)(0.0) {
            return None;
        }
        let Facts { read, strand, .. } = self.facts;
        let found = replay(&case, trial, read.namespace, read.key, *strand);
        (self.go_on)(1.0);
        let outcome = match found {
            Some(Replayed { told: Err(failure), .. }) => Outcome::Failed(failure),
            Some(Replayed { told: Ok(told), .. }) if told.begun == read.begun => match told.verdict.behind {
                0 => Outcome::Fresh { version: told.version },
                behind => Outcome::Stale { behind, overdue: told.verdict.overdue(told.begun) },
            },
            _ => Outcome::NotComparable,
        };
        let settings = settings.iter().map(|setting| alone.shown(setting)).collect();
        Some(Trialled { settings, outcome })
    }

    /// Halves the way between a length at which the read returns what it missed and one at which it does not, until they
    /// are neighbours; where the shortest is one of them, in smaller steps again.
    fn ends(&self, path: &str, now: Span, least: Span) -> Option<Ends> {
        let try_at = |length: Span| Some((length, self.trial(&[format!("{path}={}", written(length))])?));
        let shortest = rounded_up(least, step(now));
        let mut fresh = (shortest < now).then(|| try_at(shortest))??;
        if !self.is_mended(&fresh.1) {
            return Some(Ends { now, fresh: None, other: Some(fresh) });
        }
        let (mut other, mut upper) = (None, now);
        for _ in 0..REFINED {
            let step = step(upper);
            let at = |steps: u64| Span::from_nanos(steps * step.as_nanos());
            let shortest = fresh.0;
            let mut low = shortest.as_nanos() / step.as_nanos();
            let mut high = upper.as_nanos().div_ceil(step.as_nanos());
            while high - low > 1 {
                let middle = (low + high) / 2;
                let tried = try_at(at(middle))?;
                match self.is_mended(&tried.1) {
                    true => (low, fresh) = (middle, tried),
                    false => (high, other) = (middle, Some(tried)),
                }
            }
            upper = other.as_ref().map_or(now, |(length, _)| *length);
            if fresh.0 > shortest || upper.as_nanos() < 2 {
                break;
            }
        }
        Some(Ends { now, fresh: Some(fresh), other })
    }

    /// Whether the read is fresh, and not only because what it missed has not committed.
    fn is_mended(&self, trialled: &Trialled) -> bool {
        let missed = self.facts.missed.record.version.number();
        matches!(trialled.outcome, Outcome::Fresh { version } if version.number() >= missed)
    }

    fn elsewhere(&self) -> Tried {
        let Facts { read, .. } = self.facts;
        let namespace = &self.scene.case.namespaces[read.namespace.at()];
        let others = namespace.visibility.readers.iter().copied().filter(|&reader| reader != read.location);
        let question =
            Question { namespace: read.namespace, key: read.key, at: read.begun, from: others.collect() };
        let asked = ask(self.scene.case, self.scene.trial, question);
        (self.go_on)(1.0);
        Tried::Elsewhere(asked)
    }
}

/// The least multiple of a step that is no shorter.
fn rounded_up(span: Span, step: Span) -> Span {
    Span::from_nanos(span.as_nanos().div_ceil(step.as_nanos()) * step.as_nanos())
}

/// 1, 2 or 5 times a power of ten nanoseconds.
fn step(whole: Span) -> Span {
    let wanted = whole.as_nanos().div_ceil(MOST_STEPS).max(1);
    let power = 10u64.pow(wanted.ilog10());
    let factor = [1, 2, 5, 10].into_iter().find(|factor| factor * power >= wanted).unwrap_or(10);
    Span::from_nanos(factor * power)
}

/// A span as a scenario has it.
fn written(span: Span) -> String {
    let nanos = span.as_nanos();
    let units = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us"), (1, "ns")];
    let fitting = units.into_iter().find(|(size, _)| nanos.is_multiple_of(*size));
    let (size, unit) = fitting.unwrap_or((1, "ns"));
    format!("{}{unit}", nanos / size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_round_and_at_most_a_hundred() {
        let of = |nanos: u64| written(step(Span::from_nanos(nanos)));
        assert_eq!(of(60_000_000_000), "1s");
        assert_eq!(of(10_000_000_000), "100ms");
        assert_eq!(of(300_000_000_000), "5s");
        assert_eq!(of(2_000_000_000), "20ms");
        assert_eq!(of(1), "1ns");
        assert_eq!(written(Span::ZERO), "0s");
    }
}
