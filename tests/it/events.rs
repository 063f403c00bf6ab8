//! What is said beforehand about how many events a run has, held against how many it had.

use edgelag::experiment;
use edgelag::world::Choice;

use crate::policies::draw::{Draw, EDGES};
use crate::queues::{MIXES, impatience, load, site};

/// Events told of a scenario's only trial, as a multiple of those that it had.
#[track_caller]
fn told(text: &str) -> f64 {
    let scenario = load(text);
    let outcomes = experiment::run(&scenario.cases, 1, Choice::Auto, &|_| true);
    let events = outcomes.unwrap_or_else(|error| panic!("{error}\n{text}"))[0].trials[0].events;
    scenario.predicted_events / events as f64
}

/// Traffic is random, and what repairs or elects is told roughly; whatever waits, fails and tries again is counted.
#[test]
fn no_more_events_come_than_were_told() {
    let mut ratios = Vec::new();
    for index in 0..150 {
        let mut draw = Draw::new("events", index, 2, 5);
        let policy = draw.any_policy();
        let cache = draw.one_of(&[
            "",
            "cache.edge = { ttl = \"500ms\" }\ncache.upper = { ttl = \"1s\", at = [\"FRA\", \"SIN\"] }\n",
        ]);
        let outages = if draw.coin() { draw.outages() } else { String::new() };
        let head = draw.scenario(&policy, &(cache.to_owned() + &outages));
        let clients = draw.clients(&MIXES, "");
        let faults = if draw.coin() { draw.faults(&EDGES) } else { String::new() };
        let site = if draw.coin() { site(&mut draw, true, &head) } else { String::new() };
        let text = format!("{head}{clients}{}{faults}{site}", impatience(&mut draw));
        ratios.push((told(&text), text));
    }
    ratios.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let (least, text) = &ratios[0];
    println!("{:?}", ratios.iter().map(|(ratio, _)| (ratio * 100.0).round() / 100.0).collect::<Vec<_>>());
    assert!(*least > 0.9, "{least:.2} of\n{text}");
}

/// By hand: ten clients who think 10 ms and wait 80 ms for each answer ask 10 / 90 ms = 111 times a second. A request to
/// one replica is five events.
#[test]
fn clients_in_a_closed_loop_ask_as_often_as_answers_come() {
    let text = "seed = 1\nhorizon = \"100s\"\ntrials = 1\n[network]\nrtt.constant = \"80ms\"\n\
                [namespace.kv]\nkeys.count = 10\nreplicas = [\"IAD\"]\nreplication.single = {}\nvisibility.writes = 0\n\
                [client.users]\nat = \"FRA\"\nnamespace = \"kv\"\narrivals.closed = { clients = 10, think = \"10ms\" }\n\
                mix = { read = 1 }\n";
    let told = load(text).predicted_events;
    assert!((told / (1_000.0 / 0.09 * 5.0) - 1.0).abs() < 0.01, "{told}");
}
