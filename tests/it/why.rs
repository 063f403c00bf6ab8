//! Why reads were stale: what is told of a trial holds in its history, what was tried holds when it is run, and looking
//! leaves no trace.

mod command;
mod elsewhere;
mod exported;
mod known;
mod told;

use edgelag::base::{Dice, KeyId, NamespaceIx};
use edgelag::scenario::{Case, Scenario};
use edgelag::world::{record_trial, trace_trial};
use rand::RngExt;

use crate::policies::draw::Draw;

fn load(text: &str, settings: &[String]) -> Scenario {
    let settings: Vec<(String, String)> = settings.iter().map(|s| ("--set".to_owned(), s.clone())).collect();
    let no_files = |_: &str| Err("there are no files here".to_owned());
    edgelag::scenario::load("case", text.as_bytes(), &settings, &no_files)
        .unwrap_or_else(|failure| panic!("{failure}{text}"))
}

/// All that a trial shows, with a trace of some key and without.
fn leaves_no_trace(case: &Case, index: u64) -> usize {
    let (observations, history) = record_trial(case, 0).expect("nothing waits");
    let mut rng = Dice::of_trial(20_271, 0).named("traced").fork(index).rng();
    let namespace = rng.random_range(0..case.namespaces.len());
    let key = rng.random_range(0..case.namespaces[namespace].catalogue.count().min(3)) as u32;
    let traced =
        trace_trial(case, 0, NamespaceIx::from_position(namespace), KeyId(key)).expect("nothing waits");
    assert_eq!(observations.fingerprint, traced.observations.fingerprint, "scenario {index}");
    assert_eq!(observations.events, traced.observations.events, "scenario {index}");
    assert!(format!("{observations:?}") == format!("{:?}", traced.observations), "scenario {index}");
    assert!(format!("{history:?}") == format!("{:?}", traced.history), "scenario {index}");
    traced.trace.steps.len()
}

/// The law of the tracer, over random scenarios of all policies with all that may go wrong.
#[test]
fn a_trace_leaves_no_trace_under_any_policy() {
    let mut steps = 0;
    for index in 0..120 {
        let mut draw = Draw::new("trace", index, 2, 5);
        let policy = draw.any_policy();
        let more = if draw.coin() { draw.outages() } else { String::new() };
        let cache = draw.one_of(&[
            "",
            "cache.edge.ttl = \"1s\"\n",
            "cache.edge = { ttl = \"2s\", stale_if_error = \"5s\" }\n",
        ]);
        let sessions = draw.one_of(&["", "sessions = { users = 3, route_change = 0.3 }\n"]);
        let text = draw.scenario(&policy, &(more + cache))
            + &draw.clients(&["{ read = 0.7, write = 0.3 }", "{ read = 0.5, update = 0.5 }"], sessions);
        steps += leaves_no_trace(&load(&text, &[]).cases[0], index);
    }
    assert!(steps > 10_000, "{steps}");
}

/// And over random caches, where much happens in the same nanosecond.
#[test]
fn a_trace_leaves_no_trace_in_any_cache() {
    let mut steps = 0;
    for index in 0..120 {
        let scenario = load(&crate::executions::draw::scenario(index), &[]);
        steps += leaves_no_trace(&scenario.cases[0], index);
    }
    assert!(steps > 10_000, "{steps}");
}
