//! Gates: what is told of mistakes in them, to the letter; verdicts and exit codes where the truth is known.

mod verdicts;

use std::collections::BTreeSet;

use edgelag::scenario::METRICS;

use crate::edgelag::{Folder, SMALL};

/// What `check` says of a gate in single quotes, without the lines that are the same for all.
#[track_caller]
fn refused(gate: &str) -> String {
    let folder = Folder::empty().file("s.toml", format!("gates = ['{gate}']\n{SMALL}"));
    let said = folder.edgelag("check s.toml").run().exits(2).prints_nothing().stderr();
    let is_common = |line: &&str| *line == "  |" || line.is_empty();
    said.lines().filter(|line| !is_common(line)).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn says(gate: &str, expected: &str) {
    assert_eq!(refused(gate), expected.trim_matches('\n'), "{gate}");
}

#[test]
fn a_mistyped_metric() {
    says(
        "stale_rat < 0.1%",
        r"
error: unknown metric `stale_rat`
 --> s.toml:1:11
1 | gates = ['stale_rat < 0.1%']
  |           ^^^^^^^^^
  = help: did you mean `stale_rate`?",
    );
}

/// The caret is under the name, its quotes included, whichever way the string is written.
#[test]
fn a_mistyped_location() {
    says(
        r#"stale_rate{location="SNI"} < 0.1%"#,
        r#"
error: the scenario has no location `SNI`
 --> s.toml:1:31
1 | gates = ['stale_rate{location="SNI"} < 0.1%']
  |                               ^^^^^
  = help: did you mean `SIN`?"#,
    );
    let escaped = format!("gates = [\"stale_rate{{location=\\\"XXX\\\"}} < 0.1%\"]\n{SMALL}");
    let said = Folder::empty().file("s.toml", escaped).edgelag("check s.toml").run().exits(2).stderr();
    let expected = r#"
error: the scenario has no location `XXX`
 --> s.toml:1:31
  |
1 | gates = ["stale_rate{location=\"XXX\"} < 0.1%"]
  |                               ^^^^^^^
  |
  = help: there are: FRA, IAD, SIN
"#;
    assert_eq!(said, expected.trim_start());
}

#[test]
fn labels_and_figures_that_are_not_there() {
    says(
        r#"latency{loc="SIN"}.p99 < 1s"#,
        r#"
error: unknown label `loc`
 --> s.toml:1:19
1 | gates = ['latency{loc="SIN"}.p99 < 1s']
  |                   ^^^
  = help: labels are namespace, location and op"#,
    );
    says(
        r#"latency{location="SIN"}.p95 < 1s"#,
        r#"
error: `latency` has no `p95` of a single location
 --> s.toml:1:35
1 | gates = ['latency{location="SIN"}.p95 < 1s']
  |                                   ^^^
  = help: figures of it there are: mean, p50, p99, max"#,
    );
    says(
        r#"stale_rate{op="write"} < 1%"#,
        r#"
error: `stale_rate` is not told of the operation `write`
 --> s.toml:1:25
1 | gates = ['stale_rate{op="write"} < 1%']
  |                         ^^^^^^^
  = help: it is told of: read, update"#,
    );
    says(
        r#"propagation_99{location="SIN"}.p50 < 1s"#,
        r#"
error: `propagation_99` is told of all locations together only
 --> s.toml:1:35
1 | gates = ['propagation_99{location="SIN"}.p50 < 1s']
  |                                   ^^^^^
  = help: leave `location` out"#,
    );
}

#[test]
fn values_and_comparisons_that_mean_nothing() {
    says(
        "latency.p99 < 50",
        r"
error: `50` has no unit
 --> s.toml:1:25
1 | gates = ['latency.p99 < 50']
  |                         ^^
  = help: write 50s, or a time with its unit, such as 250ms, 60s or 1h30m",
    );
    says(
        "stale_rate < 101%",
        r"
error: `101%` is not between 0 and 1 (or 0% and 100%)
 --> s.toml:1:24
1 | gates = ['stale_rate < 101%']
  |                        ^^^^",
    );
    says(
        "stale_rate = 0",
        r"
error: expected a comparison, found `=`
 --> s.toml:1:22
1 | gates = ['stale_rate = 0']
  |                      ^
  = help: a gate compares with <, <=, >, >= or ==",
    );
    says(
        "stale_rate == 1%",
        r"
error: no number of trials shows that `stale_rate` is exactly this
 --> s.toml:1:22
1 | gates = ['stale_rate == 1%']
  |                      ^^
  = help: `==` asks whether none was seen, or all: compare with 0, or a share with 100%
  = help: else use <, <=, > or >=",
    );
    says(
        "stale_rate >= 0%",
        r"
error: `stale_rate` is never below this, so the gate says nothing
 --> s.toml:1:25
1 | gates = ['stale_rate >= 0%']
  |                         ^^
  = help: use `== 0` to ask that none was seen, and `== 100%` that all were",
    );
}

/// All mistakes at once, the same gate twice among them.
#[test]
fn all_gates_are_looked_at() {
    let text =
        format!("gates = ['behind < 1', 'behind<', '', 'behind < 1', 'latency{{op=\"read}} < 1s']\n{SMALL}");
    let said = Folder::empty().file("s.toml", text).edgelag("check s.toml").run().exits(2).stderr();
    for message in [
        "error: no value is given to compare with",
        "error: expected a metric",
        "error: the same gate is given twice",
        "error: the name has no closing quote",
    ] {
        assert!(said.contains(message), "{message} is not in {said}");
    }
}

/// What is not in the scenario is told before it runs, with the reason.
#[test]
fn gates_that_no_run_can_tell() {
    for (gate, reason) in [
        (r#"stale_rate{location="IAD"} < 1%"#, "`kv` has no clients at IAD"),
        ("ryw_violations == 0", "`kv` has no clients with sessions"),
        (r#"latency{op="delete"}.p99 < 1s"#, "no client of `kv` does the operation delete"),
        ("cost < 5 USD", "`kv` has no price"),
        (r#"utilisation{location="IAD"} < 50%"#, "no [site] at IAD has servers"),
        ("recovery < 5s", "`kv` has no faults in its world"),
        ("upper_hit_ratio > 50%", "`kv` has no upper tier of caches"),
    ] {
        let folder =
            Folder::empty().file("s.toml", format!("gates = ['{gate}', 'stale_rate < 90%']\n{SMALL}"));
        let said = folder.edgelag("check s.toml").run().exits(0).stderr();
        assert_eq!(said, format!("warning: the gate `{gate}` cannot be told: {reason}\n"));
    }
}

/// Every row of every published summary is one that a gate can name, with its unit.
#[test]
fn what_runs_tell_can_be_named() {
    let mut wrong = BTreeSet::new();
    for folder in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/results")).unwrap() {
        let mut table = csv::Reader::from_path(folder.unwrap().path().join("summary.csv")).unwrap();
        let column = |header: &csv::StringRecord, name| header.iter().position(|cell| cell == name).unwrap();
        let header = table.headers().unwrap().clone();
        for row in table.records() {
            let row = row.unwrap();
            let cell = |name| &row[column(&header, name)];
            let known = METRICS.iter().find(|metric| metric.name == cell("metric"));
            let is_told = known.is_some_and(|metric| {
                let stats = if cell("location") == "*" { metric.stats } else { metric.at_locations };
                metric.unit == cell("unit")
                    && stats.contains(&cell("stat"))
                    && metric.ops.contains(&cell("op"))
            });
            if !is_told {
                wrong.insert(["metric", "op", "stat", "unit"].map(cell).join(" "));
            }
        }
    }
    assert_eq!(wrong, BTreeSet::new(), "scenario/gates/metrics.rs does not list these");
}
