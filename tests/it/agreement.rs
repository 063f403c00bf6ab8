//! The same question answered in two ways by the program itself: drawn thresholds, the following of writes and probes
//! are separate paths, so they must agree wherever they mean the same.

use crate::lab::{Finding, RESOLUTION, TRIALS, run, standard_error};

/// Two readers, a writer elsewhere, three replicas, and delays of tens of milliseconds.
fn store(replication: &str, rest: &str) -> Finding {
    run(&format!(
        r#"
        seed = 31
        trials = {TRIALS}
        horizon = "600s"
        [locations.own]
        near = {{}}
        far = {{}}
        writer = {{}}
        a = {{}}
        b = {{}}
        c = {{}}
        [network.legs]
        request.exponential = {{ mean = "10ms" }}
        response.exponential = {{ mean = "10ms" }}
        read_request.exponential = {{ mean = "20ms" }}
        read_response.exponential = {{ mean = "20ms" }}
        write_request.exponential = {{ mean = "60ms" }}
        write_ack.exponential = {{ mean = "5ms" }}
        [namespace.kv]
        keys.count = 1
        replicas = ["a", "b", "c"]
        replication.{replication}
        visibility = {{ delays = ["0s", "10ms", "30ms", "80ms", "200ms"], from = ["near", "a"], writes = 1 }}
        {rest}
        [client.readers]
        at = ["near", "far"]
        namespace = "kv"
        arrivals.poisson = "1/s"
        [client.writers]
        at = "writer"
        namespace = "kv"
        arrivals.poisson = "1/s"
        mix = {{ write = 1 }}
        "#
    ))
}

/// A drawn read is fresh from its threshold on; so probes at each delay are fresh as often as
/// thresholds lie below it, for every way of asking replicas.
#[test]
fn thresholds_agree_with_probes() {
    for replication in [
        "quorum = { r = 1, w = 1 }",
        "quorum = { r = 2, w = 1 }",
        "quorum = { r = 1, w = 1, reads_to = \"nearest\" }",
        "quorum = { r = 1, w = 1, reads_to = \"random\" }",
        "quorum = { r = 2, w = 1, coordinator = \"local\", reads_to = \"random\" }",
        "quorum = { r = 1, w = 2, coordinator = { at = \"b\" } }",
        "primary-backup = { primary = \"b\", mode = \"asynchronous\" }",
        "primary-backup = { primary = \"b\", mode = { semi-synchronous = 1 }, read_from = \"primary\" }",
        "stores = { ack = \"first\", read = \"race\" }",
        "stores = { ack = \"first\", read = \"nearest\" }",
    ] {
        let found = store(replication, "");
        for seconds in [0.0, 0.01, 0.03, 0.08, 0.2] {
            let (drawn, probed) =
                (found.fresh_at("threshold", "*", seconds), found.fresh_at("probe", "elsewhere", seconds));
            let error = standard_error(&drawn).hypot(standard_error(&probed));
            let apart = (drawn.value - probed.value).abs();
            assert!(
                apart <= 4.0 * error + RESOLUTION,
                "{replication} at {seconds} s: threshold {} and probe {}, {error} apart allowed",
                drawn.value,
                probed.value
            );
        }
    }
}

/// One edge over one replica that has a write at its commit: what the following of writes and probes say of it.
fn edge(rules: &str) -> Finding {
    run(&format!(
        r#"
        seed = 32
        trials = {TRIALS}
        warmup = "20s"
        horizon = "2000s"
        locations.own = {{ edge = {{}}, origin = {{}} }}
        [network.legs]
        response.exponential = {{ mean = "400ms" }}
        [namespace.kv]
        keys.count = 1
        replicas = ["origin"]
        replication.quorum = {{ r = 1, w = 1 }}
        cache.edge = {{ ttl = "2s", {rules} }}
        visibility = {{ delays = ["500ms", "1s", "1500ms", "2s", "3s", "4s"], writes = 1 }}
        [client.readers]
        at = "edge"
        namespace = "kv"
        arrivals.poisson = "3/s"
        [client.writers]
        at = "origin"
        namespace = "kv"
        arrivals.poisson = "0.2/s"
        mix = {{ write = 1 }}
        "#
    ))
}

fn spread_by(found: &Finding, seconds: f64) -> edgelag::stats::Estimate {
    let nanos = (seconds * 1e9) as u64;
    found.share(|tally| {
        let locations = &tally.propagation.locations;
        (locations.count_up_to(nanos), locations.count())
    })
}

/// With one fetch at a time a location that serves a write goes on doing so: the share that has it for good
/// by then is the share of probes that are fresh then.
#[test]
fn the_spread_of_writes_agrees_with_probes() {
    for rules in ["coalesce = true", "refresh_ahead = \"500ms\"", "stale_while_revalidate = \"1s\""] {
        let found = edge(rules);
        for seconds in [0.5, 1.0, 1.5, 2.0, 3.0, 4.0] {
            let (spread, probed) =
                (spread_by(&found, seconds), found.fresh_at("probe", "elsewhere", seconds));
            let error = standard_error(&spread).hypot(standard_error(&probed));
            let apart = (spread.value - probed.value).abs();
            assert!(
                apart <= 4.0 * error + RESOLUTION,
                "{rules} at {seconds} s: spread {} and probe {}, {error} apart allowed",
                spread.value,
                probed.value
            );
        }
    }
}

/// Fetches that overtake one another bring old values back: having a write for good comes after having
/// it, never before.
#[test]
fn without_coalescing_writes_spread_no_faster_than_probes_see_them() {
    let found = edge("coalesce = false");
    for seconds in [0.5, 1.0, 1.5, 2.0, 3.0, 4.0] {
        let (spread, probed) = (spread_by(&found, seconds), found.fresh_at("probe", "elsewhere", seconds));
        let error = standard_error(&spread).hypot(standard_error(&probed));
        assert!(
            spread.value <= probed.value + 4.0 * error + RESOLUTION,
            "at {seconds} s: spread {} and probe {}",
            spread.value,
            probed.value
        );
    }
}
