//! Scenarios and variants side by side: what is the same for all arms, what is told of their differences, and what
//! cannot be compared.

mod mistakes;

use edgelag::experiment::{self, Outcome};
use edgelag::model::workload::OpKind;
use edgelag::observe::{NamespaceTally, PlaceTally};
use edgelag::scenario::{self, Scenario};
use edgelag::world::Choice;
use serde_json::Value;

use crate::edgelag::{Folder, Ran, SMALL};
use crate::lab;

const HEADER: &str = "namespace,location,op,metric,stat,unit,a,b,value_a,value_b,difference,ci_lo,ci_hi,verdict,\
                      trials_needed";

/// The small scenario with variants.
fn with(variants: &str) -> String {
    format!("{SMALL}{variants}")
}

/// Without caches, a weak and a strict quorum.
const QUORUMS: &str = r#"
[variant.weak]
"namespace.kv.cache" = {}
"namespace.kv.replication" = { quorum = { r = 1, w = 1 } }
[variant.strict]
"namespace.kv.cache" = {}
"namespace.kv.replication" = { quorum = { r = 2, w = 2 } }
"#;

/// The rows of a table below its header, in cells; none of those here has a quote in it.
#[track_caller]
fn cells(text: &str, header: &str) -> Vec<Vec<String>> {
    let (first, rows) = text.split_once('\n').expect("it has a header");
    assert_eq!(first.trim_end(), header);
    rows.lines().map(|row| row.split(',').map(str::to_owned).collect()).collect()
}

/// Issue 4, point 8: identical arms differ by exactly 0.
#[test]
fn identical_arms_differ_by_exactly_nothing() {
    let twins = with("[variant.a]\n[variant.b]\n");
    let folder = Folder::with_small().file("twins.toml", twins);
    for (args, out) in [
        ("small.toml small.toml", "small-vs-small-2"),
        ("twins.toml", "twins"),
        ("twins.toml --execution aggregate --set namespace.kv.visibility.writes=0", "twins"),
    ] {
        let ran = folder.edgelag(&format!("compare {args}")).run().exits(0).says_nothing();
        let rows = cells(&folder.text(&format!("results/{out}/comparison.csv")), HEADER);
        assert!(rows.len() > 50, "{}", rows.len());
        for row in rows {
            assert_eq!(row[8], row[9], "{row:?}");
            assert_eq!(row[10], "0", "{row:?}");
            assert!(["0", ""].contains(&row[11].as_str()) && row[11] == row[12], "{row:?}");
            assert_eq!((row[13].as_str(), row[14].as_str()), ("identical", ""), "{row:?}");
        }
        assert!(ran.stdout().contains("  stale reads, behind, read p50, read p99,"), "{}", ran.stdout());
        assert!(!folder.names(&format!("results/{out}")).contains(&"comparison.svg".to_owned()));
    }
}

fn run(scenario: &Scenario) -> Vec<Outcome<'_>> {
    experiment::run(&scenario.cases, 2, Choice::Auto, &|_| true).expect("two threads start")
}

/// What arrives in a trial: operations by kind at each location, and when, by slices of the trial.
fn arrivals(tally: &NamespaceTally) -> (Vec<Vec<u64>>, Vec<(u64, u64)>) {
    let count = |place: &PlaceTally| OpKind::ALL.map(|op| place.op(op).latency.count()).to_vec();
    let at_places = tally.places.iter().flatten().map(|place| count(place));
    let slices = tally.timeline.iter().zip(&tally.all.timeline);
    let slices = slices.map(|((_, _, slice), reads)| (reads.stale.of, slice.writes));
    (at_places.collect(), slices.collect())
}

/// Common random numbers: what differs between the arms is what they do with the same operations, over the same links.
/// Only two of the arms' locations are the same.
#[test]
fn arms_have_the_same_arrivals_and_links() {
    let text = with(
        r#"
        [variant.cached]
        [variant.strict]
        "namespace.kv.cache" = {}
        "namespace.kv.replication.quorum" = { r = 2, w = 2 }
        [variant.primary]
        "namespace.kv.replication" = { primary-backup = { primary = "IAD" } }
        "namespace.kv.replicas" = ["IAD", "GRU"]
        [variant.preset]
        extends = "preset:primary-backup"
        "#,
    );
    let scenario = lab::load(&text, &["network.rtt.geo.profile=backbone".to_owned()]);
    let outcomes = run(&scenario);
    for other in &outcomes[1..] {
        assert_eq!(other.numbers, [0, 1, 2, 3]);
        for (a, b) in outcomes[0].trials.iter().zip(&other.trials) {
            let (a, b) = (arrivals(&a.namespaces[0]), arrivals(&b.namespaces[0]));
            assert_eq!(a.1, b.1, "{}", other.case.label);
            // Places without clients have no counts, and the others are in the order of the case.
            assert_eq!(a.0, b.0, "{}", other.case.label);
            assert!(a.0.iter().flatten().sum::<u64>() > 500);
        }
    }
    // Links: between two locations that no cache is in front of, the same operations take the same time.
    let quorum = |w: u32| {
        let text = with(&format!(
            "[variant.one]\n\"namespace.kv.replication.quorum.w\" = {w}\n[variant.two]\n\
             \"namespace.kv.replication.quorum.w\" = {w}\n\"namespace.kv.cache\" = {{}}\n"
        ));
        lab::load(&text, &["network.rtt.geo.profile=backbone".to_owned()])
    };
    let scenario = quorum(2);
    let outcomes = run(&scenario);
    let writes = |outcome: &Outcome| -> Vec<u128> {
        let trials = outcome.trials.iter();
        trials.map(|trial| trial.namespaces[0].all.op(OpKind::Write).latency.sum()).collect()
    };
    assert_eq!(writes(&outcomes[0]), writes(&outcomes[1]), "writes do not pass caches");
}

#[test]
fn verdicts_are_told_in_sentences_tables_and_json() {
    let folder = Folder::empty().file("q.toml", with(QUORUMS));
    let ran = folder.edgelag("compare q.toml").run().exits(0).says_nothing();
    let told = ran.stdout();
    assert!(
        told.contains("\nseed 7 · 4 trials of each of 2 arms of 22 s") || told.starts_with("seed 7 · 4"),
        "{told}"
    );
    for line in [
        "strict against weak\n",
        "  stale reads: strict better by ",
        "  read p50: weak better by ",
        "over 4 paired trials",
        "files in results/q\n",
    ] {
        assert!(told.contains(line), "`{line}` is not in:\n{told}");
    }
    let json = folder.edgelag("compare q.toml --format json").run().exits(0).says_nothing().stdout();
    let all: Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!((&all["seed"], &all["trials"]), (&7.into(), &4.into()));
    assert_eq!(all["arms"], serde_json::json!(["weak", "strict"]));
    let rows = all["comparison"].as_array().unwrap();
    let table = cells(&folder.text("results/q/comparison.csv"), HEADER);
    assert_eq!(rows.len(), table.len());
    let of = |metric: &str, stat: &str| {
        let found = rows.iter().find(|row| {
            (&row["metric"], &row["stat"], &row["location"], &row["op"])
                == (&metric.into(), &stat.into(), &"*".into(), &"read".into())
        });
        found.unwrap_or_else(|| panic!("no {metric}"))
    };
    let number = |row: &Value, key: &str| row[key].as_f64().unwrap();
    let stale = of("stale_rate", "rate");
    assert_eq!(stale["verdict"], "b better");
    assert_eq!(number(stale, "difference"), number(stale, "value_b") - number(stale, "value_a"));
    assert!(number(stale, "ci_lo") < number(stale, "difference") && number(stale, "ci_hi") < 0.0);
    assert_eq!(of("latency", "p50")["verdict"], "a better", "less is better");
    assert_eq!(of("fresh_at_commit", "rate")["verdict"], "b better", "more is better");
    assert_eq!(of("operations", "rate")["verdict"], "identical", "they are the same operations");
    // The values are those of the summary.
    let summary = folder.text("results/q/summary.csv");
    let value = |case: &str| {
        let row = summary.lines().find(|row| row.starts_with(&format!("q,{case},kv,*,read,stale_rate,")));
        row.unwrap().split(',').nth(7).unwrap().to_owned()
    };
    let row = table.iter().find(|row| row[3] == "stale_rate" && row[1] == "*" && row[2] == "read").unwrap();
    assert_eq!(row[8..10], [value("weak"), value("strict")]);
}

/// What arms do more or less of is neither better nor worse; and what is not told apart says how many trials more would do.
#[test]
fn not_everything_has_a_better_side() {
    let text = with(
        "[variant.usual]\n[variant.busy]\n\"client.users.arrivals\" = { poisson = \"60/s\" }\n\
         [variant.alike]\nnamespace.kv.cache.edge.ttl = \"2001ms\"\n",
    );
    let folder = Folder::empty().file("s.toml", text);
    let ran = folder.edgelag("compare s.toml").run().exits(0).says_nothing();
    let rows = cells(&folder.text("results/s/comparison.csv"), HEADER);
    let of = |b: &str, metric: &str| {
        let found =
            rows.iter().find(|row| row[7] == b && row[1] == "*" && row[2] == "read" && row[3] == metric);
        found.unwrap_or_else(|| panic!("no {metric} of {b}"))
    };
    assert_eq!(of("busy", "operations")[13], "differ");
    assert_eq!(of("busy", "origin_requests")[13], "a better");
    assert_eq!(of("busy", "hit_ratio")[13], "b better");
    let alike = of("alike", "stale_rate");
    assert_eq!(alike[13], "not told apart");
    assert!(alike[14].parse::<u64>().unwrap() >= 1);
    assert!(ran.stdout().contains("  stale reads: not told apart, about "), "{}", ran.stdout());
    let few = "write p99, seen by all p99: not told apart, as a trial has too few values beyond it\n";
    assert!(ran.stdout().contains(few), "{}", ran.stdout());
}

/// Results do not depend on threads (design, section 3).
#[test]
fn the_same_bytes_come_out_on_any_number_of_threads() {
    let folder = Folder::empty().file("q.toml", with(QUORUMS));
    folder.edgelag("compare q.toml --png --threads 1 -o one -q").run().exits(0).prints_nothing();
    folder.edgelag("compare q.toml --png --threads 2 -o two -q").run().exits(0).prints_nothing();
    let (one, two) = (folder.results("one"), folder.results("two"));
    assert!(one.iter().any(|(name, _)| name == "comparison.png"));
    for ((name, a), (other, b)) in one.iter().zip(&two) {
        assert!(name == other && a == b, "{name} differs from {other}");
    }
    assert_eq!(one.len(), two.len());
}

/// Each arm can be run again alone, from what `run.json` says of it.
#[test]
fn the_manifest_has_each_arm() {
    let text = with(
        "[variant.own]\n[variant.preset]\nextends = \"preset:workers-kv\"\n\
         \"namespace.kv.cache.edge.ttl\" = \"20s\"\n",
    );
    let folder = Folder::empty().file("s.toml", text);
    folder
        .edgelag("compare s.toml --trials 3 --set horizon=12s --set network.rtt.geo.profile=backbone")
        .run()
        .exits(0);
    let manifest: Value = serde_json::from_str(&folder.text("results/s/run.json")).unwrap();
    let names = |of: &str, key: &str| -> Vec<String> {
        let all = manifest[of].as_array().unwrap().iter();
        all.map(|arm| arm[key].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (names("cases", "case"), names("arms", "name")),
        (names("arms", "name"), names("cases", "case"))
    );
    let resolved = manifest["arms"][1]["resolved"].as_str().unwrap();
    // The scenario's weights replace those of the preset: half of each would be neither.
    assert!(resolved.contains("read = 0.9\nwrite = 0.1\n") && !resolved.contains("delete"), "{resolved}");
    assert!(resolved.contains("[namespace.kv.cache.upper]"), "{resolved}");
    let again = Folder::empty().file("preset.toml", resolved);
    again.edgelag("run preset.toml").run().exits(0);
    let rows = |text: String, begin: &str| -> Vec<String> {
        let rows = text.lines().filter_map(|row| row.strip_prefix(begin).map(str::to_owned));
        rows.collect()
    };
    let alone = rows(again.text("results/preset/summary.csv"), "preset,,");
    assert!(!alone.is_empty());
    assert_eq!(rows(folder.text("results/s/summary.csv"), "s,preset,"), alone);
}

/// Files and presets, with settings for all of them and the seed and trials of the first.
#[test]
fn several_files_are_run_with_one_seed() {
    let other = SMALL
        .replace("seed = 7\ntrials = 4\n", "seed = 8\ntrials = 9\n")
        .replace("ttl = \"2s\"", "ttl = \"1s\"");
    let folder = Folder::with_small().file("other.toml", other);
    let notes = "note: all arms are run with `seed` 7, that of `small`; `other` has 8\n\
                 note: all arms are run with `trials` 4, that of `small`; `other` has 9\n";
    let ran = folder.edgelag("compare small.toml other.toml").run().exits(0);
    assert_eq!(ran.stderr(), notes);
    let manifest: Value = serde_json::from_str(&folder.text("results/small-vs-other/run.json")).unwrap();
    assert_eq!(manifest["cases"][1]["trials"], 4);
    assert!(manifest["arms"][1]["resolved"].as_str().unwrap().starts_with("seed = 7\ntrials = 4\n"));
    assert!(manifest.get("resolved").is_none(), "there is no one scenario");
    let settings = "--seed 3 --trials 2 --set namespace.kv.cache.edge.ttl=4s -o out";
    let ran = folder.edgelag(&format!("compare small.toml other.toml {settings}")).run().exits(0);
    assert_eq!(ran.stderr(), "");
    assert!(ran.stdout().contains("seed 3 · 2 trials of each of 2 arms"), "{}", ran.stdout());
    let rows = cells(&folder.text("out/comparison.csv"), HEADER);
    assert!(rows.iter().all(|row| row[13] == "identical"), "the setting makes them the same");
    let ran = folder.edgelag("compare preset:dynamo-quorum small.toml --trials 2").run().exits(0);
    assert_eq!(
        ran.stderr(),
        "note: all arms are run with `seed` 1, that of `dynamo-quorum`; `small` has 7\n\
         note: arms are not measured over the same time: `dynamo-quorum` from 10 s to 130 s, `small` from 2 s to 22 s\n"
    );
    // Of the locations only those are compared that both have: FRA and SIN.
    let rows = cells(&folder.text("results/dynamo-quorum-vs-small/comparison.csv"), HEADER);
    let mut places: Vec<&str> = rows.iter().map(|row| row[1].as_str()).collect();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places, ["*", "FRA", "SIN"]);
}

/// Namespaces of the same name are compared; of the others it is said that they are not.
#[test]
fn namespaces_of_one_arm_only_are_named() {
    let second =
        "[namespace.log]\nkeys.count = 5\nreplicas = [\"IAD\"]\nreplication.quorum = { r = 1, w = 1 }\n";
    let folder = Folder::with_small().file("two.toml", with(second));
    let ran = folder.edgelag("compare small.toml two.toml").run().exits(0);
    let note = "note: not compared, as the other arm has no namespace of that name: `log` of `two`\n";
    assert_eq!(ran.stderr(), note);
    let rows = cells(&folder.text("results/small-vs-two/comparison.csv"), HEADER);
    assert!(rows.iter().all(|row| row[0] == "kv"));
}

/// `run` and `check` know variants too.
#[test]
fn variants_are_cases_of_a_run() {
    let folder = Folder::empty().file("q.toml", with(QUORUMS));
    let ran: Ran = folder.edgelag("run q.toml").run().exits(0);
    let note = "note: the variants are run one by one; how they differ is told by `edgelag compare q.toml`\n";
    assert_eq!(ran.stderr(), note);
    assert!(!folder.names("results/q").contains(&"comparison.csv".to_owned()));
    let of_run = folder.text("results/q/summary.csv");
    folder.edgelag("compare q.toml").run().exits(0);
    assert_eq!(folder.text("results/q/summary.csv"), of_run);
    let checked = folder.edgelag("check q.toml").run().exits(0).says_nothing().stdout();
    assert!(checked.contains("2 cases · 8 trials") && checked.ends_with("  weak\n  strict\n"), "{checked}");
    // A setting may be of one variant.
    folder
        .edgelag("compare q.toml -o out --set variant.weak.\"namespace.kv.replication\"={quorum={r=2,w=2}}")
        .run()
        .exits(0);
    let rows = cells(&folder.text("out/comparison.csv"), HEADER);
    assert!(rows.iter().all(|row| row[13] == "identical"));
}

/// The library says the same without files.
#[test]
fn scenarios_are_put_side_by_side_without_files() {
    let no_files = |_: &str| Err("there are no files here".to_owned());
    let text = |name| scenario::Text { name, written: name, bytes: SMALL.as_bytes(), files: &no_files };
    let scenario = scenario::side_by_side(&[text("a"), text("b"), text("c")], &[]).unwrap();
    let outcomes = run(&scenario);
    let comparison = experiment::compare(&outcomes, &experiment::summarise(&outcomes));
    assert!(comparison.rows.iter().all(|row| row.difference.value == 0.0));
    assert_eq!(comparison.rows.last().unwrap().b.case, "c");
}
