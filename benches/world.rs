//! How many operations a second a trial simulates, each way of execution: `cargo bench --bench world`.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use edgelag::scenario::{self, Case, Scenario};
use edgelag::world::{Execution, run_trial};

const GLOBAL_KV: &str = include_str!("../scenarios/bench/global-kv.toml");
const QUORUM: &str = include_str!("../scenarios/bench/quorum.toml");
const HITS: &str = include_str!("../scenarios/bench/hits.toml");

const BYTE_FOR_BYTE: [Execution; 2] = [Execution::General, Execution::FeedForward];
/// Where a cache answers reads.
const ALL: [Execution; 3] = [Execution::General, Execution::FeedForward, Execution::Aggregate];

fn main() {
    divan::main();
}

fn load(text: &str, settings: &[&str]) -> Scenario {
    let settings: Vec<(String, String)> =
        settings.iter().map(|setting| ("bench".to_owned(), (*setting).to_owned())).collect();
    let no_files = |_: &str| Err("there are no files here".to_owned());
    scenario::load("bench", text.as_bytes(), &settings, &no_files).expect("it is checked by tests")
}

/// About as many as begin.
fn operations(case: &Case) -> u64 {
    let rate: f64 = case.populations.iter().map(|clients| clients.operations_per_second()).sum();
    (rate * case.horizon.as_nanos() as f64 / 1e9) as u64
}

/// One trial of a scenario's only case, on one thread.
fn trial(bencher: Bencher, scenario: &Scenario, execution: Execution) {
    let case = &scenario.cases[0];
    let trial = || run_trial(black_box(case), 0, execution, 1, &|_| true);
    bencher.counter(ItemsCount::new(operations(case))).bench_local(trial);
}

/// Reads and writes straight to three replicas.
#[divan::bench(args = BYTE_FOR_BYTE, sample_count = 20, sample_size = 1)]
fn quorum(bencher: Bencher, execution: Execution) {
    trial(bencher, &load(QUORUM, &[]), execution);
}

/// Reads of one key at one location that its cache answers.
#[divan::bench(args = ALL, sample_count = 20, sample_size = 1)]
fn hits(bencher: Bencher, execution: Execution) {
    trial(bencher, &load(HITS, &[]), execution);
}

/// Thirty locations for ten seconds instead of three hundred for a minute.
#[divan::bench(args = ALL, sample_count = 10, sample_size = 1)]
fn global_kv(bencher: Bencher, execution: Execution) {
    const EDGES: &str = "locations.edges=[\"AKL\", \"AMS\", \"ARN\", \"ATH\", \"BOM\", \"CDG\", \"CPT\", \"DEL\", \
                         \"DFW\", \"DXB\", \"EWR\", \"EZE\", \"FCO\", \"FRA\", \"GRU\", \"HKG\", \"IAD\", \"ICN\", \
                         \"JNB\", \"KIX\", \"LAX\", \"LHR\", \"MAD\", \"MEL\", \"NRT\", \"ORD\", \"SCL\", \"SEA\", \
                         \"SIN\", \"SYD\"]";
    trial(bencher, &load(GLOBAL_KV, &[EDGES, "horizon=10s"]), execution);
}
