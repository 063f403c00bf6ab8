//! Sites that are slow, and what goes down with a site; all by hand.

use edgelag::base::Failure;
use edgelag::experiment;
use edgelag::model::workload::OpKind;
use edgelag::observe::Observations;
use edgelag::world::Choice;

use crate::lab::load;

/// The only trial of a scenario of one case.
#[track_caller]
fn trial(text: &str) -> Observations {
    let scenario = load(text, &[]);
    let outcomes = experiment::run(&scenario.cases, 1, Choice::Auto, &|_| true);
    outcomes.expect("queues are short enough").remove(0).trials.remove(0)
}

/// A request each 10 ms, a service of 4 ms, and one server, which is slower by a factor of 4 for 1,004 ms. It begins 63 of 16 ms
/// each then, whenever the first one comes: the k-th from 0 waits 6k ms, and the first one afterwards 63 * 10 ms less than
/// 63 * 16 ms. From then on each waits 6 ms less than the one before. Of two faults the factors multiply.
#[test]
fn a_slow_server_takes_longer_for_what_it_begins() {
    let text = |faults: &str| {
        format!(
            r#"
            trials = 1
            horizon = "10s"
            locations.own.here = {{}}
            network.rtt.constant = "0s"
            [namespace.store]
            keys.count = 1
            replicas = ["here"]
            replication.single = {{}}
            visibility = {{ delays = [], writes = 0 }}
            [client.users]
            at = "here"
            namespace = "store"
            arrivals.every = "10ms"
            [site.store]
            at = "here"
            service.replica_read = "4ms"
            {faults}
            "#
        )
    };
    let of = |faults: &str| {
        let trial = trial(&text(faults));
        let site = trial.sites[0].as_deref().expect("it has a server");
        assert_eq!(site.waits.count(), 1_000);
        (site.waits.sum() / 1_000_000, site.busy)
    };
    let slow = |name: &str, factor: f64, window: &str| {
        format!("[fault.{name}]\nwhat.site-slow = {{ at = \"here\", factor = {factor:?} }}\n{window}\n")
    };
    let window = "at = \"1s\"\nfor = \"1004ms\"";
    let waited: u128 = (0..63).map(|k| 6 * k).sum::<u128>() + (0..63).map(|k| 378 - 6 * k).sum::<u128>();
    let expected = (waited, 63 * 16_000_000 + 937 * 4_000_000);
    assert_eq!(of(&slow("one", 4.0, window)), expected);
    assert_eq!(of(&(slow("one", 2.0, window) + &slow("two", 2.0, window))), expected);
    let told = load(&text(&slow("one", 4.0, window)), &[]).warnings().concat();
    assert!(told.contains("servers of here is 1.60 while `fault.one` has them slow"), "{told}");
}

/// A value each 50 ms for a link that takes 100 ms for one. When the site goes down after 10 s, 99 of 200 have left; the
/// others do with it, as do the 40 that are asked for until it is up. The link is free then: the k-th of the 160 that come
/// until the horizon takes 100 ms and 50k ms, as the k-th before did. What is lost counts as nothing that has left.
/// It is up for its own clients when the fault ends, though others have noticed it meanwhile.
#[test]
fn what_waits_for_a_link_goes_down_with_its_site() {
    let trial = trial(
        r#"
        trials = 1
        horizon = "20s"
        locations.own.here = {}
        network.rtt.constant = "0s"
        [namespace.store]
        keys = { count = 1, size = "1kB" }
        replicas = ["here"]
        replication.single = {}
        visibility = { delays = [], writes = 0 }
        [client.users]
        at = "here"
        namespace = "store"
        arrivals.every = "50ms"
        [site.store]
        at = "here"
        bandwidth = "10kB/s"
        [fault.down]
        what.site-down.at = "here"
        at = "10s"
        for = "2s"
        "#,
    );
    let reads = trial.namespaces[0].all.op(OpKind::Read);
    let millis = |count: u128| (0..count).map(|k| 100 + 50 * k).sum::<u128>();
    assert_eq!(reads.latency.count(), 99 + 160);
    assert_eq!(reads.latency.sum() / 1_000_000, millis(99) + millis(160));
    assert_eq!(reads.failed.iter().sum::<u64>(), 101 + 40);
    assert_eq!(trial.sites[0].as_deref().map(|site| site.egress), Some((99 + 160) * 1_000));
}

/// The same of answers to others, who give up: in the second before the site goes down nine values leave, and a part of the tenth.
#[test]
fn nobody_gets_a_value_from_a_link_that_went_down() {
    let trial = trial(
        r#"
        trials = 1
        horizon = "20s"
        locations.edges = ["FRA", "NRT"]
        network.rtt.constant = "0s"
        [namespace.store]
        keys = { count = 1, size = "1kB" }
        replicas = ["NRT"]
        replication.single = {}
        timeout = "5s"
        visibility = { delays = [], writes = 0 }
        [client.users]
        at = "FRA"
        namespace = "store"
        arrivals.bursts = { at = ["9s"], for = "1s", rate = "100/s" }
        [site.store]
        at = "NRT"
        bandwidth = "10kB/s"
        [fault.down]
        what.site-down.at = "NRT"
        at = "10s"
        for = "2s"
        "#,
    );
    let reads = trial.namespaces[0].all.op(OpKind::Read);
    assert_eq!(reads.latency.count(), 9);
    assert_eq!(reads.failed.iter().sum::<u64>(), reads.failed[Failure::TimedOut as usize]);
    assert!(reads.failed.iter().sum::<u64>() > 50, "about 100 came");
}
