//! How writes spread under the replication policies, where that has an exact answer.

use crate::lab::{Finding, agrees, agrees_but_for, agrees_in_resolution, run, run_by};
use edgelag::stats::Estimate;
use edgelag::world::Execution;

/// A backup that asks every T = 30 for what is new has a copy whose age is even in [0, T): with μ = 0.05 it is stale
/// with 1 − (1 − exp(−μT))/(μT), and μT/2 versions behind (entry B8).
#[test]
fn a_backup_that_pulls() {
    for fan_out in [r#"{ pull = "30s" }"#, r#"{ snapshot = "30s" }"#] {
        let text = format!(
            r#"
            seed = 3
            trials = 20
            warmup = "1000s"
            horizon = "400000s"
            locations.own = {{ primary = {{}}, backup = {{}} }}
            network.rtt.constant = "0s"
            [namespace.store]
            keys.count = 1
            replicas = ["primary", "backup"]
            replication.primary-backup = {{ primary = "primary", fan_out = {fan_out} }}
            visibility = {{ delays = [], writes = 0 }}
            [client.readers]
            at = "backup"
            namespace = "store"
            arrivals.poisson = "1/s"
            [client.writers]
            at = "primary"
            namespace = "store"
            arrivals.poisson = "0.05/s"
            mix.write = 1
            "#
        );
        let found = run(&text);
        agrees("stale", found.read("stale_rate", "rate"), 0.482_086_773_432_286_56);
        agrees("mean lag", found.read("behind", "mean"), 0.75);
    }
}

/// All messages take 1 ns; rounds are a second apart, and a write waits half a second for the first on average. So the
/// rounds that it takes are the mean propagation in seconds and a half.
fn gossip(n: u16, contacts: &str) -> Finding {
    let nodes: Vec<String> = (0..n).map(|node| format!("node-{node}")).collect();
    let own: Vec<String> = nodes.iter().map(|node| format!("{node} = {{}}")).collect();
    let (own, nodes) = (own.join(", "), format!("{nodes:?}"));
    run_by(
        Execution::General,
        &format!(
            r#"
            seed = 5
            trials = 20
            warmup = "100s"
            horizon = "5100s"
            locations.own = {{ {own} }}
            # A request is there before anything that was pushed in the same round.
            network.legs = {{ read_request.constant = "1ns", write_request.constant = "3ns" }}
            [namespace.store]
            keys.count = 1_000_000
            replicas = {nodes}
            replication.gossip = {contacts}
            visibility = {{ delays = [], writes = "100%" }}
            [client.users]
            at = "node-0"
            namespace = "store"
            arrivals.poisson = "0.2/s"
            mix.write = 1
            [client.readers]
            at = {nodes}
            namespace = "store"
            arrivals.poisson = "0/s"
            "#
        ),
    )
}

fn later(estimate: Estimate, by: f64) -> Estimate {
    Estimate {
        value: estimate.value + by,
        interval: estimate.interval.map(|(lo, hi)| (lo + by, hi + by)),
        ..estimate
    }
}

/// Rounds until all of n nodes know of a write, by the exact Markov chain (entry G1): each that knows pushes to one
/// other, or each exchanges with one other.
#[test]
fn gossip_in_rounds() {
    for (n, direction, rounds) in [
        (16, "push", 7.413_810_082_576_357),
        (64, "push", 11.158_119_112_619_346),
        (16, "both", 4.153_021_598_162_478_5),
        (64, "both", 5.988_757_638_138_37),
    ] {
        let contacts = format!(r#"{{ every = "1s", timing = "in-step", direction = "{direction}" }}"#);
        let found = gossip(n, &contacts);
        let mean = later(found.write("propagation_100", "mean"), 0.5);
        agrees(&format!("rounds of {direction} among {n}"), mean, rounds);
    }
}

/// Nodes that push at any time, each once a second on average: 2(n − 1)H(n − 1)/n seconds (entry G1).
#[test]
fn gossip_at_any_time() {
    for (n, seconds) in [(16, 6.221_679_362_304_363), (64, 9.308_773_497_920_729)] {
        let found = gossip(n, r#"{ every = "1s", timing = "poisson", direction = "push" }"#);
        agrees(&format!("push among {n}"), found.write("propagation_100", "mean"), seconds);
    }
}

/// A broadcast is everywhere after the longest of n = 10 exponential delays of rate 0.05: H(10)/rate, and its 99th
/// percentile −ln(1 − 0.99^(1/10))/rate (entry G2).
#[test]
fn a_broadcast() {
    let nodes: Vec<String> = (0..10).map(|node| format!("node-{node}")).collect();
    let own: Vec<String> = nodes.iter().map(|node| format!("{node} = {{}}")).collect();
    let own = own.join(", ");
    let text = format!(
        r#"
        seed = 5
        trials = 20
        warmup = "1000s"
        horizon = "400000s"
        locations.own = {{ origin = {{}}, {own} }}
        network.legs.write_request.exponential.mean = "20s"
        [namespace.store]
        keys.count = 1_000_000
        replicas = ["origin", {}]
        replication.multi-primary = {{}}
        visibility = {{ delays = [], writes = "100%" }}
        [client.writers]
        at = "origin"
        namespace = "store"
        arrivals.poisson = "0.01/s"
        mix.write = 1
        [client.readers]
        at = {nodes:?}
        namespace = "store"
        arrivals.poisson = "0/s"
        "#,
        nodes.iter().map(|node| format!("{node:?}")).collect::<Vec<_>>().join(", ")
    );
    let found = run(&text);
    agrees("mean", found.write("propagation_100", "mean"), 58.579_365_079_365_076);
    // The 99th percentile of a trial's 20,000 writes is known to about 1 %.
    let p99 = found.write("propagation_100", "p99");
    agrees_but_for("p99", p99, 138.064_735_889_521_96, 0.01 * 138.0);
}

/// Round trips of 0, 11, 69, 78 and 139 ms from a leader: a write commits with the third of five, to the nanosecond
/// (entry E8); as the client is at the leader, so does its answer come.
#[test]
fn the_leader_of_a_log_waits_for_a_majority() {
    for (policy, millis) in [
        (r#"consensus = { leader = "r1" }"#, 69.0),
        (r#"consensus = { leader = "r1", witnesses = ["r2"] }"#, 69.0),
        (r#"consensus = { leader = "r1", learners = ["r2", "r5"] }"#, 69.0),
        (r#"consensus = { leader = "r1", learners = ["r3", "r5"] }"#, 11.0),
        (r#"consensus = { leader = "r1", commit_wait = "7ms" }"#, 76.0),
        (r#"primary-backup = { primary = "r1", mode = "synchronous" }"#, 139.0),
        (r#"primary-backup = { primary = "r1", mode.dynamic = 1 }"#, 139.0),
        (r#"primary-backup = { primary = "r1" }"#, 0.0),
    ] {
        let text = format!(
            r#"
            trials = 20
            horizon = "10s"
            locations.own = {{ r1 = {{}}, r2 = {{}}, r3 = {{}}, r4 = {{}}, r5 = {{}} }}
            network.rtt.matrix = "rtt.csv"
            [namespace.store]
            keys.count = 10
            replicas = ["r1", "r2", "r3", "r4", "r5"]
            replication.{policy}
            [client.writers]
            at = "r1"
            namespace = "store"
            arrivals.poisson = "20/s"
            mix.write = 1
            "#
        );
        let found = run(&text);
        let latency = found.write("latency", "max").value;
        assert_eq!(latency, millis / 1e3, "{policy}");
        assert!((found.write("latency", "mean").value - latency).abs() < 1e-12, "{policy}");
    }
}

/// A read at the leader of the same five, asked at the leader: at once under a lease, after a majority's round trip
/// where it has to confirm that it leads, or to have the read in its log.
#[test]
fn reads_of_a_log() {
    for (reads, millis) in
        [("lease", 0.0), ("read-index", 69.0), ("log", 69.0), ("follower", 0.0), ("local", 0.0)]
    {
        let text = format!(
            r#"
            trials = 20
            horizon = "10s"
            locations.own = {{ r1 = {{}}, r2 = {{}}, r3 = {{}}, r4 = {{}}, r5 = {{}} }}
            network.rtt.matrix = "rtt.csv"
            [namespace.store]
            keys.count = 10
            replicas = ["r1", "r2", "r3", "r4", "r5"]
            replication.consensus = {{ leader = "r1", reads = "{reads}" }}
            [client.users]
            at = "r1"
            namespace = "store"
            arrivals.poisson = "20/s"
            "#
        );
        assert_eq!(run(&text).read("latency", "max").value, millis / 1e3, "{reads}");
    }
}

/// One replica, 69 ms of round trip away: so long take reads and writes alike.
#[test]
fn a_single_replica() {
    let text = r#"
        trials = 20
        horizon = "10s"
        locations.own = { r1 = {}, r2 = {}, r3 = {}, r4 = {}, r5 = {} }
        network.rtt.matrix = "rtt.csv"
        [namespace.store]
        keys.count = 10
        replicas = ["r3"]
        replication.single = {}
        [client.users]
        at = "r1"
        namespace = "store"
        arrivals.poisson = "20/s"
        mix = { read = 1, write = 1 }
        [client.others]
        at = ["r2", "r4", "r5"]
        namespace = "store"
        arrivals.poisson = "0/s"
    "#;
    let found = run(text);
    assert_eq!((found.read("latency", "max").value, found.write("latency", "max").value), (0.069, 0.069));
}

/// A chain of r1, r3, r4 with round trips of 69 ms (r1, r3) and 1 ms (r3, r4): a write takes half of each, and half of
/// 78 ms (r4, r1) back to the head, where the client is.
#[test]
fn a_write_passes_a_chain() {
    let text = r#"
        trials = 20
        horizon = "10s"
        locations.own = { r1 = {}, r2 = {}, r3 = {}, r4 = {}, r5 = {} }
        network.rtt.matrix = "rtt.csv"
        [namespace.store]
        keys.count = 10
        replicas = ["r1", "r3", "r4"]
        replication.chain = {}
        [client.writers]
        at = "r1"
        namespace = "store"
        arrivals.poisson = "20/s"
        mix.write = 1
        [client.others]
        at = ["r2", "r5"]
        namespace = "store"
        arrivals.poisson = "0/s"
    "#;
    assert_eq!(run(text).write("latency", "max").value, (34.5 + 0.5 + 39.0) / 1e3);
}

/// Four in a row, 10 ms apart: a write has passed them after 30.
#[test]
fn a_propagation_of_constant_delays_is_their_longest() {
    let found = run(r#"
        trials = 20
        horizon = "100s"
        locations.own = { a = {}, b = {}, c = {}, d = {} }
        network.rtt.constant = "20ms"
        [namespace.store]
        keys.count = 10
        replicas = ["a", "b", "c", "d"]
        replication.primary-backup = { primary = "a", fan_out.tree = 1 }
        visibility = { delays = [], writes = "100%" }
        [client.users]
        at = ["a", "b", "c", "d"]
        namespace = "store"
        arrivals.poisson = "5/s"
        mix = { read = 1, write = 1 }
        "#);
    agrees_in_resolution("three in a row", found.write("propagation_100", "mean"), 0.030);
}
