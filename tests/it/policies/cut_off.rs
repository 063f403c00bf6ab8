//! Replicas that are cut off, or lose their disks, in scenarios known by hand.

use edgelag::base::Failure;
use edgelag::world::{Choice, Execution, record_trial};

use super::draw::Draw;
use super::{stale, trial};
use crate::lab::load;

/// Seconds since the beginning of the trial.
fn seconds(time: edgelag::base::Time) -> f64 {
    time.since(edgelag::base::Time::ZERO).as_secs_f64()
}

const LOG: &str = r#"
    seed = 3
    trials = 1
    horizon = "30s"
    locations.own = { a = {}, b = {}, c = {} }
    network.rtt.constant = "100ms"
    [namespace.kv]
    keys.count = 5
    replicas = ["a", "b", "c"]
    replication.consensus = { leader = "a", election_timeout = "1s", lease = "500ms" }
    timeout = "400ms"
    visibility = { delays = [], writes = 0 }
    [client.readers]
    at = ["a", "b"]
    namespace = "kv"
    arrivals.every = "20ms"
    [client.writers]
    at = ["b"]
    namespace = "kv"
    arrivals.every = "100ms"
    mix.write = 1
    [fault.cut]
    what.cut-off.at = "a"
    at = "10s"
    for = "10s"
    noticed_after = "1h"
"#;

/// The leader is cut off from 10 s to 20 s. Its lease lets it answer reads until 10.5 s; one to two seconds after the cut
/// another stands, which needs a round trip of 0.1 s to lead. From then on all outside are answered, and those at the
/// old leader when the cut is over.
#[test]
fn a_leader_that_is_cut_off_reads_until_its_lease_ends() {
    let scenario = load(LOG, &[]);
    let (_, history) = record_trial(&scenario.cases[0], 0).expect("it comes to its end");
    let reads = |place: &str| -> Vec<(f64, Option<Failure>)> {
        let at = scenario.cases[0].locations.iter().position(|location| location.name == place);
        let here =
            history.records.iter().filter(|record| Some(record.location.at()) == at && !record.writes());
        here.map(|record| (seconds(record.begun), record.failure)).collect()
    };
    let here = reads("a");
    for &(begun, failure) in &here {
        let answered = !(10.5..20.0).contains(&begun);
        // What waits at the old leader when the cut ends is sent on to the new one.
        let waits = (19.5..20.0).contains(&begun);
        assert!(waits || failure.is_none() == answered, "{begun} {failure:?}");
    }
    let last_failure = |reads: &[(f64, Option<Failure>)]| {
        reads.iter().filter(|(_, failure)| failure.is_some()).map(|&(begun, _)| begun).fold(0.0, f64::max)
    };
    let there = reads("b");
    assert!(there.iter().any(|&(begun, failure)| failure.is_some() && begun > 10.0));
    let healed = last_failure(&there);
    assert!((10.5..12.15).contains(&healed), "{healed}");
    let stale = history.records.iter().filter(|record| record.cause.is_some()).count();
    assert_eq!(stale, 0);
}

/// Feed-forward knows no faults.
#[test]
fn faults_are_carried_out_in_order_of_time() {
    let scenario = load(LOG, &[]);
    let only = Choice::Only(Execution::FeedForward);
    let refusal = only.of(&scenario.cases[0]).expect_err("it does not apply").to_string();
    assert!(refusal.contains("faults"), "{refusal}");
    assert!(Choice::Auto.of(&scenario.cases[0]).is_ok());
}

/// One replica is cut off from 4 s to 7 s, and loses its disk at 6 s, while all others are up. W ≥ 2: of the W that had a
/// write when it committed another is left, and R of the others that are up are all but W − 2 of them: R + W > N stays
/// never stale. It is up again at 8.5 s: what had been sent before it lost its disk has committed by then, or timed out
/// after 2 s, and so is copied before it answers anybody. W = 1: its own clients write at it while it is cut off, and it
/// alone acknowledges that, unless a coordinator is elsewhere. Nobody else has these writes at 6 s, and nobody else writes,
/// so that reads miss them until their keys are written again.
#[test]
fn a_quorum_with_one_lost_disk_is_stale_only_with_one_acknowledgement() {
    let (mut reads, mut lost) = (0, 0);
    for index in 0..140 {
        let mut draw = Draw::new("lost disk", index, 3, 5);
        let n = draw.n();
        let w = if index % 2 == 0 { 1 } else { draw.from(2, n) };
        let r = n + 1 - w;
        let quorum = draw.quorum(r, w, "none");
        let replica = draw.a_replica();
        let mix = if w == 1 { "{ read = 1 }" } else { "{ read = 0.5, write = 0.5 }" };
        let text = draw.scenario(&quorum, "timeout = \"2s\"\n")
            + &draw.clients(&[mix], "")
            + &format!(
                "[client.near]\nat = \"{replica}\"\nnamespace = \"kv\"\narrivals.poisson = \"4/s\"\nmix.write = 1\n\
                 [fault.cut]\nwhat.cut-off.at = \"{replica}\"\nat = \"4s\"\nfor = \"3s\"\nnoticed_after = \"1h\"\n\
                 [fault.disk]\nwhat.site-down = {{ at = \"{replica}\", disk = \"lost\" }}\nat = \"6s\"\nfor = \"2500ms\"\n"
            );
        let (of, stale) = stale(&trial(&text).namespaces[0]);
        if w > 1 {
            assert_eq!(stale, 0, "of {of} reads in scenario {index}:\n{text}");
            reads += of;
        }
        lost += stale;
    }
    assert!(reads > 5_000 && lost > 0, "{reads} reads, {lost} stale ones with W = 1");
}
