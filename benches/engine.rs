//! How many jobs a second go through a queue with one server, written over the pending-event set alone.

use std::collections::VecDeque;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use edgelag::base::{Dice, Rng, Span, Time};
use edgelag::engine::{Pending, Turn};
use rand_distr::{Distribution, Exp1};

fn main() {
    check();
    divan::main();
}

/// Jobs of a sample.
const JOBS: u64 = 200_000;
/// Arrivals and services per second: the server is busy for four fifths of the time.
const ARRIVALS: f64 = 800.0;
const SERVICES: f64 = 1_000.0;

#[derive(Clone, Copy)]
enum Event {
    Arrives,
    Leaves,
}

/// M/M/1: Poisson arrivals, exponential services, one server, first come first served.
struct Queue {
    pending: Pending<Event>,
    rng: Rng,
    /// When those who wait or are served came, the first one first.
    waiting: VecDeque<Time>,
    /// Arrivals to come.
    to_come: u64,
    /// From arrival to departure, of all who have left.
    seconds_in_system: f64,
}

impl Queue {
    fn new(trial: u32, jobs: u64) -> Queue {
        let rng = Dice::of_trial(5, trial).rng();
        let (pending, waiting) = (Pending::default(), VecDeque::new());
        let mut queue = Queue { pending, rng, waiting, to_come: jobs, seconds_in_system: 0.0 };
        queue.schedule(ARRIVALS, Event::Arrives);
        queue
    }

    fn schedule(&mut self, rate: f64, event: Event) {
        let unit: f64 = Exp1.sample(&mut self.rng);
        self.pending.after(Span::from_nanos_f64(1e9 * unit / rate), Turn(0), event);
    }

    fn run(mut self) -> Queue {
        while let Some(event) = self.pending.pop() {
            match event {
                Event::Arrives => {
                    self.waiting.push_back(self.pending.now());
                    self.to_come -= 1;
                    if self.to_come > 0 {
                        self.schedule(ARRIVALS, Event::Arrives);
                    }
                    if self.waiting.len() == 1 {
                        self.schedule(SERVICES, Event::Leaves);
                    }
                }
                Event::Leaves => {
                    let came = self.waiting.pop_front().expect("only who came leaves");
                    self.seconds_in_system += self.pending.now().since(came).as_secs_f64();
                    if !self.waiting.is_empty() {
                        self.schedule(SERVICES, Event::Leaves);
                    }
                }
            }
        }
        self
    }
}

/// The mean time in the system is 1 / (mu - lambda) = 5 ms; over two million jobs it was within 1 %.
fn check() {
    let jobs = 2_000_000;
    let mean = Queue::new(0, jobs).run().seconds_in_system / jobs as f64;
    let expected = 1.0 / (SERVICES - ARRIVALS);
    assert!((mean / expected - 1.0).abs() < 0.03, "{mean} s in the system, expected {expected} s");
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn m_m_1(bencher: Bencher) {
    bencher
        .counter(ItemsCount::new(JOBS))
        .with_inputs(|| Queue::new(1, JOBS))
        .bench_local_values(|queue| black_box(queue.run().seconds_in_system));
}
