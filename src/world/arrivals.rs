//! The arrivals of all populations at all locations, in order of time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use rand::RngExt;
use rustc_hash::FxHashMap;

use super::replay::Replay;
use super::streams::Purpose;
use super::trial::Trial;
use super::turn;
use crate::base::{Dice, KeyId, LocationIx, PopulationIx, Span, Time};
use crate::engine::Turn;
use crate::model::workload::{Arrivals, Mix, OpKind};
use crate::scenario::{Namespace, Stream};

/// An operation that is about to begin: what it does was drawn from its own dice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub(super) at: Time,
    pub(super) dice: Dice,
    pub(super) key: KeyId,
    /// Which of the location's sub-caches it meets.
    pub(super) sub: u16,
    pub(super) kind: OpKind,
}

const _: () = assert!(size_of::<Arrival>() <= 24);

impl Arrival {
    /// Writes that begin at an instant come before what reads do at it.
    fn turn(&self) -> Turn {
        match self.kind {
            OpKind::Write | OpKind::Delete => turn::WRITE_BEGINS,
            OpKind::Read | OpKind::Update => turn::READ_BEGINS,
        }
    }
}

/// One population at one location. Its next operations are drawn in blocks, so that what drawing needs is near.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) population: PopulationIx,
    pub(super) location: LocationIx,
    /// Which of the population's streams it is.
    stream: u32,
    clients: Dice,
    arrivals: Arrivals,
    /// How many came before.
    sequence: u64,
    block: Vec<Arrival>,
    /// The next one in the block.
    next: usize,
    /// The trace that has them, if one has.
    replay: Option<Box<Replay>>,
    /// What else the trace tells of each of the block.
    told: Vec<Beyond>,
}

/// What a row of a trace tells of an operation beyond what arrivals are drawn with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beyond {
    pub(super) location: LocationIx,
    pub(super) life: Option<Span>,
}

/// As many operations are drawn ahead, over all origins: they still are in the nearer caches when their time comes.
const AHEAD: usize = 4096;
/// As many of them are merged at once: what they will touch can then be fetched from memory for all of them together.
const SOON: usize = 64;
/// As many of one origin are drawn at once, at least and at most.
const BLOCK: std::ops::RangeInclusive<usize> = 4..=32;

/// Sequence numbers count from 0, so this label is none of them.
const ARRIVALS: u64 = u64::MAX;

impl Origin {
    fn new(trial: &Trial, population: PopulationIx, index: usize) -> Origin {
        let stream = &trial.case.populations[population.at()].streams[index];
        let at_home = trial.streams.clients(population.at(), stream.location);
        let clients =
            stream.crowd.as_ref().map_or(at_home, |crowd| at_home.named("flash").named(&crowd.name));
        Origin {
            population,
            location: stream.location,
            stream: index as u32,
            clients,
            arrivals: Arrivals::new(&stream.process, clients.fork(ARRIVALS), trial.case.horizon),
            sequence: 0,
            block: Vec::new(),
            next: 0,
            replay: None,
            told: Vec::new(),
        }
    }

    /// The operations of the trace that a population replays.
    fn of_trace(trial: &Trial, population: PopulationIx) -> Option<Origin> {
        let replay = Replay::of(trial, population)?;
        Some(Origin { replay: Some(Box::new(replay)), ..Origin::new(trial, population, 0) })
    }

    pub(super) fn stream<'c>(&self, trial: &'c Trial) -> &'c Stream {
        &trial.case.populations[self.population.at()].streams[self.stream as usize]
    }

    /// Draws the next `count` operations, or those up to the horizon, leaving out what is not wanted.
    fn draw(&mut self, trial: &Trial, count: usize, wanted: impl Fn(OpKind) -> bool) {
        let namespace = trial.case.populations[self.population.at()].namespace;
        let (stream, namespace) = (self.stream(trial), &trial.case.namespaces[namespace.at()]);
        let (mix, key) = (&stream.mix, stream.key());
        self.block.clear();
        self.next = 0;
        if let Some(replay) = &mut self.replay {
            self.told.clear();
            return replay.read(trial, count, &mut self.block, &mut self.told);
        }
        while self.block.len() < count && self.arrivals.next() < trial.case.horizon {
            let (at, dice) = self.next_arrival();
            self.block.extend(draw(mix, key, namespace, at, dice, &wanted));
        }
    }

    fn next_arrival(&mut self) -> (Time, Dice) {
        let next = (self.arrivals.next(), self.clients.fork(self.sequence));
        self.sequence += 1;
        self.arrivals.step();
        next
    }
}

/// Where the wanted operations at the locations that are `inside` come from.
pub(super) fn origins(
    trial: &Trial,
    inside: impl Fn(LocationIx) -> bool,
    wanted: fn(OpKind) -> bool,
) -> Vec<Origin> {
    let mut origins = Vec::new();
    for (index, population) in trial.case.populations.iter().enumerate() {
        origins.extend(Origin::of_trace(trial, PopulationIx::from_position(index)));
        let does = |mix: &Mix| OpKind::ALL.into_iter().any(|kind| wanted(kind) && mix.share(kind) > 0.0);
        for (at, stream) in population.streams.iter().enumerate() {
            if inside(stream.location) && does(&stream.mix) {
                origins.push(Origin::new(trial, PopulationIx::from_position(index), at));
            }
        }
    }
    origins
}

/// A read that is about to begin, and which of some origins it belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    pub(super) at: Time,
    pub(super) dice: Dice,
    /// The number of its key among those of all namespaces.
    pub(super) number: u32,
    pub(super) sub: u16,
    pub(super) origin: u16,
}

const _: () = assert!(size_of::<Due>() <= 24);

/// Draws all reads of some origins that have drawn nothing yet, those of each in order of time; keys are numbered from a
/// number on that depends on the origin.
pub(super) fn draw_reads(
    trial: &Trial,
    origins: &mut [Origin],
    first_number: impl Fn(&Origin) -> u32,
    reads: &mut Vec<Due>,
) {
    reads.clear();
    for (index, origin) in origins.iter_mut().enumerate() {
        let first = first_number(origin);
        let namespace = trial.case.populations[origin.population.at()].namespace;
        let (stream, namespace) = (origin.stream(trial), &trial.case.namespaces[namespace.at()]);
        let (mix, key) = (&stream.mix, stream.key());
        while origin.arrivals.next() < trial.case.horizon {
            let (at, dice) = origin.next_arrival();
            let read = draw(mix, key, namespace, at, dice, |kind| kind == OpKind::Read);
            if let Some(Arrival { at, dice, key, sub, .. }) = read {
                reads.push(Due { at, dice, number: first + key.0, sub, origin: index as u16 });
            }
        }
    }
}

/// Draws what an operation does, to one key or any; `None` if that is not wanted.
pub(super) fn draw(
    mix: &Mix,
    key: Option<KeyId>,
    namespace: &Namespace,
    at: Time,
    dice: Dice,
    wanted: impl Fn(OpKind) -> bool,
) -> Option<Arrival> {
    let mut rng = Purpose::What.of(dice).rng();
    let kind = mix.sample(&mut rng);
    if !wanted(kind) {
        return None;
    }
    let key = key.unwrap_or_else(|| namespace.catalogue.sample(at, &mut rng));
    let sub = match &namespace.edge {
        Some(rules) if rules.sub_caches > 1 => rng.random_range(0..rules.sub_caches),
        _ => 0,
    };
    Some(Arrival { at, dice, key, sub, kind })
}

/// An operation whose turn comes soon, and where it comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Soon {
    pub(super) arrival: Arrival,
    pub(super) population: PopulationIx,
    pub(super) location: LocationIx,
}

const _: () = assert!(size_of::<Soon>() <= 32);

/// When the next operation of an origin begins: its time, above its turn, above the number of the origin, in one number
/// that is compared without a branch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Head(u128);

impl Head {
    fn new(first: &Arrival, origin: usize) -> Head {
        Head(u128::from(first.at.as_nanos()) << 64 | u128::from(first.turn().0) << 32 | origin as u128)
    }

    fn origin(self) -> usize {
        self.0 as u32 as usize
    }
}

/// Merges the origins; each has one arrival in the heap. The next few are taken out together.
#[derive(Debug)]
pub(super) struct ArrivalQueue {
    origins: Vec<Origin>,
    heap: BinaryHeap<Reverse<Head>>,
    wanted: fn(OpKind) -> bool,
    /// As many operations of one origin are drawn at once.
    block: usize,
    /// The next few, in order, of which the first `begun` have begun.
    soon: Vec<Soon>,
    begun: usize,
    /// How long caches may keep what some of these read or write, by their dice.
    lives: FxHashMap<u64, Span>,
}

impl ArrivalQueue {
    /// The wanted operations of some origins.
    pub(super) fn new(trial: &Trial, origins: Vec<Origin>, wanted: fn(OpKind) -> bool) -> ArrivalQueue {
        let block = (AHEAD / origins.len().max(1)).clamp(*BLOCK.start(), *BLOCK.end());
        let (heap, soon, lives) = (BinaryHeap::new(), Vec::new(), FxHashMap::default());
        let mut queue = ArrivalQueue { origins, heap, wanted, block, soon, begun: 0, lives };
        for at in 0..queue.origins.len() {
            queue.origins[at].draw(trial, block, wanted);
            if let Some(first) = queue.origins[at].block.first() {
                queue.heap.push(Reverse(Head::new(first, at)));
            }
        }
        queue.merge(trial);
        queue
    }

    /// When the next operation begins, and in which turn.
    #[inline]
    pub(super) fn next(&self) -> Option<(Time, Turn)> {
        self.soon.get(self.begun).map(|soon| (soon.arrival.at, soon.arrival.turn()))
    }

    /// The next few operations, if the one that was taken out last was the last of those before them.
    pub(super) fn just_merged(&self) -> &[Soon] {
        if self.begun == 0 { &self.soon } else { &[] }
    }

    /// Takes out the next one.
    pub(super) fn pop(&mut self, trial: &Trial) -> Option<Soon> {
        let first = *self.soon.get(self.begun)?;
        self.begun += 1;
        if self.begun == self.soon.len() {
            self.merge(trial);
        }
        Some(first)
    }

    /// How long caches may keep what an operation reads or writes that was taken out, if a trace tells it.
    pub(super) fn take_life(&mut self, dice: Dice) -> Option<Span> {
        if self.lives.is_empty() { None } else { self.lives.remove(&dice.bits()) }
    }

    fn merge(&mut self, trial: &Trial) {
        self.soon.clear();
        self.begun = 0;
        while self.soon.len() < SOON
            && let Some(mut top) = self.heap.peek_mut()
        {
            let at = top.0.origin();
            let origin = &mut self.origins[at];
            let (arrival, population) = (origin.block[origin.next], origin.population);
            let told = origin.told.get(origin.next);
            let location = told.map_or(origin.location, |told| told.location);
            self.soon.push(Soon { arrival, population, location });
            if let Some(life) = told.and_then(|told| told.life) {
                self.lives.insert(arrival.dice.bits(), life);
            }
            origin.next += 1;
            if origin.next == origin.block.len() {
                origin.draw(trial, self.block, self.wanted);
            }
            match origin.block.get(origin.next) {
                Some(next) => top.0 = Head::new(next, at),
                None => {
                    PeekMut::pop(top);
                }
            }
        }
    }
}
