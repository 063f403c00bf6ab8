//! The results folder: whose it is, what is in it, and what an interrupted run leaves there.

use std::fs;
use std::process::{Child, Command};
use std::time::Duration;

use super::assert_complete;
use crate::edgelag::{Folder, until, within};

/// BI088, in a way that binds root too: nothing can be made below a regular file.
#[test]
fn an_out_folder_that_cannot_be_is_an_io_failure_before_the_run() {
    let folder = Folder::with_small();
    let run = folder.edgelag("run small.toml -o small.toml/out --set horizon=100000s");
    // The simulation would take minutes.
    within(5, || run.run().exits(4).prints_nothing().says("small.toml/out"));
}

#[test]
fn a_run_leaves_what_its_manifest_lists() {
    let folder = Folder::with_small();
    folder.edgelag("run small.toml").run().exits(0);
    let manifest = assert_complete(&folder, "results/small");
    assert_eq!(manifest["partial"], false);
    assert_eq!(manifest["seed"], 7);
    assert_eq!(manifest["cases"][0]["trials"], 4);
    let names = folder.names("results/small");
    assert!(names.contains(&"summary.csv".to_owned()) && names.iter().all(|name| !name.ends_with(".png")));
    // What it ran can be run again: same bytes.
    let again = Folder::empty().file("small.toml", manifest["resolved"].as_str().unwrap());
    again.edgelag("run small.toml").run().exits(0);
    assert_eq!(again.results("results/small"), folder.results("results/small"));
}

/// A rerun replaces its own files and removes those that the new run does not write.
#[test]
fn a_rerun_replaces_what_the_last_one_left() {
    let folder = Folder::with_small();
    folder.edgelag("run small.toml --png -o out").run().exits(0);
    assert!(folder.names("out").iter().any(|name| name.ends_with(".png")));
    fs::write(folder.at("out/notes.txt"), "mine").unwrap();
    folder.edgelag("run small.toml -o out --seed 8").run().exits(0);
    assert_eq!(folder.text("out/notes.txt"), "mine");
    fs::remove_file(folder.at("out/notes.txt")).unwrap();
    assert_eq!(assert_complete(&folder, "out")["seed"], 8);
}

/// BI086: a folder with something else in it is refused, unless forced; then only own names are replaced.
#[test]
fn a_foreign_folder_is_left_alone() {
    let folder = Folder::with_small();
    fs::create_dir(folder.at("mine")).unwrap();
    fs::write(folder.at("mine/summary.csv"), "mine").unwrap();
    fs::write(folder.at("mine/thesis.tex"), "mine").unwrap();
    folder.edgelag("run small.toml -o mine").run().exits(2).says("--force");
    assert_eq!(folder.names("mine"), ["summary.csv", "thesis.tex"]);
    assert_eq!(folder.text("mine/summary.csv"), "mine");
    folder.edgelag("run small.toml -o mine --force").run().exits(0);
    assert_eq!(folder.text("mine/thesis.tex"), "mine");
    assert!(folder.text("mine/summary.csv").starts_with("scenario,case,"));
}

/// A manifest is only a text: it cannot make a run remove files elsewhere.
#[test]
fn a_forged_manifest_removes_nothing_elsewhere() {
    let folder = Folder::with_small().file("mine.txt", "mine");
    fs::create_dir(folder.at("out")).unwrap();
    let forged = r#"{ "edgelag": "0", "files": ["../mine.txt", "..", "/etc/nothing", "sub/x"] }"#;
    fs::write(folder.at("out/run.json"), forged).unwrap();
    folder.edgelag("run small.toml -o out").run().exits(0);
    assert_eq!(folder.text("mine.txt"), "mine");
}

/// A run of several seconds, with its folder taken and the first of its 400 trials soon done.
fn long_run(folder: &Folder) -> Child {
    let run = folder.edgelag("run small.toml -o out --threads 2 --trials 400 --set horizon=800s");
    let child = run.start();
    until("the lock", || folder.at("out/.edgelag.lock").exists());
    child
}

fn signal(child: &Child, signal: &str) {
    let status = Command::new("kill").arg(signal).arg(child.id().to_string()).status().unwrap();
    assert!(status.success());
}

/// BI096: the second of two runs into one folder refuses; the first is not disturbed.
#[test]
fn two_runs_do_not_share_a_folder() {
    let folder = Folder::with_small();
    let mut first = long_run(&folder);
    folder.edgelag("run small.toml -o out").run().exits(4).says("another run is writing into it");
    signal(&first, "-KILL");
    first.wait().unwrap();
    // What a killed run leaves behind does not stop the next.
    folder.edgelag("run small.toml -o out").run().exits(0);
    assert_complete(&folder, "out");
}

/// BI094: Ctrl-C and termination give 128 + the signal; what was finished is written and marked.
#[test]
fn an_interrupted_run_writes_what_it_has() {
    for (name, code) in [("-INT", 130), ("-TERM", 143)] {
        let folder = Folder::with_small();
        let child = long_run(&folder);
        // A trial takes some 10 ms, or a hundred on a busy machine; the whole run several seconds.
        std::thread::sleep(Duration::from_millis(700));
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code));
        assert!(String::from_utf8_lossy(&output.stderr).contains("the results are partial"));
        let manifest = assert_complete(&folder, "out");
        assert_eq!(manifest["partial"], true);
        let trials = manifest["cases"][0]["trials"].as_u64().unwrap();
        assert!((1..400).contains(&trials), "{trials} trials were done");
        assert_eq!(manifest["cases"][0]["trials_asked"], 400);
    }
}

/// In each execution, in the middle of its only trial: no half of it is written, and the folder can be used again.
#[test]
fn an_interrupted_trial_leaves_nothing() {
    for execution in ["general", "feed-forward", "aggregate"] {
        for threads in [1, 2] {
            let folder = Folder::with_small();
            let run = format!("run small.toml -o out --threads {threads} --trials 1 --execution {execution}");
            let run = folder.edgelag(&run).set("namespace.kv.visibility.writes=0");
            let child = run.set("horizon=1000000s").set("limits.memory=100GiB").start();
            until("the lock", || folder.at("out/.edgelag.lock").exists());
            std::thread::sleep(Duration::from_millis(300));
            signal(&child, "-INT");
            let output = within(10, || child.wait_with_output().unwrap());
            assert_eq!(output.status.code(), Some(130), "{execution}");
            assert!(String::from_utf8_lossy(&output.stderr).contains("nothing is written"), "{execution}");
            assert!(folder.names("out").is_empty(), "{execution}: {:?}", folder.names("out"));
            folder.edgelag("run small.toml -o out").run().exits(0);
        }
    }
}

/// Interrupted before the first trial is done: nothing is written, an earlier result stays.
#[test]
fn an_early_interrupt_leaves_the_last_results() {
    let folder = Folder::with_small();
    folder.edgelag("run small.toml -o out").run().exits(0);
    let before = folder.results("out");
    let run = folder.edgelag("run small.toml -o out --trials 2 --set horizon=1000000s --threads 1");
    let child = run.start();
    until("the lock", || folder.at("out/.edgelag.lock").exists());
    std::thread::sleep(Duration::from_millis(100));
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing is written"));
    assert_eq!(folder.results("out"), before);
}
