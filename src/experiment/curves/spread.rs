//! How single writes spread.

use super::SpreadPoint;
use crate::base::{LocationIx, Time};
use crate::experiment::Outcome;
use crate::observe::SpreadWrite;

/// A typical one and the slowest of the sampled writes of the first trial; nothing if none has spread.
pub(super) fn picks(outcome: &Outcome, namespace: usize) -> Vec<SpreadPoint> {
    let sample = outcome.trials[0].namespaces[namespace].spread.by_time_taken();
    let (Some(&slowest), Some(&typical)) = (sample.last(), sample.get(sample.len().saturating_sub(1) / 2))
    else {
        return Vec::new();
    };
    let points = [("typical", typical), ("slowest", slowest)];
    points.into_iter().flat_map(|(pick, write)| of_write(outcome, namespace, pick, write)).collect()
}

fn of_write<'a>(
    outcome: &'a Outcome,
    namespace: usize,
    pick: &'static str,
    write: &'a SpreadWrite,
) -> impl Iterator<Item = SpreadPoint> + 'a {
    let case = outcome.case;
    let name = |location: LocationIx| case.locations[location.at()].name.clone();
    let seconds = |at: Time| at.since(Time::ZERO).as_secs_f64();
    let readers = &case.namespaces[namespace].visibility.readers;
    readers.iter().zip(&write.since).map(move |(&reader, since)| SpreadPoint {
        pick,
        trial: outcome.numbers[0],
        key: write.key.0,
        version: write.version.number(),
        from: name(write.from),
        began: seconds(write.began),
        committed: seconds(write.committed),
        location: name(reader),
        after: since.since(write.committed).as_secs_f64(),
    })
}
