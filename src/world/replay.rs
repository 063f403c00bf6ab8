//! The rows of a trace, as they come to be operations.

use rand::RngExt;

use super::arrivals::{Arrival, Beyond};
use super::operation::sub_cache;
use super::streams::Purpose;
use super::trial::Trial;
use crate::base::{Dice, LocationIx, PopulationIx};
use crate::model::workload::Rows;
use crate::scenario::{Told, Trace};

const CHANGED: &str = "it has changed since the scenario was loaded";

/// A trace that is being replayed.
#[derive(Debug)]
pub(super) struct Replay {
    population: PopulationIx,
    /// `None` when it is over.
    rows: Option<Rows>,
    clients: Dice,
    /// What was replayed so far.
    told: Told,
}

impl Replay {
    /// From the beginning; `None` if the population replays none.
    pub(super) fn of(trial: &Trial, population: PopulationIx) -> Option<Replay> {
        let trace = trial.case.populations[population.at()].trace.as_ref()?;
        let clients = trial.streams.replayed(population.at());
        Some(Replay { population, rows: trace.open(), clients, told: Told::default() })
    }

    /// Reads up to `count` more operations, each with where it begins.
    pub(super) fn read(
        &mut self,
        trial: &Trial,
        count: usize,
        block: &mut Vec<Arrival>,
        beyond: &mut Vec<Beyond>,
    ) {
        let population = &trial.case.populations[self.population.at()];
        let Some(trace) = &population.trace else { return };
        let namespace = &trial.case.namespaces[population.namespace.at()];
        while block.len() < count
            && let Some(rows) = &mut self.rows
        {
            let row = match rows.read() {
                // What was bad when the scenario was loaded is skipped.
                Ok(Some(Err(_))) => continue,
                Ok(Some(Ok(row))) => row,
                Ok(None) => return self.end(trace),
                Err(error) => {
                    trace.break_off(error.to_string());
                    return self.end(trace);
                }
            };
            let Some(at) = row.at else { continue };
            if at >= trial.case.horizon {
                return self.end(trace);
            }
            let Some(key) = trace.keys.find(row.key) else {
                trace.break_off(CHANGED.to_owned());
                return self.end(trace);
            };
            let dice = self.clients.fork(self.told.rows);
            self.told.replayed(at, row.location, key.0, &row);
            let sub = sub_cache(namespace, dice);
            block.push(Arrival { at, dice, key, sub, kind: row.kind });
            let location = row.location.unwrap_or_else(|| drawn(trace, dice));
            beyond.push(Beyond { location, life: row.ttl });
        }
    }

    /// It is over: was it what it was when the scenario was loaded?
    fn end(&mut self, trace: &Trace) {
        self.rows = None;
        let Told { rows, fingerprint, .. } = trace.told;
        if (rows, fingerprint) != (self.told.rows, self.told.fingerprint) {
            trace.break_off(CHANGED.to_owned());
        }
    }
}

/// Where an operation begins of which the trace does not tell.
fn drawn(trace: &Trace, dice: Dice) -> LocationIx {
    let point: f64 = Purpose::Placed.of(dice).rng().random();
    let at = trace.places.partition_point(|&(_, cumulative)| cumulative <= point);
    trace.places[at.min(trace.places.len() - 1)].0
}
