//! What cannot be compared, to the letter.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::with;
use crate::edgelag::{Folder, SMALL, until, within};

/// What `edgelag ARGS` says about the small scenario with variants that have a mistake, as `s.toml`. Its last line
/// is the 18th.
#[track_caller]
fn says(args: &str, variants: &str, expected: &str) {
    let folder = Folder::with_small().file("s.toml", with(variants));
    let ran = folder.edgelag(args).run().exits(2).prints_nothing();
    assert_eq!(ran.stderr(), expected.trim_start_matches('\n'));
    assert_eq!(folder.names("."), ["s.toml", "small.toml"], "nothing is left behind");
}

#[test]
fn one_scenario_is_nothing_to_compare() {
    says(
        "compare small.toml",
        "",
        r#"
error: small.toml has no variants, so there is nothing to compare it with
  = help: name another scenario or preset: edgelag compare small.toml OTHER.toml
  = help: or add two variants, each with edits of dotted keys: [variant.NAME] "namespace.kv.cache.edge.ttl" = "30s"
"#,
    );
}

#[test]
fn no_variants() {
    let expected = r#"
error: there are no variants in `variant`
  --> s.toml:19:1
   |
19 | [variant]
   | ^^^^^^^^^
   |
   = help: edits of dotted keys make an arm: [variant.NAME] "namespace.kv.cache.edge.ttl" = "30s"
"#;
    for command in ["check", "run", "compare"] {
        says(&format!("{command} s.toml"), "[variant]\n", expected);
    }
}

#[test]
fn one_variant() {
    says(
        "compare s.toml",
        "[variant.fast]\n\"namespace.kv.cache.edge.ttl\" = \"1s\"\n",
        r#"
error: `fast` is the only variant; a comparison needs two
  --> s.toml:19:10
   |
19 | [variant.fast]
   |          ^^^^
   |
   = help: a variant with nothing in it is the scenario as it is: [variant.as-it-is]
"#,
    );
}

#[test]
fn an_unknown_key_in_a_variant() {
    says(
        "compare s.toml",
        "[variant.a]\n[variant.b]\n\"namespace.kv.cache.edge.tll\" = \"1s\"\n",
        r#"
error: unknown key `tll`
  --> s.toml:21:1
   |
21 | "namespace.kv.cache.edge.tll" = "1s"
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ not a key of `namespace.kv.cache.edge`
   |
   = help: did you mean `ttl`?
   = help: this is in the arm `b`
"#,
    );
    says(
        "compare s.toml",
        "[variant.a]\nabout = \"as it is\"\n[variant.b]\n",
        r#"
error: unknown key `about`
  --> s.toml:20:1
   |
20 | about = "as it is"
   | ^^^^^ not a key of the scenario
   |
   = help: known keys here: title, seed, trials, warmup, horizon, locations, network, namespace, client, skip_bad_rows, fault, site, gates, solve, limits
   = help: this is in the arm `a`
"#,
    );
}

#[test]
fn values_that_do_not_fit_in_one_arm() {
    says(
        "check s.toml",
        "[variant.a]\n[variant.b]\n\"namespace.kv.replication.quorum.w\" = 4\n",
        r#"
error: `w` is 4; it must be from 1 to n, the number of replicas, which is 3
  --> s.toml:21:39
   |
21 | "namespace.kv.replication.quorum.w" = 4
   |                                       ^
   |
   = help: this is in the arm `b`
"#,
    );
    says(
        "check s.toml",
        "[variant.a]\n[variant.b]\n\"horizon.x\" = 3\n",
        r#"
error: cannot set `x` below a string
  --> s.toml:21:1
   |
 4 | horizon = "22s"
   |           ----- `horizon` is a string, not a table
...
21 | "horizon.x" = 3
   | ^^^^^^^^^^^
   |
   = help: this is in the arm `b`
"#,
    );
}

/// All at once.
#[test]
fn what_variants_cannot_be() {
    says(
        "compare s.toml",
        "[variant.a]\nseed = 3\n[variant.A]\n[variant.\"b/../c\"]\n[variant]\nd = 4\n",
        r#"
error: `seed` is the same for all arms of a comparison
  --> s.toml:20:1
   |
20 | seed = 3
   | ^^^^
   |
   = help: set it at the top of the scenario

error: two variants are named `a` but for upper and lower case
  --> s.toml:21:10
   |
21 | [variant.A]
   |          ^

error: `b/../c` is a path, and cannot be a name
  --> s.toml:22:10
   |
22 | [variant."b/../c"]
   |          ^^^^^^^^

error: the variant `d` must be a table of edits
  --> s.toml:24:5
   |
24 | d = 4
   |     ^
   |
   = help: edits of dotted keys make an arm: [variant.NAME] "namespace.kv.cache.edge.ttl" = "30s"
"#,
    );
}

#[test]
fn a_sweep_within_a_comparison() {
    says(
        "compare s.toml small.toml",
        "[sweep]\n\"namespace.kv.cache.edge.ttl\" = [\"1s\", \"3s\"]\n",
        r#"
error: `s` has a `sweep`, so it is not one arm of a comparison
  --> s.toml:19:1
   |
19 | [sweep]
   | ^^^^^^^
   |
   = help: give each arm its value of the key in [variant.NAME], or take the sweep out
"#,
    );
}

#[test]
fn several_files_one_of_which_has_variants() {
    says(
        "compare small.toml s.toml",
        "[variant.a]\n[variant.b]\n",
        r#"
error: `s` has a `variant`, so it is not one arm of a comparison
  --> s.toml:19:2
   |
19 | [variant.a]
   |  ^^^^^^^
   |
   = help: compare the variants of one scenario, or several scenarios without any
"#,
    );
}

#[test]
fn a_variant_that_extends_what_is_not_there() {
    says(
        "compare s.toml",
        "[variant.a]\n[variant.b]\nextends = \"preset:worker-kv\"\n",
        r#"
error: unknown preset `worker-kv`
  --> s.toml:21:11
   |
21 | extends = "preset:worker-kv"
   |           ^^^^^^^^^^^^^^^^^^
   |
   = help: did you mean `preset:workers-kv`?
"#,
    );
}

#[test]
fn no_namespace_in_common() {
    let other = SMALL.replace("namespace.kv", "namespace.log").replace("\"kv\"", "\"log\"");
    let folder = Folder::with_small().file("log.toml", other);
    let ran = folder.edgelag("compare small.toml log.toml").run().exits(2).prints_nothing();
    let expected = r#"error: `small` and `log` have no namespace of the same name
 --> log.toml:9:2
  |
9 | [namespace.log]
  |  ^^^^^^^^^
  |
  = help: namespaces of the same name are compared: `small` has kv, `log` has log
"#;
    assert_eq!(ran.stderr(), expected);
}

#[test]
fn arguments_that_cannot_be_meant() {
    let folder = Folder::with_small();
    for (args, code, words) in [
        ("compare", 2, "required arguments"),
        ("compare small.toml preset:worker-kv", 2, "did you mean `workers-kv`?"),
        ("compare small.toml nowhere.toml", 2, "cannot read the scenario nowhere.toml"),
        ("compare small.toml small.toml -o small.toml/out", 4, "small.toml/out"),
        ("compare small.toml preset:dynamo-quorum --execution aggregate", 2, "aggregate"),
    ] {
        folder.edgelag(args).run().exits(code).prints_nothing().says(words);
    }
}

/// Only trials that all arms have finished are paired, and the arms take turns, so there are some.
#[test]
fn an_interrupted_comparison_has_the_trials_of_all_arms() {
    let folder = Folder::empty().file("s.toml", with("[variant.a]\n[variant.b]\n[variant.c]\n"));
    let child = folder.edgelag("compare s.toml -o out --threads 2 --trials 1000 --set horizon=300s").start();
    until("the lock", || folder.at("out/.edgelag.lock").exists());
    // A trial takes some 5 ms, all of them many seconds.
    std::thread::sleep(Duration::from_millis(1500));
    assert!(Command::new("kill").arg("-INT").arg(child.id().to_string()).status().unwrap().success());
    let output = within(10, || child.wait_with_output().unwrap());
    assert_eq!(output.status.code(), Some(130));
    let manifest: Value = serde_json::from_str(&folder.text("out/run.json")).unwrap();
    let trials: Vec<u64> =
        manifest["cases"].as_array().unwrap().iter().map(|case| case["trials"].as_u64().unwrap()).collect();
    assert!(trials.len() == 3 && (1..1000).contains(&trials[0]), "{trials:?}");
    assert!(trials.iter().all(|&count| count == trials[0]), "{trials:?}");
    let rows = folder.text("out/comparison.csv");
    assert!(rows.lines().skip(1).all(|row| row.contains(",identical,")), "the same trials are paired");
}
