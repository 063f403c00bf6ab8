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
    /// A span at several lengths, the shortest first.
    Dial(Dial, Vec<(Span, Trialled)>),
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

/// Lengths of a span lie so that at most this many make up what it was.
const MOST_STEPS: u64 = 100;
/// A span is tried near these parts of sixty of what it was: whether the read is fresh need not change only once between
/// them, as a shorter TTL moves the instants at which a cache fetches.
const SIXTIETHS: [u64; 8] = [1, 5, 10, 15, 20, 30, 40, 50];

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
        Candidate::Dial { dial, now, .. } => lengths(*dial, *now).len() as u64,
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
            Candidate::Dial { dial, path, now } => {
                let tried = self.each_length(path, &lengths(*dial, *now));
                (!tried.is_empty()).then_some(Tried::Dial(*dial, tried))
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

    /// What came of each length that the scenario loads with.
    fn each_length(&self, path: &str, lengths: &[Span]) -> Vec<(Span, Trialled)> {
        let try_at = |&length: &Span| Some((length, self.trial(&[format!("{path}={}", written(length))])?));
        lengths.par_iter().with_max_len(1).filter_map(try_at).collect()
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

/// The lengths that a span is tried at, all shorter than it is now and the shortest first: round numbers, and 0 of a TTL.
fn lengths(dial: Dial, now: Span) -> Vec<Span> {
    let (step, sixtieth) = (step(now).as_nanos(), now.as_nanos() / 60);
    let rounded = |parts: u64| Span::from_nanos((sixtieth * parts + step / 2) / step * step);
    let zero = matches!(dial, Dial::EdgeTtl | Dial::EdgeNegativeTtl | Dial::UpperTtl).then_some(Span::ZERO);
    let others = SIXTIETHS.into_iter().map(rounded).filter(|&length| length > Span::ZERO);
    let mut lengths: Vec<Span> = zero.into_iter().chain(others).filter(|&length| length < now).collect();
    lengths.dedup();
    lengths
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
    fn lengths_are_round() {
        let of = |dial, nanos: u64| {
            lengths(dial, Span::from_nanos(nanos)).into_iter().map(written).collect::<Vec<_>>()
        };
        let minute = ["0s", "1s", "5s", "10s", "15s", "20s", "30s", "40s", "50s"];
        assert_eq!(of(Dial::EdgeTtl, 60_000_000_000), minute);
        assert_eq!(of(Dial::Pull, 60_000_000_000), minute[1..]);
        let ten = ["200ms", "800ms", "1700ms", "2500ms", "3300ms", "5s", "6700ms", "8300ms"];
        assert_eq!(of(Dial::Gossip, 10_000_000_000), ten);
        assert_eq!(of(Dial::UpperTtl, 1), ["0s"]);
        assert!(of(Dial::UpperTtl, 0).is_empty());
    }
}
