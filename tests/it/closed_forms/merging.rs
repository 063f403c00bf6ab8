//! Replicas that merge, where that has an exact answer. Two replicas take writes and send them to one another, which
//! takes δ = 0.5 s; each has λ = 1 of them a second.

use crate::lab::{Finding, agrees, load, run};
use edgelag::experiment;
use edgelag::stats;
use edgelag::world::{Choice, Status, record_trial};

fn two(rule: &str, left: &str, right: &str) -> String {
    format!(
        r#"
        seed = 12
        trials = 20
        warmup = "100s"
        horizon = "10100s"
        locations.own = {{ left = {{}}, right = {{}} }}
        network.legs.write_request.constant = "500ms"
        [namespace.store]
        keys.count = 1
        replicas = ["left", "right"]
        replication.multi-primary = {{}}
        conflicts = "{rule}"
        visibility = {{ delays = [], writes = 0 }}
        [client.left]
        at = "left"
        namespace = "store"
        arrivals.poisson = "4/s"
        mix = {left}
        [client.right]
        at = "right"
        namespace = "store"
        arrivals.poisson = "4/s"
        mix = {right}
        "#
    )
}

/// 1 − exp(−λδ): the other replica has made a write in the last δ, which is not here yet.
const UNSEEN: f64 = 0.393_469_340_287_366_6;

/// A read lacks what was written at the other replica in the last δ: λδ writes on average, and none with exp(−λδ).
fn lacks_the_last(found: &Finding) {
    agrees("stale", found.read("stale_rate", "rate"), UNSEEN);
    agrees("behind", found.read("behind", "mean"), 0.5);
    assert!(found.each(|tally| tally.all.updates.overwritten).all(|lost| lost == 0));
}

/// Increments: none is lost.
#[test]
fn a_counter() {
    let mix = "{ read = 3, update = 1 }";
    let found = run(&two("counter", mix, mix));
    lacks_the_last(&found);
    agrees("blind", found.share(|tally| (tally.all.updates.blind, tally.all.updates.committed)), UNSEEN);
    assert!(found.each(|tally| tally.updates_kept).all(|(kept, all)| kept == all && all > 10_000));
}

/// An update puts what it makes of all versions that it has read, so that of each replica's updates only the last one can
/// stand. At time t one replica has its own last one, of t − X, and the other's of t − δ − Y, where X and Y are
/// exponential of rate λ. Neither has seen the other if they are less than δ apart: 0 < X − Y < 2δ, and X − Y is Laplace
/// distributed. So a read returns two versions with (1 − exp(−2λδ))/2, and never three.
#[test]
fn siblings() {
    let mix = "{ read = 3, update = 1 }";
    let found = run(&two("siblings", mix, mix));
    lacks_the_last(&found);
    agrees("blind", found.share(|tally| (tally.all.updates.blind, tally.all.updates.committed)), UNSEEN);
    let two = 0.316_060_279_414_278_84;
    for kind in [0, 1] {
        let several = found.share(|tally| (tally.siblings[kind].several, tally.siblings[kind].reads));
        agrees("two versions", several, two);
        let returned =
            found.ratio(|tally| (tally.siblings[kind].returned as f64, tally.siblings[kind].reads));
        agrees("versions", returned, 1.0 + two);
        assert!(found.each(|tally| tally.siblings[kind].most).all(|most| most == 2));
    }
    assert!(found.each(|tally| tally.updates_kept).all(|(kept, all)| kept == all && all > 10_000));
}

/// A put that has not read anything replaces nothing: the k-th read of a client that only puts and reads at one replica
/// returns all that were put before, and `not found` before any.
#[test]
fn puts_without_a_context_add_up() {
    let text = two("siblings", "{ read = 1, write = 1 }", "{ read = 1 }");
    let scenario = load(&text, &[]);
    let (observed, history) = record_trial(&scenario.cases[0], 0).expect("nothing waits");
    let puts = history.records.iter().filter(|record| record.writes()).count() as u32;
    let most = observed.namespaces[0].siblings[0].most;
    assert!(most <= puts && most + 20 > puts, "{most} of {puts}");
}

/// Elements are added at the right with λ, all are removed at the left with λ. A read at the left finds one if the last that
/// arrived did so after the last removal: 1/2. One at the right finds one if no removal came δ after the last addition,
/// and so had seen it, and is known here, another δ later: 1 − exp(−2λδ) + exp(−2λδ)/2, as what is added wins.
#[test]
fn a_set_in_which_additions_win() {
    let text = two("set", "{ read = 3, delete = 1 }", "{ read = 3, write = 1 }");
    let scenario = load(&text, &[]);
    let mut found = [Vec::new(), Vec::new()];
    for trial in 0..scenario.cases[0].trials {
        let (_, history) = record_trial(&scenario.cases[0], trial).expect("nothing waits");
        for (at, found) in found.iter_mut().enumerate() {
            let here = history.records.iter().filter(|record| record.location.at() == at);
            let reads = || here.clone().filter(|record| !record.writes() && record.measured);
            assert!(reads().all(|record| record.status() == Status::Done));
            let values = reads().filter(|record| !record.version.is_absent()).count();
            found.push((values as u64, reads().count() as u64));
        }
    }
    let share = |counts: &[(u64, u64)]| stats::share(counts, u64::MAX).expect("something was counted");
    agrees("left", share(&found[0]), 0.5);
    agrees("right", share(&found[1]), 0.816_060_279_414_278_8);
}

/// A user reads at the right what it has written at the left, a time after the answer that is exponential with mean 1 s:
/// with 1 − exp(−δ/1 s) before it is there. Of each of a million keys there is hardly a second read to go back.
#[test]
fn what_is_written_at_one_replica_and_read_at_another() {
    let mix = "{ write = 1 }\nsessions = { users = 100, read_back = { at = \"right\", after.exponential.mean = \"1s\" } }";
    let text = two("counter", mix, "{ read = 1 }").replace("keys.count = 1", "keys.count = 1_000_000");
    let found = run(&text);
    agrees("read your writes", found.read("ryw_violations", "rate"), UNSEEN);
    let scenario = load(&text, &[]);
    let outcomes =
        experiment::run(&scenario.cases, 1, Choice::Auto, &|_| true).expect("one thread can be started");
    let rows = experiment::summarise(&outcomes).rows;
    let told = |metric: &str| rows.iter().any(|row| row.metric == metric);
    assert!(told("monotonic_reads_violations"));
    assert!(!told("monotonic_writes_violations") && !told("writes_follow_reads_violations"));
}
