//! Figures while trials come in.

use std::sync::Mutex;

use edgelag::experiment::{self, EVERYWHERE, Order, Outcome};
use edgelag::report::Glance;
use edgelag::scenario::Scenario;
use edgelag::world::Choice;

use crate::edgelag::{Folder, SMALL};
use crate::lab;

/// Runs a scenario and writes down what is seen each time that a trial has finished.
fn seen<T: Send>(scenario: &Scenario, look: impl Fn(&[Outcome]) -> T + Sync) -> (Vec<T>, Vec<Outcome<'_>>) {
    let looks = Mutex::new(Vec::new());
    let heed = |outcomes: &[Outcome]| looks.lock().expect("nobody panics").push(look(outcomes));
    let plan = experiment::plan(&scenario.cases, Choice::Auto).expect("it can be run");
    let outcomes = experiment::carry_out(plan, Order::Cases, 2, &|_| true, &heed);
    (looks.into_inner().expect("nobody panics"), outcomes.expect("two threads start"))
}

/// A law: one more trial each time, in order of their numbers, and at the end what the summary says.
#[test]
fn each_trial_is_seen_when_it_has_finished() {
    let scenario = lab::load(SMALL, &["namespace.kv.cache.edge.ttl=\"3s\"".to_owned()]);
    let look = |outcomes: &[Outcome]| (outcomes[0].numbers.clone(), experiment::summarise_overall(outcomes));
    let (looks, outcomes) = seen(&scenario, look);
    for (done, (numbers, _)) in (1..).zip(&looks) {
        assert_eq!(numbers.len(), done);
        assert!(numbers.is_sorted());
    }
    assert_eq!(looks.len(), 4);
    let mut all = experiment::summarise(&outcomes).rows;
    all.retain(|row| row.location == EVERYWHERE);
    assert_eq!(looks[3].1.rows, all);
}

/// One trial has no interval; each later one has, drawn within its cells. Where there is no room none is drawn.
#[test]
fn intervals_are_drawn_where_there_is_room() {
    let scenario = lab::load(SMALL, &[]);
    for columns in [50, 80, 120] {
        let glance = Mutex::new(Glance::default());
        let look = |outcomes: &[Outcome]| glance.lock().expect("nobody panics").table(outcomes, 3, columns);
        let (tables, _) = seen(&scenario, look);
        assert!(tables.iter().all(|table| table.lines().count() == 3), "{tables:?}");
        assert!(tables[0].starts_with("kv · 1 of 4 trials"), "{}", tables[0]);
        assert!(!tables[0].contains('●'));
        assert!(
            tables.iter().flat_map(|table| table.lines()).all(|line| line.chars().count() <= columns.max(60))
        );
        assert!(tables[1..].iter().all(|table| table.contains('●') == (columns > 50)), "{tables:?}");
    }
}

/// Without a terminal it is said so, and the results are the same.
#[test]
fn without_a_terminal_nothing_is_drawn() {
    let folder = Folder::with_small();
    let plain = folder.edgelag("run small.toml -o out").run().exits(0).stdout();
    let results = folder.results("out");
    let watched = folder.edgelag("run small.toml -o out --watch").run().exits(0);
    let note = "note: --watch needs a terminal; here a line a minute tells how far it is\n";
    assert_eq!(watched.stderr(), note);
    assert_eq!(watched.stdout(), plain);
    assert!(folder.results("out") == results);
}
