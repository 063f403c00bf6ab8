//! Isolated writes: drawn straight from delays and policy, they must show what writes far apart in the
//! traffic show, for every policy.

use std::sync::Mutex;

use edgelag::world::{Execution, run_trial};

use crate::lab::{Finding, TRIALS, load, run, standard_error};

/// Writers at three places, two of them with replicas of their own; messages of the traffic come to their
/// end long before the next write. Without detours, which both ways would share.
fn store(replication: &str, isolated_writes: u64) -> String {
    format!(
        r#"
        seed = 33
        trials = {TRIALS}
        horizon = "50000s"
        [network]
        rtt.geo = {{ profile = "backbone", detour = false }}
        jitter.exponential.mean = "30ms"
        [[network.link]]
        to = "FRA"
        legs.write_request.mixture = [
            {{ weight = 2, of.pareto = {{ min = "20ms", shape = 3 }} }},
            {{ weight = 1, of.exponential.mean = "90ms" }},
        ]
        [namespace.kv]
        keys.count = 1
        replicas = ["IAD", "FRA", "SIN"]
        replication.{replication}
        [namespace.kv.visibility]
        delays = ["0s", "10ms", "30ms", "80ms", "200ms"]
        from = ["LHR", "IAD", "NRT"]
        writes = 1
        isolated_writes = {isolated_writes}
        [client.writers]
        at = ["GRU", "SIN"]
        namespace = "kv"
        arrivals.every = "100s"
        mix = {{ read = 1, write = 2, delete = 1 }}
        [client.updaters]
        at = "FRA"
        namespace = "kv"
        arrivals.every = "25s"
        mix = {{ update = 1 }}
        "#
    )
}

const POLICIES: [&str; 13] = [
    "quorum = { r = 1, w = 1 }",
    "quorum = { r = 2, w = 1 }",
    "quorum = { r = 1, w = 2, coordinator = \"local\" }",
    "quorum = { r = 1, w = 1, reads_to = \"nearest\" }",
    "quorum = { r = 2, w = 1, coordinator = \"local\", reads_to = \"random\" }",
    "quorum = { r = 1, w = 2, coordinator = { at = \"SIN\" } }",
    "primary-backup = { primary = \"FRA\", mode = \"asynchronous\" }",
    "primary-backup = { primary = \"FRA\", mode = { semi-synchronous = 1 } }",
    "primary-backup = { primary = \"SIN\", mode = \"synchronous\" }",
    "primary-backup = { primary = \"SIN\", read_from = \"primary\" }",
    "stores = { ack = \"first\", read = \"race\" }",
    "stores = { ack = { k = 2 }, read = \"nearest\" }",
    "stores = { ack = \"first\", read = \"nearest\", repair = { missed = 0.2, after.exponential.mean = \"200ms\" } }",
];

/// How many reads were drawn.
fn drawn(found: &Finding) -> u64 {
    found.each(|tally| tally.thresholds.at_once + tally.thresholds.later.count()).sum()
}

/// The expected values are those of the events of the traffic.
#[test]
fn isolated_writes_show_what_writes_of_the_traffic_show() {
    for replication in POLICIES {
        let followed = run(&store(replication, 0));
        let isolated = run(&store(replication, 50_000));
        assert!(drawn(&followed) > 100_000);
        assert_eq!(drawn(&isolated), 50_000 * u64::from(TRIALS));
        for seconds in [0.0, 0.01, 0.03, 0.08, 0.2] {
            let [a, b] = [&followed, &isolated].map(|found| found.fresh_at("threshold", "*", seconds));
            let (apart, error) = ((a.value - b.value).abs(), standard_error(&a).hypot(standard_error(&b)));
            println!("{replication} at {seconds} s: {} and {}, z = {:.2}", a.value, b.value, apart / error);
            assert!(apart <= 4.0 * error, "{replication} at {seconds} s: {} and {}", a.value, b.value);
        }
    }
}

/// Drawing takes most of the time of such a trial: it tells how far it is, and can be stopped.
#[test]
fn drawing_tells_how_far_it_is_and_can_be_stopped() {
    let of = |isolated_writes| load(&store(POLICIES[0], isolated_writes), &[]).cases.remove(0);
    let told = Mutex::new(Vec::new());
    let go_on = |part| {
        told.lock().expect("nobody panics").push(part);
        true
    };
    assert!(run_trial(&of(1_000_000), 0, Execution::General, 1, &go_on).is_ok());
    let told = told.into_inner().expect("nobody panics");
    assert!(told.len() > 50 && told.iter().all(|&part| part >= 0.0), "{told:?}");
    assert!((told.iter().sum::<f64>() - 1.0).abs() < 0.02, "{told:?}");
    let most = Mutex::new(0.001);
    let stop = |part| {
        let mut left = most.lock().expect("nobody panics");
        *left -= part;
        *left > 0.0
    };
    assert!(run_trial(&of(900_000_000), 0, Execution::General, 1, &stop).is_err());
}
