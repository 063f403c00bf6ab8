//! One trial: the models put on the clock. The only `match` over events is here.

mod aggregate;
mod arrivals;
mod attempts;
mod attention;
mod by_key;
mod catch_up;
mod channels;
mod closed;
mod condition;
mod counted;
mod effects;
mod egress;
mod election;
mod ended;
mod exchange;
mod execution;
mod faults;
mod feed_forward;
mod finish;
mod foresight;
mod history;
mod hits;
mod inclusion;
mod isolated;
mod lives;
mod measured;
mod merging;
mod near;
mod operation;
mod patience;
mod phases;
mod probe;
mod proposed;
mod purge;
mod read;
mod record;
mod recorder;
mod replay;
mod rooms;
mod serving;
mod single;
mod sites;
mod space;
mod spread;
mod stored;
mod streams;
mod threshold;
mod tokens;
mod trace;
mod trial;
mod turn;
mod waits;
mod write;

#[cfg(test)]
mod convergence;

use slab::Slab;

use crate::base::{LocationIx, NamespaceIx, Span, Time};
use crate::engine::{Pending, Turn};
use crate::model::replication::{Effects, Message, Node};
use crate::observe::Observations;
use crate::scenario::Case;

use arrivals::{ArrivalQueue, origins};
use attempts::Attempts;
use by_key::Dues;
use closed::{Closed, SeatId};
use condition::Shift;
use exchange::{ExchangeId, Requester, Running};
use faults::Faults;
use foresight::Ahead;
use lives::Lives;
use near::Near;
use operation::{OpId, Operation};
use patience::{Patience, WaitId};
use probe::{Probe, ProbeId};
use purge::Purge;
use read::{Fetch, FetchId};
use record::PassId;
use recorder::{ReadBackId, Recorder};
use rooms::Rooms;
use sites::{JobId, Sites};
use space::Space;
use spread::FollowId;
use trace::Tracer;
use trial::Trial;

pub use ended::{Ended, Overrun};
pub use execution::{Choice, Decision, EachRead, Execution, Inapplicable, Refusal, Why};
pub use history::{History, Outcome, Record, Status};
pub use trace::{
    Asked, Change, Parcel, Question, Replayed, Step, Strand, TierName, Told, Trace, Traced, What, ask,
    replay, trace_trial,
};

/// Something that happens at an instant.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A client's request reaches its location.
    Entered(OpId),
    /// An answer reaches the client.
    Answered(OpId),
    /// A client in a closed loop has thought.
    Thought(SeatId),
    /// A client tries an operation again that has failed.
    TriedAgain(OpId),
    /// The fetch of an edge cache reaches the upper tier.
    AtUpper(FetchId),
    /// The upper tier's answer reaches the edge cache.
    FromUpper(FetchId),
    /// A request to the replicas has waited too long.
    Expired(ExchangeId),
    /// A change of which replicas are up, or who leads.
    Shift(NamespaceIx, Shift),
    /// A fault begins, is noticed, or ends.
    Fault(u32, faults::Turn),
    /// A request reaches its coordinator.
    AtCoordinator(ExchangeId),
    /// The coordinator's answer reaches who asked.
    FromCoordinator(ExchangeId),
    /// A message reaches a member of an exchange.
    Delivered(ExchangeId, Node, Message),
    /// A read that asks one replica only is there.
    AtReplica(Requester, u16),
    /// What replicas answered reaches who asked: that of one, or what was foreseen.
    Brought(Requester),
    /// A write of the past passes the edge cache on its way back.
    Passed(PassId),
    /// A purge reaches caches.
    Purged(Purge),
    /// A user reads again what it has written.
    ReadBack(ReadBackId),
    /// A delay after a commit is over: probe the write.
    ProbeDue(ProbeId, u16),
    /// A followed write of the past commits.
    Follow(FollowId),
    /// What a location would serve may have changed: look at a followed write again.
    Look(FollowId, u16),
    /// It is asked what some locations would read.
    Asked,
    /// A client has waited for an answer for as long as it does.
    GivesUp(WaitId),
    /// A client has waited for an answer for so long that it sends a read again.
    Hedges(WaitId),
    /// A server at a location is done with something.
    Served(LocationIx, JobId),
}

const _: () = assert!(size_of::<Event>() == 24);

/// How many events are carried out between two looks at whether to go on.
const LOOK_EVERY: u64 = 1 << 14;

/// Is told of each further part of the work that is done, all of it being 1; says whether to go on.
pub type GoOn<'a> = dyn Fn(f64) -> bool + Sync + 'a;

/// Runs one trial of a case to its end, on this thread or, if it can, on so many `threads` of the pool.
///
/// # Errors
/// When `go_on` says no, it is given up; or more requests wait than may.
pub fn run_trial(
    case: &Case,
    trial: u32,
    execution: Execution,
    threads: usize,
    go_on: &GoOn,
) -> Result<Observations, Ended> {
    let trial = Trial::new(case, trial);
    let traffic = isolated::share_of_traffic(case);
    let of_traffic = |part: f64| go_on(part * traffic);
    let mut observations = match execution {
        Execution::General => {
            let mut world = World::new(&trial, Part::Everything);
            let is_over = world.run(&of_traffic)?;
            is_over.then(|| world.finish())
        }
        Execution::FeedForward => feed_forward::run(&trial, Case::MOST_READS_BY_KEY, threads, &of_traffic),
        Execution::Aggregate => aggregate::run(&trial, threads, &of_traffic),
    }
    .ok_or(Ended::GivenUp)?;
    stored::weigh(&trial, &mut observations);
    let of_pairs = |part: f64| go_on(part * (1.0 - traffic));
    match isolated::draw(&trial, &mut observations, &of_pairs) {
        true => Ok(observations),
        false => Err(Ended::GivenUp),
    }
}

/// Runs one trial of a case to its end, all events in order of time, and records every operation of its clients; beside
/// that it is what [`run_trial`] shows.
///
/// # Errors
/// When more requests wait than may.
pub fn record_trial(case: &Case, trial: u32) -> Result<(Observations, History), Overrun> {
    let trial = Trial::new(case, trial);
    let mut world = World::new(&trial, Part::Everything);
    world.recorder = Some(Recorder::of_everything(case));
    world.run(&|_| true)?;
    let history = world.take_history();
    let mut observations = world.finish_with(&history);
    stored::weigh(&trial, &mut observations);
    isolated::draw(&trial, &mut observations, &|_| true);
    Ok((observations, history))
}

/// What a world simulates of a trial.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Everything,
    /// Writes only, which reads cannot influence.
    Writes,
    /// Reads only, against what the writes have left.
    Reads,
}

struct World<'a> {
    trial: &'a Trial<'a>,
    part: Part,
    pending: Pending<Event>,
    arrivals: ArrivalQueue,
    spaces: Vec<Space<'a>>,
    ops: Slab<Operation>,
    fetches: Slab<Fetch>,
    exchanges: Slab<Running>,
    probes: Vec<Probe>,
    effects: Effects,
    ahead: Vec<Ahead>,
    near: Near,
    dues: Dues,
    /// Who begins operations and what becomes of each, where that matters.
    recorder: Option<Box<Recorder>>,
    /// What happens to a key that somebody looks at.
    tracer: Option<Box<Tracer>>,
    /// What fits into caches; `None` where all does.
    rooms: Option<Box<Rooms>>,
    /// Operations that are not at their first attempt.
    attempts: Attempts,
    closed: Closed,
    /// What goes wrong; `None` where nothing does.
    faults: Option<Box<Faults<'a>>>,
    sites: Sites<'a>,
    patience: Patience,
    /// How long caches may keep values; `None` where no row of a trace tells it.
    lives: Option<Box<Lives>>,
    fingerprint: u64,
    events: u64,
}

impl<'a> World<'a> {
    fn new(trial: &'a Trial<'a>, part: Part) -> World<'a> {
        let namespaces = (0..trial.case.namespaces.len()).map(NamespaceIx::from_position);
        let mut world = World {
            arrivals: ArrivalQueue::new(trial, origins(trial, |_| true, part.wanted()), part.wanted()),
            spaces: namespaces.map(|namespace| Space::new(trial, namespace, part)).collect(),
            recorder: Recorder::of_sessions(trial.case),
            rooms: if part == Part::Everything { Rooms::new(trial.case, |_| true) } else { None },
            faults: Faults::of_trial(trial),
            sites: Sites::new(trial),
            patience: Patience::new(trial.case),
            lives: Lives::of_case(trial.case),
            ..World::empty(trial, part)
        };
        world.foretell_outages();
        world.foretell_faults();
        world.seat_clients();
        world
    }

    fn empty(trial: &'a Trial<'a>, part: Part) -> World<'a> {
        World {
            trial,
            part,
            pending: Pending::default(),
            arrivals: ArrivalQueue::new(trial, Vec::new(), part.wanted()),
            spaces: Vec::new(),
            ops: Slab::new(),
            fetches: Slab::new(),
            exchanges: Slab::new(),
            probes: Vec::new(),
            effects: Effects::new(),
            ahead: Vec::new(),
            near: Near::default(),
            dues: Dues::default(),
            attempts: Attempts::default(),
            closed: Closed::default(),
            faults: None,
            sites: Sites::default(),
            patience: Patience::default(),
            lives: None,
            recorder: None,
            tracer: None,
            rooms: None,
            fingerprint: 0,
            events: 0,
        }
    }

    /// Runs until nothing is left to happen; `false` if it was given up.
    fn run(&mut self, go_on: &GoOn) -> Result<bool, Overrun> {
        let mut told = 0.0;
        loop {
            for _ in 0..LOOK_EVERY {
                if !self.step() {
                    return match self.sites.overrun.take() {
                        Some(overrun) => Err(*overrun),
                        None => Ok(go_on(1.0 - told)),
                    };
                }
            }
            if let Some(overrun) = self.sites.overrun.take() {
                return Err(*overrun);
            }
            let so_far = (self.now().as_nanos() as f64 / self.trial.case.horizon.as_nanos() as f64).min(1.0);
            if !go_on(so_far - told) {
                return Ok(false);
            }
            told = so_far;
        }
    }

    /// Carries out what comes next: an event or an arrival. `false` at the end.
    fn step(&mut self) -> bool {
        match (self.arrivals.next(), self.pending.next()) {
            (Some(arrival), event) if event.is_none_or(|event| arrival < event) => self.arrive(),
            (_, Some(_)) => self.carry_out_next(),
            (_, None) => return false,
        }
        true
    }

    fn carry_out_next(&mut self) {
        if self.pending.bring_near() && self.part != Part::Reads {
            self.look_at_events();
        }
        if let Some(event) = self.pending.pop() {
            self.events += u64::from(event.is_of_the_model());
            self.carry_out(event);
        }
    }

    fn carry_out(&mut self, event: Event) {
        match event {
            Event::Entered(op) => {
                let operation = self.ops.remove(op.0 as usize);
                self.enter(operation);
            }
            Event::Answered(op) => {
                let operation = self.ops.remove(op.0 as usize);
                self.answer(operation);
            }
            Event::Thought(seat) => self.begin_thought(seat),
            Event::TriedAgain(op) => self.begin_again(op),
            Event::AtUpper(fetch) => self.ask_upper(fetch),
            Event::FromUpper(fetch) => self.fill(fetch),
            Event::Expired(exchange) => self.expire(exchange),
            Event::Shift(namespace, shift) => self.shift(namespace, shift),
            Event::Fault(window, turn) => self.fault(window, turn),
            Event::AtCoordinator(exchange) => self.reach_coordinator(exchange),
            Event::FromCoordinator(exchange) => self.come_back(exchange),
            Event::Delivered(exchange, node, message) => self.reach_member(exchange, node, message),
            Event::AtReplica(requester, replica) => self.reach_replica(requester, replica),
            Event::Brought(requester) => self.brought(requester),
            Event::Passed(pass) => self.pass_again(pass),
            Event::Purged(purge) => self.purged(purge),
            Event::ReadBack(read_back) => self.read_back(read_back),
            Event::ProbeDue(probe, delay) => self.send_probes(probe, delay),
            Event::Follow(follow) => self.follow_from_commit(follow),
            Event::Look(follow, reader) => self.look(follow, reader),
            Event::Asked => self.send_question(),
            Event::GivesUp(wait) => self.give_up(wait),
            Event::Hedges(wait) => self.hedge(wait),
            Event::Served(location, job) => self.served(location, job),
        }
    }

    fn now(&self) -> Time {
        self.pending.now()
    }

    /// Schedules `event` after `delay`; without delay it is carried out at once.
    fn after(&mut self, delay: Option<Span>, turn: Turn, event: Event) {
        match delay {
            Some(delay) => self.pending.after(delay, turn, event),
            None => self.carry_out(event),
        }
    }

    /// Whether a location plays a part here.
    fn simulates(&self, location: LocationIx) -> bool {
        self.spaces.first().is_some_and(|space| space.simulates(location))
    }
}
