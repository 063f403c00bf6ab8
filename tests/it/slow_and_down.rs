//! Sites that are slow, and what goes down with a site; all by hand.

use edgelag::experiment;
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
    let of = |faults: &str| {
        let trial = trial(&format!(
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
        ));
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
}
