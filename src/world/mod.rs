//! One trial: the models put on the clock. The only `match` over events is here.

mod arrivals;
mod exchange;
mod operation;
mod probe;
mod read;
mod space;
mod spread;
mod streams;
mod write;

use slab::Slab;

use crate::base::{Dice, Span, Time};
use crate::engine::Pending;
use crate::model::network::Links;
use crate::model::replication::{Effects, Message, Node};
use crate::observe::Observations;
use crate::scenario::Case;

use arrivals::ArrivalQueue;
use exchange::{ExchangeId, Running};
use operation::{OpId, Operation};
use probe::{Probe, ProbeId};
use read::{Fetch, FetchId};
use space::Space;
use spread::FollowId;
use streams::Streams;

/// Something that happens at an instant.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A client's request reaches its location.
    Entered(OpId),
    /// An answer reaches the client.
    Answered(OpId),
    /// The fetch of an edge cache reaches the upper tier.
    AtUpper(FetchId),
    /// The upper tier's answer reaches the edge cache.
    FromUpper(FetchId),
    /// A request reaches its coordinator.
    AtCoordinator(ExchangeId),
    /// The coordinator's answer reaches who asked.
    FromCoordinator(ExchangeId),
    /// A message reaches a member of an exchange.
    Delivered(ExchangeId, Node, Message),
    /// A delay after a commit is over: probe the write.
    ProbeDue(ProbeId, u16),
    /// What a location would serve may have changed: look at a followed write again.
    Recheck(FollowId, u16),
}

const _: () = assert!(size_of::<Event>() <= 32);

/// How many events are carried out between two looks at whether to go on.
const LOOK_EVERY: u64 = 1 << 14;

/// Runs one trial of a case to its end. Now and then `go_on` is told how far it is, 0 to 1; the trial is
/// given up, and `None` returned, when it says no.
pub fn run_trial(case: &Case, trial: u32, go_on: &dyn Fn(f64) -> bool) -> Option<Observations> {
    let mut world = World::new(case, trial);
    let mut steps = 0u64;
    while world.step() {
        steps += 1;
        if steps.is_multiple_of(LOOK_EVERY) && !go_on(world.progress()) {
            return None;
        }
    }
    Some(world.finish(steps))
}

struct World<'a> {
    case: &'a Case,
    links: Links<'a>,
    pending: Pending<Event>,
    arrivals: ArrivalQueue,
    streams: Streams,
    spaces: Vec<Space<'a>>,
    ops: Slab<Operation>,
    fetches: Slab<Fetch>,
    exchanges: Slab<Running>,
    probes: Slab<Probe>,
    effects: Effects,
    fingerprint: u64,
}

impl<'a> World<'a> {
    fn new(case: &'a Case, trial: u32) -> World<'a> {
        let dice = Dice::of_trial(case.seed, trial);
        let streams = Streams::new(case, dice);
        World {
            case,
            links: Links::of_trial(&case.network, dice.named("detours")),
            pending: Pending::default(),
            arrivals: ArrivalQueue::new(case, &streams),
            spaces: case.namespaces.iter().map(|namespace| Space::new(case, namespace, dice)).collect(),
            streams,
            ops: Slab::new(),
            fetches: Slab::new(),
            exchanges: Slab::new(),
            probes: Slab::new(),
            effects: Effects::new(),
            fingerprint: 0,
        }
    }

    /// Carries out what comes next: an event or, when none is due as early, an arrival. `false` at the end.
    fn step(&mut self) -> bool {
        let arrival = self.arrivals.next_at();
        let event = self.pending.next_at().unwrap_or(Time::NEVER);
        if arrival < event && arrival < self.case.horizon {
            self.pending.advance(arrival);
            let source = self.arrivals.pop();
            self.begin(source);
            return true;
        }
        match self.pending.pop() {
            Some(event) => self.carry_out(event),
            None => return false,
        }
        true
    }

    fn carry_out(&mut self, event: Event) {
        match event {
            Event::Entered(op) => self.enter(op),
            Event::Answered(op) => self.answer(op),
            Event::AtUpper(fetch) => self.ask_upper(fetch),
            Event::FromUpper(fetch) => self.fill(fetch),
            Event::AtCoordinator(exchange) => self.coordinate(exchange),
            Event::FromCoordinator(exchange) => self.come_back(exchange),
            Event::Delivered(exchange, node, message) => self.deliver(exchange, node, message),
            Event::ProbeDue(probe, delay) => self.send_probes(probe, delay),
            Event::Recheck(follow, reader) => self.recheck(follow, reader),
        }
    }

    fn progress(&self) -> f64 {
        (self.now().as_nanos() as f64 / self.case.horizon.as_nanos() as f64).min(1.0)
    }

    fn now(&self) -> Time {
        self.pending.now()
    }

    /// Schedules `event` after `delay`; without delay it is carried out at once.
    fn after(&mut self, delay: Option<Span>, event: Event) {
        match delay {
            Some(delay) => self.pending.after(delay, event),
            None => self.carry_out(event),
        }
    }

    fn finish(self, steps: u64) -> Observations {
        debug_assert!(self.ops.is_empty() && self.fetches.is_empty() && self.exchanges.is_empty());
        Observations {
            fingerprint: self.fingerprint,
            events: steps,
            namespaces: self.spaces.into_iter().map(Space::into_tally).collect(),
        }
    }
}
