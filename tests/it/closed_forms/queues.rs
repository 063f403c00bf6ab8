//! Queues with an exact answer: one replica, where all clients are, so that nothing but its servers takes time. A
//! service takes 1 ms on average; times are told in milliseconds.

use crate::lab::{Finding, RESOLUTION, agrees_within, millis, run};

/// Poisson reads of `rate` a second, served as `site` says.
fn station(rate: f64, horizon: u32, site: &str) -> Finding {
    run(&format!(
        r#"
        seed = 11
        trials = 20
        warmup = "2s"
        horizon = "{horizon}s"
        locations.own.here = {{}}
        network.rtt.constant = "0s"
        [namespace.store]
        keys.count = 10
        replicas = ["here"]
        replication.quorum = {{ r = 1, w = 1 }}
        visibility = {{ delays = [], writes = 0 }}
        [client.users]
        at = "here"
        namespace = "store"
        arrivals.poisson = "{rate}/s"
        [site.store]
        at = "here"
        {site}
        "#
    ))
}

const EXPONENTIAL: &str = "service.replica_read.exponential.mean = \"1ms\"";

/// Waiting makes trials differ much more than what has no memory does.
#[track_caller]
fn agrees(what: &str, found: edgelag::stats::Estimate, expected: f64) {
    agrees_within(0.02, what, found, expected, 0.0);
}

#[track_caller]
fn agrees_in_resolution(what: &str, found: edgelag::stats::Estimate, expected: f64) {
    agrees_within(0.02, what, found, expected, RESOLUTION * expected);
}

/// M/M/1 with load 0.8 (entry D1).
#[test]
fn one_server() {
    let found = station(800.0, 402, EXPONENTIAL);
    let wait = |stat| millis(found.site("here", "queue_wait", stat));
    let latency = |stat| millis(found.read("latency", stat));
    agrees("utilisation", found.site("here", "utilisation", "rate"), 0.8);
    agrees("mean wait", wait("mean"), 4.0);
    agrees("queue length", found.site("here", "queue_length", "mean"), 3.2);
    agrees_in_resolution("p99 of the wait", wait("p99"), 21.910_133_173_369_41);
    agrees("mean time", latency("mean"), 5.0);
    agrees_in_resolution("p50", latency("p50"), 3.465_735_902_799_727);
    agrees_in_resolution("p90", latency("p90"), 11.512_925_464_970_232);
    agrees_in_resolution("p99", latency("p99"), 23.025_850_929_940_464);
    agrees("share that waits", found.waits("here"), 0.8);
}

/// M/M/5 with load 0.8 (entry D2, Erlang C).
#[test]
fn five_servers() {
    let found = station(4_000.0, 62, &format!("servers = 5\n{EXPONENTIAL}"));
    let wait = |stat| millis(found.site("here", "queue_wait", stat));
    let latency = |stat| millis(found.read("latency", stat));
    agrees("share that waits", found.waits("here"), 0.554_112_554_112_554_1);
    agrees("mean wait", wait("mean"), 0.554_112_554_112_554_1);
    agrees("queue length", found.site("here", "queue_length", "mean"), 2.216_450_216_450_216_4);
    agrees_in_resolution("p99 of the wait", wait("p99"), 4.014_782_739_385_915);
    agrees("mean time", latency("mean"), 1.554_112_554_112_554);
    agrees_in_resolution("p50", latency("p50"), 1.204_394_923_580_198_7);
    agrees_in_resolution("p99", latency("p99"), 6.079_662_524_508_263);
}

/// M/M/5/5: nobody waits, and what meets five others is refused (entry D2, Erlang B).
#[test]
fn five_servers_and_no_queue() {
    let found = station(4_000.0, 12, &format!("servers = 5\nqueue = 0\n{EXPONENTIAL}"));
    agrees("refused", found.read("overloaded", "rate"), 0.199_066_874_027_993_78);
    agrees("refused there", found.site("here", "overloaded", "rate"), 0.199_066_874_027_993_78);
    agrees("mean time", millis(found.read("latency", "mean")), 1.0);
}

/// M/G/1 with load 0.7: the mean wait is that of Pollaczek and Khinchine, whatever the law (entry D3).
#[test]
fn laws_of_service() {
    // Of two exponentials with a squared coefficient of variation of 4, each brings half of the load.
    let p = 0.5 * (1.0 + 0.6f64.sqrt());
    let two = format!(
        "mixture = [{{ weight = {p}, of.exponential.mean = \"{}ns\" }}, {{ weight = {}, of.exponential.mean = \"{}ns\" }}]",
        (0.5e6 / p).round(),
        1.0 - p,
        (0.5e6 / (1.0 - p)).round(),
    );
    for (law, expected) in [
        ("constant = \"1ms\"", 1.166_666_666_666_666_5),
        ("gamma = { shape = 2, mean = \"1ms\" }", 1.749_999_999_999_999_6),
        ("lognormal = { median = \"606531ns\", sigma = 1 }", 3.171_328_799_868_885_3),
        (&two, 5.833_333_333_333_332),
    ] {
        let found = station(700.0, 252, &format!("service.replica_read = {{ {law} }}"));
        agrees(law, millis(found.site("here", "queue_wait", "mean")), expected);
        agrees("share that waits", found.waits("here"), 0.7);
        if expected < 1.2 {
            let p99 = millis(found.site("here", "queue_wait", "p99"));
            agrees_in_resolution("p99 of M/D/1", p99, 6.485_499_428_958_139);
        }
    }
}

/// M/M/1/5, the one in service included (entry D4).
#[test]
fn a_bounded_queue() {
    let found = station(900.0, 102, &format!("queue = 4\n{EXPONENTIAL}"));
    agrees("refused", found.read("overloaded", "rate"), 0.126_022_549_988_368_6);
    agrees("answered", found.read("operations", "rate"), 786.579_705_010_468_3);
    agrees("mean time", millis(found.read("latency", "mean")), 2.790_285_951_503_016);
}

/// M/G/∞: as many are in service as arrive in a service's time, whatever its law; nobody waits (entry D5).
#[test]
fn more_servers_than_requests() {
    for law in ["constant = \"2s\"", "lognormal = { median = \"1213061319ns\", sigma = 1 }"] {
        let found = station(3.0, 20_002, &format!("servers = 1000\nservice.replica_read = {{ {law} }}"));
        let busy = found.site("here", "utilisation", "rate");
        agrees(
            law,
            edgelag::stats::Estimate {
                value: busy.value * 1000.0,
                interval: busy.interval.map(|(lo, hi)| (lo * 1000.0, hi * 1000.0)),
                ..busy
            },
            6.0,
        );
        assert_eq!(found.site("here", "queue_wait", "mean").value, 0.0);
    }
}
