//! What happened to one key in one trial, step by step. A trial that is traced goes as it goes without: the tracer is
//! told, and asks nothing.

mod note;
mod question;
mod step;
mod take;

pub(super) use note::{Of, tier_of};
pub use question::{Asked, Question, ask};
pub use step::{Change, Parcel, Step, Strand, TierName, What};
pub use take::{Replayed, Told, Trace, Traced, replay, trace_trial};

use super::World;
use crate::base::{KeyId, LocationIx, NamespaceIx};
use crate::model::replication::Node;

/// Watches one key.
#[derive(Debug)]
pub(super) struct Tracer {
    namespace: NamespaceIx,
    key: KeyId,
    /// What is noted.
    noted: Noted,
}

/// What a tracer notes.
#[derive(Debug)]
enum Noted {
    /// All steps so far.
    Steps(Vec<Step>),
    /// What becomes of one operation, as soon as it is known.
    End(Strand, Option<Replayed>),
    /// The answers to a question.
    Answers(Question, Vec<Asked>),
}

impl Tracer {
    fn watches(&self, namespace: NamespaceIx, key: KeyId) -> bool {
        (self.namespace, self.key) == (namespace, key)
    }

    fn note(&mut self, step: Step) {
        match &mut self.noted {
            Noted::Steps(steps) => steps.push(step),
            Noted::End(wanted, end) => *end = end.or(Replayed::of(*wanted, &step)),
            Noted::Answers(..) => {}
        }
    }
}

impl World<'_> {
    /// Notes what happens to a key now, if somebody wants to know.
    #[inline]
    pub(super) fn note(&mut self, namespace: NamespaceIx, key: KeyId, what: impl FnOnce() -> What) {
        if let Some(tracer) = &mut self.tracer
            && tracer.watches(namespace, key)
        {
            tracer.note(Step { at: self.pending.now(), what: what() });
        }
    }

    /// The same about all keys of a namespace.
    pub(super) fn note_change(&mut self, namespace: NamespaceIx, what: What) {
        if let Some(tracer) = &mut self.tracer
            && tracer.namespace == namespace
        {
            tracer.note(Step { at: self.pending.now(), what });
        }
    }

    /// Where a member of an exchange is.
    pub(super) fn place_of(&self, namespace: NamespaceIx, node: Node, coordinator: LocationIx) -> LocationIx {
        match node {
            Node::Coordinator => coordinator,
            Node::Replica(replica) => self.spaces[namespace.at()].placement.at[usize::from(replica)],
        }
    }
}
