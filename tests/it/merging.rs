//! Replicas that merge: laws over random scenarios, and what does not go together with them, to the letter.

use edgelag::experiment;
use edgelag::model::workload::OpKind;
use edgelag::observe::Observations;
use edgelag::scenario;
use edgelag::world::Choice;

use crate::edgelag::{Folder, SMALL};
use crate::laws::draw::Draw;

const RULES: [(&str, &str); 3] = [
    ("siblings", "{ read = 0.6, write = 0.1, update = 0.2, delete = 0.1 }"),
    ("counter", "{ read = 0.6, write = 0.2, update = 0.2 }"),
    ("set", "{ read = 0.6, write = 0.2, update = 0.1, delete = 0.1 }"),
];

/// A random scenario with a rule by which `n` replicas merge, and a policy.
fn scenario(draw: &mut Draw, n: u16, policy: &str) -> String {
    let (rule, mix) = draw.one_of(&RULES);
    let sessions = draw.one_of(&["", "sessions = { users = 3 }\n"]);
    let head = draw.head();
    let namespace = draw.namespace(n, &format!("{policy}\nconflicts = \"{rule}\""));
    format!("{head}{namespace}{}{sessions}", draw.clients(mix))
}

#[track_caller]
fn trials(text: &str, threads: usize) -> Vec<Observations> {
    let no_files = |_: &str| Err("there are no files here".to_owned());
    let scenario = scenario::load("law", text.as_bytes(), &[], &no_files)
        .unwrap_or_else(|failure| panic!("{failure}{text}"));
    let outcomes = experiment::run(&scenario.cases, threads, Choice::Auto, &|_| true);
    outcomes.expect("threads can be started").remove(0).trials
}

/// R + W > N: one of the R that answer has what W had when a write committed, and what they answer is merged. So no read
/// misses anything, nor what its user has seen.
#[test]
fn a_strict_quorum_that_merges_is_never_stale() {
    let mut judged = 0;
    for index in 0..90 {
        let mut draw = Draw::new("strict quorum that merges", index);
        let n = draw.from(1, 5);
        let w = draw.from(1, n);
        let r = draw.from(n - w + 1, n);
        let reads_to = draw.one_of(&["all", "nearest", "random"]);
        let repair = if r > 1 { draw.one_of(&["none", "asynchronous", "blocking"]) } else { "none" };
        let policy = format!(
            "replication.quorum = {{ r = {r}, w = {w}, reads_to = \"{reads_to}\", read_repair = \"{repair}\" }}"
        );
        let text = scenario(&mut draw, n, &policy);
        for trial in trials(&text, 1) {
            let tally = &trial.namespaces[0];
            for kind in [OpKind::Read, OpKind::Update] {
                assert_eq!(tally.all.op(kind).judged.stale, 0, "{text}");
            }
            let (kept, all) = tally.updates_kept;
            assert_eq!(kept, all, "{text}");
            let sessions = tally.all.sessions.reads;
            // What a write returns to its client has committed, and so has what a read returns that is not ahead.
            assert_eq!(sessions.broken[0], 0, "{text}");
            judged += sessions.judged[0];
        }
    }
    assert!(judged > 1_000, "{judged}");
}

/// Trials do not know one another, and all that they draw is their own: any number of threads gives the same.
#[test]
fn threads_do_not_show() {
    for index in 0..30 {
        let mut draw = Draw::new("threads of replicas that merge", index);
        let policy = draw.one_of(&[
            "replication.multi-primary = {}",
            "replication.gossip = { every = \"500ms\" }",
            "replication.quorum = { r = 2, w = 1, read_repair = \"asynchronous\" }",
        ]);
        let cache = draw.any_cache();
        let text = scenario(&mut draw, 3, &format!("{policy}\n{cache}"));
        let told = |threads| format!("{:?}", trials(&text, threads));
        assert!(told(1) == told(4), "{text}");
    }
}

/// Replicas that are down miss writes, which they are given later by hints, anti-entropy or stand-ins.
#[test]
fn outages_lose_no_update() {
    for index in 0..30 {
        let mut draw = Draw::new("outages of replicas that merge", index);
        let policy = draw.one_of(&[
            "replication.multi-primary = {}",
            "replication.gossip = { every = \"500ms\" }",
            "replication.quorum = { r = 2, w = 2, hints = {} }",
            "replication.quorum = { n = 3, r = 2, w = 2, hints = {}, sloppy = true }",
        ]);
        let text = scenario(&mut draw, 4, policy).replace(
            "[client.users]",
            "outages = [{ replicas = [\"FRA\"], at = \"3s\", for = \"4s\" }]\n[client.users]",
        );
        let with_it = text.lines().any(|line| line.starts_with("replicas") && line.contains("FRA"));
        if !with_it {
            continue;
        }
        for trial in trials(&text, 1) {
            let (kept, all) = trial.namespaces[0].updates_kept;
            assert_eq!(kept, all, "{text}");
        }
    }
}

/// The small scenario, in which all replicas take writes and merge.
fn small(rule: &str, replication: &str, more: &str, mix: &str) -> String {
    let text = SMALL.replace("replication.quorum = { r = 1, w = 2 }", replication);
    let text = text.replace("cache.edge = { ttl = \"2s\" }", &format!("conflicts = \"{rule}\"\n{more}"));
    text.replace("mix = { read = 0.9, write = 0.1 }", mix)
}

#[track_caller]
fn says(text: &str, expected: &str) {
    let folder = Folder::empty().file("s.toml", text);
    let ran = folder.edgelag("check s.toml").run().exits(2).prints_nothing();
    assert_eq!(ran.stderr(), expected.trim_start_matches('\n'));
}

const MULTI_PRIMARY: &str = "replication.multi-primary = {}";
const MIX: &str = "mix = { read = 0.9, write = 0.1 }";

#[test]
fn policies_whose_replicas_cannot_merge() {
    let primary = r#"replication.primary-backup = { primary = "FRA", bounds = { versions = 3 } }"#;
    says(
        &small("counter", primary, "", MIX),
        r#"
error: `conflicts = "counter"` needs a replica that coordinates each write, merges it into what it holds and sends on the whole; under this replication policy none does
  --> s.toml:13:13
   |
13 | conflicts = "counter"
   |             ^^^^^^^^^
   |
   = help: use multi-primary, gossip, or a quorum with `coordinator = "nearest"` that writes to all
"#,
    );
    let elsewhere = r#"coordinator = "local""#;
    let random = r#"writes_to = "random""#;
    for quorum in [elsewhere, random] {
        says(
            &small("siblings", &format!("replication.quorum = {{ r = 1, w = 2, {quorum} }}"), "", MIX),
            r#"
error: `conflicts = "siblings"` needs a replica that coordinates each write, merges it into what it holds and sends on the whole; under this replication policy none does
  --> s.toml:13:13
   |
13 | conflicts = "siblings"
   |             ^^^^^^^^^^
   |
   = help: use multi-primary, gossip, or a quorum with `coordinator = "nearest"` that writes to all
"#,
        );
    }
}

#[test]
fn updates_in_one_order() {
    says(
        &small("set", MULTI_PRIMARY, "updates.compare-and-set = {}", MIX),
        r#"
error: compare-and-set needs one order of all writes, but with `conflicts = "set"` replicas merge them
  --> s.toml:14:1
   |
14 | updates.compare-and-set = {}
   | ^^^^^^^
   |
   = help: leave `conflicts` or `updates` out
"#,
    );
    says(
        &small("counter", MULTI_PRIMARY, "updates = \"at-owner\"", MIX),
        r#"
error: an owner of each value needs one order of all writes, but with `conflicts = "counter"` replicas merge them
  --> s.toml:14:11
   |
14 | updates = "at-owner"
   |           ^^^^^^^^^^
   |
   = help: leave `conflicts` or `updates` out
"#,
    );
}

#[test]
fn isolated_writes_of_replicas_that_merge() {
    says(
        &small("siblings", "replication.quorum = { r = 1, w = 2 }", "visibility.isolated_writes = 10", MIX),
        r#"
error: isolated writes are stored as they are, but with `conflicts = "siblings"` replicas merge them first
  --> s.toml:14:30
   |
14 | visibility.isolated_writes = 10
   |                              ^^
   |
   = help: leave `isolated_writes` out: probes and reads tell of visibility under this rule
"#,
    );
}

#[test]
fn a_counter_that_is_deleted() {
    says(
        &small("counter", MULTI_PRIMARY, "", "mix = { read = 0.9, delete = 0.1 }"),
        r#"
error: a counter counts increments and is never deleted, but clients of this namespace delete
  --> s.toml:13:13
   |
13 | conflicts = "counter"
   |             ^^^^^^^^^
   |
   = help: leave `delete` out of their mix, or use `conflicts = "set"`
"#,
    );
}

#[test]
fn tokens_of_versions_in_no_order() {
    says(
        &small(
            "counter",
            MULTI_PRIMARY,
            "",
            &format!("sessions.users = 5\ntoken.when_behind = \"wait\"\n{MIX}"),
        ),
        r#"
error: a token names the newest version that its user has seen, but with `conflicts = "counter"` versions are in no one order
  --> s.toml:20:1
   |
20 | token.when_behind = "wait"
   | ^^^^^
   |
   = help: leave `token` or `conflicts` out
"#,
    );
}

/// A history numbers versions in one order; and the faster executions say what is in their way.
#[test]
fn what_needs_one_order_is_refused() {
    let folder = Folder::empty().file("s.toml", small("set", MULTI_PRIMARY, "", MIX));
    let refused = |command: &str| {
        let ran = folder.edgelag(command).run().exits(2).prints_nothing();
        ran.stderr().to_owned()
    };
    assert_eq!(
        refused("export history s.toml"),
        "error: a history numbers the versions of a key in one order, but the replicas of namespace `kv` merge theirs\n  \
         = help: use `conflicts = \"arrival\"`, or a clock, for that namespace\n"
    );
    let why = refused("run s.toml --execution feed-forward --out out");
    assert!(
        why.contains("replicas of namespace `kv` merge what they are told with what they hold (conflicts)"),
        "{why}"
    );
    folder.edgelag("run s.toml --out out").run().exits(0);
}
