//! How many isolated writes a trial draws in a second: `cargo bench --bench pbs`.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use edgelag::scenario;
use edgelag::world::{Execution, run_trial};

const EXPONENTIAL: &str = include_str!("../scenarios/bench/pbs.toml");
const LNKD_SSD: &str = include_str!("../scenarios/bench/pbs-lnkd-ssd.toml");
/// Isolated writes of the trial that is timed.
const WRITES: u32 = 200_000;

fn main() {
    divan::main();
}

/// One trial of `text`, at so many answers that a read and a write wait for.
fn trial(bencher: Bencher, text: &str, [r, w]: [u16; 2]) {
    let settings = [
        format!("namespace.pbs.visibility.isolated_writes={WRITES}"),
        format!("namespace.pbs.replication.quorum.r={r}"),
        format!("namespace.pbs.replication.quorum.w={w}"),
    ];
    let settings = settings.map(|setting| ("bench".to_owned(), setting));
    let no_files = |_: &str| Err("there are no files here".to_owned());
    let scenario =
        scenario::load("bench", text.as_bytes(), &settings, &no_files).expect("it is checked by tests");
    let trial = || run_trial(black_box(&scenario.cases[0]), 0, Execution::FeedForward, 1, &|_| true);
    bencher.counter(ItemsCount::new(WRITES)).bench(trial);
}

#[divan::bench(args = [[1, 1], [2, 1], [1, 2]])]
fn exponential(bencher: Bencher, r_w: [u16; 2]) {
    trial(bencher, EXPONENTIAL, r_w);
}

#[divan::bench(args = [[1, 1], [2, 1], [1, 2]])]
fn lnkd_ssd(bencher: Bencher, r_w: [u16; 2]) {
    trial(bencher, LNKD_SSD, r_w);
}
