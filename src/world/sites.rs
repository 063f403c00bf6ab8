//! What locations own, at work: requests that wait for servers, values that wait for the link.

use std::collections::VecDeque;

use slab::Slab;

use super::ended::Overrun;
use super::exchange::{ExchangeId, Requester};
use super::operation::OpId;
use super::read::FetchId;
use super::trial::Trial;
use super::{Event, World};
use crate::base::{Dice, LocationIx, Time};
use crate::engine::Turn;
use crate::model::cache::Snapshot;
use crate::model::replication::{Message, Node};
use crate::model::site::Work;
use crate::observe::SiteTally;
use crate::scenario::Site;

/// What each location owns, and its state; empty where none owns anything.
#[derive(Debug, Default)]
pub(super) struct Sites<'a> {
    owned: Vec<Option<Box<Owned<'a>>>>,
    /// How many requests wait at all of them.
    pub(super) waiting: u64,
    /// Told once more wait than may.
    pub(super) overrun: Option<Box<Overrun>>,
}

/// What one location owns.
#[derive(Debug)]
pub(super) struct Owned<'a> {
    pub(super) site: &'a Site,
    /// Requests that wait, the first one in front.
    waiting: VecDeque<Waiting>,
    /// Since when so many wait.
    since: Time,
    in_service: Slab<InService>,
    /// How many of these went down with the site: their servers are free.
    lost: usize,
    /// When the link has sent all that it was given.
    pub(super) link_free: Time,
    pub(super) tally: SiteTally,
}

/// The place of a job among those in service at a location.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct JobId(u32);

/// What goes on when a server is done with it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Job {
    /// An operation has its answer from the edge cache.
    Hit(OpId),
    /// An edge cache has this answer from the upper tier's.
    UpperHit(FetchId, Snapshot),
    /// A cache stores what was fetched.
    Fill(FetchId),
    /// A replica answers, which was asked alone.
    One(Requester, u16),
    /// A replica carries a request out that it coordinates.
    Coordinate(ExchangeId),
    /// A member of an exchange has understood a message.
    Member(ExchangeId, Node, Message),
}

/// Something for a server to do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Task {
    pub(super) work: Work,
    /// The stream that decides how long it takes.
    pub(super) dice: Dice,
    /// That of what goes on then.
    pub(super) turn: Turn,
    pub(super) job: Job,
}

#[derive(Clone, Copy, Debug)]
struct InService {
    /// `None` if the site has gone down since.
    job: Option<Job>,
    begun: Time,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    task: Task,
    arrived: Time,
}

/// What becomes of a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Attention {
    /// Nothing is to be done there that takes time: it goes on at once.
    NotNeeded,
    /// It waits, or is being done, and goes on by itself.
    Taken,
    /// The queue is full.
    Refused,
}

impl<'a> Sites<'a> {
    pub(super) fn new(trial: &Trial<'a>) -> Sites<'a> {
        let case = trial.case;
        let owned = |site: &'a Option<Site>| {
            site.as_ref().map(|site| {
                Box::new(Owned {
                    site,
                    waiting: VecDeque::new(),
                    since: Time::ZERO,
                    in_service: Slab::new(),
                    lost: 0,
                    link_free: Time::ZERO,
                    tally: SiteTally::new(case.warmup, case.horizon),
                })
            })
        };
        Sites { owned: case.sites.iter().map(owned).collect(), waiting: 0, overrun: None }
    }

    /// Whether any location owns anything.
    #[inline]
    pub(super) fn are_any(&self) -> bool {
        !self.owned.is_empty()
    }

    /// Whether a location owns anything.
    #[inline]
    pub(super) fn owns(&self, at: LocationIx) -> bool {
        self.owned.get(at.at()).is_some_and(Option::is_some)
    }

    pub(super) fn at(&mut self, at: LocationIx) -> Option<&mut Owned<'a>> {
        self.owned.get_mut(at.at())?.as_deref_mut()
    }

    pub(super) fn count_waiting(&self) -> u64 {
        self.owned.iter().flatten().map(|owned| owned.waiting.len() as u64).sum()
    }

    /// Where most requests wait.
    pub(super) fn longest_queue(&self) -> Option<LocationIx> {
        let queues = self.owned.iter().enumerate().filter_map(|(at, owned)| Some((at, owned.as_ref()?)));
        let longest = queues.max_by_key(|(_, owned)| owned.waiting.len());
        longest.map(|(at, _)| LocationIx::from_position(at))
    }

    /// What was counted, by location.
    pub(super) fn into_tallies(self) -> Vec<Option<Box<SiteTally>>> {
        self.owned.into_iter().map(|owned| owned.map(|owned| Box::new(owned.tally))).collect()
    }
}

impl Owned<'_> {
    fn servers(&self, work: Work) -> Option<u32> {
        let station = self.site.station.as_ref()?;
        station.service.of(work)?;
        Some(station.servers)
    }

    fn busy(&self) -> usize {
        self.in_service.len() - self.lost
    }

    /// The number of those that wait is about to change.
    fn count_queue(&mut self, now: Time) {
        self.tally.queued(self.waiting.len() as u64, self.since, now);
        self.since = now;
    }

    /// Takes away all that waits or is in service and is `lost`.
    pub(super) fn lose(&mut self, now: Time, lost: impl Fn(Job) -> bool) -> Vec<Job> {
        self.count_queue(now);
        let mut jobs = Vec::new();
        for (_, served) in &mut self.in_service {
            if let Some(job) = served.job.take_if(|job| lost(*job)) {
                self.tally.busy(served.begun, now);
                self.lost += 1;
                jobs.push(job);
            }
        }
        jobs.extend(self.waiting.iter().map(|waiting| waiting.task.job).filter(|&job| lost(job)));
        self.waiting.retain(|waiting| !lost(waiting.task.job));
        jobs
    }

    fn is_full(&self) -> bool {
        let queue = self.site.station.as_ref().and_then(|station| station.queue);
        queue.is_some_and(|queue| self.waiting.len() >= queue as usize)
    }
}

impl World<'_> {
    /// Has a server at a location do something, if that takes time.
    #[inline]
    pub(super) fn attend(&mut self, at: LocationIx, task: Task) -> Attention {
        if self.sites.owned.is_empty() {
            return Attention::NotNeeded;
        }
        self.take_on(at, task)
    }

    fn take_on(&mut self, at: LocationIx, task: Task) -> Attention {
        let now = self.now();
        let Some(owned) = self.sites.at(at) else { return Attention::NotNeeded };
        let Some(servers) = owned.servers(task.work) else { return Attention::NotNeeded };
        if owned.busy() < servers as usize {
            owned.tally.served(now, now);
            self.begin_service(at, task);
        } else if owned.is_full() {
            owned.tally.refused(now);
            return Attention::Refused;
        } else {
            owned.count_queue(now);
            owned.waiting.push_back(Waiting { task, arrived: now });
            self.sites.waiting += 1;
            self.look_at_queues();
        }
        Attention::Taken
    }

    /// A server begins. This alone decides how long it takes.
    fn begin_service(&mut self, at: LocationIx, task: Task) {
        let now = self.now();
        let Some(owned) = self.sites.at(at) else { return };
        let service = owned.site.station.as_ref().and_then(|station| station.service.of(task.work));
        let Some(service) = service else { return };
        let alone = service.sample(&mut task.dice.rng());
        let time = self.faults.as_ref().map_or(alone, |faults| faults.service(at, alone));
        let job = JobId(owned.in_service.insert(InService { job: Some(task.job), begun: now }) as u32);
        self.pending.after(time, task.turn, Event::Served(at, job));
    }

    /// Servers that are free turn to whoever has waited longest.
    pub(super) fn serve_next(&mut self, at: LocationIx) {
        let now = self.now();
        while let Some(owned) = self.sites.at(at) {
            let Some(&Waiting { task, arrived }) = owned.waiting.front() else { return };
            if owned.servers(task.work).is_some_and(|servers| owned.busy() >= servers as usize) {
                return;
            }
            owned.count_queue(now);
            owned.waiting.pop_front();
            owned.tally.served(arrived, now);
            self.sites.waiting -= 1;
            self.begin_service(at, task);
        }
    }

    /// A server is done: it turns to whoever has waited longest.
    pub(super) fn served(&mut self, at: LocationIx, job: JobId) {
        let now = self.now();
        let Some(owned) = self.sites.at(at) else { return };
        let InService { job, begun } = owned.in_service.remove(job.0 as usize);
        let Some(job) = job else {
            owned.lost -= 1;
            return;
        };
        owned.tally.busy(begun, now);
        self.serve_next(at);
        match job {
            Job::Hit(op) => self.hit_served(op),
            Job::UpperHit(fetch, snapshot) => self.relay(fetch, snapshot),
            Job::Fill(fetch) => self.store(fetch),
            Job::One(requester, replica) => self.answer_one(requester, replica),
            Job::Coordinate(exchange) => self.coordinate(exchange),
            Job::Member(exchange, node, message) => self.deliver(exchange, node, message),
        }
    }
}
