//! Traces, replayed.

use std::fmt::Write;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use edgelag::base::Beside;
use edgelag::scenario::{self, Scenario};
use edgelag::world::{History, Outcome, record_trial};

use crate::edgelag::Folder;

/// Three cities on a network without randomness, whose clients are to be given; the two odd numbers keep one way from being
/// a multiple of another.
fn world(clients: &str) -> String {
    format!(
        "seed = 5\ntrials = 1\nwarmup = \"10s\"\nhorizon = \"100s\"\nlocations.edges = [\"FRA\", \"SIN\", \"SJC\"]\n\
         network.rtt.constant = \"43ms\"\n\
         [namespace.kv]\nkeys = {{ count = 40, popularity.zipf = 0.9 }}\nreplicas = [\"FRA\", \"IAD\"]\n\
         replication.quorum = {{ r = 1, w = 1 }}\ncache.edge.ttl = \"7s\"\n\
         [client.users]\nat = \"edges\"\nnamespace = \"kv\"\n{clients}\n"
    )
}

#[track_caller]
fn load(text: &str, trace: &str) -> Scenario {
    let files = |_: &str| Ok(trace.into());
    scenario::load("case", text.as_bytes(), &[], &files).unwrap_or_else(|failure| panic!("{failure}{text}"))
}

fn history(scenario: &Scenario) -> History {
    record_trial(&scenario.cases[0], 0).unwrap().1
}

/// The history of a trial as a trace.
fn exported(scenario: &Scenario, history: &History) -> String {
    let mut csv = "time,location,operation,key\n".to_owned();
    for record in &history.records {
        let place = &scenario.cases[0].locations[record.location.at()].name;
        let nanos = record.begun.as_nanos();
        let seconds = format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
        let _ = writeln!(csv, "{seconds},{place},{},number {}", record.kind.name(), record.key.0);
    }
    csv
}

/// Nothing is random but what the trace has: so each operation begins and ends when it did, at the same place, and returns
/// or writes the same version, as stale as before, for the same cause.
#[test]
fn a_replayed_run_is_the_run() {
    let clients = "arrivals.poisson = \"30/s\"\nmix = { read = 0.9, write = 0.08, delete = 0.02 }";
    let synthetic = load(&world(clients), "");
    let before = history(&synthetic);
    let trace = exported(&synthetic, &before);
    let replayed = load(&world("trace = { file = \"t.csv\", start = \"0\" }"), &trace);
    let after = history(&replayed);
    let stale =
        before.records.iter().filter(|r| matches!(r.outcome, Outcome::Read { behind: 1.., .. })).count();
    assert!(
        before.records.len() > 8_000 && stale > 100,
        "{} operations, {stale} stale",
        before.records.len()
    );
    assert_eq!(before.records.len(), after.records.len());
    for (a, b) in before.records.iter().zip(&after.records) {
        let told = |r: &edgelag::world::Record| {
            (r.kind, r.begun, r.ended, r.version, r.outcome, r.cause, r.measured)
        };
        assert_eq!(told(a), told(b));
        let name = |scenario: &Scenario, r: &edgelag::world::Record| {
            scenario.cases[0].locations[r.location.at()].name.clone()
        };
        assert_eq!(name(&synthetic, a), name(&replayed, b));
    }
}

fn begun(scenario: &Scenario) -> Vec<(u64, String, &'static str, u32)> {
    let case = &scenario.cases[0];
    let told = |r: &edgelag::world::Record| {
        (r.begun.as_nanos(), case.locations[r.location.at()].name.clone(), r.kind.name(), r.key.0)
    };
    history(scenario).records.iter().map(told).collect()
}

/// By hand: a mapping of columns, milliseconds, a start, a scale of two, words of other systems, quotes, a mark at the
/// beginning and lines of another system; keys are numbered as they appear from the start on; equal times keep their order.
#[test]
fn rows_are_read_as_they_are_meant() {
    let trace = "\u{feff}op, when ,where,\"the key\",rest\r\nget,900,FRA,early,\r\nGET,1000,FRA,\"a, b\",x\r\n\
                 set,1000.5,SIN,b,\r\n\r\ndel,1000.5,SIN,\"a, b\",\"y\"\r\nget,1000.5,SJC,c,\r\nget,60000,FRA,late,";
    let columns =
        "columns = { time = \"when\", location = \"where\", operation = \"op\", key = \"the key\" }";
    let text = world(&format!(
        "trace = {{ file = \"t.csv\", unit = \"ms\", start = \"1000\", time_scale = 2, {columns} }}"
    ));
    let scenario = load(&text, trace);
    let expected = [
        (0, "FRA", "read", 0),
        (1_000_000, "SIN", "write", 1),
        (1_000_000, "SIN", "delete", 0),
        (1_000_000, "SJC", "read", 2),
    ];
    let expected: Vec<_> =
        expected.into_iter().map(|(at, place, kind, key)| (at, place.to_owned(), kind, key)).collect();
    assert_eq!(begun(&scenario), expected);
    // The last row begins at 118 s.
    let warnings = scenario.warnings().join("\n");
    assert!(
        warnings.contains("clients `users` replay 4 of the 6 rows of `t.csv`: 1 is before"),
        "{warnings}"
    );
    assert!(warnings.contains("1 is beyond the horizon"), "{warnings}");
}

/// Without a column of locations these are drawn, three to one; without one of operations all rows are reads; a trial
/// begins with the first row.
#[test]
fn what_a_trace_does_not_tell_is_drawn() {
    let mut trace = "time,key\n".to_owned();
    (0..8_000).for_each(|row| trace += &format!("{},k{}\n", 5_000.0 + f64::from(row) / 100.0, row % 7));
    let text = world("trace.file = \"t.csv\"\nweights.each = { FRA = 3, SIN = 1, SJC = 0 }");
    let all = begun(&load(&text, &trace));
    assert_eq!((all.len(), all[0].0), (8_000, 0));
    assert!(all.iter().all(|(.., kind, _)| *kind == "read"));
    let of = |name: &str| all.iter().filter(|(_, place, ..)| place == name).count() as f64;
    // Four standard deviations of a share of 3/4.
    assert!((of("FRA") - 6_000.0).abs() < 4.0 * (8_000.0f64 * 0.75 * 0.25).sqrt() && of("SJC") == 0.0);
}

/// What goes to the replicas has the sizes that the trace tells, each key the first one: 3 · 10 + 2 · 7 bytes in 90 s, by hand,
/// as nothing is cached.
#[test]
fn sizes_of_a_trace_are_those_of_its_keys() {
    let trace = "time,location,key,size\n20,FRA,a,10\n21,FRA,b,7\n30,FRA,a,99\n40,FRA,b,\n50,FRA,a,10\n";
    let text = world("trace = { file = \"t.csv\", start = \"0\" }").replace("ttl = \"7s\"", "ttl = \"0s\"");
    let (observations, _) = record_trial(&load(&text, trace).cases[0], 0).unwrap();
    assert_eq!(observations.namespaces[0].all.origin_bytes, 44);
}

const BAD: &str = "time,location,operation,key,size\n1,FRA,get,a,1\nsoon,FRA,get,a,1\n3,FRA,peek,a,1\n4,LHR,get,a,1\n\
                   5,FRA,get,,1\n2,FRA,get,a,1\n6,FRA,get,a\n7,FRA,set,a,big\n8,FRA,set,a,8\n";

/// A bad row is named by its line, several at once; left out they are counted.
#[test]
fn bad_rows_are_named_and_may_be_skipped() {
    let folder = Folder::empty().file("case.toml", world("trace.file = \"t.csv\"")).file("t.csv", BAD);
    let told = folder.edgelag("check case.toml").run().exits(2).stderr();
    for words in [
        "`t.csv` has 6 rows that cannot be replayed",
        "t.csv:3: `soon` is not a time in s",
        "t.csv:4: `peek` is not an operation; these are read, write, update and delete, or get, set, incr, del …",
        "t.csv:5: none of these clients are at `LHR`; they are at `FRA`, `SIN`, `SJC`",
        "t.csv:6: it has no key",
        "t.csv:8: it has 4 fields, the first line 5",
        "t.csv:9: `big` is not a size in bytes",
        "--skip-bad-rows",
    ] {
        assert!(told.contains(words), "{words} is not in\n{told}");
    }
    let ran = folder.edgelag("run case.toml --quiet --skip-bad-rows --out out").run().exits(0);
    assert!(ran.stderr().contains("clients `users` replay 3 of the 9 rows of `t.csv`: 6 cannot be replayed"));
    let manifest: serde_json::Value = serde_json::from_slice(&folder.bytes("out/run.json")).expect("JSON");
    let trace = &manifest["cases"][0]["traces"][0];
    assert_eq!((trace["rows"].as_u64(), trace["rows_skipped"].as_u64()), (Some(3), Some(6)));
    assert!(manifest["command"].as_str().expect("a text").contains("--skip-bad-rows"));
    assert_eq!(manifest["cases"][0]["execution"], "general");
    assert!(manifest["cases"][0]["why"].as_str().expect("a text").contains("replay a trace"));
    let refused =
        folder.edgelag("run case.toml --skip-bad-rows --execution feed-forward --out out").run().exits(2);
    assert!(refused.stderr().contains("rows are read once and in order of time"));
}

/// Times that go back are mistakes, and so are a hundred of them, of which ten are told.
#[test]
fn of_many_bad_rows_ten_are_told() {
    let mut trace = "time,location,key\n9,FRA,a\n".to_owned();
    (0..100).for_each(|_| trace += "8,FRA,a\n");
    let failure = refused("trace.file = \"t.csv\"", &trace);
    assert!(failure.contains("t.csv:12: the time `8` is before that of the row above it"), "{failure}");
    assert!(!failure.contains("t.csv:13:") && failure.contains("and 90 more"), "{failure}");
}

#[track_caller]
fn refused(clients: &str, trace: &str) -> String {
    let files = |_: &str| Ok(trace.into());
    let failure = scenario::load("case", world(clients).as_bytes(), &[], &files).expect_err("it is wrong");
    failure.to_string()
}

/// What is left out is told, each with its number; an `op` is an operation.
#[test]
fn columns_that_are_not_read_are_told() {
    let load = |trace: &str| load(&world("trace = { file = \"t.csv\", start = \"0\" }"), trace);
    let scenario = load("time,location,key,op,city,age\n1e1,FRA,a,set,x,9\n20,FRA,a,get,x,9\n");
    let kinds: Vec<_> = begun(&scenario).into_iter().map(|(at, _, kind, _)| (at, kind)).collect();
    assert_eq!(kinds, [(10_000_000_000, "write"), (20_000_000_000, "read")]);
    let told = "the columns `city`, `age` of `t.csv` are not read";
    assert!(scenario.warnings().contains(&told.to_owned()), "{:?}", scenario.warnings());
    let scenario = load("time,location,key,operation,op\n1,FRA,a,get,set\n");
    let told = "the column `op` of `t.csv` is not read".to_owned();
    assert!(scenario.warnings().contains(&told), "{:?}", scenario.warnings());
}

/// One quote spoils its own line and no other.
#[test]
fn a_quote_ends_with_its_line() {
    let trace = "time,location,key\n1,FRA,\"a\n2,FRA,b\n3,\"FRA,c\n4,FRA,\"d\"\n5,fra,e\n6,,f\n7\n";
    let failure = refused("trace.file = \"t.csv\"", trace);
    for line in [
        "`t.csv` has 5 rows that cannot be replayed",
        "t.csv:2: the quote opened at character 7 is not closed on this line",
        "t.csv:4: the quote opened at character 3 is not closed on this line",
        "t.csv:6: none of these clients are at `fra`; did you mean `FRA`?",
        "t.csv:7: the location is missing",
        "t.csv:8: it has 1 field, the first line 3",
    ] {
        assert!(failure.contains(line), "{line} is not in\n{failure}");
    }
    let text = world("trace.file = \"t.csv\"").replace("trials = 1", "trials = 1\nskip_bad_rows = true");
    assert_eq!(begun(&self::load(&text, trace)).len(), 2);
    let failure =
        scenario::load("case", text.as_bytes(), &[], &|_| Ok("time,location,key\n1,,a\n2,,b\n".into()))
            .expect_err("nothing is left")
            .to_string();
    assert!(failure.contains("all 2 rows of `t.csv` cannot be replayed"), "{failure}");
    assert!(failure.contains("t.csv:3: the location is missing"), "{failure}");
    assert!(!failure.contains("--skip-bad-rows"), "{failure}");
}

/// A pipe has no beginning to come back to, and waits for whoever writes.
#[cfg(unix)]
#[test]
fn a_trace_is_a_plain_file() {
    let folder = Folder::empty().file("case.toml", world("trace.file = \"/dev/null\""));
    folder.edgelag("check case.toml").run().exits(2).says("cannot read `/dev/null`: it is not a plain file");
}

#[test]
fn mistakes_about_traces_are_told() {
    let one = "time,location,key\n1,FRA,a\n";
    for (clients, trace, words) in [
        ("", one, "`arrivals` is missing"),
        ("trace.file = \"t.csv\"\narrivals.poisson = \"1/s\"", one, "`arrivals` is one too many"),
        ("trace.file = \"t.csv\"\nmix = { read = 1 }", one, "`mix` is one too many"),
        (
            "trace.file = \"t.csv\"\nday.sine = { peak = \"9h\", night = 0.1 }",
            one,
            "none that could follow it",
        ),
        ("trace.file = \"t.csv\"\nweights.each = { FRA = 1, SIN = 1, SJC = 1 }", one, "share out nothing"),
        ("trace.file = \"t.csv\"", "", "no first line"),
        ("trace.file = \"t.csv\"", "time,location,key\n", "no row between"),
        ("trace.file = \"t.csv\"", "ts,location,key\n1,FRA,a\n", "its columns are `ts`, `location`, `key`"),
        (
            "trace.file = \"t.csv\"",
            "ts,key\n",
            "help: its columns are `ts`, `key`; name the one to take: columns.time = \"…\"",
        ),
        (
            "trace.file = \"t.csv\"",
            "time;location;key\n1;FRA;a\n",
            "help: commas separate the columns of a trace; its first line has semicolons",
        ),
        ("trace.file = \"t.csv\"", "time\tkey\n", "its first line has tabs"),
        ("trace.file = \"t.csv\"", "BZh91AY\n", "`t.csv`: it is packed"),
        ("trace.file = \"t.csv\"", "time,\"key\n", "its first line: the quote opened at character 6"),
        ("trace = { file = \"t.csv\", columns.key = \"id\" }", one, "no column `id`"),
        ("trace = { file = \"t.csv\", start = \"noon\" }", one, "not a time in s"),
        ("trace = { file = \"t.csv\", time_scale = 0 }", one, "between 1e-9 and 1e9"),
        ("arrivals.poisson = \"1/s\"\n[limits]\n", one, ""),
    ] {
        if words.is_empty() {
            let text = world(clients).replace("trials = 1", "trials = 1\nskip_bad_rows = true");
            let failure =
                scenario::load("case", text.as_bytes(), &[], &|_| Ok(one.into())).expect_err("no trace");
            assert!(failure.to_string().contains("no rows that could be skipped"), "{failure}");
            continue;
        }
        let failure = refused(clients, trace);
        assert!(failure.contains(words), "{words} is not in\n{failure}");
    }
    let many: String = (0..41).map(|key| format!("{key},FRA,k{key}\n")).collect();
    let failure = refused("trace.file = \"t.csv\"", &format!("time,location,key\n{many}"));
    assert!(failure.contains("name 41 keys of this namespace, but it has 40"), "{failure}");
    assert!(failure.contains("8 | keys = {"), "{failure}");
    let long = format!("{one}2,FRA,{}\n3,FRA,b\n", "x".repeat(70_000));
    assert!(
        refused("trace.file = \"t.csv\"", &long).contains("t.csv:3: it is longer than the limit of 64 KiB")
    );
}

/// The file has another row when it is read again: that is told, and nothing breaks.
#[test]
fn a_trace_that_changes_is_noticed() {
    for later in [
        "time,location,key\n1,FRA,a\n2,FRA,b\n",
        "time,location,key\n1,SIN,a\n",
        "time\n",
        "time,location,key\n1,FRA,z\n",
    ] {
        let opened = Arc::new(AtomicU32::new(0));
        let beside = Beside::new(move || {
            let first = opened.fetch_add(1, Ordering::Relaxed) == 0;
            let text = if first { "time,location,key\n1,FRA,a\n" } else { later };
            Ok(Box::new(text.as_bytes()))
        });
        let files = |_: &str| Ok(beside.clone());
        let text = world("trace.file = \"t.csv\"");
        let scenario = scenario::load("case", text.as_bytes(), &[], &files).expect("it is right");
        let trace = scenario.cases[0].populations[0].trace.as_ref().expect("it is replayed");
        assert_eq!(trace.broken(), None);
        record_trial(&scenario.cases[0], 0).expect("nothing waits");
        assert!(trace.broken().is_some(), "{later}");
    }
}

/// Two traces of one namespace speak of the same keys.
#[test]
fn traces_of_a_namespace_share_its_keys() {
    let text = world("trace = { file = \"a.csv\", start = \"0\" }")
        + "[client.others]\nat = \"IAD\"\nnamespace = \"kv\"\ntrace = { file = \"b.csv\", start = \"0\" }\n";
    let files = |name: &str| match name {
        "a.csv" => Ok("time,location,key\n20,FRA,x\n40,FRA,y\n".into()),
        _ => Ok("time,location,key,operation\n30,IAD,y,put\n".into()),
    };
    let scenario = scenario::load("case", text.as_bytes(), &[], &files).expect("it is right");
    let all: Vec<_> = begun(&scenario).into_iter().map(|(.., kind, key)| (kind, key)).collect();
    assert_eq!(all, [("read", 0), ("write", 1), ("read", 1)]);
}

/// The small trace of the scenarios is what its script makes of its seed.
#[test]
fn the_script_makes_the_committed_trace() {
    let root = env!("CARGO_MANIFEST_DIR");
    let made = match Command::new("python3").arg(format!("{root}/tools/trace.py")).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            eprintln!("there is no python3 here: the trace was not made again");
            return;
        }
        made => made.expect("it starts"),
    };
    let committed = std::fs::read(format!("{root}/scenarios/trace-replay.csv")).expect("it is there");
    assert!(made.status.success() && made.stdout == committed, "tools/trace.py makes another trace");
}
