//! Runs that take a trace, or look for the end of one operation.

use super::step::{Step, Strand, What};
use super::{Noted, Tracer};
use crate::base::{Failure, KeyId, NamespaceIx, Time, Version};
use crate::observe::Observations;
use crate::scenario::Case;
use crate::truth::Verdict;
use crate::world::recorder::Recorder;
use crate::world::trial::Trial;
use crate::world::{History, Overrun, Part, World, isolated};

/// What happened to one key, in order of time.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The namespace of the key.
    pub namespace: NamespaceIx,
    /// The key.
    pub key: KeyId,
    /// All of it.
    pub steps: Vec<Step>,
}

/// A trial that was traced.
#[derive(Debug)]
pub struct Traced {
    /// What it shows; the same as without the trace.
    pub observations: Observations,
    /// Its operations; the same as without.
    pub history: History,
    /// What happened to the key.
    pub trace: Trace,
}

/// What became of an operation when its trial was run again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Replayed {
    /// When it had its answer, or failed.
    pub ended: Time,
    /// Its answer.
    pub told: Result<Told, Failure>,
}

/// What a read returned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Told {
    /// The version.
    pub version: Version,
    /// What the truth says of it.
    pub verdict: Verdict,
    /// When it began.
    pub begun: Time,
}

impl Replayed {
    /// What a step says of an operation, if it is its end.
    pub(super) fn of(wanted: Strand, step: &Step) -> Option<Replayed> {
        let told = match step.what {
            What::Answered { strand, begun, snapshot, verdict, .. } if strand == wanted => {
                Ok(Told { version: snapshot.version, verdict, begun })
            }
            What::Failed { strand, failure } if strand == wanted => Err(failure),
            _ => return None,
        };
        Some(Replayed { ended: step.at, told })
    }
}

/// Runs one trial of a case to its end as [`record_trial`](crate::world::record_trial) does, and writes down what
/// happens to a key.
///
/// # Errors
/// When more requests wait than may.
pub fn trace_trial(case: &Case, trial: u32, namespace: NamespaceIx, key: KeyId) -> Result<Traced, Overrun> {
    let trial = Trial::new(case, trial);
    let mut world = World::new(&trial, Part::Everything);
    world.recorder = Some(Recorder::of_everything(case));
    world.tracer = Some(Box::new(Tracer { namespace, key, noted: Noted::Steps(Vec::new()) }));
    world.run(&|_| true)?;
    let steps = match world.tracer.take().map(|tracer| tracer.noted) {
        Some(Noted::Steps(steps)) => steps,
        _ => Vec::new(),
    };
    let history = world.take_history();
    let mut observations = world.finish_with(&history);
    isolated::draw(&trial, &mut observations, &|_| true);
    Ok(Traced { observations, history, trace: Trace { namespace, key, steps } })
}

/// Runs one trial of a case until an operation on a key has its end, and tells it; `None` if no such operation has one.
pub fn replay(
    case: &Case,
    trial: u32,
    namespace: NamespaceIx,
    key: KeyId,
    wanted: Strand,
) -> Option<Replayed> {
    let trial = Trial::new(case, trial);
    let mut world = World::new(&trial, Part::Everything);
    world.tracer = Some(Box::new(Tracer { namespace, key, noted: Noted::End(wanted, None) }));
    loop {
        if let Some(Noted::End(_, Some(end))) = world.tracer.as_ref().map(|tracer| &tracer.noted) {
            return Some(*end);
        }
        if !world.step() {
            return None;
        }
    }
}
