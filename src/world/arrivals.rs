//! The arrivals of all populations at all locations, in order of time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::streams::Streams;
use crate::base::{Dice, LocationIx, PopulationIx, Time};
use crate::model::workload::Arrivals;
use crate::scenario::Case;

/// One population at one location.
#[derive(Debug)]
struct Origin {
    arrivals: Arrivals,
    arrival: Arrival,
}

/// An operation that is about to begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub(super) population: PopulationIx,
    pub(super) location: LocationIx,
    /// The stream of the population at the location.
    pub(super) clients: Dice,
    /// How many came before.
    pub(super) sequence: u64,
}

/// Merges the streams; each has one arrival in the heap.
#[derive(Debug)]
pub(super) struct ArrivalQueue {
    origins: Vec<Origin>,
    heap: BinaryHeap<Reverse<(Time, u32)>>,
}

/// Sequence numbers count from 0, so this label is none of them.
const ARRIVALS: u64 = u64::MAX;

impl ArrivalQueue {
    pub(super) fn new(case: &Case, streams: &Streams) -> ArrivalQueue {
        let mut queue = ArrivalQueue { origins: Vec::new(), heap: BinaryHeap::new() };
        for (index, population) in case.populations.iter().enumerate() {
            for &location in &population.at {
                let clients = streams.clients(index, location);
                let arrivals = Arrivals::new(population.arrivals, clients.fork(ARRIVALS));
                queue.heap.push(Reverse((arrivals.next(), queue.origins.len() as u32)));
                let population = PopulationIx::from_position(index);
                queue.origins.push(Origin {
                    arrivals,
                    arrival: Arrival { population, location, clients, sequence: 0 },
                });
            }
        }
        queue
    }

    /// When the next operation begins.
    pub(super) fn next_at(&self) -> Time {
        self.heap.peek().map_or(Time::NEVER, |&Reverse((at, _))| at)
    }

    /// Takes out the next one.
    pub(super) fn pop(&mut self) -> Arrival {
        let mut top = self.heap.peek_mut().expect("next_at told of an arrival");
        let origin = &mut self.origins[top.0.1 as usize];
        let arrival = origin.arrival;
        origin.arrival.sequence += 1;
        origin.arrivals.step();
        top.0.0 = origin.arrivals.next();
        arrival
    }
}
