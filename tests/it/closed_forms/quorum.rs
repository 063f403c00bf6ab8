//! Latencies of quorums: the k-th fastest of n round trips. Times are milliseconds.

use edgelag::model::workload::OpKind;

use crate::lab::{Finding, agrees, agrees_in_resolution, millis, run};

/// Quorum operations, one a second, of clients at their coordinator `hub`; replicas `r1`, `r2`, … beside it.
fn quorum(n: usize, r: usize, w: usize, network: &str, operation: &str, operations: u32) -> String {
    let names: Vec<String> = (1..=n).map(|replica| format!("r{replica}")).collect();
    let places: Vec<String> = names.iter().map(|name| format!("{name} = {{}}")).collect();
    format!(
        r#"
        seed = 20
        trials = 20
        horizon = "{horizon}s"
        [locations.own]
        hub = {{}}
        {places}
        [network]
        {network}
        [namespace.store]
        keys.count = 1
        replicas = ["{replicas}"]
        replication.quorum = {{ n = {n}, r = {r}, w = {w}, coordinator = "local" }}
        visibility = {{ delays = [], writes = 0 }}
        [client.clients]
        at = "hub"
        namespace = "store"
        arrivals.every = "1s"
        mix.{operation} = 1
        "#,
        horizon = operations / 20,
        places = places.join("\n        "),
        replicas = names.join("\", \""),
    )
}

/// Holds the latency of an operation against its mean and percentiles.
fn latency(found: &Finding, operation: &str, mean: f64, percentiles: &[(&str, f64)]) {
    let figure = |stat: &str| {
        millis(if operation == "read" { found.read("latency", stat) } else { found.write("latency", stat) })
    };
    agrees("mean", figure("mean"), mean);
    for (stat, expected) in percentiles {
        agrees_in_resolution(stat, figure(stat), *expected);
    }
}

/// The 2nd of 3 exponential round trips of rate 0.1: mean Σ 1/(0.1 i) over i = 2..3; the q-quantile is
/// −ln(1 − B)/0.1 with B that of Beta(2, 2), an order statistic of uniforms (David and Nagaraja, §2.1).
#[test]
fn the_second_of_three_exponential() {
    let network = r#"legs = { read_request = "0s", read_response.exponential.mean = "10ms" }"#;
    let found = run(&quorum(3, 2, 1, network, "read", 5_000_000));
    let percentiles = [
        ("p50", 6.931471805599452),
        ("p95", 19.99888587110232),
        ("p99", 28.318609507231464),
        ("p99.9", 39.97022560644728),
    ];
    latency(&found, "read", 8.333333333333332, &percentiles);
}

/// The 3rd of 5, by the same formulas, as writes.
#[test]
fn the_third_of_five_exponential() {
    let network = r#"legs = { write_request = "0s", write_ack.exponential.mean = "10ms" }"#;
    let found = run(&quorum(5, 1, 3, network, "write", 4_000_000));
    let percentiles = [
        ("p50", 6.931471805599452),
        ("p95", 16.646579726018373),
        ("p99", 22.47719672520088),
        ("p99.9", 30.459335712195177),
    ];
    latency(&found, "write", 7.833333333333333, &percentiles);
}

/// A log-normal answer of its own from each replica.
fn lognormal_answers(leg: &str, medians_and_sigmas: &[(f64, f64)]) -> String {
    let link = |(at, (median, sigma)): (usize, &(f64, f64))| {
        format!(
            "[[network.link]]\nto = \"r{}\"\nlegs.{leg}.lognormal = {{ median = \"{median}ms\", sigma = {sigma} }}",
            at + 1
        )
    };
    let links: Vec<String> = medians_and_sigmas.iter().enumerate().map(link).collect();
    format!("rtt.constant = \"0s\"\n{}", links.join("\n"))
}

/// The 3rd of 5 log-normal round trips that differ: the tail of a Poisson-binomial count of their
/// distribution functions, integrated numerically.
#[test]
fn the_third_of_five_that_differ() {
    let trips = [(5.0, 0.3), (40.0, 0.3), (80.0, 0.4), (120.0, 0.4), (200.0, 0.5)];
    let found = run(&quorum(5, 3, 1, &lognormal_answers("read_response", &trips), "read", 1_000_000));
    let percentiles = [("p50", 74.52715244104638), ("p95", 125.08778901745578), ("p99", 153.0783594364778)];
    latency(&found, "read", 78.32064096471696, &percentiles);
}

/// The 2nd of 3 acknowledgements that differ, by the same integral.
#[test]
fn the_second_of_three_that_differ() {
    let trips = [(1.0, 0.2), (12.0, 0.5), (35.0, 0.5)];
    let found = run(&quorum(3, 1, 2, &lognormal_answers("write_ack", &trips), "write", 1_000_000));
    let percentiles = [("p50", 11.883187372718025), ("p95", 25.337771265306806), ("p99", 33.86343920652417)];
    latency(&found, "write", 13.152141577726477, &percentiles);
}

/// The 2nd of 3 round trips of two exponential legs of rates 0.2 and 0.1: each is hypoexponential with
/// 1 − (0.1 exp(−0.2t) − 0.2 exp(−0.1t))/(0.1 − 0.2), and a binomial tail counts them.
#[test]
fn two_legs() {
    let network =
        r#"legs = { read_request.exponential.mean = "5ms", read_response.exponential.mean = "10ms" }"#;
    let found = run(&quorum(3, 2, 1, network, "read", 1_500_000));
    let percentiles = [("p50", 12.279471772995155), ("p95", 26.573388398948758), ("p99", 35.09946000316887)];
    latency(&found, "read", 13.499999999999996, &percentiles);
}

/// A write that all of 10 replicas acknowledge, each after an exponential time of rate 0.05: the mean is
/// the 10th harmonic number over 0.05, the 99th percentile −ln(1 − 0.99^(1/10))/0.05.
#[test]
fn the_last_of_ten() {
    let network = r#"legs = { write_request.exponential.mean = "20ms", write_ack = "0s" }"#;
    let found = run(&quorum(10, 1, 10, network, "write", 600_000));
    latency(&found, "write", 58.579365079365076, &[("p99", 138.06473588952196)]);
}

/// A leader with round trips of 0, 11, 69, 78 and 139 ms commits with a majority at the third smallest, to
/// the nanosecond, and with all of them at the greatest.
#[test]
fn constant_round_trips_to_the_nanosecond() {
    let quorum = |w: u32| format!("quorum = {{ r = 1, w = {w}, coordinator = {{ at = \"r1\" }} }}");
    let backups = |mode: &str| format!("primary-backup = {{ primary = \"r1\", mode = {mode} }}");
    let settings = [
        (quorum(1), 0.0),
        (quorum(3), 0.069),
        (quorum(5), 0.139),
        (backups("\"asynchronous\""), 0.0),
        (backups("{ semi-synchronous = 2 }"), 0.069),
        (backups("\"synchronous\""), 0.139),
    ];
    for (replication, seconds) in settings {
        let found = run(&format!(
            r#"
            trials = 20
            horizon = "100s"
            locations.own = {{ r1 = {{}}, r2 = {{}}, r3 = {{}}, r4 = {{}}, r5 = {{}} }}
            network.rtt.matrix = "rtt.csv"
            [namespace.store]
            keys.count = 1
            replicas = ["r1", "r2", "r3", "r4", "r5"]
            replication.{replication}
            [client.clients]
            at = "r1"
            namespace = "store"
            arrivals.every = "1s"
            mix.write = 1
            "#
        ));
        let nanos = (seconds * 1e9) as u64;
        let extremes = found.each(|tally| {
            let latency = &tally.all.op(OpKind::Write).latency;
            (latency.count(), latency.min(), latency.max())
        });
        let extremes: Vec<_> = extremes.collect();
        assert_eq!(extremes, [(100, Some(nanos), Some(nanos)); 20], "{replication}");
        for stat in ["p50", "p99.9", "max"] {
            assert_eq!(found.write("latency", stat).value, seconds, "{replication}: {stat}");
        }
    }
}
