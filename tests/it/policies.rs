//! Laws of replication policies, tried on many random scenarios of all of them, many with replicas that are down for a
//! while. Each says why it must hold.

mod cut_off;
pub(crate) mod draw;
mod elsewhere;
mod faults;
mod linearizable;
mod updates;

use edgelag::experiment;
use edgelag::model::workload::OpKind;
use edgelag::observe::{NamespaceTally, Observations};
use edgelag::scenario;
use edgelag::world::Choice;

use draw::Draw;
use draw::EDGES;

const MIXES: [&str; 3] = [
    "{ read = 0.7, write = 0.3 }",
    "{ read = 0.6, write = 0.2, update = 0.1, delete = 0.1 }",
    "{ read = 0.5, update = 0.5 }",
];

/// The only trial of a scenario of one case.
#[track_caller]
fn trial(text: &str) -> Observations {
    let no_files = |_: &str| Err("there are no files here".to_owned());
    let scenario = scenario::load("law", text.as_bytes(), &[], &no_files);
    let scenario = scenario.unwrap_or_else(|failure| panic!("{failure}{text}"));
    let mut outcomes =
        experiment::run(&scenario.cases, 1, Choice::Auto, &|_| true).expect("one thread can be started");
    outcomes.remove(0).trials.remove(0)
}

/// The reads of a namespace, those of updates among them, and how many were stale.
fn stale(tally: &NamespaceTally) -> (u64, u64) {
    let of = |kind| tally.all.op(kind).judged;
    let (read, update) = (of(OpKind::Read), of(OpKind::Update));
    (read.reads + update.reads, read.stale + update.stale)
}

/// R + W > N: the R that answer have one in common with the W that had the write when it committed. Nothing that repairs
/// takes that away: acknowledgements are counted once for each replica, however often it was sent the write, and so are
/// answers of hedged reads.
#[test]
fn a_strict_quorum_is_never_stale_however_it_repairs() {
    let mut reads = 0;
    for index in 0..150 {
        let mut draw = Draw::new("strict quorum", index, 2, 6);
        let n = draw.n();
        let w = draw.from(1, n);
        let r = draw.from(n - w + 1, n);
        let repair = draw.one_of(&["none", "asynchronous", "blocking"]);
        let quorum = draw.quorum(r, w, repair);
        let outages = if draw.coin() { draw.outages() } else { String::new() };
        let mut text = draw.scenario(&quorum, &outages) + &draw.clients(&MIXES, "");
        if index % 2 == 0 {
            text += &draw.faults(&EDGES);
        }
        let (of, stale) = stale(&trial(&text).namespaces[0]);
        assert_eq!(stale, 0, "of {of} reads in scenario {index}:\n{text}");
        reads += of;
    }
    assert!(reads > 10_000, "{reads}");
}

/// Arrivals every 100 ms from a random phase: exactly 100 in 10 s at each location, and each of them is answered once, or
/// fails once and for all, whatever is down, refused or tried again.
#[test]
fn each_operation_ends_exactly_once_whatever_fails() {
    let mut failed = 0;
    for index in 0..200 {
        let mut draw = Draw::new("once", index, 2, 5);
        let policy = draw.any_policy();
        let mut more = if draw.coin() { draw.outages() } else { String::new() };
        more += draw.one_of(&[
            "",
            "",
            "quota = { writes_per_key = \"3/s\", requests = \"12/s\", enforced = 0.7 }\n",
        ]);
        let orders = ["primary", "consensus", "chain"].iter().any(|name| policy.starts_with(name));
        if orders {
            more +=
                draw.one_of(&["", "updates = \"at-owner\"\n", "updates.compare-and-set = { retries = 2 }\n"]);
        }
        let retries = draw.one_of(&["", "retries = { retries = 2, backoff = \"150ms\" }\n"]);
        let mix = draw.one_of(&MIXES);
        let text = format!(
            "{}[client.clock]\nat = [\"JNB\", \"FRA\"]\nnamespace = \"kv\"\narrivals.every = \"100ms\"\nmix = {mix}\n\
             {retries}",
            draw.scenario(&policy, &more)
        ) + &if index % 2 == 0 { draw.faults(&["JNB", "FRA"]) } else { String::new() };
        let tally = &trial(&text).namespaces[0];
        let ended = |kind: OpKind| {
            let op = tally.all.op(kind);
            (op.latency.count(), op.failed.iter().sum::<u64>())
        };
        let (answers, failures) = OpKind::ALL
            .iter()
            .map(|&kind| ended(kind))
            .fold((0, 0), |sum, each| (sum.0 + each.0, sum.1 + each.1));
        assert_eq!(answers + failures, 200, "{failures} failed in scenario {index}:\n{text}");
        failed += failures;
    }
    assert!(failed > 1_000, "hardly anything failed: {failed}");
}

/// `age = T`: what is answered at t is at least what the primary held at t − T. A missed version that had committed at c
/// was not there at t − T, and the primary has a version before it commits: c > t − T, and the read began not after t.
/// `versions = K`: it is at most K behind the primary at t, and what had committed when the read began was there then.
#[test]
fn reads_are_within_their_bounds() {
    let (mut overdue, mut behind) = (0, 0);
    for index in 0..150 {
        let mut draw = Draw::new("bounds", index, 2, 5);
        let (policy, versions, age) = draw.bounded();
        let outages = if draw.from(0, 2) == 0 { draw.outages() } else { String::new() };
        let text = draw.scenario(&policy, &outages) + &draw.clients(&MIXES[..2], "");
        let tally = &trial(&text).namespaces[0];
        let longest = tally.overdue.max().unwrap_or(0);
        assert!(longest <= age, "{longest} ns overdue in scenario {index}:\n{text}");
        let furthest = tally.all.furthest_behind() as u64;
        assert!(furthest <= versions, "{furthest} behind in scenario {index}:\n{text}");
        (overdue, behind) = (overdue.max(longest), behind.max(furthest));
    }
    assert!(
        overdue > 200_000_000 && behind >= 4,
        "the bounds were not tried: {overdue} ns, {behind} versions"
    );
}

/// Repairs and contacts only bring versions to replicas sooner. With the same seed a read asks the same replicas and hears of
/// them at the same instants, writes depend on no read, and none of them is acknowledged sooner: so no read is staler.
#[test]
fn what_repairs_never_makes_reads_staler() {
    let (mut before, mut after) = (0, 0);
    for index in 0..80 {
        let mut draw = Draw::new("staler", index, 3, 5);
        let n = draw.n();
        let (r, w, every) = (draw.from(2, n), draw.from(1, 2), draw.one_of(&["20ms", "300ms"]));
        let reads_to = draw.one_of(&["all", "nearest", "random"]);
        let text = draw.scenario("quorum = { REPAIR }", "") + &draw.clients(&MIXES[..1], "");
        let with = |repair: &str| {
            let quorum = format!("r = {r}, w = {w}, reads_to = \"{reads_to}\"{repair}");
            trial(&text.replace("REPAIR", &quorum)).namespaces[0].all.op(OpKind::Read).judged
        };
        let without = with("");
        let contacts = format!(", anti_entropy.every = \"{every}\"");
        for repair in [", read_repair = \"asynchronous\"", ", read_repair = \"blocking\"", &contacts] {
            let repaired = with(repair);
            assert_eq!(repaired.reads, without.reads, "{repair} in scenario {index}:\n{text}");
            let is_fresher = repaired.stale <= without.stale && repaired.behind <= without.behind;
            assert!(
                is_fresher && repaired.overdue <= without.overdue,
                "{repair} in scenario {index}:\n{text}"
            );
            (before, after) = (before + without.stale, after + repaired.stale);
        }
    }
    assert!(after < before, "{after} of {before} stale reads are left");
}
