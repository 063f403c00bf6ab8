//! What replicas hold in the end.

use super::space::Truth;
use super::trial::Trial;
use super::{Part, World};
use crate::base::{KeyId, Time, Version};
use crate::scenario;

/// Random scenarios: those of the integration tests.
#[path = "../../tests/it/policies/draw.rs"]
#[allow(dead_code, reason = "other laws need the rest of it")]
mod draw;
#[path = "../../tests/it/policies/faults.rs"]
mod faults;

use draw::Draw;
use draw::EDGES;

/// A policy sends, or spreads, each write to every replica, and again to those that were down. So when nothing is under
/// way any more, all hold the same, and nothing older than the newest that has committed.
#[test]
fn all_replicas_hold_the_newest_version_in_the_end() {
    let mut written = 0;
    for index in 0..200 {
        let mut draw = Draw::new("convergence", index, 2, 6);
        let policy = draw.converging();
        let outages = if draw.coin() { draw.outages() } else { String::new() };
        let mut text = draw.scenario(&policy, &outages) + &draw.clients(&["{ read = 0.2, write = 0.8 }"], "");
        if index % 2 == 0 {
            text += &draw.faults(&EDGES);
        }
        let no_files = |_: &str| Err("there are no files here".to_owned());
        let scenario = scenario::load("case", text.as_bytes(), &[], &no_files).expect("it is right");
        let trial = Trial::new(&scenario.cases[0], 0);
        let mut world = World::new(&trial, Part::Everything);
        assert_eq!(world.run(&|_| true), Ok(true));
        let space = &world.spaces[0];
        for key in (0..space.namespace.catalogue.count() as u32).map(KeyId) {
            let held =
                (0..space.placement.count()).map(|replica| space.replicas.held(replica, key, Time::NEVER));
            let held: Vec<Version> = held.collect();
            assert!(held.iter().all(|&other| other == held[0]), "{held:?} in scenario {index}:\n{text}");
            let Truth::Live(ledger) = &space.truth else { panic!("it is not over") };
            assert!(!ledger.is_outranked(key, held[0]), "{held:?} in scenario {index}:\n{text}");
            written += usize::from(held[0].number() > 0);
        }
    }
    assert!(written > 500, "{written}");
}
