//! Partial quorums: how far behind, and how soon after a commit a write is seen.

use super::{INSTANT, ONE_KEY, edge_and_origin};
use crate::lab::{
    Finding, RESOLUTION, agrees, agrees_but_for, agrees_in_resolution, complement, millis, run,
    standard_error,
};

/// Reads and writes that each touch random replicas only; whoever was not written never is.
fn random_quorums(n: usize, r: usize, w: usize) -> Finding {
    let names: Vec<String> = (1..=n).map(|replica| format!("r{replica}")).collect();
    let places: Vec<String> = names.iter().map(|name| format!("{name} = {{}}")).collect();
    run(&format!(
        r#"
        seed = 20
        trials = 20
        warmup = "1000s"
        horizon = "101000s"
        locations.own = {{ hub = {{}}, {places} }}
        network = {INSTANT}
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
        [client.clients]
        at = "hub"
        namespace = "store"
        arrivals.poisson = "3/s"
        mix = {{ read = 1, write = 2 }}
        "#,
        places = places.join(", "),
        replicas = names.join("\", \""),
    ))
}

/// A read misses the last k writes with (C(N − W, R)/C(N, R))^k (Bailis et al., Probabilistically Bounded
/// Staleness, PVLDB 5(8), 2012, §3.1): N = 3, R = W = 1.
#[test]
fn random_quorums_of_one_in_three() {
    let found = random_quorums(3, 1, 1);
    agrees("stale", found.read("stale_rate", "rate"), 0.6666666666666666);
    let known = [
        (1, 0.6666666666666666),
        (2, 0.4444444444444444),
        (3, 0.2962962962962962),
        (5, 0.13168724279835387),
        (10, 0.017341529915832606),
    ];
    for (k, share) in known {
        agrees(&format!("behind by {k}"), found.behind_by(k), share);
    }
}

/// The same with N = 5, R = W = 2.
#[test]
fn random_quorums_of_two_in_five() {
    let found = random_quorums(5, 2, 2);
    agrees("stale", found.read("stale_rate", "rate"), 0.3);
    let known = [(1, 0.3), (2, 0.09), (3, 0.027), (5, 0.00243), (10, 5.9049e-6)];
    for (k, share) in known {
        agrees(&format!("behind by {k}"), found.behind_by(k), share);
    }
}

/// Writes of rate one a second, far apart, over legs W ~ Exp(w), A, R, S ~ Exp(1) per millisecond.
fn wars(r: u32, w: u32, mean_of_write_leg: &str, writes: u32, visibility: &str) -> Finding {
    run(&format!(
        r#"
        seed = 20
        trials = 20
        horizon = "{horizon}s"
        locations.own = {{ hub = {{}}, r1 = {{}}, r2 = {{}}, r3 = {{}} }}
        [network.legs]
        write_request.exponential.mean = "{mean_of_write_leg}"
        write_ack.exponential.mean = "1ms"
        read_request.exponential.mean = "1ms"
        read_response.exponential.mean = "1ms"
        [namespace.store]
        keys.count = 1
        replicas = ["r1", "r2", "r3"]
        replication.quorum = {{ n = 3, r = {r}, w = {w}, coordinator = "local" }}
        visibility = {{ writes = 1, {visibility} }}
        [client.writers]
        at = "hub"
        namespace = "store"
        arrivals.every = "1s"
        mix.write = 1
        "#,
        horizon = writes / 20,
    ))
}

/// The same by writes that are followed through the traffic, and by isolated ones.
fn wars_both_ways(r: u32, w: u32, mean_of_write_leg: &str) -> [Finding; 2] {
    let isolated = "delays = [], isolated_writes = 500_000";
    [wars(r, w, mean_of_write_leg, 4_000_000, "delays = []"), wars(r, w, mean_of_write_leg, 200, isolated)]
}

/// P(stale t ms after commit): the t, and the value.
type Stale = [(f64, f64); 5];

/// WARS (Bailis et al., PVLDB 5(8), 2012, §5.1) with exponential legs in closed form:
/// exp(−R w t) · E exp(−R w c) · E exp(−w Σ of the read legs out of the R fastest), c the commit time.
fn holds(found: &Finding, decay_per_milli: f64, known: &Stale, t_of_999_permille: f64) {
    for &(t, share) in known {
        // The point lies in a bucket 0.1 % wide, over which the share decays.
        let slack = RESOLUTION * t * decay_per_milli * share;
        agrees_but_for(&format!("stale after {t} ms"), found.stale_after(t), share, slack);
    }
    // These are points of the curve that is drawn, and a row of the summary.
    agrees("at once", complement(found.fresh_at("threshold", "*", 0.0)), known[0].1);
    agrees("at once", complement(found.read("fresh_at_commit", "rate")), known[0].1);
    let slack = RESOLUTION * decay_per_milli * known[1].1;
    agrees_but_for("1 ms", complement(found.fresh_at("threshold", "*", 0.001)), known[1].1, slack);
    agrees_in_resolution("t at 99.9 %", millis(found.read("t_visibility", "p99.9")), t_of_999_permille);
}

#[test]
fn slow_writes_to_one_of_three() {
    let known = [
        (0.0, 0.5804409559831594),
        (1.0, 0.525204695934126),
        (5.0, 0.35205523595669724),
        (10.0, 0.21353229452010242),
        (20.0, 0.07855414118011111),
    ];
    for found in wars_both_ways(1, 1, "10ms") {
        holds(&found, 0.1, &known, 63.637880836189154);
    }
}

#[test]
fn fast_writes_to_one_of_three() {
    let known = [
        (0.0, 0.05705327398449093),
        (1.0, 0.0010449671637199481),
        (5.0, 1.17595562345113e-10),
        (10.0, 2.4238251931032896e-19),
        (20.0, 1.0297268073203317e-36),
    ];
    for found in wars_both_ways(1, 1, "250us") {
        holds(&found, 4.0, &known, 1.0109963656613807);
    }
}

#[test]
fn reads_of_two_of_three() {
    let known = [
        (0.0, 0.2426975602936283),
        (1.0, 0.1987039563093912),
        (5.0, 0.08928344285449241),
        (10.0, 0.032845543063173076),
        (20.0, 0.004445160873514886),
    ];
    for found in wars_both_ways(2, 1, "10ms") {
        holds(&found, 0.2, &known, 27.459080301639);
    }
}

#[test]
fn writes_to_two_of_three() {
    let known = [
        (0.0, 0.28677912845017756),
        (1.0, 0.2594884861334614),
        (5.0, 0.17394033397070024),
        (10.0, 0.1055001455138846),
        (20.0, 0.03881133457515371),
    ];
    for found in wars_both_ways(1, 2, "10ms") {
        holds(&found, 0.1, &known, 56.587123321936964);
    }
}

/// The first setting once more by reads that are sent, where above they are drawn.
#[test]
fn probes_see_what_thresholds_tell() {
    let found = wars(1, 1, "10ms", 1_000_000, r#"delays = ["0ms", "1ms", "5ms"]"#);
    for (seconds, share) in
        [(0.0, 0.5804409559831594), (0.001, 0.525204695934126), (0.005, 0.35205523595669724)]
    {
        let probed = complement(found.fresh_at("probe", "own", seconds));
        agrees(&format!("stale after {seconds} s"), probed, share);
    }
}

/// Somebody reads through a cache 10 s after a write elsewhere. With λ = 0.5 and T = 60 the entry is from
/// before the write with λ(T − 10)/(1 + λT). Probes stand for that reader: they leave no trace.
#[test]
fn reading_ones_write_through_a_cache_elsewhere() {
    let (reads, writes) = (r#"{ poisson = "0.5/s" }"#, r#"{ poisson = "0.05/s" }"#);
    let text = edge_and_origin("300000s", INSTANT, ONE_KEY, r#"{ ttl = "60s" }"#, reads, writes);
    let probed = r#"visibility = { delays = ["10s"], writes = 1, from = "edge" }"#;
    let found = run(&text.replace("visibility = { delays = [], writes = 0 }", probed));
    agrees("stale", complement(found.fresh_at("probe", "elsewhere", 10.0)), 0.8064516129032258);
}

/// With R = 1 the stale share decays as exp(−0.1 t) from 0.58044 on: it is a half at 10 ln 1.160882 ms. Of
/// 2,000,000 drawn reads the median has the standard error √(1/4/2e6) by the density 0.05 per ms, 0.00707.
#[test]
fn intervals_of_t_visibility_are_as_wide_as_they_must_be() {
    let found = wars(1, 1, "10ms", 2_000_000, "delays = []");
    let median = millis(found.read("t_visibility", "p50"));
    agrees_in_resolution("t at 50 %", median, 1.491801);
    let error = standard_error(&median);
    // From 20 trials it is known within a factor of 2 (χ² with 19 degrees of freedom, beyond 0.9999).
    assert!((0.00707 / 2.0..0.00707 * 2.0).contains(&error), "{error} for 0.00707");
}

/// A primary tells ten backups of a write, each after an exponential time of mean 20 ms: half of them have
/// it after Σ 20/i over i = 6..10 on average, all after Σ 20/i over i = 1..10; the 99th percentile of
/// that is −20 ln(1 − 0.99^(1/10)).
#[test]
fn a_broadcast_to_ten_backups() {
    let names: Vec<String> = (1..=10).map(|backup| format!("b{backup}")).collect();
    let places: Vec<String> = names.iter().map(|name| format!("{name} = {{}}")).collect();
    let found = run(&format!(
        r#"
        seed = 20
        trials = 20
        horizon = "80000s"
        locations.own = {{ primary = {{}}, {places} }}
        network.legs.write_request.exponential.mean = "20ms"
        [namespace.store]
        keys.count = 1
        replicas = ["primary", "{backups}"]
        replication.primary-backup.primary = "primary"
        visibility = {{ delays = [], writes = 1 }}
        [client.readers]
        at = ["{backups}"]
        namespace = "store"
        arrivals.poisson = "0/s"
        [client.writers]
        at = "primary"
        namespace = "store"
        arrivals.every = "2s"
        mix.write = 1
        "#,
        places = places.join(", "),
        backups = names.join("\", \""),
    ));
    agrees("half of them", millis(found.write("propagation_50", "mean")), 12.912698412698413);
    agrees("all of them", millis(found.write("propagation_100", "mean")), 58.579365079365076);
    agrees_in_resolution("p99", millis(found.write("propagation_100", "p99")), 138.06473588952196);
    let curve = &found.curves.propagation;
    let ten = curve.iter().find(|point| (point.at - 0.01).abs() < 1e-8).expect("10 ms is on the grid");
    // One of them has it within 10 ms with 1 - exp(-1/2).
    agrees_in_resolution("within 10 ms", ten.estimate, 0.3934693402873666);
}
