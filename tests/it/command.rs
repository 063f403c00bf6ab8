//! The command as scripts and people meet it: exit codes (design, section 6), streams, the results folder.

use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::edgelag::{Folder, SMALL};

/// Standard output is for results and standard error for messages, whatever the command.
#[test]
fn commands_that_succeed_print_and_say_nothing_else() {
    let folder = Folder::with_small();
    for args in [
        "run small.toml",
        "check small.toml",
        "new",
        "presets",
        "presets show workers-kv",
        "schema",
        "completions bash",
        "completions zsh",
        "completions fish",
        "man",
        "--help",
        "run --help",
        "--version",
    ] {
        let ran = folder.edgelag(args).run().exits(0).says_nothing();
        assert!(!ran.stdout().is_empty(), "{args}");
    }
}

/// BI123: usage on standard error, exit code 2.
#[test]
fn no_arguments_give_the_usage() {
    let folder = Folder::empty();
    folder.edgelag("").run().exits(2).prints_nothing().says("Usage: edgelag");
}

/// BI125 and other arguments that cannot be meant.
#[test]
fn wrong_arguments_are_the_users_mistake() {
    let folder = Folder::with_small();
    for (args, words) in [
        ("run small.toml --seed 1 --seed 2", "cannot be used multiple times"),
        ("run", "required arguments"),
        ("run small.toml --threads 0", "0 is not in 1..=1024"),
        ("run small.toml --frmat json", "a similar argument exists: '--format'"),
        ("run small.toml -q -v", "cannot be used with"),
        ("chek small.toml", "some similar subcommands exist: 'schema', 'check'"),
        ("run small.toml --seed -1", "unexpected argument '-1'"),
        ("run small.toml --seed 9223372036854775808", "is not in 0..=9223372036854775807"),
        ("run small.toml --trials 1.5", "invalid digit"),
        ("completions tcl", "invalid value 'tcl'"),
        ("presets show worker-kv", "did you mean `workers-kv`?"),
        ("run preset:worker-kv", "did you mean `workers-kv`?"),
        ("check nope.toml", "cannot read the scenario nope.toml"),
        ("check .", "it is a directory"),
    ] {
        folder.edgelag(args).run().exits(2).prints_nothing().says(words);
    }
    assert_eq!(folder.names("."), ["small.toml"], "mistakes leave nothing behind");
}

/// BI127: a path that is not UTF-8 is a path like any other; elsewhere it is a mistake, not a panic.
#[cfg(target_os = "linux")]
#[test]
fn arguments_that_are_not_utf8_do_no_harm() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let odd = OsStr::from_bytes(b"\xff.toml");
    let folder = Folder::with_small();
    folder.edgelag("check").arg(odd).run().exits(2).says("cannot read the scenario");
    fs::write(folder.at(".").join(odd), SMALL).unwrap();
    folder.edgelag("run").arg(odd).run().exits(0);
    folder.edgelag("run small.toml --set").arg(odd).run().exits(2);
    folder.edgelag("run small.toml --seed").arg(odd).run().exits(2);
    folder.edgelag("").arg(odd).run().exits(2);
}

/// BI117: what a terminal would act upon is shown by its escape.
#[test]
fn control_characters_in_arguments_are_escaped() {
    let folder = Folder::with_small();
    for args in ["check", "presets show", "run small.toml --set", "run small.toml -o"] {
        let ran = folder.edgelag(args).arg("\u{1b}]0;pwn\u{7}/x").arg("--color=always").run();
        assert!(!ran.stderr().contains('\u{7}') && !ran.stdout().contains('\u{7}'), "{args}: {ran:?}");
    }
}

/// BI090: a full disk under standard output is told, not passed over.
#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_a_failure() {
    let folder = Folder::with_small();
    for args in ["run small.toml", "check small.toml", "schema", "man", "--help", "completions bash", "new"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        folder.edgelag(args).stdout_to(full).run().exits(4);
    }
    assert!(folder.names("results/small").contains(&"run.json".to_owned()), "the folder is complete");
}

/// A reader that has seen enough, such as `head`, is no failure.
#[test]
fn a_broken_pipe_is_no_failure() {
    let folder = Folder::with_small();
    for args in ["schema", "man", "--help", "run small.toml", "presets", "completions zsh"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        folder.edgelag(args).stdout_to(writer).run().exits(0);
    }
}

/// BI092: without any standard streams the files are complete all the same.
#[test]
fn closed_streams_do_not_matter() {
    let folder = Folder::with_small();
    let script = format!("exec {} run small.toml <&- >&- 2>&-", env!("CARGO_BIN_EXE_edgelag"));
    let status = Command::new("sh").arg("-c").arg(script).current_dir(folder.at(".")).status().unwrap();
    assert_eq!(status.code(), Some(0));
    assert_complete(&folder, "results/small");
}

/// BI088, in a way that binds root too: nothing can be made below a regular file.
#[test]
fn an_out_folder_that_cannot_be_is_an_io_failure_before_the_run() {
    let folder = Folder::with_small();
    let before = Instant::now();
    let run = folder.edgelag("run small.toml -o small.toml/out --set horizon=100000s");
    run.run().exits(4).prints_nothing().says("small.toml/out");
    assert!(before.elapsed() < Duration::from_secs(2), "the simulation was not begun");
}

/// A results folder is whole: as many files as its manifest says, and no others.
#[track_caller]
fn assert_complete(folder: &Folder, out: &str) -> Value {
    let manifest: Value = serde_json::from_slice(&folder.bytes(&format!("{out}/run.json"))).unwrap();
    let files = manifest["files"].as_array().unwrap().iter();
    let mut files: Vec<String> = files.map(|name| name.as_str().unwrap().to_owned()).collect();
    files.push("run.json".to_owned());
    files.sort();
    assert_eq!(folder.names(out), files);
    manifest
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

/// Waits until a condition holds.
#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what} did not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A run that takes minutes, with its folder taken and its first of 100 trials soon done.
fn long_run(folder: &Folder) -> Child {
    let run = folder.edgelag("run small.toml -o out --threads 2 --trials 100 --set horizon=3000s");
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
        // A trial takes some 50 ms; the whole run several seconds.
        std::thread::sleep(Duration::from_millis(700));
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code));
        assert!(String::from_utf8_lossy(&output.stderr).contains("the results are partial"));
        let manifest = assert_complete(&folder, "out");
        assert_eq!(manifest["partial"], true);
        let trials = manifest["cases"][0]["trials"].as_u64().unwrap();
        assert!((1..100).contains(&trials), "{trials} trials were done");
        assert_eq!(manifest["cases"][0]["trials_asked"], 100);
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

/// Several cases and namespaces, so that trials of different cases meet on the threads.
const BUSY: &str = r#"seed = 3
trials = 3
warmup = "1s"
horizon = "11s"
[locations]
edges = ["FRA", "SIN", "GRU"]
[namespace.kv]
keys = { count = 20, popularity.zipf = 0.99 }
replicas = ["FRA", "IAD", "SIN"]
replication.quorum = { r = 1, w = 2 }
cache.edge = { ttl = "2s" }
[namespace.log]
keys.count = 5
replicas = ["IAD", "SIN"]
replication.primary-backup = { primary = "IAD" }
[client.a]
at = "edges"
namespace = "kv"
arrivals.poisson = "40/s"
mix = { read = 0.9, update = 0.1 }
[client.b]
at = "FRA"
namespace = "log"
arrivals.poisson = "20/s"
mix = { read = 0.8, write = 0.2 }
[sweep]
"namespace.kv.replication.quorum.r" = [1, 2]
"namespace.kv.cache.edge.ttl" = ["1s", "3s"]
"#;

/// Results do not depend on the machine (design, section 3): neither on threads, nor, BI098, on language,
/// time zone or anything else of the environment.
#[test]
fn the_same_bytes_come_out_everywhere() {
    let folder = Folder::empty().file("busy.toml", BUSY);
    folder.edgelag("run busy.toml --png --threads 1 -o one").run().exits(0);
    let one = folder.results("one");
    for threads in [2, 8] {
        folder.edgelag(&format!("run busy.toml --png --threads {threads} -o many")).run().exits(0);
        assert_same(&folder.results("many"), &one);
    }
    let elsewhere = folder.edgelag("run busy.toml --png -o many -q").env("LANG", "de_DE.UTF-8");
    let elsewhere = elsewhere.env("LC_ALL", "de_DE.UTF-8").env("TZ", "Asia/Kathmandu").env("CI", "1");
    elsewhere.env("SOURCE_DATE_EPOCH", "0").env("HOME", "/").run().exits(0);
    assert_same(&folder.results("many"), &one);
}

#[track_caller]
fn assert_same(a: &[(String, Vec<u8>)], b: &[(String, Vec<u8>)]) {
    for ((name, bytes), (other, expected)) in a.iter().zip(b) {
        assert_eq!(name, other);
        assert!(bytes == expected, "{name} differs");
    }
    assert_eq!(a.len(), b.len());
}

#[test]
fn the_seed_decides() {
    let folder = Folder::with_small();
    let summary = |seed: &str| {
        folder.edgelag(&format!("run small.toml -q -o out {seed}")).run().exits(0).prints_nothing();
        folder.text("out/summary.csv")
    };
    let seventh = summary("--seed 7");
    assert_eq!(seventh, summary(""), "7 is the seed of the file");
    assert_eq!(seventh, summary("--set seed=7"));
    assert_ne!(seventh, summary("--seed 8"));
    let greatest = "--seed 9223372036854775807";
    assert_ne!(seventh, summary(greatest));
}

/// The seed is always told (design, section 6).
#[test]
fn run_and_check_print_the_seed() {
    let folder = Folder::with_small();
    for args in ["run small.toml --seed 4711", "check small.toml --seed 4711"] {
        let printed = folder.edgelag(args).run().exits(0).stdout();
        assert!(printed.contains("seed 4711 · "), "{printed}");
    }
    assert_eq!(folder.edgelag("run small.toml --seed 4711 -q").run().exits(0).stdout(), "");
}

/// Diagnostics have colour where it is asked for, and nowhere else when the stream is a pipe.
#[test]
fn colour_is_where_it_is_wanted() {
    let folder = Folder::with_small();
    let coloured = |args: &str, name: &str, value: &str| {
        let run = folder.edgelag(&format!("check small.toml --set x=1 {args}")).env(name, value);
        run.run().exits(2).stderr().contains('\u{1b}')
    };
    assert!(!coloured("", "TERM", "xterm"));
    assert!(coloured("--color always", "TERM", "xterm"));
    assert!(coloured("", "CLICOLOR_FORCE", "1"));
    assert!(!coloured("", "NO_COLOR", "1"));
    assert!(!coloured("--color never", "CLICOLOR_FORCE", "1"));
}

#[test]
fn json_is_json_and_only_that() {
    let folder = Folder::with_small();
    let ran = folder.edgelag("run small.toml --format json").run().exits(0).says_nothing();
    let all: Value = serde_json::from_str(&ran.stdout()).expect("it is JSON");
    let estimates = all["estimates"].as_array().unwrap();
    let rows = folder.text("results/small/summary.csv").lines().count() - 1;
    assert_eq!(estimates.len(), rows, "the same estimates as in summary.csv");
    let stale = estimates.iter().find(|row| row["metric"] == "stale_rate" && row["location"] == "*");
    assert!((0.0..=1.0).contains(&stale.unwrap()["value"].as_f64().unwrap()));
    let schema = folder.edgelag("schema").run().exits(0).stdout();
    let schema: Value = serde_json::from_str(&schema).expect("it is JSON");
    assert!(schema["properties"]["horizon"].is_object());
}

/// The first steps that the help names.
#[test]
fn a_new_scenario_can_be_checked_and_run() {
    let folder = Folder::empty();
    folder.edgelag("new my.toml").run().exits(0).prints_nothing().says("edgelag run my.toml");
    let text = folder.text("my.toml");
    assert_eq!(folder.edgelag("new").run().exits(0).stdout(), text);
    folder.edgelag("check my.toml").run().exits(0).says_nothing();
    folder.edgelag("run my.toml").run().exits(0).says_nothing();
    assert_complete(&folder, "results/my");
    folder.edgelag("new my.toml --preset dynamo-quorum").run().exits(2).says("my.toml exists");
    assert_eq!(folder.text("my.toml"), text, "nothing is overwritten");
    folder.edgelag("new missing/my.toml").run().exits(4).says("missing/my.toml");
    folder.edgelag("new other.toml --preset dynamo-quorum").run().exits(0);
    folder.edgelag("check other.toml").run().exits(0);
}

#[test]
fn a_scenario_can_come_by_standard_input() {
    let folder = Folder::empty();
    folder.edgelag("run -").stdin(SMALL.as_bytes()).run().exits(0).says_nothing();
    assert_complete(&folder, "results/stdin");
    folder.edgelag("check -").stdin(b"").run().exits(2).says("scenario is empty");
}

#[test]
fn everything_that_comes_along_passes_check() {
    let folder = Folder::empty();
    let listed = folder.edgelag("presets").run().exits(0).stdout();
    let presets: Vec<&str> = listed.lines().take_while(|line| !line.is_empty()).collect();
    assert!(presets.len() >= 3);
    for line in presets {
        let name = line.split_whitespace().next().unwrap();
        folder.edgelag(&format!("check preset:{name}")).run().exits(0).says_nothing();
        let text = folder.edgelag(&format!("presets show {name}")).run().exits(0).stdout();
        folder.edgelag("check -").stdin(text.as_bytes()).run().exits(0).says_nothing();
    }
    let mut files = 0;
    for entry in fs::read_dir(scenarios()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            folder.edgelag("check").arg(&path).run().exits(0).says_nothing();
            files += 1;
        }
    }
    assert!(files > 0);
}

fn scenarios() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// The first command of the README answers while one looks at it. (It takes under a second; the bound is
/// for machines that do other things too.)
#[test]
fn the_quickstart_is_quick() {
    let folder = Folder::empty();
    let begun = Instant::now();
    folder.edgelag("run -o out").arg(scenarios().join("quickstart.toml")).run().exits(0);
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}
