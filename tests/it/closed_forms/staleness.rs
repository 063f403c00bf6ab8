//! Stale reads from a cache with a time to live (T), or from a follower. Writes of rate μ are visible at
//! the origin at once, so an entry of age x is stale with 1 − exp(−μx). With I(x) = x − (1 − exp(−μx))/μ,
//! the stale part of a span x after a fetch, and the cycle of `ttl`, all values follow by integration.

use super::{INSTANT, ONE_KEY, edge_and_origin};
use crate::lab::{Finding, agrees, agrees_but_for, reads, run, run_both_ways, run_by};
use edgelag::model::workload::OpKind;
use edgelag::world::Execution;

/// What is known of one setting with an instant fetch.
struct Known {
    stale: f64,
    stale_of_hits: f64,
    hit: f64,
    mean_lag: f64,
    mean_overdue_of_hits: f64,
    mean_overdue_of_stale: f64,
    /// P(lag = 0), P(lag = 1), …
    lag: [f64; 6],
    /// P(overdue > s) of all reads: s, and the value.
    overdue: [(f64, f64); 3],
}

/// Hits counted in bulk cost little, so with these the horizon is the second of the two.
fn instant_fetch(
    horizons: [&str; 2],
    ttl: &str,
    reads_per_second: &str,
    writes_per_second: &str,
    known: &Known,
) {
    let found = |horizon, execution| {
        let text = edge_and_origin(
            horizon,
            INSTANT,
            ONE_KEY,
            &format!(r#"{{ ttl = "{ttl}" }}"#),
            &format!(r#"{{ poisson = "{reads_per_second}/s" }}"#),
            &format!(r#"{{ poisson = "{writes_per_second}/s" }}"#),
        );
        run_by(execution, &text)
    };
    for found in [found(horizons[0], Execution::FeedForward), found(horizons[1], Execution::Aggregate)] {
        agrees("stale", found.read("stale_rate", "rate"), known.stale);
        let judged = |tally: &edgelag::observe::NamespaceTally| tally.all.op(OpKind::Read).judged;
        let of_hits = found.share(|tally| (judged(tally).stale, tally.all.edge.hits));
        agrees("stale of hits", of_hits, known.stale_of_hits);
        agrees("hit ratio", found.read("hit_ratio", "rate"), known.hit);
        agrees("mean lag", found.read("behind", "mean"), known.mean_lag);
        let of_hits = found.ratio(|tally| (judged(tally).overdue as f64 / 1e9, tally.all.edge.hits));
        agrees("mean overdue of hits", of_hits, known.mean_overdue_of_hits);
        agrees("mean overdue of stale", found.read("overdue", "mean"), known.mean_overdue_of_stale);
        lag(&found, &known.lag);
        for &(seconds, share) in &known.overdue {
            // The point lies in a bucket 0.1 % wide; the density is below 1.2/T of the share of hits.
            let density = 1.2 * known.hit / found_ttl(ttl);
            agrees_but_for("overdue", found.overdue_by(seconds), share, 0.001 * seconds * density);
        }
        let sure = found.curves.overdue.last().expect("there are stale reads").estimate.value;
        assert_eq!(sure, 1.0);
        let cause = found.curves.causes[0];
        assert_eq!((cause.cause.name(), cause.of_stale.map(|e| e.value)), ("edge_cache", Some(1.0)));
    }
}

fn found_ttl(ttl: &str) -> f64 {
    ttl.trim_end_matches('s').parse().expect("seconds")
}

/// Holds the distribution of the versions missed against P(lag = 0), P(lag = 1), …
fn lag(found: &Finding, known: &[f64]) {
    let mut more = 1.0;
    for (versions, share) in known.iter().enumerate() {
        more -= share;
        agrees(&format!("lag > {versions}"), found.behind_by(versions + 1), more);
        let exactly = found.share(|tally| (tally.all.behind_by(versions), tally.all.behind_up_to(100)));
        agrees(&format!("lag = {versions}"), exactly, *share);
    }
}

/// λI(T)/(1 + λT); P(lag = k | hit) = P(Gamma(k + 1) ≤ μT)/(μT); P(overdue > s | hit) = I(T − s)/T; with
/// λ = 0.5, μ = 0.05, T = 60.
#[test]
fn a_long_time_to_live() {
    instant_fetch(
        ["4000000s", "4000000s"],
        "60s",
        "0.5",
        "0.05",
        &Known {
            stale: 0.6612216349573755,
            stale_of_hits: 0.6832623561226213,
            hit: 0.967741935483871,
            mean_lag: 1.4516129032258065,
            mean_overdue_of_hits: 16.334752877547572,
            mean_overdue_of_stale: 23.906999604433153,
            lag: [
                0.3387783650426245,
                0.25833926662211104,
                0.18606771576553438,
                0.11379616490895766,
                0.05959250176652512,
                0.027070303881065638,
            ],
            overdue: [(0.0, 0.6612216349573755), (15.0, 0.4372255563102789), (30.0, 0.23326779359626768)],
        },
    );
}

/// The same with λ = 10, μ = 1, T = 1.
#[test]
fn a_short_time_to_live() {
    instant_fetch(
        ["60000s", "480000s"],
        "1s",
        "10",
        "1",
        &Known {
            stale: 0.3344358556104021,
            stale_of_hits: 0.36787944117144233,
            hit: 0.9090909090909091,
            mean_lag: 0.45454545454545453,
            mean_overdue_of_hits: 0.13212055882855767,
            mean_overdue_of_stale: 0.35914091422952255,
            lag: [
                0.6655641443895979,
                0.2402191978701048,
                0.0730012700649038,
                0.01726196079650346,
                0.0033271334794033754,
                0.0005401680159833573,
            ],
            overdue: [(0.0, 0.3344358556104021), (0.25, 0.2021514115827406), (0.5, 0.0968460542842122)],
        },
    );
}

const READS: &str = r#"{ poisson = "2/s" }"#;
const WRITES: &str = r#"{ poisson = "0.2/s" }"#;

/// Legs d1 = 0.05 to the origin and d2 = 0.08 back, joined fetches, λ = 2, μ = 0.2, T = 5. A read is stale by
/// what had committed when it began: λI(T + d2)/(1 + λ(d1 + d2 + T)) of them.
#[test]
fn constant_legs() {
    let network = r#"{ legs = { request = "50ms", response = "80ms" } }"#;
    for found in
        run_both_ways(&edge_and_origin("400000s", network, ONE_KEY, r#"{ ttl = "5s" }"#, READS, WRITES))
    {
        agrees("stale", found.read("stale_rate", "rate"), 0.33573730776508665);
        agrees("to the origin", found.origin_fraction(), 0.08880994671403197);
    }
}

/// The same with the TTL counted from the instant the origin was read: λI(T)/(1 + λ(d1 + T)).
#[test]
fn time_to_live_from_the_origin_read() {
    let network = r#"{ legs = { request = "50ms", response = "80ms" } }"#;
    let cache = r#"{ ttl = "5s", ttl_from = "origin" }"#;
    for found in run_both_ways(&edge_and_origin("400000s", network, ONE_KEY, cache, READS, WRITES)) {
        agrees("stale", found.read("stale_rate", "rate"), 0.33142291997427237);
    }
}

/// Exponential legs of means m1 = 0.1 and m2 = 0.2:
/// λ(T + m2 − (1 − exp(−μT)/(1 + μ m2))/μ)/(1 + λ(m1 + m2 + T)).
#[test]
fn exponential_legs() {
    let network = r#"{ legs = {
        request.exponential.mean = "100ms", response.exponential.mean = "200ms" } }"#
        .replace('\n', "");
    for found in
        run_both_ways(&edge_and_origin("400000s", &network, ONE_KEY, r#"{ ttl = "5s" }"#, READS, WRITES))
    {
        agrees("stale", found.read("stale_rate", "rate"), 0.3394226137031187);
        agrees("to the origin", found.origin_fraction(), 0.08620689655172414);
    }
}

/// Zipf reads and writes alike, p ~ i^-0.9 of 1,000 keys, λ = 50, μ = 5, T = 30: Σ p · λpI(T)/(1 + λpT)
/// with I at the rate μp of each key.
#[test]
fn a_zipf_catalogue() {
    let keys = "{ count = 1000, popularity.zipf = 0.9 }";
    let (reads, writes) = (r#"{ poisson = "50/s" }"#, r#"{ poisson = "5/s" }"#);
    for found in run_both_ways(&edge_and_origin("6000s", INSTANT, keys, r#"{ ttl = "30s" }"#, reads, writes))
    {
        agrees("stale", found.read("stale_rate", "rate"), 0.31903394629828186);
        agrees("hit ratio", found.read("hit_ratio", "rate"), 0.7272384485504156);
    }
}

/// A backup gets each write δ = 2 after it commits at the primary, μ = 0.1: whoever reads there is behind
/// by a Poisson number of mean μδ, and stale with 1 − exp(−μδ).
#[test]
fn a_follower_at_a_constant_distance() {
    let found = run(r#"
        seed = 20
        trials = 20
        warmup = "100s"
        horizon = "900000s"
        locations.own = { primary = {}, backup = {} }
        network = { legs.write_request = "2s" }

        [namespace.store]
        keys.count = 1
        replicas = ["primary", "backup"]
        replication.primary-backup.primary = "primary"
        visibility = { delays = [], writes = 0 }

        [client.readers]
        at = "backup"
        namespace = "store"
        arrivals.poisson = "0.2/s"

        [client.writers]
        at = "primary"
        namespace = "store"
        arrivals.poisson = "0.1/s"
        mix.write = 1
    "#);
    agrees("stale", found.read("stale_rate", "rate"), 0.18126924692201818);
    agrees("mean lag", found.read("behind", "mean"), 0.2);
    lag(&found, &[0.8187307530779818, 0.1637461506155964, 0.016374615061559638]);
    // Whoever is stale has missed a commit of the last 2 s.
    let late = found.share(|tally| (tally.overdue.count_up_to(2_000_000_000), tally.overdue.count()));
    assert_eq!(late.value, 1.0);
    assert!(found.share(|tally| (tally.overdue.count(), reads(tally))).value > 0.0);
    let behind = found.curves.causes.last().expect("there are stale reads");
    assert_eq!((behind.cause.name(), behind.of_stale.map(|e| e.value)), ("replica_behind", Some(1.0)));
}
