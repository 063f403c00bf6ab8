//! What happened to a stale read: from the trace of its key and the history of its trial.

use super::pick::overdue;
use super::served::Served;
use crate::base::{LocationIx, Span, Time, Version};
use crate::model::cache::Snapshot;
use crate::model::replication::{Ack, Message, ReplicationSpec, Scope};
use crate::scenario::{Case, Namespace};
use crate::truth::{Cause, Source};
use crate::world::{History, Outcome, Parcel, Record, Step, Strand, TierName, Trace, What};

/// What happened.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The read, or the get of an update.
    pub read: Record,
    /// Whose sake it was done for.
    pub strand: Strand,
    /// Where it was served.
    pub served: Served,
    /// What answered it there.
    pub source: Source,
    /// What it brought home.
    pub snapshot: Snapshot,
    /// Why it was stale.
    pub cause: Cause,
    /// Versions missed.
    pub behind: u32,
    /// How long before it began the first of these had committed.
    pub overdue: Span,
    /// The first write that it missed.
    pub missed: Missed,
    /// The newest version that had committed when it began.
    pub newest: Version,
    /// Since when each replica has held the missed write, or a newer one.
    pub holders: Vec<Holder>,
    /// How the value came to the read.
    pub way: Way,
    /// The first read of the key there that began later and returned the missed write or a newer one.
    pub seen: Option<Record>,
    /// All that happened to the key.
    pub steps: Vec<Step>,
}

/// The first write that a read missed.
#[derive(Clone, Debug)]
pub struct Missed {
    /// The write.
    pub record: Record,
    /// Whose sake it was done for.
    pub strand: Strand,
    /// Where its coordinator is.
    pub coordinator: LocationIx,
    /// When it committed.
    pub committed: Time,
    /// The purges that it sent to the caches that the read was answered from: where they go, and when they arrive;
    /// `None` if they are lost.
    pub purges: Vec<(LocationIx, Option<Time>)>,
    /// Whose acknowledgements had reached the coordinator by then, in order, and when.
    pub acknowledged: Vec<(LocationIx, Time)>,
}

/// A replica, and since when it has held a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Holder {
    /// Which replica.
    pub replica: u16,
    /// Where it is.
    pub at: LocationIx,
    /// Since when; `None` if it never came to hold it.
    pub since: Option<Time>,
}

/// How a value came from the replicas to a read.
#[derive(Clone, Debug, Default)]
pub struct Way {
    /// The entry of the edge cache that it was read from, if it was.
    pub edge: Option<Kept>,
    /// The fetch of somebody else that the read waited for at the edge.
    pub joined: Option<Strand>,
    /// The entry of the upper tier's cache that it was read from, then or when the edge cache fetched it.
    pub upper: Option<Kept>,
    /// The fetch or request that brought it from the replicas; `None` if a write left it in the edge cache.
    pub origin: Option<Strand>,
    /// Where that was coordinated, and when it was answered.
    pub replied: Option<(LocationIx, Time)>,
    /// The upper tier gave it away because fetching it again had failed.
    pub upper_failed: bool,
    /// The replicas' answers that had come by then, in order of their coming; none if the coordinator holds it itself.
    pub answers: Vec<Answer>,
}

/// An entry of a cache.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kept {
    /// Where the cache is.
    pub at: LocationIx,
    /// Which of the sub-caches there.
    pub sub: u16,
    /// The version.
    pub version: Version,
    /// Since when.
    pub since: Time,
    /// Until when it was to be used.
    pub expires: Time,
    /// The fetch that brought it; `None` if a write passed.
    pub by: Option<Strand>,
}

/// What a replica told a coordinator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer {
    /// Which replica.
    pub replica: u16,
    /// Where it is.
    pub at: LocationIx,
    /// What it held,
    pub version: Version,
    /// then.
    pub read_at: Time,
    /// When the answer came.
    pub came: Time,
}

impl Facts {
    pub(super) fn of(
        (case, needed): (&Case, Needed),
        history: &History,
        read: &Record,
        trace: &Trace,
    ) -> Facts {
        let steps = &trace.steps;
        let (strand, sub, source, snapshot) = end_of(read, steps);
        let (behind, first_missed) = match read.outcome {
            Outcome::Read { behind, first_missed } => (behind, first_missed),
            Outcome::Write { .. } => (0, Time::NEVER),
        };
        let namespace = &case.namespaces[read.namespace.at()];
        let served = Served::of(read, strand, steps);
        let mut way = way((namespace, &served), (sub, source, snapshot), steps);
        first_ones(&mut way.answers, |answer| answer.replica, needed.answers);
        let missed = missed(history, read, first_missed, (steps, &way), needed);
        let of_key = |record: &&Record| (record.namespace, record.key) == (read.namespace, read.key);
        let own = history.records.iter().filter(of_key);
        let had_committed = |record: &&Record| committed(record).is_some_and(|at| at <= read.begun);
        let newest = own.clone().filter(had_committed).map(|record| record.version).max();
        let sees = |record: &&Record| {
            !record.writes()
                && record.failure.is_none()
                && record.location == read.location
                && record.begun > read.begun
                && record.version.number() >= missed.record.version.number()
        };
        let seen = own.filter(sees).min_by_key(|record| record.begun).copied();
        let placement = &namespace.placement;
        let holders = (0..placement.count()).map(|replica| Holder {
            replica,
            at: placement.at[usize::from(replica)],
            since: held_since(steps, replica, missed.record.version),
        });
        Facts {
            strand,
            served,
            source,
            snapshot,
            cause: read.cause.expect("the read is stale"),
            behind,
            overdue: overdue(read).expect("the read is stale"),
            newest: newest.unwrap_or(missed.record.version),
            holders: holders.collect(),
            way,
            seen,
            steps: steps.clone(),
            missed,
            read: *read,
        }
    }
}

/// How many replicas an operation waits for, where that is a number: what comes in the same instant, and after them, is not
/// what it waited for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Needed {
    answers: Option<u16>,
    acknowledgements: Option<u16>,
}

impl Needed {
    pub(super) fn by(policy: &ReplicationSpec) -> Needed {
        match policy {
            ReplicationSpec::Quorum(quorum) if quorum.scope == Scope::All => {
                Needed { answers: Some(quorum.r), acknowledgements: Some(quorum.w) }
            }
            ReplicationSpec::Stores(stores) => {
                let acknowledgements = match stores.ack {
                    Ack::First => Some(1),
                    Ack::K(some) => Some(some),
                    Ack::All => None,
                };
                Needed { answers: None, acknowledgements }
            }
            _ => Needed::default(),
        }
    }
}

/// Keeps the first from each replica, of so many replicas: of those that come in the same instant, the ones sent first.
fn first_ones<T>(items: &mut Vec<T>, replica: impl Fn(&T) -> u16, needed: Option<u16>) {
    let Some(needed) = needed else { return };
    let mut seen: Vec<u16> = Vec::new();
    items.retain(|item| {
        let is_first = !seen.contains(&replica(item));
        seen.push(replica(item));
        is_first
    });
    items.truncate(usize::from(needed));
}

fn committed(record: &Record) -> Option<Time> {
    match record.outcome {
        Outcome::Write { committed } if committed != Time::NEVER => Some(committed),
        _ => None,
    }
}

/// The end of a read, as its trace has it.
fn end_of(read: &Record, steps: &[Step]) -> (Strand, u16, Source, Snapshot) {
    let end = steps.iter().find_map(|step| match step.what {
        What::Answered { strand, location, sub, begun, source, snapshot, .. }
            if (step.at, begun, location) == (read.ended, read.begun, read.location)
                && snapshot.version == read.version =>
        {
            Some((strand, sub, source, snapshot))
        }
        _ => None,
    });
    end.expect("a trial that is traced goes as it goes without")
}

fn missed(
    history: &History,
    read: &Record,
    first_missed: Time,
    (steps, way): (&[Step], &Way),
    needed: Needed,
) -> Missed {
    let is_it = |record: &&Record| {
        (record.namespace, record.key) == (read.namespace, read.key)
            && committed(record) == Some(first_missed)
            && record.version.number() > read.version.number()
    };
    let found = history.records.iter().filter(is_it).min_by_key(|record| record.version.number());
    let record = *found.expect("what a read has missed is a write of its key");
    let issued = steps.iter().find_map(|step| match step.what {
        What::Issued { strand, at, version } if version == record.version => Some((strand, at)),
        _ => None,
    });
    let (strand, coordinator) = issued.expect("what has committed was issued");
    let acknowledged = steps.iter().filter_map(|step| match step.what {
        What::Sent {
            strand: of,
            from,
            arrives: Some(came),
            parcel: Parcel::Member(Message::Stored { by }),
            ..
        } if of == strand && came <= first_missed => Some((by, from, came)),
        _ => None,
    });
    let mut acknowledged: Vec<(u16, LocationIx, Time)> = acknowledged.collect();
    acknowledged.sort_by_key(|&(_, _, came)| came);
    first_ones(&mut acknowledged, |&(by, ..)| by, needed.acknowledgements);
    let acknowledged = acknowledged.into_iter().map(|(_, from, came)| (from, came)).collect();
    let tiers = [(TierName::Edge, &way.edge), (TierName::Upper, &way.upper)];
    let meets = |tier, to| tiers.iter().any(|(of, entry)| *of == tier && entry.is_some_and(|it| it.at == to));
    let purges = steps.iter().filter_map(|step| match step.what {
        What::Sent { strand: of, to, arrives, parcel: Parcel::Purge(tier), .. }
            if of == strand && meets(tier, to) =>
        {
            Some((to, arrives))
        }
        _ => None,
    });
    Missed { record, strand, coordinator, committed: first_missed, purges: purges.collect(), acknowledged }
}

fn held_since(steps: &[Step], wanted: u16, version: Version) -> Option<Time> {
    steps.iter().find_map(|step| match step.what {
        What::Applied { replica, held } if replica == wanted && held.number() >= version.number() => {
            Some(step.at)
        }
        _ => None,
    })
}

/// How a value came to a read: back from its end to the replicas.
fn way(
    (namespace, served): (&Namespace, &Served),
    (sub, source, snapshot): (u16, Source, Snapshot),
    steps: &[Step],
) -> Way {
    let strand = served.strand;
    let mut way = Way { origin: Some(strand), ..Way::default() };
    match source {
        Source::Hit | Source::Revalidating | Source::LastResort => {
            let is_there = |tier, at, of: u16| (tier, at) == (TierName::Edge, served.at) && of == sub;
            way.edge = kept(steps, snapshot, served.left, is_there);
            way.origin = way.edge.and_then(|entry| entry.by);
        }
        Source::Coalesced => {
            way.joined = joined(steps, strand, TierName::Edge);
            way.origin = way.joined.or(way.origin);
        }
        Source::Fetched => {}
    }
    let Some(fetch) = way.origin else { return way };
    if let Some(upper) = namespace.upper.as_ref().filter(|_| namespace.edge.is_some()) {
        let at = upper.at[usize::from(upper.serving[served.at.at()])];
        if snapshot.relayed_at > snapshot.read_at {
            let is_there = |tier, place, _| (tier, place) == (TierName::Upper, at);
            way.upper = kept(steps, snapshot, snapshot.relayed_at, is_there);
        }
        let joined = joined(steps, fetch, TierName::Upper);
        let spared = |step: &Step| matches!(step.what, What::Spared { strand, tier: TierName::Upper } if [Some(fetch), joined].contains(&Some(strand)));
        way.upper_failed = steps.iter().any(spared);
        way.origin = way.upper.map_or(joined.or(Some(fetch)), |entry| entry.by);
    }
    if let Some(origin) = way.origin {
        way.replied = replied(steps, origin, snapshot);
        way.answers = answers(steps, origin, way.replied.map_or(served.left, |(_, at)| at));
    }
    way
}

/// The last entry that was made by then of what was read.
fn kept(
    steps: &[Step],
    snapshot: Snapshot,
    until: Time,
    is_there: impl Fn(TierName, LocationIx, u16) -> bool,
) -> Option<Kept> {
    steps.iter().rev().filter(|step| step.at <= until).find_map(|step| match step.what {
        What::Filled { strand: by, tier, at, sub, snapshot: stored, expires: Some(expires) }
            if is_there(tier, at, sub)
                && (stored.version, stored.read_at) == (snapshot.version, snapshot.read_at) =>
        {
            Some(Kept { at, sub, version: stored.version, since: step.at, expires, by })
        }
        _ => None,
    })
}

fn joined(steps: &[Step], wanted: Strand, of: TierName) -> Option<Strand> {
    steps.iter().find_map(|step| match step.what {
        What::Joined { strand, fetch, tier } if (strand, tier) == (wanted, of) => Some(fetch),
        _ => None,
    })
}

fn replied(steps: &[Step], origin: Strand, snapshot: Snapshot) -> Option<(LocationIx, Time)> {
    steps.iter().find_map(|step| match step.what {
        What::Replied { strand, at, snapshot: told }
            if strand == origin && told.version == snapshot.version =>
        {
            Some((at, step.at))
        }
        _ => None,
    })
}

/// What replicas had answered an exchange by then.
fn answers(steps: &[Step], origin: Strand, by: Time) -> Vec<Answer> {
    let mut answers: Vec<Answer> = steps
        .iter()
        .filter_map(|step| match step.what {
            What::Sent {
                strand,
                from: at,
                arrives: Some(came),
                parcel: Parcel::Member(Message::Held { by: replica, version, read_at }),
                ..
            } if strand == origin && came <= by => Some(Answer { replica, at, version, read_at, came }),
            _ => None,
        })
        .collect();
    answers.sort_by_key(|answer| answer.came);
    answers
}
