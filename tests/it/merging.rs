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
