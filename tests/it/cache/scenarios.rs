//! Caches of limited capacity in whole scenarios.

use edgelag::experiment::{self, Outcome, Row};
use edgelag::world::{Choice, Execution};

use crate::executions::draw;
use crate::lab::load;

fn run(text: &str) -> (Vec<Row>, Vec<(u64, u64)>) {
    let scenario = load(text, &[]);
    let general = Choice::Only(Execution::General);
    let outcomes: Vec<Outcome> = experiment::run(&scenario.cases, 2, general, &|_| true).expect("it applies");
    let prints = outcomes[0].trials.iter().map(|trial| (trial.fingerprint, trial.events)).collect();
    (experiment::summarise(&outcomes).rows, prints)
}

const OF_CAPACITY: [&str; 8] = [
    "byte_hit_ratio",
    "evictions",
    "cache_entries",
    "cache_bytes",
    "upper_byte_hit_ratio",
    "upper_evictions",
    "upper_cache_entries",
    "upper_cache_bytes",
];

/// Whatever the policy, a cache that is never full changes nothing that a reader sees.
#[test]
fn a_capacity_that_holds_everything_is_none() {
    let policies = ["'fifo'", "{ s3-fifo = {} }", "{ w-tiny-lfu = {} }", "'arc'", "'lfu'"];
    let mut limited = 0;
    for index in 2_000..2_100 {
        let text = draw::scenario(index);
        if !text.contains("cache.edge")
            || text.contains("[namespace.other]")
            || !text.contains("at = \"edges\"")
        {
            continue;
        }
        let policy = policies[index as usize % policies.len()];
        let site =
            format!("[site.all]\nat = \"edges\"\ncache = {{ entries = 1_000_000, eviction = {policy} }}\n");
        let (mut rows, prints) = run(&format!("{text}{site}"));
        assert!(rows.iter().all(|row| !row.metric.ends_with("evictions") || row.estimate.value == 0.0));
        limited += usize::from(rows.iter().any(|row| row.metric == "cache_entries"));
        rows.retain(|row| !OF_CAPACITY.contains(&row.metric));
        assert!((rows, prints) == run(&text), "scenario {index}:\n{text}");
    }
    assert!(limited > 20, "{limited}");
}

/// Two namespaces share 40 kB at three edges and an upper tier, among them writes that pass, purges by tag, updates and sessions.
const SHARED: &str = r#"
    seed = 3
    trials = 2
    warmup = "20s"
    horizon = "200s"
    locations.edges = ["FRA", "SIN", "GRU"]
    [namespace.small]
    keys = { count = 500, popularity.zipf = 0.9, size.lognormal = { median = "1kB", sigma = 1.0 } }
    replicas = ["IAD", "FRA", "SIN"]
    replication.quorum = { r = 1, w = 2 }
    cache.edge = { ttl = "60s", write_through = 0.5, refresh_ahead = "1s", stale_if_error = "10s" }
    cache.upper = { ttl = "60s", at = ["FRA"], purge = { by.tags = 7 } }
    timeout = "150ms"
    [namespace.large]
    keys = { count = 50, size.uniform = { min = "1kB", max = "30kB" } }
    replicas = ["IAD"]
    replication.single = {}
    cache.edge = { ttl = "10s", stale_while_revalidate = "5s", purge = {} }
    cache.upper = { ttl = "30s", at = ["FRA"] }
    [client.small]
    at = "edges"
    namespace = "small"
    arrivals.poisson = "50/s"
    mix = { read = 0.9, write = 0.05, update = 0.05 }
    sessions = { users = 20 }
    [client.large]
    at = "edges"
    namespace = "large"
    arrivals.poisson = "20/s"
    mix = { read = 0.98, write = 0.02 }
    [site.all]
    at = "edges"
    cache = { bytes = "40kB", eviction = POLICY }
"#;

/// What both have there never exceeds what they share, and is as full as it can be but for one object.
#[test]
fn namespaces_share_the_capacity_of_a_location() {
    for policy in super::POLICIES {
        let scenario = load(&SHARED.replace("POLICY", policy), &[]);
        let outcomes = experiment::run(&scenario.cases, 2, Choice::Auto, &|_| true).expect("it applies");
        for trial in &outcomes[0].trials {
            for (tier, locations) in [(0, 3), (1, 1)] {
                let bytes = |at: usize| -> Vec<u64> {
                    let rooms = trial.namespaces.iter().filter_map(|space| space.rooms[tier].get(at));
                    rooms.map(|room| room.bytes).collect()
                };
                let full: Vec<u64> = (0..outcomes[0].case.locations.len())
                    .map(|at| bytes(at).iter().sum())
                    .filter(|&bytes| bytes > 0)
                    .collect();
                assert_eq!(full.len(), locations, "{policy}");
                assert!(full.iter().all(|&bytes| (10_000..=40_000).contains(&bytes)), "{policy}: {full:?}");
            }
            let evicted = |space: &edgelag::observe::NamespaceTally| -> u64 {
                space.rooms.iter().flatten().map(|room| room.evictions).sum()
            };
            assert!(trial.namespaces.iter().all(|space| evicted(space) > 100), "{policy}");
        }
    }
}

/// Nothing is ever stored where each value is larger than the cache: all that is not joined is fetched.
#[test]
fn a_cache_smaller_than_any_object_stays_empty() {
    let text = draw_small().replace("CAPACITY", "bytes = \"500B\"");
    let (rows, _) = run(&text);
    let value = |metric: &str| rows.iter().find(|row| row.metric == metric).map(|row| row.estimate.value);
    assert_eq!(value("hit_ratio"), Some(0.0));
    assert_eq!((value("byte_hit_ratio"), value("cache_entries")), (Some(0.0), Some(0.0)));
}

fn draw_small() -> String {
    r#"
    horizon = "100s"
    trials = 2
    [namespace.kv]
    keys = { count = 10, size = "1kB" }
    replicas = ["FRA"]
    replication.single = {}
    cache.edge = { ttl = "60s" }
    [client.users]
    at = ["SIN"]
    namespace = "kv"
    arrivals.poisson = "20/s"
    [site.edge]
    at = "SIN"
    cache = { CAPACITY }
    "#
    .to_owned()
}
