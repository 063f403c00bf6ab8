//! Ways to carry out a trial: they differ in time and memory only, never in a byte of the results.

pub(crate) mod draw;
mod limited;

use edgelag::experiment;
use edgelag::report::{Manifest, Report};
use edgelag::scenario::{self, Scenario};
use edgelag::world::{Choice, Execution};
use serde_json::Value;

use crate::edgelag::{Folder, SMALL, within};

/// Random scenarios that are compared.
const SCENARIOS: u64 = 400;

#[track_caller]
fn load(text: &str) -> Scenario {
    let no_files = |_: &str| Err("there are no files here".to_owned());
    scenario::load("case", text.as_bytes(), &[], &no_files)
        .unwrap_or_else(|failure| panic!("{failure}{text}"))
}

/// All that a run leaves: the tables and charts, and `run.json` apart from how it was carried out and why.
#[derive(PartialEq)]
struct Left {
    files: Vec<(String, Vec<u8>)>,
    manifest: Value,
    events: u64,
}

fn run(scenario: &Scenario, execution: Execution, threads: usize) -> Left {
    let outcomes = experiment::run(&scenario.cases, threads, Choice::Only(execution), &|_| true)
        .unwrap_or_else(|why| panic!("{why}"));
    let results = experiment::Results::of(&outcomes);
    let report = Report {
        scenario: "case",
        title: "",
        trials: 2,
        summary: &results.summary,
        maps: &results.maps,
        curves: &results.curves,
        gates: &[],
        comparison: None,
        axes: &[],
        solved: None,
    };
    let resolved = &scenario.resolved;
    let manifest = Manifest {
        scenario: "case",
        title: "",
        question: "",
        command: "",
        resolved,
        arms: &[],
        partial: false,
        asked: (1, 1),
        ran: &results.ran,
        gates: &[],
        files: Vec::new(),
    };
    let mut manifest: Value = serde_json::from_slice(&manifest.to_json()).expect("it is written as JSON");
    for case in manifest["cases"].as_array_mut().expect("there are cases") {
        assert_eq!(case["execution"], execution.name());
        assert_eq!(case["why"], "asked for with --execution");
        case.as_object_mut()
            .expect("a case is a table")
            .retain(|name, _| name != "execution" && name != "why");
    }
    let events = outcomes[0].trials.iter().map(|trial| trial.events).sum();
    Left { files: report.files(false), manifest, events }
}

#[track_caller]
fn assert_same(a: &Left, b: &Left, index: u64, text: &str) {
    assert_eq!(a.manifest, b.manifest, "scenario {index}:\n{text}");
    for ((name, a), (_, b)) in a.files.iter().zip(&b.files) {
        assert!(a == b, "{name} differs in scenario {index}:\n{text}");
    }
    assert!(a == b, "scenario {index}:\n{text}");
}

/// Every operation gets the same answer at the same time, and everything is counted alike.
#[test]
fn feed_forward_gives_the_bytes_of_the_general_execution() {
    let mut events = 0;
    for index in 0..SCENARIOS {
        let text = draw::scenario(index);
        let scenario = load(&text);
        let general = run(&scenario, Execution::General, 1);
        assert_same(&general, &run(&scenario, Execution::FeedForward, 1), index, &text);
        events += general.events;
    }
    assert!(events > 1_000_000, "{events} events are too few to tell");
}

/// The same with caches of limited capacity, wherever these can be told of all reads of a location in order of time.
#[test]
fn feed_forward_evicts_as_the_general_execution_does() {
    let (mut compared, mut evictions) = (0, 0);
    for index in 0..SCENARIOS {
        let text = limited::scenario(index);
        let no_files = |_: &str| Err("there are no files here".to_owned());
        let Ok(scenario) = scenario::load("case", text.as_bytes(), &[], &no_files) else { continue };
        if Choice::Only(Execution::FeedForward).of(&scenario.cases[0]).is_err() {
            continue;
        }
        let general = run(&scenario, Execution::General, 1);
        assert_same(&general, &run(&scenario, Execution::FeedForward, 1), index, &text);
        compared += 1;
        evictions += u64::from(left_evictions(&general));
    }
    assert!(compared > 150 && evictions > 30, "{compared} were compared, of which {evictions} evict");
}

fn left_evictions(left: &Left) -> bool {
    let summary = left.files.iter().find(|(name, _)| name == "summary.csv").expect("it is written");
    let text = String::from_utf8_lossy(&summary.1).into_owned();
    text.lines().any(|row| row.contains(",evictions,rate,") && !row.contains(",evictions,rate,0,"))
}

/// One trial on two threads: these share out the groups of locations among themselves.
#[test]
fn threads_that_share_a_trial_do_not_show() {
    for index in SCENARIOS..SCENARIOS + 60 {
        let text = draw::scenario(index).replace("trials = 2", "trials = 1");
        let scenario = load(&text);
        let alone = run(&scenario, Execution::FeedForward, 1);
        assert_same(&alone, &run(&scenario, Execution::FeedForward, 2), index, &text);
    }
}

const UPDATES: &str = "client.users.mix={ read = 0.9, update = 0.1 }";

#[test]
fn feed_forward_refuses_clients_who_write_after_what_they_read() {
    let folder = Folder::with_small();
    let refused = folder.edgelag("run small.toml --execution feed-forward --set").arg(UPDATES).run().exits(2);
    assert_eq!(
        refused.stderr(),
        "error: the execution `feed-forward` does not apply: clients `users` get, change and put: when they write depends on \
         what they have read\n"
    );
}

/// How each case was carried out, and why so, is in the manifest.
#[test]
fn the_manifest_names_the_execution_and_its_reason() {
    let told = |more: &[&str]| -> (String, String) {
        let folder = Folder::with_small();
        let command = folder.edgelag("run small.toml --quiet --out out");
        more.iter().fold(command, |command, arg| command.arg(arg)).run().exits(0);
        let manifest: Value = serde_json::from_slice(&folder.bytes("out/run.json")).expect("it is JSON");
        let text = |name: &str| manifest["cases"][0][name].as_str().expect("it is a text").to_owned();
        (text("execution"), text("why"))
    };
    let pair = |execution: &str, why: &str| (execution.to_owned(), why.to_owned());
    assert_eq!(told(&[]), pair("feed-forward", "reads cannot influence writes"));
    assert_eq!(told(&["--execution", "general"]), pair("general", "asked for with --execution"));
    assert_eq!(
        told(&["--set", UPDATES]),
        pair(
            "general",
            "clients `users` get, change and put: when they write depends on what they have read"
        )
    );
}

/// Eight cities, the most popular key written some two hundred times a second, and every write followed for the ten seconds that older
/// ones are served: a second or two, and minutes if each fill and each replica had all of these looked at everywhere.
#[test]
fn following_all_writes_is_no_slower_than_it_has_to_be() {
    let text = SMALL
        .replace("\"FRA\", \"SIN\"]", "\"FRA\", \"SIN\", \"GRU\", \"NRT\", \"SYD\", \"JNB\", \"LHR\", \"SJC\"]")
        .replace("keys.count = 5", "keys = { count = 1_000, popularity.zipf = 0.99 }\nvisibility = { writes = 1, delays = [\"0s\"] }")
        .replace("20/s", "400/s")
        .replace("ttl = \"2s\"", "ttl = \"10s\"")
        .replace("trials = 4", "trials = 1")
        .replace("horizon = \"22s\"", "horizon = \"62s\"")
        .replace("read = 0.9, write = 0.1", "read = 0.5, write = 0.5");
    let scenario = load(&text);
    let observed = within(20, || run(&scenario, Execution::General, 1));
    assert_same(&observed, &run(&scenario, Execution::FeedForward, 1), 0, &text);
}
