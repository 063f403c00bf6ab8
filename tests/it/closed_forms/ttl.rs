//! Hits of a cache with a time to live, counted from the fill. Between two fetches of a key lie the
//! fetch (D), the TTL (T) and, with Poisson reads of rate λ, on average 1/λ until the next read: a
//! renewal process with 1 + λ(D + T) reads in each cycle (J. Jung, A. Berger, H. Balakrishnan, Modeling
//! TTL-based Internet caches, INFOCOM 2003).

use super::{INSTANT, NEVER, ONE_KEY, edge_and_origin};
use crate::lab::{agrees, agrees_in_resolution, run, run_both_ways};

/// λT/(1 + λT) for λ = 0.5, T = 60; fetches per second λ/(1 + λT).
#[test]
fn poisson_reads() {
    let cache = r#"{ ttl = "60s" }"#;
    for found in
        run_both_ways(&edge_and_origin("201000s", INSTANT, ONE_KEY, cache, r#"{ poisson = "0.5/s" }"#, NEVER))
    {
        agrees("hit ratio", found.read("hit_ratio", "rate"), 0.967741935483871);
        agrees("fetches", found.read("origin_requests", "rate"), 0.016129032258064516);
    }
}

/// With a fetch of D = 0.4 that others join, λ = 2, T = 5: of 1 + λ(D + T) reads of a cycle λT hit, λD
/// join and one fetches; those wait D/2 on average, this one D.
#[test]
fn a_slow_fetch_that_others_join() {
    let network = r#"{ legs = { request = "400ms" } }"#;
    let cache = r#"{ ttl = "5s" }"#;
    for found in
        run_both_ways(&edge_and_origin("151000s", network, ONE_KEY, cache, r#"{ poisson = "2/s" }"#, NEVER))
    {
        agrees("hits", found.read("hit_ratio", "rate"), 0.847457627118644);
        agrees("delayed hits", found.read("coalesced_ratio", "rate"), 0.06779661016949153);
        agrees("misses", found.origin_fraction(), 0.0847457627118644);
        agrees("mean latency", found.read("latency", "mean"), 0.04745762711864407);
        // A share of 0.0847 waits 0.4 s and one of 0.0678 evenly less: the 95th percentile is among the former.
        agrees_in_resolution("p95", found.read("latency", "p95"), 0.4);
    }
}

/// A fetch of exponential length D of mean m: of a cycle 1 read waits for D, and λE(D − x)+ of those who join wait
/// longer than x, so latency exceeds x with exp(−x/m)(1 + λm)/(1 + λ(m + T)); λ = 2, m = 0.1, T = 5.
#[test]
fn latencies_of_a_random_fetch() {
    let network = r#"{ legs = { request.exponential.mean = "100ms" } }"#;
    let cache = r#"{ ttl = "5s" }"#;
    for found in
        run_both_ways(&edge_and_origin("301000s", network, ONE_KEY, cache, r#"{ poisson = "2/s" }"#, NEVER))
    {
        agrees("mean latency", found.read("latency", "mean"), 0.010714285714285714);
        agrees_in_resolution("p95", found.read("latency", "p95"), 0.07621400520468967);
        agrees_in_resolution("p99", found.read("latency", "p99"), 0.23715779644809977);
    }
}

/// Σ p λ T/(1 + pλT) · p over Zipf popularities p ~ i^-0.9 of 1,000 keys, λ = 100, T = 10.
#[test]
fn a_zipf_catalogue() {
    let keys = "{ count = 1000, popularity.zipf = 0.9 }";
    let cache = r#"{ ttl = "10s" }"#;
    for found in
        run_both_ways(&edge_and_origin("3500s", INSTANT, keys, cache, r#"{ poisson = "100/s" }"#, NEVER))
    {
        agrees("hit ratio", found.read("hit_ratio", "rate"), 0.6716780094419329);
        agrees("misses", found.origin_fraction(), 1.0 - 0.6716780094419329);
        agrees("fetches", found.read("origin_requests", "rate"), 32.832199055806726);
    }
}

/// A read each second and T = 2.5: every third read fetches, ⌊T⌋/(1 + ⌊T⌋) hit.
#[test]
fn reads_in_step() {
    let cache = r#"{ ttl = "2500ms" }"#;
    let found = run(&edge_and_origin("4000s", INSTANT, ONE_KEY, cache, r#"{ every = "1s" }"#, NEVER));
    let requests: Vec<(u64, u64)> =
        found.each(|tally| (tally.all.edge.hits, tally.all.origin_requests)).collect();
    assert_eq!(requests, [(2_000, 1_000); 20]);
    assert!((found.read("hit_ratio", "rate").value - 2.0 / 3.0).abs() < 1e-12);
}
