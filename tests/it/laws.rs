//! Laws: what must hold of any scenario, tried on many random ones. Each says why it must hold.

pub(crate) mod draw;
mod observers;
mod purge;

use edgelag::experiment::{self, Row};
use edgelag::model::workload::OpKind;
use edgelag::observe::{NamespaceTally, Observations};
use edgelag::report::Report;
use edgelag::scenario::{self, Scenario};
use edgelag::world::Choice;

use draw::Draw;

#[track_caller]
fn load(text: &str) -> Scenario {
    let no_files = |_: &str| Err("there are no files here".to_owned());
    scenario::load("law", text.as_bytes(), &[], &no_files).unwrap_or_else(|failure| panic!("{failure}{text}"))
}

/// The trials of a scenario of one case.
#[track_caller]
fn trials(text: &str) -> Vec<Observations> {
    let scenario = load(text);
    let mut outcomes =
        experiment::run(&scenario.cases, 1, Choice::Auto, &|_| true).expect("one thread can be started");
    outcomes.remove(0).trials
}

/// The estimates of a scenario of one case.
#[track_caller]
fn rows(text: &str) -> Vec<Row> {
    let scenario = load(text);
    let outcomes = experiment::run(&scenario.cases, 1, Choice::Auto, &|_| true).expect("a thread starts");
    experiment::summarise(&outcomes).rows
}

/// All files of a run, on so many threads.
#[track_caller]
fn files(text: &str, threads: usize) -> Vec<(String, Vec<u8>)> {
    let scenario = load(text);
    let outcomes =
        experiment::run(&scenario.cases, threads, Choice::Auto, &|_| true).expect("threads can be started");
    let summary = &experiment::summarise(&outcomes);
    let curves = &outcomes.iter().flat_map(experiment::curves).collect::<Vec<_>>();
    let maps = &outcomes.iter().flat_map(experiment::maps).collect::<Vec<_>>();
    Report {
        scenario: "law",
        title: "",
        trials: 2,
        summary,
        maps,
        curves,
        gates: &[],
        comparison: None,
        axes: &[],
        solved: None,
    }
    .files(false)
}

/// Reads and stale reads of a namespace, those of updates among them.
fn stale(tally: &NamespaceTally) -> (u64, u64) {
    let of = |kind| tally.all.op(kind).judged;
    let (read, update) = (of(OpKind::Read), of(OpKind::Update));
    (read.reads + update.reads, read.stale + update.stale)
}

#[track_caller]
fn assert_never_stale(text: &str) {
    let mut reads = 0;
    for trial in trials(text) {
        let (of, stale) = stale(&trial.namespaces[0]);
        assert_eq!(stale, 0, "of {of} reads in\n{text}");
        reads += of;
    }
    assert!(reads > 0, "nothing was tried in\n{text}");
}

const MIXES: [&str; 3] = [
    "{ read = 0.7, write = 0.3 }",
    "{ read = 0.6, write = 0.2, update = 0.1, delete = 0.1 }",
    "{ update = 1 }",
];

/// R + W > N: each R replicas have one in common with the W that had the write when it committed.
#[test]
fn a_strict_quorum_is_never_stale() {
    for index in 0..120 {
        let mut draw = Draw::new("strict quorum", index);
        let n = draw.from(1, 6);
        let w = draw.from(1, n);
        let r = draw.from(n - w + 1, n);
        let (head, quorum, mix) = (draw.head(), draw.quorum(r, w), draw.one_of(&MIXES));
        assert_never_stale(&format!("{head}{}{}", draw.namespace(n, &quorum), draw.clients(mix)));
    }
}

/// A write commits when all replicas have it, so no replica can answer with less. The same holds of stores
/// that all acknowledge.
#[test]
fn a_synchronous_policy_is_never_stale() {
    for index in 0..100 {
        let mut draw = Draw::new("synchronous", index);
        let head = draw.head();
        let mix = draw.one_of(&MIXES);
        let read_from = draw.one_of(&["nearest", "primary"]);
        let mode = draw.one_of(&["\"synchronous\"", "{ semi-synchronous = 2 }"]);
        let primary = format!(
            "replicas = [\"GRU\", \"FRA\", \"SYD\"]\nreplication.primary-backup = \
             {{ primary = \"FRA\", mode = {mode}, read_from = \"{read_from}\" }}"
        );
        let stores = "replicas = [\"FRA\", \"SIN\"]\nreplication.stores = { ack = \"all\" }";
        let policy = if draw.from(0, 3) == 0 { stores } else { &primary };
        let clients = draw.clients(mix);
        assert_never_stale(&format!("{head}[namespace.kv]\nkeys.count = 3\n{policy}\n{clients}"));
    }
}

/// There is no newer version to miss.
#[test]
fn without_writes_nothing_is_stale() {
    for index in 0..60 {
        let mut draw = Draw::new("no writes", index);
        let (head, n) = (draw.head(), draw.from(1, 5));
        let more = format!("{}\n{}", draw.any_policy(n), draw.any_cache());
        let namespace = draw.namespace(n, &more);
        assert_never_stale(&format!("{head}{namespace}{}", draw.clients("{ read = 1 }")));
    }
}

/// Arrivals every 100 ms from a random phase: exactly 100 in 10 s at each location, and each of them is
/// answered once, whatever happens to it on the way. Poisson arrivals: 5 sigma of their mean.
#[test]
fn each_operation_ends_exactly_once() {
    for index in 0..100 {
        let mut draw = Draw::new("once", index);
        let (head, n) = (draw.head(), draw.from(1, 5));
        let mut more = draw.any_policy(n);
        if draw.from(0, 2) > 0 {
            more = format!("{more}\n{}", draw.any_cache());
        }
        let namespace = draw.namespace(n, &more);
        let mix = draw.one_of(&MIXES);
        let clock = format!(
            "[client.clock]\nat = [\"JNB\", \"FRA\"]\nnamespace = \"kv\"\narrivals.every = \"100ms\"\nmix = {mix}\n"
        );
        let text = format!("{head}{namespace}{clock}");
        let ended = |tally: &NamespaceTally, at: Option<usize>| -> u64 {
            let place = at.map_or(Some(&tally.all), |at| tally.places[at].as_deref());
            place.map_or(0, |place| OpKind::ALL.iter().map(|&kind| place.op(kind).latency.count()).sum())
        };
        for trial in trials(&text) {
            let tally = &trial.namespaces[0];
            assert_eq!(ended(tally, None), 200, "{text}");
            let by_place = (0..tally.places.len()).map(|at| ended(tally, Some(at)));
            assert!(by_place.clone().all(|count| count == 0 || count == 100), "{text}");
            assert_eq!(by_place.sum::<u64>(), 200, "{text}");
        }
        let text = format!(
            "{head}{namespace}[client.c]\nat = [\"JNB\", \"FRA\"]\nnamespace = \"kv\"\n\
             arrivals.poisson = \"40/s\"\nmix = {mix}\n"
        );
        for trial in trials(&text) {
            let count = ended(&trial.namespaces[0], None) as f64;
            assert!((count - 800.0).abs() < 5.0 * 800f64.sqrt(), "{count} of 800 in\n{text}");
        }
    }
}

/// A cached value was current when the replica was read. From then on it takes at most one way back (half
/// the round trip and two jitters: within the origin, and home) until it is stored, and TTL until it is last
/// used; the commit that it misses came after the replica was read.
#[test]
fn behind_a_ttl_nothing_is_overdue_by_more_than_ttl_and_fetch() {
    let mut stale_reads = 0;
    for index in 0..100 {
        let mut draw = Draw::new("ttl", index);
        let (edges, ttl, rtt, jitter) =
            (draw.from(1, 4), draw.from(0, 3_000), draw.from(0, 400), draw.from(0, 300));
        let (edges, coalesce) = (draw.cities(edges), draw.one_of(&["true", "false"]));
        let namespace = draw.namespace(
            1,
            &format!(
                "replication.quorum = {{ r = 1, w = 1 }}\n\
                 cache.edge = {{ ttl = \"{ttl}ms\", coalesce = {coalesce} }}"
            ),
        );
        let text = format!(
            "seed = {index}\ntrials = 2\nhorizon = \"10s\"\n[locations]\nedges = {edges}\n\
             [network]\nrtt.constant = \"{rtt}ms\"\n\
             jitter.uniform = {{ min = \"0ms\", max = \"{jitter}ms\" }}\n{namespace}{}",
            draw.clients("{ read = 0.8, write = 0.2 }")
        );
        let most = (u64::from(ttl) + u64::from(rtt) / 2 + 1 + 2 * u64::from(jitter)) * 1_000_000;
        for trial in trials(&text) {
            let overdue = &trial.namespaces[0].overdue;
            stale_reads += overdue.count();
            let longest = overdue.max().unwrap_or(0);
            assert!(longest <= most, "{longest} ns are more than {most} ns in\n{text}");
        }
    }
    assert!(stale_reads > 1_000, "the bound was not tried: {stale_reads} stale reads");
}

/// With the same seed a read asks the same replicas and hears of them at the same instants whatever R is, and
/// writes do not depend on reads. So what R + 1 answers tell includes what R tell, and no single read is
/// staler. (Of R at random this would not be so: the sets are not nested. Of updates neither: their writes
/// wait for their reads.)
#[test]
fn more_answers_are_never_staler() {
    let mut stale_reads = 0;
    for index in 0..60 {
        let mut draw = Draw::new("more R", index);
        let (head, n) = (draw.head(), draw.from(2, 5));
        let (w, reads_to) = (draw.from(1, n), draw.one_of(&["all", "nearest"]));
        let namespace = draw.namespace(n, "");
        let clients = draw.clients("{ read = 0.7, write = 0.3 }");
        let with = |r: u16| {
            let quorum = format!("replication.quorum = {{ r = {r}, w = {w}, reads_to = \"{reads_to}\" }}");
            format!("{head}{namespace}{quorum}\n{clients}")
        };
        let mut before: Option<Vec<Observations>> = None;
        for r in 1..=n {
            let now = trials(&with(r));
            for (less, more) in before.iter().flatten().zip(&now) {
                let of = |trial: &Observations| trial.namespaces[0].all.op(OpKind::Read).judged;
                let (less, more) = (of(less), of(more));
                stale_reads += less.stale;
                assert_eq!(less.reads, more.reads, "{}", with(r));
                assert!(more.stale <= less.stale, "{} > {} in\n{}", more.stale, less.stale, with(r));
                assert!(more.behind <= less.behind, "{}", with(r));
                assert!(more.overdue <= less.overdue, "{}", with(r));
            }
            before = Some(now);
        }
    }
    assert!(stale_reads > 1_000, "the law was not tried: {stale_reads} stale reads");
}

/// Bookkeeping: each read has one verdict, each stale read one cause, each request to a tier one fate, and the
/// locations add up to the whole.
#[test]
fn counts_add_up() {
    let (mut stale_reads, mut joined) = (0, 0);
    for index in 0..120 {
        let mut draw = Draw::new("counts", index);
        let (head, n) = (draw.head(), draw.from(1, 5));
        let (policy, cache) = (draw.any_policy(n), draw.any_cache());
        let namespace = draw.namespace(n, &format!("{policy}\n{cache}"));
        let text = format!("{head}{namespace}{}", draw.clients(MIXES[1]));
        for trial in trials(&text) {
            let tally = &trial.namespaces[0];
            let read = tally.all.op(OpKind::Read);
            assert_eq!(read.judged.reads, read.latency.count(), "{text}");
            assert_eq!(tally.all.causes.iter().sum::<u64>(), read.judged.stale, "causes in\n{text}");
            assert_eq!(tally.all.behind_up_to(100), read.judged.reads, "behind in\n{text}");
            assert_eq!(tally.all.behind_by(0), read.judged.reads - read.judged.stale, "behind 0 in\n{text}");
            assert_eq!(tally.overdue.count(), read.judged.stale, "{text}");
            assert_eq!(tally.overdue.sum(), read.judged.overdue, "{text}");
            let places = || tally.places.iter().flatten();
            for kind in OpKind::ALL {
                let whole = tally.all.op(kind);
                assert_eq!(places().map(|p| p.op(kind).latency.count()).sum::<u64>(), whole.latency.count());
                assert_eq!(places().map(|p| p.op(kind).judged.stale).sum::<u64>(), whole.judged.stale);
            }
            let (edge, upper) = (tally.all.edge, tally.all.upper);
            assert!(edge.hits + edge.coalesced <= edge.requests, "{text}");
            assert!(upper.hits + upper.coalesced <= upper.requests, "{text}");
            let updates = tally.all.op(OpKind::Update).judged.reads;
            assert_eq!(edge.requests, read.judged.reads + updates, "each read meets the edge in\n{text}");
            // Without refreshes in the background a request goes on exactly if it missed.
            let refreshes = ["stale_while_revalidate = \"500ms\"", "refresh_ahead = \"300ms\""];
            if !refreshes.iter().any(|refresh| cache.contains(refresh)) {
                let missed = edge.requests - edge.hits - edge.coalesced;
                if cache.contains("cache.upper") {
                    assert_eq!(upper.requests, missed, "{text}");
                    let further = upper.requests - upper.hits - upper.coalesced;
                    assert_eq!(tally.all.origin_requests, further, "{text}");
                } else {
                    assert_eq!(tally.all.origin_requests, missed, "{text}");
                }
            }
            stale_reads += read.judged.stale;
            joined += edge.coalesced;
        }
    }
    assert!(stale_reads > 1_000 && joined > 100, "tried on {stale_reads} stale reads, {joined} joined");
}

/// The stale rate that is printed is 1 − the share of reads that are 0 behind.
#[test]
fn the_curve_of_behind_begins_at_the_fresh_reads() {
    for index in 0..20 {
        let mut draw = Draw::new("behind", index);
        let (head, policy, cache) = (draw.head(), draw.any_policy(3), draw.any_cache());
        let text = format!(
            "{head}{}{}",
            draw.namespace(3, &format!("{policy}\n{cache}")),
            draw.clients("{ read = 0.7, write = 0.3 }")
        );
        let scenario = load(&text);
        let outcomes =
            experiment::run(&scenario.cases, 1, Choice::Auto, &|_| true).expect("a thread can be started");
        let summary = experiment::summarise(&outcomes);
        let stale = summary.find("", "kv", "read", "stale_rate", "rate").expect("there are reads").value;
        let curves = experiment::curves(&outcomes[0]);
        let fresh = curves[0].behind.first().map_or(1.0, |point| point.estimate.value);
        assert!((1.0 - fresh - stale).abs() < 1e-12, "{fresh} and {stale} in\n{text}");
    }
}

/// Compares rows whatever the order in which locations are first named, which is that of their rows.
#[track_caller]
fn assert_same(mut a: Vec<Row>, mut b: Vec<Row>, text: &str) {
    a.sort_by(|x, y| x.location.cmp(&y.location));
    b.sort_by(|x, y| x.location.cmp(&y.location));
    for (a, b) in a.iter().zip(&b) {
        assert_eq!(a, b, "{text}");
    }
    assert_eq!(a.len(), b.len(), "{text}");
}

/// A second namespace shares nothing with the first as long as capacity and servers are unbounded: every
/// estimate of the first is the same to the last digit.
#[test]
fn a_second_namespace_disturbs_nothing() {
    for index in 0..40 {
        let mut draw = Draw::new("second namespace", index);
        let (head, policy, cache) = (draw.head(), draw.any_policy(3), draw.any_cache());
        let namespace = draw.namespace(3, &format!("{policy}\n{cache}"));
        let alone = format!("{head}{namespace}{}", draw.clients(MIXES[1]));
        let other = "[namespace.aaa]\nkeys.count = 3\nreplicas = [\"NRT\", \"JNB\"]\n\
                     replication.quorum = { r = 1, w = 1 }\n\
                     [client.aaa]\nat = [\"SYD\", \"FRA\"]\nnamespace = \"aaa\"\n\
                     arrivals.poisson = \"30/s\"\nmix = { read = 0.5, write = 0.5 }\n";
        // Before the first one, so that positions change too.
        let at = alone.find("[namespace.kv]").expect("it was put there");
        let beside = format!("{}{other}{}", &alone[..at], &alone[at..]);
        let of_first =
            |text: &str| -> Vec<Row> { rows(text).into_iter().filter(|row| row.namespace == "kv").collect() };
        assert_same(of_first(&alone), of_first(&beside), &beside);
    }
}

/// Readers at one more location change nothing for the others: draws belong to operations, edge caches to
/// locations. (An upper tier would be shared, and their writes would be read by all; neither is here.)
#[test]
fn one_more_location_disturbs_nobody() {
    for index in 0..40 {
        let mut draw = Draw::new("one more", index);
        let policy = draw.any_policy(3);
        let ttl = draw.one_of(&["0s", "1s", "1h"]);
        let head = draw.head();
        let namespace = draw.namespace(3, &format!("{policy}\ncache.edge = {{ ttl = \"{ttl}\" }}"));
        let clients = format!(
            "{}[client.writers]\nat = [\"SIN\", \"IAD\"]\nnamespace = \"kv\"\narrivals.poisson = \"10/s\"\n\
             mix = {{ write = 1 }}\n",
            draw.clients("{ read = 1 }")
        );
        let before = format!("{head}{namespace}{clients}");
        // In front of all others, so that positions change too.
        let after = before.replace("edges = [", "edges = [\"BOM\", ");
        let of_others = |text: &str| -> Vec<Row> {
            rows(text).into_iter().filter(|row| row.location != "*" && row.location != "BOM").collect()
        };
        assert_same(of_others(&before), of_others(&after), &after);
    }
}

/// A run is a function from text and seed to bytes; threads have no part in it.
#[test]
fn equal_seeds_give_equal_bytes() {
    for index in 0..12 {
        let mut draw = Draw::new("bytes", index);
        let (head, policy, cache) = (draw.head(), draw.any_policy(3), draw.any_cache());
        let namespace = draw.namespace(3, &format!("{policy}\n{cache}"));
        let clients = draw.clients(MIXES[1]);
        let text = format!("{head}{namespace}{clients}");
        let once = files(&text, 1);
        assert!(once == files(&text, 2), "{text}");
        let other = text.replacen("seed = ", "seed = 1", 1);
        assert!(once != files(&other, 1), "{other}");
    }
}
