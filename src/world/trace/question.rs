//! What others would have read: probes of one key, all at one instant.

use super::{Noted, Tracer};
use crate::base::{KeyId, LocationIx, NamespaceIx, Time};
use crate::scenario::Case;
use crate::world::operation::{Operation, Origin};
use crate::world::streams::Purpose;
use crate::world::trial::Trial;
use crate::world::{Event, Part, World, turn};

use super::take::Told;

/// What would a read of a key return that begins at an instant at each of some locations?
#[derive(Clone, Debug)]
pub struct Question {
    /// The namespace of the key.
    pub namespace: NamespaceIx,
    /// The key.
    pub key: KeyId,
    /// When the reads begin: when all else is done that happens then.
    pub at: Time,
    /// Where.
    pub from: Vec<LocationIx>,
}

/// The answer at one location.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Where.
    pub location: LocationIx,
    /// What a read would have returned; `None` if it would have failed.
    pub told: Option<Told>,
}

/// Runs one trial of a case until a question is answered. The reads are probes, as those of visibility: they fill no
/// cache and begin no fetch that others may join, but may join one that is under way.
pub fn ask(case: &Case, trial: u32, question: Question) -> Vec<Asked> {
    let trial = Trial::new(case, trial);
    let mut world = World::new(&trial, Part::Everything);
    let Question { namespace, key, at, .. } = question;
    let wanted = question.from.len();
    world.tracer = Some(Box::new(Tracer { namespace, key, noted: Noted::Answers(question, Vec::new()) }));
    world.pending.at(at, turn::OBSERVER, Event::Asked);
    let mut going = true;
    while going && world.answers().len() < wanted {
        going = world.step();
    }
    world.answers().to_vec()
}

impl World<'_> {
    fn answers(&self) -> &[Asked] {
        match self.tracer.as_ref().map(|tracer| &tracer.noted) {
            Some(Noted::Answers(_, answers)) => answers,
            _ => &[],
        }
    }

    /// The instant of a question is there: a probe goes out from each of its locations.
    pub(in crate::world) fn send_question(&mut self) {
        let Some(Noted::Answers(question, _)) = self.tracer.as_ref().map(|tracer| &tracer.noted) else {
            return;
        };
        let Question { namespace, key, from, .. } = question.clone();
        let dice = Purpose::Probe.of(self.trial.stream(self.spaces[namespace.at()].namespace));
        for location in from {
            let dice = dice.fork(self.trial.streams.location(location));
            self.begin_probe(namespace, location, key, Origin::Question, dice);
        }
    }

    /// A location has answered.
    #[cold]
    pub(in crate::world) fn question_answered(&mut self, operation: &Operation) {
        let &Operation { namespace, location, key, snapshot, invoked, .. } = operation;
        let now = self.now();
        let verdict = self.spaces[namespace.at()].verdict(key, snapshot.version, invoked, now);
        let told = Told { version: snapshot.version, verdict, begun: invoked };
        let told = snapshot.failure.is_none().then_some(told);
        if let Some(Noted::Answers(_, answers)) = self.tracer.as_mut().map(|tracer| &mut tracer.noted) {
            answers.push(Asked { location, told });
        }
    }
}
