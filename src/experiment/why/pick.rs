//! Which reads are explained.

use crate::base::{KeyId, LocationIx, NamespaceIx, Span, Time};
use crate::truth::Cause;
use crate::world::{History, Outcome, Record};

/// Which reads are of interest.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// Those of this namespace only.
    pub namespace: Option<NamespaceIx>,
    /// Those that entered here only.
    pub location: Option<LocationIx>,
    /// Those of this key only.
    pub key: Option<KeyId>,
    /// The one that began then, or the stale one that began nearest to it.
    pub at: Option<Time>,
    /// One of each cause, instead of the worst, a typical one, and those of other causes.
    pub each_cause: bool,
}

/// Why a read is explained.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// It is the most overdue one.
    Worst,
    /// Half of them are no more overdue.
    Typical,
    /// So it is among those with its cause.
    OfCause(Cause),
    /// It was asked for.
    Chosen,
}

/// A stale read that is explained.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pick {
    /// Its place in the history.
    pub record: usize,
    /// Why it is this one.
    pub reason: Reason,
    /// Of how many stale reads.
    pub among: usize,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Picked {
    /// Stale reads.
    Stale(Vec<Pick>),
    /// The read that was asked for by its time is not stale; its place in the history.
    Fresh(usize),
    /// No read that fits is stale; so many were looked at.
    Nothing(usize),
}

/// How precisely times are told: a read that began this near to a time is the one that began then.
const NEAR: Span = Span::from_nanos(500_000);

impl Wanted {
    fn fits(&self, record: &Record) -> bool {
        let is = |wanted: Option<bool>| wanted.unwrap_or(true);
        matches!(record.outcome, Outcome::Read { .. })
            && record.failure.is_none()
            && record.ended != Time::NEVER
            && record.measured
            && is(self.namespace.map(|namespace| namespace == record.namespace))
            && is(self.location.map(|location| location == record.location))
            && is(self.key.map(|key| key == record.key))
    }
}

/// How overdue a stale read is.
pub(super) fn overdue(record: &Record) -> Option<Span> {
    match record.outcome {
        Outcome::Read { behind, first_missed } if behind > 0 => Some(record.begun.since(first_missed)),
        _ => None,
    }
}

/// Picks the reads of a history that are to be explained.
pub fn pick(history: &History, wanted: &Wanted) -> Picked {
    let reads = || history.records.iter().enumerate().filter(|(_, record)| wanted.fits(record));
    let mut stale: Vec<(Span, usize)> =
        reads().filter_map(|(place, record)| Some((overdue(record)?, place))).collect();
    stale.sort();
    if let Some(at) = wanted.at {
        let away = |record: &Record| record.begun.since(at).max(at.since(record.begun));
        let place = |place: usize| (away(&history.records[place]), place);
        let nearest = stale.iter().map(|&(_, found)| place(found)).min();
        let exact = reads().map(|(found, _)| place(found)).min().filter(|&(away, _)| away <= NEAR);
        return match (nearest, exact) {
            (Some((away, record)), exact) if away <= NEAR || exact.is_none() => {
                Picked::Stale(vec![Pick { record, reason: Reason::Chosen, among: stale.len() }])
            }
            (_, Some((_, fresh))) => Picked::Fresh(fresh),
            (_, None) => Picked::Nothing(reads().count()),
        };
    }
    if stale.is_empty() {
        return Picked::Nothing(reads().count());
    }
    Picked::Stale(some_of(history, &stale, wanted.each_cause))
}

/// Some of the stale reads, which come with the least overdue first.
fn some_of(history: &History, stale: &[(Span, usize)], each_cause: bool) -> Vec<Pick> {
    let typical = |of: &[(Span, usize)]| of[(of.len() - 1) / 2].1;
    let mut picks = Vec::new();
    if !each_cause {
        // Of equally overdue ones the first.
        let most = stale[stale.partition_point(|&(overdue, _)| overdue < stale[stale.len() - 1].0)].1;
        picks.push(Pick { record: most, reason: Reason::Worst, among: stale.len() });
        let record = typical(stale);
        if record != most {
            picks.push(Pick { record, reason: Reason::Typical, among: stale.len() });
        }
    }
    for cause in Cause::ALL {
        let has_it = |record: usize| history.records[record].cause == Some(cause);
        let of_it: Vec<(Span, usize)> =
            stale.iter().filter(|&&(_, record)| has_it(record)).copied().collect();
        if !of_it.is_empty() && !picks.iter().any(|pick| has_it(pick.record)) {
            let reason = Reason::OfCause(cause);
            picks.push(Pick { record: typical(&of_it), reason, among: of_it.len() });
        }
    }
    picks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{PopulationIx, Version};
    use crate::model::workload::OpKind;
    use crate::truth::Client;

    fn at(millis: u64) -> Time {
        Time::ZERO + Span::from_nanos(millis * 1_000_000)
    }

    fn read(begun: u64, overdue: u64, cause: Option<Cause>) -> Record {
        let (population, home) = (PopulationIx(0), LocationIx(0));
        let first_missed = if overdue == 0 { Time::NEVER } else { at(begun - overdue) };
        Record {
            client: Client { population, home, number: 0 },
            namespace: NamespaceIx(0),
            location: LocationIx(0),
            key: KeyId(0),
            kind: OpKind::Read,
            measured: true,
            begun: at(begun),
            ended: at(begun),
            failure: None,
            version: Version::new(1, false),
            cause,
            outcome: Outcome::Read { behind: u32::from(overdue > 0), first_missed },
        }
    }

    fn history() -> History {
        let (edge, behind) = (Some(Cause::EdgeCache), Some(Cause::ReplicaBehind));
        let reads = [(100, 30, edge), (200, 50, edge), (300, 0, None), (400, 50, edge), (500, 5, behind)];
        let records = reads.map(|(begun, overdue, cause)| read(begun, overdue, cause)).into();
        History { records, unordered: Vec::new() }
    }

    fn picked(wanted: &Wanted) -> Vec<(usize, Reason)> {
        match pick(&history(), wanted) {
            Picked::Stale(picks) => picks.iter().map(|pick| (pick.record, pick.reason)).collect(),
            other => panic!("{other:?}"),
        }
    }

    /// Overdue by 5, 30, 50 and 50: the first of the last two is the worst, 30 the lower median; what is missing then is
    /// the replica that is behind.
    #[test]
    fn the_worst_a_typical_one_and_other_causes_are_picked() {
        let replica = (4, Reason::OfCause(Cause::ReplicaBehind));
        assert_eq!(picked(&Wanted::default()), [(1, Reason::Worst), (0, Reason::Typical), replica]);
        let each = Wanted { each_cause: true, ..Wanted::default() };
        assert_eq!(picked(&each), [(1, Reason::OfCause(Cause::EdgeCache)), replica]);
    }

    #[test]
    fn a_time_names_the_read_that_began_then_or_the_nearest_stale_one() {
        let of = |millis| Wanted { at: Some(at(millis)), ..Wanted::default() };
        assert_eq!(picked(&of(400)), [(3, Reason::Chosen)]);
        assert_eq!(picked(&of(460)), [(4, Reason::Chosen)]);
        assert_eq!(picked(&of(310)), [(3, Reason::Chosen)]);
        assert_eq!(pick(&history(), &of(300)), Picked::Fresh(2));
        let elsewhere = Wanted { location: Some(LocationIx(1)), ..of(300) };
        assert_eq!(pick(&history(), &elsewhere), Picked::Nothing(0));
    }
}
