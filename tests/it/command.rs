//! The command as scripts and people meet it: exit codes (design, section 6), streams, the results folder.

mod results;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::edgelag::{Folder, SMALL, within};

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
        "compare small.toml small.toml",
        "compare --help",
        "sweep --help",
        "merge --help",
        "solve --help",
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
    let folders = [scenarios(), scenarios().join("bench")];
    for entry in folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()) {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let ran = folder.edgelag("check").arg(&path).run().exits(0);
            // To measure speed one trial will do; it is said that it tells little else.
            let expected = match ran.stdout().contains(" 1 trial ") {
                true => "warning: one trial gives no intervals; set `trials` to 2 or more\n",
                false => "",
            };
            assert_eq!(ran.stderr(), expected, "{path:?}");
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
    let run = folder.edgelag("run -o out").arg(scenarios().join("quickstart.toml"));
    within(15, || run.run().exits(0));
}
