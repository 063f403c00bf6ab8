//! What users with sessions were shown. Where replicas merge, versions do not rank, but one includes another or does not.
//!
//! Of one client's operations a comes before b if a had its answer when b began. A read breaks *read your writes* if what it
//! returned does not include what the client wrote of the key before, and *monotonic reads* if it does not include what
//! the client read of it before. Writes follow one another by what they include, whoever sees them, so the other two
//! guarantees are not judged.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::World;
use super::history::{History, Record, Status};
use crate::base::{KeyId, NamespaceIx, Time, Version};
use crate::model::replication::Replicas;
use crate::truth::{Broken, Client, Guarantee};

/// What can be judged by inclusion.
const BY_INCLUSION: [Guarantee; 2] = [Guarantee::ReadYourWrites, Guarantee::MonotonicReads];

/// What a client has written of a key, and what it has read of it.
#[derive(Clone, Copy, Default)]
struct Seen([Option<Version>; 2]);

/// Which guarantees the reads of a namespace broke that had an answer, by their places in the history.
fn broken_reads(history: &History, namespace: NamespaceIx, replicas: &mut Replicas) -> Vec<(usize, Broken)> {
    let mut of_clients: BTreeMap<(Client, KeyId), Vec<usize>> = BTreeMap::new();
    let done = |record: &Record| record.namespace == namespace && record.status() == Status::Done;
    for (place, record) in history.records.iter().enumerate().filter(|(_, record)| done(record)) {
        of_clients.entry((record.client, record.key)).or_default().push(place);
    }
    let mut broken = Vec::new();
    for ((_, key), mut places) in of_clients {
        places.sort_by_key(|&place| history.records[place].begun);
        let mut seen = Seen::default();
        let mut open: BinaryHeap<Reverse<(Time, usize)>> = BinaryHeap::new();
        for place in places {
            let record = &history.records[place];
            while let Some(&Reverse((ended, before))) = open.peek()
                && ended <= record.begun
            {
                open.pop();
                seen.add(&history.records[before], key, replicas);
            }
            if !record.writes() {
                broken.push((place, seen.broken_by(record.version, replicas)));
            }
            open.push(Reverse((record.ended, place)));
        }
    }
    broken
}

impl Seen {
    fn add(&mut self, record: &Record, key: KeyId, replicas: &mut Replicas) {
        let seen = &mut self.0[usize::from(!record.writes())];
        *seen = Some(seen.map_or(record.version, |seen| replicas.joined(key, seen, record.version)));
    }

    fn broken_by(&self, version: Version, replicas: &Replicas) -> Broken {
        let lacks = |seen: Option<Version>| seen.is_some_and(|seen| !replicas.covers(version, seen));
        let broken = BY_INCLUSION.into_iter().zip(self.0).filter(|&(_, seen)| lacks(seen));
        broken.map(|(guarantee, _)| guarantee).collect()
    }
}

impl World<'_> {
    /// Counts what the users with sessions were shown.
    pub(super) fn count_sessions(&mut self, history: &History) {
        let case = self.trial.case;
        if case.with_sessions().next().is_none() {
            return;
        }
        let counts = |record: &Record| {
            let counts = record.measured && record.status() == Status::Done;
            counts && case.populations[record.client.population.at()].sessions.is_some()
        };
        let is_ordered = |record: &Record| !history.unordered.contains(&record.namespace);
        for (record, broken) in history.records.iter().zip(history.broken()) {
            if is_ordered(record) && counts(record) {
                let tally = &mut self.spaces[record.namespace.at()].tally;
                tally.place(record.location).sessions.count(record.writes(), &Guarantee::ALL, broken);
            }
        }
        for &namespace in &history.unordered {
            let replicas = &mut self.spaces[namespace.at()].replicas;
            for (place, broken) in broken_reads(history, namespace, replicas) {
                let record = &history.records[place];
                if counts(record) {
                    let tally = &mut self.spaces[namespace.at()].tally;
                    tally.place(record.location).sessions.count(false, &BY_INCLUSION, broken);
                }
            }
        }
    }
}
