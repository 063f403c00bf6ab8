//! Why a read was stale: picks reads of one trial, finds out what happened to each, and tries what would have made it
//! fresh by running the trial again.

mod edits;
mod facts;
mod pick;
mod served;
mod trials;

pub use edits::{Dial, Edit};
pub use facts::{Answer, Facts, Holder, Kept, Missed, Way};
pub use pick::{Pick, Picked, Reason, Wanted, pick};
pub use served::{Because, Detour, Served};
pub use trials::{Outcome, Trialled, Tried, most_trials, try_edits};

use crate::base::Beside;
use crate::model::replication::ReplicationSpec;
use crate::scenario::{Alone, Case, quoted};
use crate::world::{History, Traced, trace_trial};
use facts::Needed;

/// Reads a file beside a scenario, from any thread.
pub type FilesOfAny<'a> = dyn Fn(&str) -> Result<Beside, String> + Sync + 'a;

/// Where a read is looked at: one trial of one case.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The case.
    pub case: &'a Case,
    /// The same as a text that can be edited.
    pub alone: &'a Alone,
    /// The trial, counted from 0.
    pub trial: u32,
    /// The files beside the scenario.
    pub files: &'a FilesOfAny<'a>,
}

/// What is told of one read.
#[derive(Debug)]
pub struct Explained {
    /// Which read, and why this one.
    pub pick: Pick,
    /// What happened.
    pub facts: Facts,
    /// What was tried.
    pub tried: Vec<Tried>,
}

/// Finds out what happened to a picked read of a history, by running its trial once more with a trace of its key.
///
/// # Panics
/// If the history is not that of the trial.
pub fn facts(scene: &Scene, history: &History, pick: Pick) -> Facts {
    let record = &history.records[pick.record];
    let traced = trace_trial(scene.case, scene.trial, record.namespace, record.key);
    let Traced { trace, .. } = traced.expect("the trial of the history has come to its end");
    let namespace = quoted(&scene.case.namespaces[record.namespace.at()].name);
    let policy: Option<ReplicationSpec> = scene.alone.read(&format!("namespace.{namespace}.replication"));
    let needed = policy.as_ref().map(Needed::by).unwrap_or_default();
    Facts::of((scene.case, needed), history, record, &trace)
}
