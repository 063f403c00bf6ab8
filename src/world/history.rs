//! The history of a trial: its operations one by one.

use crate::base::{Failure, KeyId, LocationIx, NamespaceIx, Time, Version};
use crate::model::workload::OpKind;
use crate::truth::{Broken, Cause, Client, Step, broken};

/// Operations of one trial in the order in which they began.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Each of them.
    pub records: Vec<Record>,
    /// The namespaces whose versions are in no one order, because their replicas merge.
    pub unordered: Vec<NamespaceIx>,
}

/// One operation of a client. An update is two: a read, and when that has its answer a write.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// Who.
    pub client: Client,
    /// The namespace of the key.
    pub namespace: NamespaceIx,
    /// Where it entered.
    pub location: LocationIx,
    /// The key.
    pub key: KeyId,
    /// A read, a write or a delete.
    pub kind: OpKind,
    /// Whether it, or the update that it belongs to, began after the warm-up.
    pub measured: bool,
    /// When it began.
    pub begun: Time,
    /// When its client had the answer, or gave up.
    pub ended: Time,
    /// Why it had none.
    pub failure: Option<Failure>,
    /// What it returned or wrote; what was there before any write, if it never came so far.
    pub version: Version,
    /// Why it was stale, if it is a read that was.
    pub cause: Option<Cause>,
    /// What became of it.
    pub outcome: Outcome,
}

const _: () = assert!(size_of::<Record>() <= 56);

/// What a client knows of its operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// It had an answer.
    Done,
    /// It had none, and no effect.
    Failed,
    /// It had none: a write that may have been stored, or be stored later.
    Unknown,
}

/// What the truth says of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// A read missed so many committed newer versions; the first of these had committed then ([`Time::NEVER`] if none).
    Read {
        /// Versions missed.
        behind: u32,
        /// The commit of the first of them.
        first_missed: Time,
    },
    /// A write committed then; [`Time::NEVER`] if it did not.
    Write {
        /// When.
        committed: Time,
    },
}

impl Record {
    /// Whether it writes or deletes.
    pub fn writes(&self) -> bool {
        self.kind != OpKind::Read
    }

    /// Whether it had an answer, had no effect, or may have had one.
    pub fn status(&self) -> Status {
        match self.failure {
            None => Status::Done,
            Some(Failure::TimedOut | Failure::Unavailable) if self.writes() && self.version.number() > 0 => {
                Status::Unknown
            }
            Some(_) => Status::Failed,
        }
    }

    /// What it is in the session of its client; nothing if it had no effect. The answer to a write that timed out never
    /// came.
    fn step(&self) -> Option<Step> {
        let &Record { client, key, begun, ended, .. } = self;
        let ended = match self.status() {
            Status::Done => ended,
            Status::Unknown => Time::NEVER,
            Status::Failed => return None,
        };
        Some(Step { client, writes: self.writes(), key, rank: rank(self.version), begun, ended })
    }
}

/// The place of a version in its key's order of writes.
fn rank(version: Version) -> u32 {
    version.number()
}

impl History {
    /// Which session guarantees each operation broke; those without effect broke none. Operations on keys whose versions
    /// are in no one order are not judged.
    pub fn broken(&self) -> Vec<Broken> {
        let mut all = vec![Broken::default(); self.records.len()];
        let namespaces = self.records.iter().map(|record| record.namespace.at() + 1).max().unwrap_or(0);
        for namespace in 0..namespaces {
            if self.unordered.contains(&NamespaceIx::from_position(namespace)) {
                continue;
            }
            let in_it =
                self.records.iter().enumerate().filter(|(_, record)| record.namespace.at() == namespace);
            let steps = in_it.filter_map(|(place, record)| Some((place, record.step()?)));
            let (places, steps): (Vec<usize>, Vec<Step>) = steps.unzip();
            for (place, broken) in places.into_iter().zip(broken(&steps)) {
                all[place] = broken;
            }
        }
        all
    }
}
