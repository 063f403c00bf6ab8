//! Traces whose rows tell how long caches may keep values.

use std::fmt::Write;

use edgelag::scenario::{self, Scenario};
use edgelag::world::{Outcome, record_trial};

use crate::edgelag::Folder;

/// The replica is 50 ms from the caches, each way.
const WORLD: &str = r#"
seed = 5
trials = 1
horizon = "100s"
network.rtt.constant = "100ms"
namespace.kv = { keys.count = 40, replicas = ["IAD"], replication.quorum = { r = 1, w = 1 }, cache.edge.ttl = "10s" }
client.users = { at = ["FRA", "SIN"], namespace = "kv", trace = { file = "t.csv", start = "0" } }
"#;

#[track_caller]
fn load(text: &str, trace: &str) -> Scenario {
    let files = |_: &str| Ok(trace.into());
    scenario::load("case", text.as_bytes(), &[], &files).unwrap_or_else(|failure| panic!("{failure}{text}"))
}

/// By hand: a miss takes 100 ms and fills the entry then, a hit nothing. An entry lives 10 s, unless a row says otherwise.
#[test]
fn entries_live_as_long_as_rows_tell() {
    const ROWS: [(&str, &str, Option<bool>, u32); 15] = [
        // The read's own: until 4.1.
        ("1,FRA,get", "3", Some(false), 0),
        ("4,FRA,get", "", Some(true), 0),
        // The namespace's: until 14.3. Zero tells nothing.
        ("4.2,FRA,get", "0", Some(false), 0),
        ("14.2,FRA,get", "1", Some(true), 0),
        ("20,SIN,set", "2", None, 0),
        // That of the value: until 23.1. What a hit asks for is for what it would have fetched.
        ("21,FRA,get", "", Some(false), 0),
        ("23,FRA,get", "30", Some(true), 0),
        // The read's own comes first: until 54.1.
        ("24,FRA,get", "30", Some(false), 0),
        ("25,SIN,set", "", None, 0),
        ("54,FRA,get", "", Some(true), 1),
        // The newer value has none: until 64.3.
        ("54.2,FRA,get", "", Some(false), 0),
        ("64.2,FRA,get", "", Some(true), 0),
        ("64.4,FRA,get", "", Some(false), 0),
        // However short, it is told.
        ("80,FRA,get", "1e-12", Some(false), 0),
        ("80.2,FRA,get", "", Some(false), 0),
    ];
    let mut trace = "time,location,operation,key,ttl\n".to_owned();
    ROWS.iter().for_each(|(row, ttl, ..)| writeln!(trace, "{row},a,{ttl}").expect("a text"));
    let (_, history) = record_trial(&load(WORLD, &trace).cases[0], 0).expect("nothing waits");
    assert_eq!(history.records.len(), ROWS.len());
    for (record, (row, _, is_hit, missed)) in history.records.iter().zip(ROWS) {
        let took = record.ended.since(record.begun).as_nanos();
        if let (Some(is_hit), Outcome::Read { behind, .. }) = (is_hit, record.outcome) {
            assert_eq!((took, behind), (if is_hit { 0 } else { 100_000_000 }, missed), "{row}");
        }
    }
}

/// A law: rows that all tell what the tiers say anyway change nothing but the fingerprint of the trace.
#[test]
fn the_ttl_of_the_namespace_told_by_each_row_changes_nothing() {
    let tiers = "cache.edge = { ttl = \"7s\", refresh_ahead = \"1s\", write_through = 0.3 }, \
                 cache.upper = { ttl = \"7s\", at = [\"IAD\"] }";
    let text = WORLD.replace("cache.edge.ttl = \"10s\"", tiers);
    let (mut with, mut without) = ("time,key,op,ttl\n".to_owned(), "time,key,op\n".to_owned());
    for row in 0..8_000u32 {
        let (mixed, at) = (row.wrapping_mul(2_654_435_761) >> 16, f64::from(row) / 80.0);
        let op = ["get", "get", "get", "get", "get", "get", "set", "incr"][(mixed % 8) as usize];
        let key = mixed / 8 % 40;
        writeln!(with, "{at},k{key},{op},7").expect("a text");
        writeln!(without, "{at},k{key},{op}").expect("a text");
    }
    let observed = |trace: &str| {
        let (observations, history) = record_trial(&load(&text, trace).cases[0], 0).expect("nothing waits");
        let stale =
            |record: &edgelag::world::Record| matches!(record.outcome, Outcome::Read { behind: 1.., .. });
        assert!(history.records.iter().filter(|record| stale(record)).count() > 100);
        serde_json::to_string(&observations).expect("JSON")
    };
    assert_eq!(observed(&with), observed(&without));
    let shorter = with.replace(",7\n", ",3\n");
    assert_ne!(observed(&shorter), observed(&without));
}

/// Where it has no meaning it is refused, or told; a bad one is a bad row; the summary of a run has how many there are.
#[test]
fn mistakes_about_ttls_are_told() {
    let trace = "time,location,op,key,ttl\n1,FRA,get,a,-5\n2,FRA,get,a,5\n";
    let uncached = WORLD.replace(", cache.edge.ttl = \"10s\"", "");
    let failed = |text: &str, trace: &str| {
        let files = |_: &str| Ok(trace.into());
        scenario::load("case", text.as_bytes(), &[], &files).expect_err("it is wrong").to_string()
    };
    let failure = failed(WORLD, trace);
    assert!(failure.contains("t.csv:2: `-5` is not a time to live in seconds"), "{failure}");
    let mapped = uncached.replace("start = \"0\"", "columns.ttl = \"ttl\"");
    let failure = failed(&mapped, trace);
    assert!(failure.contains("no edge cache whose entries could have a ttl"), "{failure}");
    assert!(failure.contains("give it one: cache.edge.ttl"), "{failure}");
    let warnings = load(&uncached, trace).warnings().join("\n");
    assert!(
        warnings.contains("the column `ttl` of `t.csv` is not read: its namespace has no edge cache"),
        "{warnings}"
    );
    let hedged =
        WORLD.replace("namespace = \"kv\", trace", "namespace = \"kv\", hedge.after = \"1s\", trace");
    let failure = failed(&hedged, &trace.replace("-5", "5"));
    assert!(failure.contains("`hedge` asks several caches"), "{failure}");
    let folder = Folder::empty().file("case.toml", WORLD).file("t.csv", trace.replace("-5", "0"));
    folder.edgelag("run case.toml --quiet --out out").run().exits(0);
    let manifest: serde_json::Value = serde_json::from_slice(&folder.bytes("out/run.json")).expect("JSON");
    assert_eq!(manifest["cases"][0]["traces"][0]["rows_with_ttl"], 1);
}
