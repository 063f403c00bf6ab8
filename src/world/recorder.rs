//! Users with sessions: where they are, and what is recorded of their operations and of others'.

use rand::RngExt;
use rustc_hash::FxHashMap;
use slab::Slab;

use super::arrivals::Arrival;
use super::attempts::first_phase;
use super::history::{History, Outcome, Record};
use super::operation::{Operation, Origin, Phase, sub_cache};
use super::space::Read;
use super::streams::Purpose;
use super::{Event, World, turn};
use crate::base::{Dice, Failure, KeyId, LocationIx, PopulationIx, Time, Version};
use crate::model::workload::OpKind;
use crate::scenario::{Case, Population, Sessions};
use crate::truth::{Client, Verdict, cause};

/// The place of a read that a user is about to begin, in its slab.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ReadBackId(u32);

/// Knows who begins an operation, and writes down what becomes of it.
#[derive(Debug)]
pub(super) struct Recorder {
    /// By population.
    recorded: Vec<Recorded>,
    records: Vec<Record>,
    /// The records that something may still be added to, by the dice of their operation.
    open: FxHashMap<u64, u32>,
    /// Users who are not at their home.
    away: FxHashMap<Client, LocationIx>,
    /// How many clients of one operation came before, of each population at each location.
    alone: FxHashMap<(PopulationIx, LocationIx), u32>,
    read_backs: Slab<ReadBack>,
    /// Whether some users carry tokens;
    keeps_tokens: bool,
    /// then, the newest version that each has seen or written of a key.
    seen: FxHashMap<(Client, KeyId), Version>,
}

/// What is recorded of a population.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Recorded {
    Everything,
    /// What those with sessions may see of those without: that a write follows a read.
    Updates,
    Nothing,
}

/// A user will read again what it has written.
#[derive(Clone, Copy, Debug)]
struct ReadBack {
    client: Client,
    location: LocationIx,
    arrival: Arrival,
}

impl Recorder {
    /// Records what the guarantees of sessions are judged by; `None` if no client has a session.
    pub(super) fn of_sessions(case: &Case) -> Option<Box<Recorder>> {
        case.with_sessions().next()?;
        let recorded = |clients: &Population| match &clients.sessions {
            Some(_) => Recorded::Everything,
            None if case.with_sessions().any(|other| other.namespace == clients.namespace) => {
                Recorded::Updates
            }
            None => Recorded::Nothing,
        };
        Some(Recorder::new(case, case.populations.iter().map(recorded).collect()))
    }

    /// Records every operation.
    pub(super) fn of_everything(case: &Case) -> Box<Recorder> {
        Recorder::new(case, vec![Recorded::Everything; case.populations.len()])
    }

    fn new(case: &Case, recorded: Vec<Recorded>) -> Box<Recorder> {
        Box::new(Recorder {
            recorded,
            records: Vec::new(),
            open: FxHashMap::default(),
            away: FxHashMap::default(),
            alone: FxHashMap::default(),
            read_backs: Slab::new(),
            keeps_tokens: case.populations.iter().any(|clients| clients.token.is_some()),
            seen: FxHashMap::default(),
        })
    }

    pub(super) fn into_history(self) -> History {
        History { records: self.records, unordered: Vec::new() }
    }

    /// An operation of a population at a location begins: tells where it enters.
    pub(super) fn begin(
        &mut self,
        case: &Case,
        population: PopulationIx,
        home: LocationIx,
        arrival: &Arrival,
    ) -> LocationIx {
        let clients = &case.populations[population.at()];
        let is_recorded = match self.recorded[population.at()] {
            Recorded::Everything => true,
            Recorded::Updates => arrival.kind == OpKind::Update,
            Recorded::Nothing => false,
        };
        let (client, location) = match &clients.sessions {
            Some(sessions) => {
                let mut rng = Purpose::User.of(arrival.dice).rng();
                let client = Client { population, home, number: rng.random_range(0..sessions.users) };
                (client, self.route(clients, sessions, client, &mut rng))
            }
            None if is_recorded => {
                let number = self.alone.entry((population, home)).or_default();
                *number += 1;
                (Client { population, home, number: *number - 1 }, home)
            }
            None => return home,
        };
        if is_recorded {
            self.open(case, client, location, arrival);
        }
        location
    }

    /// Where the next operation of a user enters.
    fn route(
        &mut self,
        clients: &Population,
        sessions: &Sessions,
        client: Client,
        rng: &mut crate::base::Rng,
    ) -> LocationIx {
        let now_at = self.away.get(&client).copied().unwrap_or(client.home);
        if !sessions.route_change.holds_for(rng.random()) {
            return now_at;
        }
        // Any of the others alike: the last one stands in for the one where the user is.
        let drawn = clients.at[rng.random_range(0..clients.at.len() - 1)];
        let last = clients.at[clients.at.len() - 1];
        let location = if drawn == now_at { last } else { drawn };
        if sessions.sticky {
            self.away.insert(client, location);
        }
        location
    }

    fn open(&mut self, case: &Case, client: Client, location: LocationIx, arrival: &Arrival) {
        let &Arrival { at, dice, key, kind, .. } = arrival;
        let namespace = case.populations[client.population.at()].namespace;
        let kind = match (kind, first_phase(kind, &case.namespaces[namespace.at()].updates)) {
            (OpKind::Update, Phase::Reading) => OpKind::Read,
            (OpKind::Update, Phase::Writing) => OpKind::Write,
            (kind, _) => kind,
        };
        let outcome = match kind {
            OpKind::Read => Outcome::Read { behind: 0, first_missed: Time::NEVER },
            _ => Outcome::Write { committed: Time::NEVER },
        };
        self.add(
            dice,
            Record {
                client,
                namespace,
                location,
                key,
                kind,
                measured: at >= case.warmup,
                begun: at,
                ended: Time::NEVER,
                failure: None,
                version: Version::new(0, true),
                cause: None,
                outcome,
            },
        );
    }

    fn add(&mut self, dice: Dice, record: Record) {
        self.open.insert(dice.bits(), self.records.len() as u32);
        self.records.push(record);
    }

    /// The put of an update begins, when its get has its answer.
    pub(super) fn put(&mut self, get: Dice, put: Dice, now: Time) {
        let Some(&place) = self.open.get(&get.bits()) else { return };
        let outcome = Outcome::Write { committed: Time::NEVER };
        let record = self.records[place as usize];
        self.add(put, Record { kind: OpKind::Write, begun: now, cause: None, outcome, ..record });
    }

    /// An operation has failed, and is begun again later.
    pub(super) fn again(
        &mut self,
        failed: Dice,
        (now, failure): (Time, Failure),
        next: Dice,
        (phase, begins): (Phase, Time),
    ) {
        let Some(&place) = self.open.get(&failed.bits()) else { return };
        let record = self.records[place as usize];
        self.failed(failed, now, failure);
        let (kind, outcome) = match phase {
            Phase::Reading => (OpKind::Read, Outcome::Read { behind: 0, first_missed: Time::NEVER }),
            Phase::Writing => (record.kind, Outcome::Write { committed: Time::NEVER }),
        };
        let (version, begun) = (Version::new(0, true), begins);
        self.add(next, Record { kind, outcome, version, begun, ..record });
    }

    /// The newest version of a key that the user of an operation has seen or written.
    pub(super) fn seen(&self, dice: Dice, key: KeyId) -> Option<Version> {
        let &place = self.open.get(&dice.bits())?;
        self.seen.get(&(self.records[place as usize].client, key)).copied()
    }

    fn see(&mut self, place: u32) {
        if self.keeps_tokens {
            let Record { client, key, version, .. } = self.records[place as usize];
            let seen = self.seen.entry((client, key)).or_insert(version);
            *seen = (*seen).max(version);
        }
    }

    /// A read has its answer.
    pub(super) fn read(&mut self, dice: Dice, read: &Read, verdict: Verdict) {
        let Some(place) = self.open.remove(&dice.bits()) else { return };
        self.records[place as usize].version = read.snapshot.version;
        self.see(place);
        let record = &mut self.records[place as usize];
        record.ended = read.at;
        record.cause = verdict.is_stale().then(|| cause(read.source, read.snapshot, verdict.first_missed));
        record.outcome = Outcome::Read { behind: verdict.behind, first_missed: verdict.first_missed };
    }

    /// A write is given its version, whether or not its client will ever know.
    pub(super) fn issued(&mut self, dice: Dice, version: Version) {
        if let Some(&place) = self.open.get(&dice.bits()) {
            self.records[place as usize].version = version;
        }
    }

    /// An operation fails; a write may still commit.
    pub(super) fn failed(&mut self, dice: Dice, now: Time, failure: Failure) {
        let Some(&place) = self.open.get(&dice.bits()) else { return };
        let record = &mut self.records[place as usize];
        (record.ended, record.failure) = (now, Some(failure));
        if record.outcome != (Outcome::Write { committed: Time::NEVER }) {
            self.open.remove(&dice.bits());
        }
    }

    /// A write has its answer: tells whose it is.
    fn written(&mut self, dice: Dice, now: Time, version: Version) -> Option<Client> {
        let place = *self.open.get(&dice.bits())?;
        let record = &mut self.records[place as usize];
        (record.ended, record.version) = (now, version);
        let (client, outcome) = (record.client, record.outcome);
        self.see(place);
        if outcome != (Outcome::Write { committed: Time::NEVER }) {
            self.open.remove(&dice.bits());
        }
        Some(client)
    }

    /// A write commits, as a rule before its client knows.
    pub(super) fn committed(&mut self, dice: Dice, now: Time) {
        let Some(&place) = self.open.get(&dice.bits()) else { return };
        let record = &mut self.records[place as usize];
        record.outcome = Outcome::Write { committed: now };
        if record.ended != Time::NEVER {
            self.open.remove(&dice.bits());
        }
    }
}

impl World<'_> {
    /// A write has its answer: it is recorded, and its user may read it back.
    pub(super) fn record_write(&mut self, operation: &Operation) {
        let (now, case) = (self.now(), self.trial.case);
        let Some(recorder) = &mut self.recorder else { return };
        let Origin::Client { population, .. } = operation.origin else { return };
        let Some(client) = recorder.written(operation.dice, now, operation.snapshot.version) else { return };
        let sessions = case.populations[population.at()].sessions.as_ref();
        let Some(read_back) = sessions.and_then(|sessions| sessions.read_back.as_ref()) else { return };
        let dice = Purpose::ReadBack.of(operation.dice);
        let at = now + read_back.after.sample(&mut dice.rng());
        if at >= case.horizon {
            return;
        }
        let sub = sub_cache(self.spaces[operation.namespace.at()].namespace, dice);
        let arrival = Arrival { at, dice, key: operation.key, sub, kind: OpKind::Read };
        let id = recorder.read_backs.insert(ReadBack { client, location: read_back.at, arrival });
        self.pending.at(at, turn::READ_BEGINS, Event::ReadBack(ReadBackId(id as u32)));
    }

    /// A user reads again what it has written.
    pub(super) fn read_back(&mut self, id: ReadBackId) {
        let case = self.trial.case;
        let Some(recorder) = &mut self.recorder else { return };
        let ReadBack { client, location, arrival } = recorder.read_backs.remove(id.0 as usize);
        recorder.open(case, client, location, &arrival);
        self.begin(client.population, location, arrival);
    }
}
