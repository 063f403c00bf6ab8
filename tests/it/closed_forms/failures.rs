//! Operations that fail, where that has an exact answer.

use crate::lab::{RESOLUTION, agrees, agrees_in_resolution, agrees_within, millis, run};

/// Answers take an exponential time of mean 10 ms; a client waits 20 ms for one and makes up to three attempts, one at
/// once after the other; answers that come late are ignored. It fails with q³, q = exp(−2), after 1 + q + q² attempts on
/// average; answers take 9.85… ms from the first start (entry E5).
#[test]
fn a_client_gives_up_and_tries_again() {
    gives_up("timeout = \"20ms\"", "");
}

/// The same where the client itself gives up, and what it has asked for goes on.
#[test]
fn an_impatient_client_tries_again() {
    gives_up("", "timeout = \"20ms\"");
}

fn gives_up(store: &str, client: &str) {
    let found = run(&format!(
        r#"
        seed = 4
        trials = 20
        warmup = "1s"
        horizon = "2001s"
        locations.own.here = {{}}
        network.legs.read_response.exponential.mean = "10ms"
        [namespace.store]
        keys.count = 10
        replicas = ["here"]
        replication.quorum = {{ r = 1, w = 1 }}
        {store}
        visibility = {{ delays = [], writes = 0 }}
        [client.users]
        at = "here"
        namespace = "store"
        arrivals.poisson = "100/s"
        {client}
        retries = {{ retries = 2, backoff = "0s" }}
        "#
    ));
    agrees("failed", found.read("timed_out", "rate"), 0.002_478_752_176_666_359);
    agrees("answered", found.read("availability", "rate"), 1.0 - 0.002_478_752_176_666_359);
    agrees("retries", found.read("retries", "mean"), 0.153_650_922_125_347);
    agrees_in_resolution("latency", millis(found.read("latency", "mean")), 9.850_905_300_589_325);
}

/// One write a second of each key is taken. Poisson writes of rate μ = 2 to one key: each that is taken makes those of
/// the next second be refused, and then the next one comes after 1/μ: of 1 + μ writes one is taken.
#[test]
fn a_quota_of_writes_of_a_key() {
    let found = run(r#"
        seed = 4
        trials = 20
        warmup = "100s"
        horizon = "50100s"
        locations.own.here = {}
        network.rtt.constant = "0s"
        [namespace.store]
        keys.count = 1
        replicas = ["here"]
        replication.quorum = { r = 1, w = 1 }
        quota.writes_per_key = "1/s"
        visibility = { delays = [], writes = 0 }
        [client.users]
        at = "here"
        namespace = "store"
        arrivals.poisson = "2/s"
        mix.write = 1
        "#);
    agrees("taken", found.write("availability", "rate"), 1.0 / 3.0);
    agrees("refused", found.write("throttled", "rate"), 2.0 / 3.0);
}

/// Answers take an exponential time X of mean 10 ms; after d = 10 ms without one the client sends the read again, whose
/// answer takes Y: min(X, d + Y) has the mean 1 − exp(−1) + exp(−1)/2 in units of d, and exp(−1) of the reads are sent
/// again. The two are as independent as their messages.
#[test]
fn a_read_that_is_sent_again() {
    let found = run(r#"
        seed = 4
        trials = 20
        warmup = "1s"
        horizon = "1001s"
        locations.own = { here = {}, there = {} }
        network.legs.read_response.exponential.mean = "10ms"
        [namespace.store]
        keys.count = 10
        replicas = ["here"]
        replication.quorum = { r = 1, w = 1 }
        visibility = { delays = [], writes = 0 }
        [client.users]
        at = ["here", "there"]
        namespace = "store"
        arrivals.poisson = "100/s"
        hedge.after = "10ms"
        "#);
    let again = (-1.0f64).exp();
    agrees("sent again", found.read("hedges", "mean"), again);
    agrees("latency", millis(found.read("latency", "mean")), 10.0 * (1.0 - again / 2.0));
}

/// The same by what the clients have measured: they wait d, the 0.95-quantile of min(X, d + Y). Up to d this is X, so d is
/// that of X, 10 ln 20 ms: one read in twenty is sent again. From d on min(X, d + Y) exceeds t with exp(−(2t − d)/10), so
/// that the 0.99-quantile is (d + 10 ln 100)/2 = 38.0 ms, where it was 10 ln 100 = 46.1 ms. What n answers tell of a share
/// q has a standard deviation of √(q(1 − q)/n), by which d is rather short: hedges thin out what is longer than it. At the
/// end of the warm-up n is 25,000.
#[test]
fn a_read_that_is_sent_again_after_a_quantile() {
    let found = run(r#"
        seed = 4
        trials = 20
        warmup = "100s"
        horizon = "160s"
        locations.own = { here = {}, there = {} }
        network.legs.read_response.exponential.mean = "10ms"
        [namespace.store]
        keys.count = 10
        replicas = ["here"]
        replication.quorum = { r = 1, w = 1 }
        visibility = { delays = [], writes = 0 }
        [client.users]
        at = ["here", "there"]
        namespace = "store"
        arrivals.poisson = "250/s"
        hedge.after.quantile = 0.95
        "#);
    let noise = (0.05f64 * 0.95 / 25_000.0).sqrt();
    agrees_within(0.01, "sent again", found.read("hedges", "mean"), 0.05, noise);
    let [wait, last] = [20.0f64, 100.0].map(|odds| 10.0 * odds.ln());
    let expected = (wait + last) / 2.0;
    let slack = RESOLUTION * expected + 10.0 * noise / 0.05 / 2.0;
    agrees_within(0.01, "p99", millis(found.read("latency", "p99")), expected, slack);
}
