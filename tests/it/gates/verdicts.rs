//! Exit codes, tables and the page, for scenarios of which it is known what holds.

use serde_json::Value;

use crate::edgelag::{Folder, Ran, SMALL};

/// One replica 40 ms away, no cache: each read takes exactly 80 ms, and none is stale, as the replica orders the writes.
const EXACT: &str = r#"seed = 7
warmup = "1s"
horizon = "41s"
[network]
rtt.constant = "80ms"
[namespace.kv]
keys.count = 5
replicas = ["IAD"]
replication.quorum = { r = 1, w = 1 }
[client.users]
at = "SIN"
namespace = "kv"
arrivals.poisson = "40/s"
mix = { read = 0.9, write = 0.1 }
"#;

fn run(text: &str, gates: &str, more: &str) -> (Folder, Ran) {
    let folder = Folder::empty().file("s.toml", text);
    let ran = folder.edgelag(&format!("run s.toml {more}")).set(&format!("gates={gates}")).run();
    (folder, ran)
}

/// By hand: 80 ms, the same in every trial; below 81 it passes, below 80 it fails.
#[test]
fn what_is_exact_passes_or_fails() {
    for (gates, code) in [
        (r#"['latency{op="read"}.p99 < 81ms', 'stale_rate == 0']"#, 0),
        (r#"['latency{op="read"}.p99 <= 79ms']"#, 1),
        (r#"['latency{op="read",location="SIN"}.mean > 79ms', 'latency.max < 81ms']"#, 0),
        (r#"['latency.max < 79ms', 'stale_rate == 0']"#, 1),
        ("['operations > 1000/s']", 1),
        ("['availability >= 99.9%']", 3),
        ("['availability == 100%', 'availability > 99%', 'timed_out == 0', 'retries < 0.1']", 0),
        ("['ryw_violations == 0']", 3),
    ] {
        let (_, ran) = run(EXACT, gates, "--trials 3");
        ran.exits(code);
    }
}

/// Of one trial there is no interval: only what was seen, and the bound of what was never seen, are told. By hand:
/// about 160 writes commit in 40 s, so a rate that was never seen lies below 1 − 0.05^(1/160) = 1.9 %.
#[test]
fn one_trial_tells_what_was_seen() {
    for (gates, code) in [
        (r#"['latency{op="read"}.p99 < 81ms']"#, 3),
        ("['latency.max < 81ms']", 0),
        ("['stale_rate == 0']", 0),
        ("['stale_rate < 10%']", 0),
        ("['stale_rate < 0.1%']", 3),
    ] {
        let (_, ran) = run(EXACT, gates, "--trials 1");
        ran.exits(code);
    }
}

/// Stale reads behind a TTL of 2 s are many: no gate near their rate is told by four trials, all far from it are.
#[test]
fn an_interval_around_the_bound_is_inconclusive() {
    let (folder, ran) = run(SMALL, "['stale_rate < 90%', 'stale_rate > 0.01%']", "");
    ran.exits(0);
    let summary = folder.text("results/s/summary.csv");
    let row = summary.lines().find(|line| line.contains(",*,read,stale_rate,")).unwrap();
    let rate: f64 = row.split(',').nth(7).unwrap().parse().unwrap();
    let (folder, ran) = run(SMALL, &format!("['stale_rate < {}']", rate * 1.0001), "");
    let ran = ran.exits(3);
    assert!(ran.stdout().contains("inconclusive  stale_rate <"), "{}", ran.stdout());
    assert!(ran.stdout().contains("more trials needed"), "{}", ran.stdout());
    let row = folder.text("results/s/gates.csv").lines().nth(1).unwrap().to_owned();
    let cells: Vec<&str> = row.split(',').collect();
    assert_eq!((cells[13], cells[14]), ("inconclusive", "4"), "{row}");
    assert!(cells[15].parse::<u64>().unwrap() > 4, "{row}");
}

/// A namespace whose name is no plain word, in the table, the manifest, the JSON and the page.
#[test]
fn verdicts_are_told_everywhere() {
    let text = EXACT.replace("namespace.kv", r#"namespace."=<b>\"q\"</b>""#);
    let text = text.replace(r#"namespace = "kv""#, r#"namespace = '=<b>"q"</b>'"#);
    let gate = r#"latency{namespace="=<b>\"q\"</b>", op="read"}.p99 < 50ms"#;
    let (folder, ran) = run(&text, &format!("['{gate}']"), "--trials 2 --format json");
    let json: Value = serde_json::from_str(&ran.exits(1).stdout()).unwrap();
    assert_eq!(json["gates"][0]["verdict"], "fail");
    assert_eq!(json["gates"][0]["gate"], gate);
    assert_eq!(json["gates"][0]["bound"], 0.05);
    let manifest: Value = serde_json::from_str(&folder.text("results/s/run.json")).unwrap();
    assert_eq!(manifest["gates"]["verdict"], "fail");
    assert_eq!(manifest["gates"]["fail"], 1);
    let mut table = csv::Reader::from_path(folder.at("results/s/gates.csv")).unwrap();
    let row = table.records().next().unwrap().unwrap();
    assert_eq!((&row[2], &row[3], &row[13]), (gate, "'=<b>\"q\"</b>", "fail"));
    let page = folder.text("results/s/report.html");
    assert!(page.contains("1 of 1 fail; 0 hold.") && !page.contains("<b>\"q\"</b>"));
    let again = folder.bytes("results/s/report.html");
    folder.edgelag("report results/s").run().exits(0);
    assert_eq!(folder.bytes("results/s/report.html"), again, "the page follows from gates.csv");
}

/// The arms of a comparison each have their verdicts: at 80 ms one passes and the other does not.
#[test]
fn arms_have_verdicts_each() {
    let arms = "[variant.near]\n\"network.rtt.constant\" = \"20ms\"\n[variant.far]\n";
    let text = format!("gates = ['latency{{op=\"read\"}}.p99 < 50ms']\n{EXACT}{arms}");
    let folder = Folder::empty().file("s.toml", text);
    folder.edgelag("compare s.toml --trials 2").run().exits(1);
    let table = folder.text("results/s/gates.csv");
    let told: Vec<&str> = table.lines().skip(1).flat_map(|line| line.split(',').nth(14)).collect();
    assert!(
        table.contains("near") && table.contains(",pass,") && table.contains(",fail,"),
        "{table} {told:?}"
    );
}
