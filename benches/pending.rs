//! What a pending event costs: the hold model (take out the earliest event, put one in after a random delay) at sizes
//! from one location's events to far more than any scenario has. The cost per hold
//! should grow slowly: benches/README.md tells what was measured.

use divan::Bencher;
use edgelag::base::{Dice, Rng, Span};
use edgelag::engine::{Pending, Turn};
use rand_distr::{Distribution, Exp1};

fn main() {
    divan::main();
}

/// As large as an event of a trial, which `world` asserts.
type Event = [u64; 3];

/// A power of two: a division for each delay would show.
const DRAWN: usize = 1 << 16;

/// Drawn ahead, so that drawing is not measured: delays with a mean of 50 ms.
struct Delays {
    drawn: Vec<Span>,
    at: usize,
}

impl Delays {
    fn new(mut rng: Rng) -> Delays {
        let mut draw = || -> f64 { Exp1.sample(&mut rng) };
        Delays { drawn: (0..DRAWN).map(|_| Span::from_millis_f64(50.0 * draw())).collect(), at: 0 }
    }

    fn next(&mut self) -> Span {
        self.at = (self.at + 1) % DRAWN;
        self.drawn[self.at]
    }
}

/// The world looks at the next event before it takes it out, since an arrival may come first.
fn hold(pending: &mut Pending<Event>, delays: &mut Delays) -> bool {
    let due = pending.next();
    let event = pending.pop().expect("as many are put in as taken out");
    pending.after(delays.next(), Turn(0), event);
    due.is_some()
}

#[divan::bench(args = [30, 1_000, 100_000, 10_000_000], sample_count = 20, sample_size = 200_000)]
fn hold_at(bencher: Bencher, size: usize) {
    let mut delays = Delays::new(Dice::of_trial(1, 0).rng());
    let mut pending = Pending::default();
    for number in 0..size {
        pending.after(delays.next(), Turn(0), [number as u64; 3]);
    }
    // After some holds for each event the times left are spread as they stay.
    for _ in 0..2 * size {
        hold(&mut pending, &mut delays);
    }
    bencher.bench_local(|| hold(&mut pending, &mut delays));
}
