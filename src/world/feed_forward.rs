//! Feed-forward execution: first all writes, which reads cannot influence; then the reads of each group of
//! locations alone over the whole horizon, against what the writes have left. A group has little state, which
//! stays in the nearest caches, and groups are independent of one another.

use super::arrivals::{ArrivalQueue, origins};
use super::probe::ProbeId;
use super::record::{PassId, Record};
use super::rooms::Rooms;
use super::space::Space;
use super::spread::Told;
use super::trial::Trial;
use super::{Event, GoOn, Part, World, by_key, phases, turn};
use crate::base::{KeyId, LocationIx, NamespaceIx, Time};
use crate::engine::Turn;
use crate::model::workload::OpKind;
use crate::observe::Observations;

/// Runs a trial, on so many threads of the pool or, with one, on this one. A group with more than `most_by_key` reads is run in
/// order of time.
pub(super) fn run(trial: &Trial, most_by_key: f64, threads: usize, go_on: &GoOn) -> Option<Observations> {
    let groups = trial.case.groups();
    let part = 1.0 / (groups.len() + 1) as f64;
    let go_on = |done: f64| go_on(done * part);
    let (mut observations, record) = phases::write(trial, &go_on)?;
    let first = || Reads::new(trial, &record, most_by_key);
    let results = phases::fold(&groups, threads, first, |reads, group| reads.run(group, &record, &go_on))?;
    let mut told = vec![Vec::new(); record.spaces.len()];
    for reads in results {
        let (read, told_here) = reads.finish();
        observations.merge(read);
        told.iter_mut().zip(told_here).for_each(|(told, here)| told.extend(here));
    }
    for (namespace, told) in told.iter().enumerate() {
        conclude(trial, NamespaceIx::from_position(namespace), &record, told, &mut observations);
    }
    Some(observations)
}

/// Counts each followed write that all reading locations serve.
fn conclude(
    trial: &Trial,
    namespace: NamespaceIx,
    record: &Record,
    told: &[Told],
    observations: &mut Observations,
) {
    let spec = &trial.case.namespaces[namespace.at()];
    let followed = &record.spaces[namespace.at()].followed;
    let readers = spec.visibility.readers.len();
    let mut since = vec![Time::NEVER; followed.len() * readers];
    for told in told {
        since[told.write as usize * readers + usize::from(told.reader)] = told.since;
    }
    let tally = &mut observations.namespaces[namespace.at()];
    for (followed, since) in followed.iter().zip(since.chunks_exact(readers.max(1))) {
        match since.contains(&Time::NEVER) {
            true => tally.propagation.unfinished += 1,
            false => trial.spread(spec, followed, since, tally),
        }
    }
}

impl Part {
    /// The kinds of operation that it begins.
    pub(super) fn wanted(self) -> fn(OpKind) -> bool {
        match self {
            Part::Everything => |_| true,
            Part::Writes => |kind| kind != OpKind::Read,
            Part::Reads => |kind| kind == OpKind::Read,
        }
    }
}

impl<'a> World<'a> {
    /// What the writes have left, and what was counted of them.
    pub(super) fn into_record(self) -> (Observations, Record) {
        let World { fingerprint, events, probes, .. } = self;
        let (spaces, namespaces) = self.spaces.into_iter().map(Space::into_record).unzip();
        let (sites, faults) = Default::default();
        let observations = Observations { fingerprint, events, namespaces, sites, faults };
        (observations, Record { spaces, probes })
    }

    fn of_record(trial: &'a Trial<'a>, record: &Record) -> World<'a> {
        let spaces = record.spaces.iter().enumerate();
        World {
            spaces: spaces
                .map(|(at, record)| Space::of_record(trial, NamespaceIx::from_position(at), record))
                .collect(),
            probes: record.probes.clone(),
            ..World::empty(trial, Part::Reads)
        }
    }

    /// Turns back to the beginning of the trial, at other locations. Gives what the past has in store there.
    fn enter_group(&mut self, group: &[LocationIx], record: &Record) -> Vec<InStore> {
        let mut in_store = Vec::new();
        self.pending.restart();
        self.rooms = Rooms::new(self.trial.case, |location| group.contains(&location));
        for (at, past) in record.spaces.iter().enumerate() {
            let namespace = NamespaceIx::from_position(at);
            let space = &mut self.spaces[at];
            space.enter(group);
            for (pass, write) in past.passes.iter().enumerate() {
                if group.contains(&write.location) {
                    let event = Event::Passed(PassId { namespace, pass: pass as u32 });
                    in_store.push(InStore {
                        namespace,
                        key: write.key,
                        at: write.at,
                        turn: turn::WRITE,
                        event,
                    });
                }
            }
            self.purges_in_store(namespace, &past.purging, group, &mut in_store);
            let space = &mut self.spaces[at];
            space.follower.restart();
            space.follower.watch(&space.namespace.visibility, |location| group.contains(&location));
            self.follow_again(namespace, &past.followed, &mut in_store);
        }
        for probe in 0..self.probes.len() as u32 {
            self.probes_in_store(ProbeId(probe), &mut in_store);
        }
        in_store
    }

    /// Runs the reads of a group; `false` if it was given up.
    fn run_group(&mut self, group: &[LocationIx], record: &Record, most_by_key: f64, go_on: &GoOn) -> bool {
        let in_store = self.enter_group(group, record);
        let inside = |location| group.contains(&location);
        let wanted = self.part.wanted();
        let origins = origins(self.trial, inside, wanted);
        if by_key::fits(self.trial, &origins, most_by_key) {
            return self.run_by_key(origins, in_store, go_on);
        }
        in_store.iter().for_each(|later| self.pending.at(later.at, later.turn, later.event));
        self.arrivals = ArrivalQueue::new(self.trial, origins, wanted);
        let is_done = self.run(go_on).is_ok_and(|is_over| is_over);
        self.close_rooms();
        is_done
    }
}

/// Something that writes of the past, or observers of them, will do to a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct InStore {
    pub(super) namespace: NamespaceIx,
    pub(super) key: KeyId,
    pub(super) at: Time,
    pub(super) turn: Turn,
    pub(super) event: Event,
}

/// The reads of one group after another.
struct Reads<'a> {
    world: World<'a>,
    most_by_key: f64,
    /// For each namespace what was told of its followed writes.
    told: Vec<Vec<Told>>,
}

impl<'a> Reads<'a> {
    fn new(trial: &'a Trial<'a>, record: &Record, most_by_key: f64) -> Reads<'a> {
        let world = World::of_record(trial, record);
        let told = vec![Vec::new(); record.spaces.len()];
        Reads { world, most_by_key, told }
    }

    /// Runs one group; `None` if it was given up.
    fn run(mut self, group: &[LocationIx], record: &Record, go_on: &GoOn) -> Option<Reads<'a>> {
        if !self.world.run_group(group, record, self.most_by_key, go_on) {
            return None;
        }
        for (told, space) in self.told.iter_mut().zip(&mut self.world.spaces) {
            told.append(&mut space.follower.take_told());
            space.follower.restart();
        }
        Some(self)
    }

    fn finish(self) -> (Observations, Vec<Vec<Told>>) {
        (self.world.finish(), self.told)
    }
}

/// Random scenarios: those of the integration tests.
#[cfg(test)]
#[path = "../../tests/it/executions/draw.rs"]
mod random;

#[cfg(test)]
mod tests {
    use super::random;
    use super::*;
    use crate::scenario::load;

    /// All reads of a group in order of time, as where they are too many to be kept, and key by key.
    #[test]
    fn the_order_of_keys_does_not_show() {
        let no_files = |_: &str| Err("there are no files here".to_owned());
        for index in 1_000..1_200 {
            let text = random::scenario(index);
            let scenario = load("case", text.as_bytes(), &[], &no_files).expect("it is a scenario");
            let trial = Trial::new(&scenario.cases[0], 0);
            let observed = |most_by_key| {
                let observed = run(&trial, most_by_key, 1, &|_| true).expect("nobody gives up");
                format!("{observed:?}")
            };
            assert!(observed(-1.0) == observed(f64::INFINITY), "scenario {index}:\n{text}");
        }
    }
}
