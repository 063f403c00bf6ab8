//! Sessions of users who read elsewhere what they have written, or go on reading.

use edgelag::scenario::Scenario;
use edgelag::stats;
use edgelag::truth::Guarantee;
use edgelag::world::{History, record_trial};

use super::{INSTANT, ONE_KEY, edge_and_origin};
use crate::lab::{agrees, load, run};

/// A user writes at the origin and reads at an edge d later, through a cache of TTL T that is read λ times a second in all. It
/// misses its own write if the cache was filled more than d ago and still serves: λ(T − d)/(1 + λT), for an exponential d of
/// rate θ λ(T − (1 − e^(−θT))/θ)/(1 + λT). λ = 0.5, T = 60, d = 10, θ = 0.1. Of the reads at the edge a fifth are such users': they
/// come in a Poisson process as the others do. Hardly any user writes twice within T.
#[test]
fn a_user_misses_its_own_write_behind_a_ttl() {
    for (after, expected) in
        [("constant = \"10s\"", 0.8064516129032258), ("exponential.mean = \"10s\"", 0.8068514116413977)]
    {
        let cache = r#"{ ttl = "60s" }"#;
        let [reads, writes] = [r#"{ poisson = "0.4/s" }"#, r#"{ poisson = "0.1/s" }"#];
        let text = edge_and_origin("201000s", INSTANT, ONE_KEY, cache, reads, writes);
        let found = run(&format!(
            "{text}\nsessions = {{ users = 1_000_000, read_back = {{ at = \"edge\", after.{after} }} }}"
        ));
        agrees(after, found.read("ryw_violations", "rate"), expected);
        agrees("hits", found.read("hit_ratio", "rate"), 30.0 / 31.0);
    }
}

/// Clients at their coordinator; each write reaches W of N replicas at random, each read asks R, at once.
fn random_quorums(n: usize, r: usize, w: usize, horizon: &str, clients: &str) -> String {
    let names: Vec<String> = (1..=n).map(|replica| format!("r{replica}")).collect();
    let places: Vec<String> = names.iter().map(|name| format!("{name} = {{}}")).collect();
    format!(
        r#"
        seed = 20
        trials = 20
        horizon = "{horizon}"
        network.rtt.constant = "0s"
        [locations.own]
        hub = {{}}
        {places}
        [namespace.store]
        keys.count = 1
        replicas = ["{replicas}"]
        visibility = {{ delays = [], writes = 0 }}
        [namespace.store.replication.quorum]
        n = {n}
        r = {r}
        w = {w}
        coordinator = "local"
        reads_to = "random"
        writes_to = "random"
        {clients}
        "#,
        places = places.join("\n        "),
        replicas = names.join("\", \""),
    )
}

/// A user reads what it wrote after g further writes: it misses its own and all of these with (C(N−W, R)/C(N, R))^(1+g) (PBS,
/// k-staleness of non-expanding quorums, k = 1 + g). Others write each second, the user each minute.
#[test]
fn a_user_misses_its_own_write_at_random_quorums() {
    for (n, r, w, further, expected) in [(3, 1, 1, 2, 0.2962962962962963), (5, 2, 2, 0, 0.3)] {
        let clients = format!(
            r#"
            [client.user]
            at = "hub"
            namespace = "store"
            arrivals.every = "4s"
            mix = {{ write = 1 }}
            sessions = {{ users = 1, read_back = {{ at = "hub", after.constant = "{further}s" }} }}
            [client.others]
            at = "hub"
            namespace = "store"
            arrivals.every = "1s"
            mix = {{ write = 1 }}
            "#
        );
        let found = run(&random_quorums(n, r, w, "120000s", &clients));
        let label = format!("N = {n}, R = {r}, W = {w}, {further} further writes");
        agrees(&label, found.read("ryw_violations", "rate"), expected);
    }
}

/// A user has read the newest version; until it reads again there are g = 2 writes. It goes back with (C(N−W, R)/C(N, R))^(1+g) (PBS,
/// monotonic reads, with the rate of writes over that of reads for g).
#[test]
fn a_user_goes_back_at_random_quorums() {
    let clients = r#"
        [client.user]
        at = "hub"
        namespace = "store"
        arrivals.every = "2s"
        mix = { read = 1 }
        sessions = { users = 1 }
        [client.others]
        at = "hub"
        namespace = "store"
        arrivals.every = "1s"
        mix = { write = 1 }
        "#;
    let scenario = load(&random_quorums(3, 1, 1, "120000s", clients), &[]);
    let counts: Vec<(u64, u64)> = (0..20).map(|trial| went_back(&scenario, trial)).collect();
    agrees("monotonic reads", stats::share(&counts, u64::MAX).expect("there are reads"), 0.2962962962962963);
}

/// How many of the reads that follow one of the newest version go back behind it, and how many there are.
fn went_back(scenario: &Scenario, trial: u32) -> (u64, u64) {
    let (_, history) = record_trial(&scenario.cases[0], trial).expect("nothing waits");
    let broken = history.broken();
    let History { records, .. } = history;
    let (mut newest, mut knows, mut counts) = (0, false, (0, 0));
    for (record, broken) in records.iter().zip(broken) {
        if record.writes() {
            newest = record.version.number();
        } else {
            counts.0 += u64::from(knows && broken.holds(Guarantee::MonotonicReads));
            counts.1 += u64::from(knows);
            knows = record.version.number() == newest && newest > 0;
        }
    }
    counts
}
