//! What the user is told about mistakes, to the letter. The expected text is what a person who made that mistake
//! should read; numbers such as BI049 are those of `reference/bad_inputs.csv`.

mod capacity;
mod faults;
mod files;
mod hostile;
mod policies;
mod sites;

use crate::edgelag::{Folder, Ran, SMALL};

/// What `edgelag check s.toml` says about a scenario that has a mistake.
#[track_caller]
fn refused(text: impl AsRef<[u8]>) -> Ran {
    let folder = Folder::empty().file("s.toml", text);
    folder.edgelag("check s.toml").run().exits(2).prints_nothing()
}

#[track_caller]
fn says(text: &str, expected: &str) {
    assert_eq!(refused(text).stderr(), expected.trim_start_matches('\n'));
}

/// The small scenario with each of the texts replaced by its successor.
#[track_caller]
fn small(replacements: &[(&str, &str)]) -> String {
    replacements.iter().fold(SMALL.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in the small scenario");
        text.replace(from, to)
    })
}

#[test]
fn a_mistyped_key() {
    says(
        &small(&[("horizon", "horizn")]),
        r#"
error: unknown key `horizn`
 --> s.toml:4:1
  |
4 | horizn = "22s"
  | ^^^^^^ not a key of the scenario
  |
  = help: did you mean `horizon`?
"#,
    );
}

/// BI026
#[test]
fn a_missing_unit() {
    says(
        &small(&[("ttl = \"2s\"", "ttl = 2")]),
        r#"
error: `2` has no unit
  --> s.toml:13:22
   |
13 | cache.edge = { ttl = 2 }
   |                      ^ the value of `namespace.kv.cache.edge.ttl`
   |
   = help: write "2s", or a time with its unit, such as "250ms", "60s" or "1h30m"
"#,
    );
}

/// BI049
#[test]
fn more_acknowledgements_than_replicas() {
    says(
        &small(&[("w = 2", "w = 4")]),
        r#"
error: `w` is 4; it must be from 1 to n, the number of replicas, which is 3
  --> s.toml:12:35
   |
12 | replication.quorum = { r = 1, w = 4 }
   |                                   ^
"#,
    );
}

/// BI055
#[test]
fn an_unknown_location() {
    says(
        &small(&[("\"SIN\"]\n[network]", "\"SNI\"]\n[network]")]),
        r#"
error: unknown location `SNI`
 --> s.toml:6:17
  |
6 | edges = ["FRA", "SNI"]
  |                 ^^^^^ no such place
  |
  = help: did you mean `SIN`?
"#,
    );
    says(
        &small(&[("at = \"edges\"", "at = \"atlantis\"")]),
        r#"
error: unknown location `atlantis`
  --> s.toml:15:6
   |
15 | at = "atlantis"
   |      ^^^^^^^^^^ no such place
   |
   = help: write an IATA code (FRA), a cloud region (aws:eu-central-1), or give the place under [locations.own]
"#,
    );
}

/// BI001
#[test]
fn an_empty_file() {
    says(
        "",
        r#"
error: scenario is empty
--> s.toml
 = help: `edgelag new` writes one to start from
"#,
    );
}

#[test]
fn isolated_writes_that_cannot_be() {
    let count = "visibility.isolated_writes = 10_000_000_001";
    says(
        &small(&[
            ("w = 2 }", &format!("w = 2, writes_to = \"random\" }}\n{count}")),
            ("mix = { read = 0.9, write = 0.1 }", ""),
        ]),
        r#"
error: `isolated_writes` is 10000000001; the limit is 10000000000
  --> s.toml:13:30
   |
13 | visibility.isolated_writes = 10_000_000_001
   |                              ^^^^^^^^^^^^^^
   |
   = help: each trial draws its own: more trials draw more

error: isolated writes are read straight from replicas, but this namespace has caches
  --> s.toml:13:30
   |
13 | visibility.isolated_writes = 10_000_000_001
   |                              ^^^^^^^^^^^^^^
   |
   = help: leave `isolated_writes` out: probes and reads tell of visibility behind caches

error: isolated writes must reach all replicas, but here some never get them
  --> s.toml:13:30
   |
13 | visibility.isolated_writes = 10_000_000_001
   |                              ^^^^^^^^^^^^^^
   |
   = help: let writes reach all (writes_to = "all"), or leave `isolated_writes` out

error: isolated writes begin where populations write, but none writes to this namespace
  --> s.toml:13:30
   |
13 | visibility.isolated_writes = 10_000_000_001
   |                              ^^^^^^^^^^^^^^
   |
   = help: give one a mix with writes, such as { read = 0.99, write = 0.01 }
"#,
    );
    // None are no mistake anywhere.
    let none = small(&[("w = 2 }", "w = 2 }\nvisibility.isolated_writes = 0")]);
    Folder::empty().file("s.toml", none).edgelag("check s.toml").run().exits(0).says_nothing();
}

#[test]
fn several_mistakes_of_form_come_together() {
    says(
        &small(&[
            ("seed = 7", "seed = \"x\""),
            ("horizon = \"22s\"", "horizon = \"22\""),
            ("quorum", "quorm"),
            ("ttl = \"2s\"", "ttl = \"2s\", tttl = \"1s\""),
            ("\"20/s\"", "\"20\""),
        ]),
        r#"
error: expected an integer, found a string
 --> s.toml:1:8
  |
1 | seed = "x"
  |        ^^^ the value of `seed`

error: `22` has no unit
 --> s.toml:4:11
  |
4 | horizon = "22"
  |           ^^^^ the value of `horizon`
  |
  = help: write "22s", or a time with its unit, such as "250ms", "60s" or "1h30m"

error: unknown choice `quorm`
  --> s.toml:12:13
   |
12 | replication.quorm = { r = 1, w = 2 }
   |             ^^^^^ not a choice for `namespace.kv.replication`
   |
   = help: did you mean `quorum`?

error: unknown key `tttl`
  --> s.toml:13:28
   |
13 | cache.edge = { ttl = "2s", tttl = "1s" }
   |                            ^^^^ not a key of `namespace.kv.cache.edge`
   |
   = help: did you mean `ttl`?

error: `20` has no unit
  --> s.toml:17:20
   |
17 | arrivals.poisson = "20"
   |                    ^^^^ the value of `client.users.arrivals.poisson`
   |
   = help: write "20/s", or a rate with its unit, such as "400/s" or "12/h"
"#,
    );
}

/// What can be found only when the form is right comes together too.
#[test]
fn several_mistakes_of_meaning_come_together() {
    says(
        &small(&[
            ("warmup = \"2s\"", "warmup = \"30s\""),
            ("\"IAD\"", "\"IDA\""),
            ("at = \"edges\"", "at = \"edgs\""),
            ("namespace = \"kv\"", "namespace = \"kw\""),
        ]),
        r#"
error: nothing is measured: the horizon is not after the warm-up
 --> s.toml:4:11
  |
4 | horizon = "22s"
  |           ^^^^^
  |
  = help: operations that begin from `warmup` to `horizon` are measured

error: unknown location `IDA`
  --> s.toml:11:20
   |
11 | replicas = ["FRA", "IDA", "SIN"]
   |                    ^^^^^ no such place
   |
   = help: did you mean `IAD`?

error: unknown location `edgs`
  --> s.toml:15:6
   |
15 | at = "edgs"
   |      ^^^^^^ no such place
   |
   = help: did you mean `edges`?

error: unknown namespace `kw`
  --> s.toml:16:13
   |
16 | namespace = "kw"
   |             ^^^^
   |
   = help: did you mean `kv`?
"#,
    );
}

#[test]
fn a_mistake_in_an_extended_file_is_shown_there() {
    let base = small(&[("ttl = \"2s\"", "ttl = 2")]);
    let folder =
        Folder::empty().file("base.toml", base).file("s.toml", "extends = \"base.toml\"\nseed = 1\n");
    let ran = folder.edgelag("check s.toml").run().exits(2).prints_nothing();
    let expected = r#"error: `2` has no unit
  --> base.toml:13:22
   |
13 | cache.edge = { ttl = 2 }
   |                      ^ the value of `namespace.kv.cache.edge.ttl`
   |
   = help: write "2s", or a time with its unit, such as "250ms", "60s" or "1h30m"
"#;
    assert_eq!(ran.stderr(), expected);
}

#[test]
fn a_mistake_in_what_is_laid_over_a_preset_is_shown_there() {
    says(
        "extends = \"preset:workers-kv\"\nnamespace.kv.cache.edge.tll = \"5s\"\n",
        r#"
error: unknown key `tll`
 --> s.toml:2:25
  |
2 | namespace.kv.cache.edge.tll = "5s"
  |                         ^^^ not a key of `namespace.kv.cache.edge`
  |
  = help: did you mean `ttl`?
"#,
    );
}

#[test]
fn a_mistake_in_a_setting_is_shown_there() {
    let folder = Folder::with_small();
    let ran = folder.edgelag("check small.toml").set("namespace.kv.cache.egde.ttl=5s").run().exits(2);
    let expected = r#"error: unknown key `egde`
 --> --set:1:20
  |
1 | namespace.kv.cache.egde.ttl=5s
  |                    ^^^^ not a key of `namespace.kv.cache`
  |
  = help: did you mean `edge`?
"#;
    assert_eq!(ran.stderr(), expected);
}

#[test]
fn a_point_of_a_sweep_that_cannot_be() {
    says(
        &format!("{SMALL}[sweep]\n\"namespace.kv.replication.quorum.w\" = [1, 4]\n"),
        r#"
error: `w` is 4; it must be from 1 to n, the number of replicas, which is 3
  --> s.toml:20:43
   |
20 | "namespace.kv.replication.quorum.w" = [1, 4]
   |                                           ^
   |
   = help: this is at the sweep's point w=4
"#,
    );
}

#[test]
fn settings_that_are_none() {
    let folder = Folder::with_small();
    for (assignment, words) in [
        ("horizon", "expected `key.path=value`"),
        ("=1", "a key is missing in the path"),
        ("horizon=", "no value is given"),
        ("a..b=1", "a key is missing in the path"),
        ("seed.x=1", "seed"),
        ("namespace.kv.replicas=[\"FRA\"", "unclosed array"),
        ("namespace.kv.cache.edge.ttl=5", "`5` has no unit"),
        ("client.users.mix.read=-1", "`read` is -1"),
        ("namespace.kv.replication.quorum.w=4", "`w` is 4"),
        ("sweep=[1]", "`sweep` must be a table of lists"),
        ("sweep={seed=1}", "`seed` must be a list of values"),
        ("sweep={seed=[]}", "`seed` has no values"),
        ("sweep={seed=[1,2,1]}", "`seed` has the value 1 twice"),
        ("sweep={\"nothing.here\"=[1,2]}", "unknown key `nothing`"),
    ] {
        folder.edgelag("check small.toml").set(assignment).run().exits(2).prints_nothing().says(words);
    }
    // The longest path that makes sense is far shorter.
    let deep = format!("{}b=1", "a.".repeat(10_000));
    folder.edgelag("check small.toml").set(&deep).run().exits(2).says("at most 40 keys");
}

#[test]
fn more_memory_than_is_allowed() {
    let folder = Folder::with_small();
    let refused = folder.edgelag("check small.toml").set("limits.memory=10MiB").run().exits(2);
    let told = refused.prints_nothing().stderr();
    let (message, place) = told.split_once('\n').expect("there are several lines");
    let words: Vec<&str> = message.split(' ').collect();
    let predicted: f64 = words[7].parse().expect("a number");
    assert!((10.0..20.0).contains(&predicted), "{message}");
    let expected = format!(
        "error: the run is predicted to take {predicted:.0} MiB of memory, more than the limit of 10 MiB"
    );
    assert_eq!(message, expected);
    let expected = r#"
 --> --set:1:15
  |
1 | limits.memory=10MiB
  |               ^^^^^
  |
  = help: take fewer trials or keys, or lift the limit: [limits] memory = "…GiB"
"#;
    assert_eq!(place, expected.trim_start_matches('\n'));
}
