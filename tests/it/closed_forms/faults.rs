//! Faults, where what they do has an exact answer.

use edgelag::base::{Dice, Time};
use edgelag::model::faults::{Fault, Window};
use edgelag::model::workload::OpKind;

use crate::lab::{agrees, load, run};

/// Five replicas, each down with q = MTTR / (MTTF + MTTR) = 0.1 by itself, of which a read needs three: entry E6,
/// Σ C(5, i) (1 − q)^i q^(5 − i) over i ≥ 3. Nothing takes any time, so that a read sees one instant, and Poisson arrivals
/// see time averages.
#[test]
fn a_quorum_is_available_as_often_as_enough_replicas_are_up() {
    let found = run(r#"
        seed = 6
        trials = 20
        warmup = "100s"
        horizon = "3100s"
        locations.own = { here = {}, a = {}, b = {}, c = {}, d = {}, e = {} }
        network.rtt.constant = "0s"
        [namespace.store]
        keys.count = 10
        replicas = ["a", "b", "c", "d", "e"]
        replication.quorum = { r = 3, w = 3, coordinator = "local" }
        timeout = "10ms"
        visibility = { delays = [], writes = 0 }
        [client.users]
        at = "here"
        namespace = "store"
        arrivals.poisson = "2/s"
        [fault.replica]
        what.site-down.at = ["a", "b", "c", "d", "e"]
        each = true
        rate = "0.111111111111/s"
        for.exponential.mean = "1s"
        noticed_after = "1h"
        "#);
    agrees("available", found.read("availability", "rate"), 0.991_44);
    agrees("timed out", found.read("timed_out", "rate"), 1.0 - 0.991_44);
}

/// Entry E7: three replicas that are up for 1000 s and down for 10 s on average, both exponential; the mean time until two
/// of them are down is 17,500 s.
#[test]
fn the_first_loss_of_a_quorum() {
    let scenario = load(
        r#"
        horizon = "400000s"
        locations.own = { a = {}, b = {}, c = {} }
        network.rtt.constant = "0s"
        [namespace.store]
        keys.count = 1
        replicas = ["a", "b", "c"]
        replication.quorum = { r = 2, w = 2 }
        [client.users]
        at = "a"
        namespace = "store"
        arrivals.poisson = "1/h"
        [fault.replica]
        what.site-down.at = ["a", "b", "c"]
        each = true
        rate = "0.001/s"
        for.exponential.mean = "10s"
        "#,
        &[],
    );
    let case = &scenario.cases[0];
    assert_eq!(case.faults.len(), 3);
    let first_loss = |trial: u32| {
        let dice = Dice::of_trial(1, trial);
        let windows = |(at, fault): (u16, &Fault)| fault.windows(at, dice.fork(at.into()), case.horizon);
        let mut changes: Vec<(Time, i32)> = (0..)
            .zip(&case.faults)
            .flat_map(windows)
            .flat_map(|Window { from, until, .. }| [(from, 1), (until, -1)])
            .collect();
        changes.sort_unstable();
        let mut down = 0;
        let lost = changes.iter().find(|(_, change)| {
            down += change;
            down == 2
        });
        lost.map_or(case.horizon, |&(at, _)| at).since(Time::ZERO).as_secs_f64()
    };
    let trials = 4_000;
    let times: Vec<f64> = (0..trials).map(first_loss).collect();
    let mean = times.iter().sum::<f64>() / f64::from(trials);
    let variance = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / f64::from(trials - 1);
    let error = (variance / f64::from(trials)).sqrt();
    println!("{mean:.0} s, standard error {error:.0} s");
    assert!((mean - 17_500.0).abs() < 4.0 * error && error < 350.0, "{mean} ± {error}");
}

/// A request is lost with p = 0.1 on its way and its answer on the way back: 1 − 0.9² = 0.19 of the reads have none.
#[test]
fn a_lossy_link_loses_requests_and_answers() {
    let found = run(r#"
        seed = 8
        trials = 20
        warmup = "1s"
        horizon = "501s"
        locations.own = { here = {}, there = {} }
        network.rtt.constant = "20ms"
        [namespace.store]
        keys.count = 10
        replicas = ["there"]
        replication.single = {}
        timeout = "100ms"
        visibility = { delays = [], writes = 0 }
        [client.users]
        at = "here"
        namespace = "store"
        arrivals.poisson = "20/s"
        [fault.cable]
        what.link-lossy = { from = "here", to = "there", share = 0.1 }
        at = "0s"
        for = "1h"
        "#);
    agrees("timed out", found.read("timed_out", "rate"), 0.19);
}

/// The same, but only answers are lost, and the way there takes three times as long and 5 ms: 10 · 3 + 5 + 10 = 45 ms.
#[test]
fn a_slow_way_there_and_a_lossy_way_back() {
    let found = run(r#"
        seed = 9
        trials = 20
        warmup = "1s"
        horizon = "301s"
        locations.own = { here = {}, there = {} }
        network.rtt.constant = "20ms"
        [namespace.store]
        keys.count = 10
        replicas = ["there"]
        replication.single = {}
        timeout = "100ms"
        visibility = { delays = [], writes = 0 }
        [client.users]
        at = "here"
        namespace = "store"
        arrivals.poisson = "20/s"
        [fault.there]
        what.link-slow = { from = "here", to = "there", one_way = true, added = "5ms", factor = 3 }
        at = "0s"
        for = "1h"
        [fault.back]
        what.link-lossy = { from = "there", to = "here", one_way = true, share = 0.2 }
        at = "0s"
        for = "1h"
        "#);
    agrees("timed out", found.read("timed_out", "rate"), 0.2);
    let slowest = found.each(|tally| tally.all.op(OpKind::Read).latency.max()).flatten().max();
    let fastest = found.each(|tally| tally.all.op(OpKind::Read).latency.min()).flatten().min();
    assert_eq!((fastest, slowest), (Some(45_000_000), Some(45_000_000)));
}

/// A hundred keys with a time to live of 10 s, each read 10 times a second: the cache asks for each every 10.1 s, 9.9
/// times a second. Restarted empty it asks for all within a second: 100 in the first slice of a second is 10.1 times as
/// many. While it is down its clients fail, and none of those that begin when it is up again.
#[test]
fn a_cold_cache_asks_for_everything_at_once() {
    let found = run(r#"
        seed = 10
        trials = 20
        warmup = "20s"
        horizon = "60s"
        locations.own = { edge = {}, origin = {} }
        network.rtt.constant = "0s"
        [namespace.store]
        keys.count = 100
        replicas = ["origin"]
        replication.single = {}
        cache.edge = { ttl = "10s" }
        visibility = { delays = [], writes = 0 }
        [client.users]
        at = "edge"
        namespace = "store"
        arrivals.poisson = "1000/s"
        [fault.restart]
        what.site-down.at = "edge"
        at = "50s"
        for = "2s"
        "#);
    let failed = found.read("unavailable", "rate");
    assert!((failed.value - 2.0 / 40.0).abs() < 0.002, "{failed:?}");
    let surge = found.figure("*", "origin_surge", "mean");
    assert!((surge.value - 10.1).abs() < 0.4, "{surge:?}");
    assert_eq!(found.figure("*", "recovery", "mean").value, 0.0);
    assert_eq!(found.figure("*", "recovery_unfinished", "rate").value, 0.0);
}
