//! What must hold wherever requests wait for servers and clients lose patience, over many random scenarios, and what is
//! known by hand.

use edgelag::experiment::{self, NotRun, Row};
use edgelag::model::workload::OpKind;
use edgelag::observe::Observations;
use edgelag::scenario::{self, Scenario};
use edgelag::world::Choice;

use crate::policies::draw::{Draw, EDGES};

#[track_caller]
pub(crate) fn load(text: &str) -> Scenario {
    let no_files = |_: &str| Err("there are no files here".to_owned());
    scenario::load("law", text.as_bytes(), &[], &no_files).unwrap_or_else(|failure| panic!("{failure}{text}"))
}

/// The only trial of a scenario of one case.
#[track_caller]
fn trial(text: &str) -> Observations {
    let scenario = load(text);
    let outcomes = experiment::run(&scenario.cases, 1, Choice::Auto, &|_| true);
    outcomes.unwrap_or_else(|error| panic!("{error}\n{text}")).remove(0).trials.remove(0)
}

#[track_caller]
fn rows(text: &str) -> Vec<Row> {
    let scenario = load(text);
    let outcomes = experiment::run(&scenario.cases, 2, Choice::Auto, &|_| true);
    experiment::summarise(&outcomes.expect("queues are short enough")).rows
}

#[track_caller]
fn value(rows: &[Row], metric: &str, stat: &str) -> f64 {
    let found = rows.iter().find(|row| row.location != "*" && (row.metric, row.stat) == (metric, stat));
    found.unwrap_or_else(|| panic!("no row {metric} {stat}")).estimate.value
}

/// Operations that have ended, by kind: answered or failed.
fn ended(trial: &Observations) -> [u64; 4] {
    OpKind::ALL.map(|kind| {
        let op = trial.namespaces[0].all.op(kind);
        op.latency.count() + op.failed.iter().sum::<u64>()
    })
}

pub(crate) const MIXES: [&str; 3] = [
    "{ read = 0.7, write = 0.3 }",
    "{ read = 0.6, write = 0.2, update = 0.1, delete = 0.1 }",
    "{ read = 0.5, update = 0.5 }",
];

/// Servers and links of any kind where the replicas of a scenario are, and where it has caches.
pub(crate) fn site(draw: &mut Draw, bounded: bool, scenario: &str) -> String {
    let stores = draw.one_of(&[
        "replica_read.exponential.mean = \"20ms\", replica_write = \"30ms\"",
        "replica_read = \"10ms\"",
        "replica_write.pareto = { min = \"5ms\", shape = 1.2 }",
    ]);
    let caches = draw.one_of(&["hit = \"5ms\", fill = \"10ms\"", "hit.exponential.mean = \"90ms\""]);
    let replicas = scenario.lines().find_map(|line| line.strip_prefix("replicas = "));
    let stores = (replicas.expect("there are replicas"), stores);
    let caches = scenario.contains("cache.edge").then_some(("\"edges\"", caches));
    let mut tables = String::new();
    for (name, (at, service)) in [("stores", stores)].into_iter().chain(caches.map(|it| ("caches", it))) {
        let servers = draw.from(1, 3);
        let queue = if bounded { draw.one_of(&["", "queue = 0\n", "queue = 3\n"]) } else { "" };
        let bandwidth = draw.one_of(&["", "bandwidth = \"100kbit/s\"\n"]);
        tables += &format!(
            "[site.{name}]\nat = {at}\nservers = {servers}\nservice = {{ {service} }}\n{queue}{bandwidth}"
        );
    }
    tables
}

pub(crate) fn impatience(draw: &mut Draw) -> String {
    let timeout = draw.one_of(&["", "timeout = \"150ms\"\n", "timeout = \"1s\"\n"]);
    let retries = draw.one_of(&[
        "",
        "retries = { retries = 2, backoff = \"20ms\" }\n",
        "retries = { retries = 4, backoff = \"0s\", budget = \"20%\" }\n",
    ]);
    let hedge = draw.one_of(&[
        "",
        "hedge = { after = \"40ms\" }\n",
        "hedge = { after = \"10ms\", most = 3 }\n",
        "hedge = { after.quantile = 0.5, most = 3 }\n",
    ]);
    format!("{timeout}{retries}{hedge}")
}

/// What clients begin is drawn before anything has happened to it; each of that ends once, answered or failed, whatever
/// waits for what and whoever gives up, sends again or tries again.
#[test]
fn every_operation_ends_exactly_once() {
    let (mut ops, mut failed) = (0, 0);
    for index in 0..120 {
        let mut draw = Draw::new("queues", index, 2, 5);
        let policy = draw.any_policy();
        let cache = draw.one_of(&[
            "",
            "cache.edge = { ttl = \"1s\" }\n",
            "cache.edge = { ttl = \"500ms\" }\n\
                                   cache.upper = { ttl = \"1s\", at = [\"FRA\", \"SIN\"] }\n",
        ]);
        let outages = if draw.coin() { draw.outages() } else { String::new() };
        let head = draw.scenario(&policy, &(cache.to_owned() + &outages));
        let patient = draw.clients(&MIXES, "");
        let faults = if index % 3 == 0 { draw.faults(&EDGES) } else { String::new() };
        let plain = trial(&format!("{head}{patient}{faults}"));
        let (site, impatience) = (site(&mut draw, true, &head), impatience(&mut draw));
        let text = format!("{head}{patient}{impatience}{site}{faults}");
        let queued = trial(&text);
        assert_eq!(ended(&plain), ended(&queued), "in scenario {index}:\n{text}");
        ops += ended(&queued).iter().sum::<u64>();
        let all = &queued.namespaces[0].all;
        failed += OpKind::ALL.iter().map(|&kind| all.op(kind).failed.iter().sum::<u64>()).sum::<u64>();
    }
    assert!(ops > 10_000 && failed > 500, "{failed} of {ops} failed");
}

/// R + W > N: waiting for servers changes when a replica is read and written, but not that R and W replicas have one in
/// common; a read that is sent again asks R of them as well.
#[test]
fn a_strict_quorum_is_never_stale_however_busy_it_is() {
    let mut reads = 0;
    for index in 0..80 {
        let mut draw = Draw::new("busy strict quorum", index, 2, 5);
        let n = draw.n();
        let w = draw.from(1, n);
        let r = draw.from(n - w + 1, n);
        let quorum = draw.quorum(r, w, "none");
        let head = draw.scenario(&quorum, "") + &draw.clients(&MIXES, "");
        let site = site(&mut draw, true, &head);
        let text = head + &impatience(&mut draw) + &site;
        let judged = OpKind::ALL.map(|kind| trial_judged(&text, kind));
        let stale: u64 = judged.iter().map(|judged| judged.1).sum();
        assert_eq!(stale, 0, "in scenario {index}:\n{text}");
        reads += judged.iter().map(|judged| judged.0).sum::<u64>();
    }
    assert!(reads > 5_000, "{reads}");
}

fn trial_judged(text: &str, kind: OpKind) -> (u64, u64) {
    let judged = trial(text).namespaces[0].all.op(kind).judged;
    (judged.reads, judged.stale)
}

/// Little's law, request by request: the time integral of the queue's length is the sum of the times that its requests
/// wait. Those who arrive before the horizon and still wait at it are cut there; the longest wait of as many as were
/// ever in the queue is more than they lack.
#[test]
fn queues_are_as_long_as_their_requests_wait() {
    let mut waited = 0;
    for index in 0..60 {
        let mut draw = Draw::new("little", index, 2, 4);
        let policy = draw.any_policy();
        let text = draw.scenario(&policy, "cache.edge = { ttl = \"1s\" }") + &draw.clients(&MIXES, "");
        let site = site(&mut draw, false, &text);
        let text = text.replace("warmup = \"2s\"", "warmup = \"0s\"") + &site;
        for tally in trial(&text).sites.iter().flatten() {
            let longest = u128::from(tally.waits.max().unwrap_or(0));
            let sum = tally.waits.sum();
            assert!(tally.queued <= sum, "{} of {sum} in\n{text}", tally.queued);
            let lack = longest * u128::from(tally.most_queued);
            assert!(sum - tally.queued <= lack, "{} of {sum} in\n{text}", tally.queued);
            waited += tally.queued;
        }
    }
    assert!(waited > 0);
}

/// By hand: a request each 2 ms, a service of 4 ms, and one server, which is never idle from the first arrival on. The
/// k-th request from 0 waits 2k ms. Values of 1,000 B leave at 1 MB/s, in 1 ms.
#[test]
fn a_server_that_is_behind() {
    let rows = rows(
        r#"
        trials = 2
        horizon = "200ms"
        locations.own = { here = {}, there = {} }
        network.rtt.constant = "0s"
        [namespace.store]
        keys.count = 1
        replicas = ["here"]
        replication.single = {}
        visibility = { delays = [], writes = 0 }
        [client.users]
        at = "here"
        namespace = "store"
        arrivals.every = "2ms"
        [site.store]
        at = "here"
        service.replica_read = "4ms"
        bandwidth = "1MB/s"
        "#,
    );
    let begun = rows.iter().find(|row| row.location == "*" && row.metric == "operations");
    let n = begun.expect("there are reads").estimate.n as f64 / 2.0;
    let near =
        |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-3, "{found} for {expected}");
    near(value(&rows, "queue_wait", "mean"), 0.002 * (n - 1.0) / 2.0);
    // All but what comes before the first arrival, in the first 2 ms.
    assert!((0.99..=1.0).contains(&value(&rows, "utilisation", "rate")));
    let latency =
        rows.iter().find(|row| row.location == "*" && (row.metric, row.stat) == ("latency", "mean"));
    near(latency.expect("there are reads").estimate.value, 0.002 * (n - 1.0) / 2.0 + 0.005);
    // A value each 4 ms.
    assert!((value(&rows, "egress", "rate") / 250_000.0 - 1.0).abs() < 0.03);
}

/// By hand: a write each 2 s, which a server stores within 1.5 s. It is taken for missed after 0.3 s and looked for each
/// 0.2 s then, but is on its way: it is served once.
#[test]
fn a_hint_is_not_sent_while_the_write_waits() {
    let found = trial(
        r#"
        trials = 1
        horizon = "100s"
        locations.own = { here = {}, slow = {} }
        network.rtt.constant = "0s"
        [namespace.store]
        keys.count = 5
        replicas = ["here", "slow"]
        replication.quorum = { r = 1, w = 1, hints = { after = "300ms", retry = "200ms" } }
        visibility = { delays = [], writes = 0 }
        [client.users]
        at = "here"
        namespace = "store"
        arrivals.every = "2s"
        mix.write = 1
        [site.slow]
        at = "slow"
        service.replica_write = "1500ms"
        "#,
    );
    let served: u64 = found.sites.iter().flatten().map(|tally| tally.waits.count()).sum();
    assert_eq!(served, ended(&found).iter().sum::<u64>());
}

/// 600 requests a second for a server that does 1,000. While it is away for 3 s, clients ask on, and all of that is there
/// when it is back. Who gives up after 50 ms and tries again four times asks for 3,000 a second for as long as nobody is
/// answered in time: more than it does, so it stays so (a metastable failure: Bronson et al., HotOS 2021). With a budget
/// of a tenth they ask for 660, and what is left over is done at 340 a second.
#[test]
fn a_burst_is_kept_alive_by_retries_without_a_budget() {
    let availability = |budget: &str, outages: &str| {
        let rows = rows(&format!(
            r#"
            trials = 2
            warmup = "50s"
            horizon = "60s"
            locations.own.here = {{}}
            network.rtt.constant = "0s"
            [namespace.store]
            keys.count = 10
            replicas = ["here"]
            replication.single = {{}}
            visibility = {{ delays = [], writes = 0 }}
            {outages}
            [client.users]
            at = "here"
            namespace = "store"
            arrivals.poisson = "600/s"
            timeout = "50ms"
            retries = {{ retries = 4, backoff = "10ms"{budget} }}
            [site.store]
            at = "here"
            service.replica_read = "1ms"
            "#
        ));
        value(&rows, "availability", "rate")
    };
    let away = "outages = [{ replicas = [\"here\"], at = \"10s\", for = \"3s\" }]";
    assert!(availability("", "") > 0.9999);
    assert!(availability("", away) < 0.05);
    assert!(availability(", budget = \"10%\"", away) > 0.9999);
}

/// A queue that grows without end is stopped at the limit, and told where.
#[test]
fn a_run_away_queue_is_stopped() {
    let scenario = load(
        r#"
        trials = 1
        horizon = "1h"
        limits.waiting = 1000
        [namespace.store]
        keys.count = 10
        replicas = ["FRA"]
        replication.single = {}
        [client.users]
        at = "SIN"
        namespace = "store"
        arrivals.poisson = "2000/s"
        [site.store]
        at = "FRA"
        service.replica_read = "1ms"
        "#,
    );
    let warning = "the load offered to the servers of FRA is 2.00: its queue grows without bound";
    assert!(scenario.warnings().iter().any(|told| told == warning), "{:?}", scenario.warnings());
    let outcomes = experiment::run(&scenario.cases, 1, Choice::Auto, &|_| true);
    let Err(NotRun::Overrun(overrun)) = outcomes else { panic!("it went on") };
    assert_eq!((overrun.trial, &*overrun.location, overrun.most), (0, "FRA", 1000));
}

/// In a second, nine requests of a tenth of a second each are served, one after another, the first of which came soon. The
/// others wait when the site goes down, and nobody hears of them.
#[test]
fn a_site_that_goes_down_loses_its_queue() {
    let trial = trial(
        r#"
        trials = 1
        warmup = "1s"
        horizon = "30s"
        locations.edges = ["FRA", "NRT"]
        network.rtt.constant = "0s"
        [namespace.store]
        keys.count = 10
        replicas = ["NRT"]
        replication.single = {}
        timeout = "5s"
        visibility = { delays = [], writes = 0 }
        [client.users]
        at = "FRA"
        namespace = "store"
        arrivals.bursts = { at = ["9s"], for = "1s", rate = "100/s" }
        [site.store]
        at = "NRT"
        service.replica_read = "100ms"
        [fault.down]
        what.site-down.at = "NRT"
        at = "10s"
        for = "2s"
        "#,
    );
    let reads = trial.namespaces[0].all.op(OpKind::Read);
    assert_eq!(reads.latency.count(), 9);
    assert!(reads.failed.iter().sum::<u64>() > 50, "about 100 came");
}

/// The first write of its key reaches one replica, or none, for good: contacts between replicas end all the same.
#[test]
fn contacts_end_where_nobody_holds_a_write() {
    let scenario = |replication: &str, fault: &str| {
        format!(
            r#"
            trials = 1
            horizon = "10s"
            locations.edges = ["FRA", "NRT", "IAD", "SIN"]
            network.rtt.constant = "50ms"
            [namespace.store]
            keys.count = 100
            replicas = ["FRA", "NRT", "IAD"]
            replication.{replication}
            visibility = {{ delays = [], writes = 0 }}
            [client.users]
            at = "edges"
            namespace = "store"
            arrivals.poisson = "20/s"
            mix = {{ read = 0.5, write = 0.5 }}
            [fault.harm]
            what.{fault}
            at = "5s"
            for = "1s"
            "#
        )
    };
    for (replication, fault) in [
        ("gossip = { every = \"500ms\" }", "site-down = { at = \"FRA\", disk = \"lost\" }"),
        (
            "quorum = { r = 2, w = 2, coordinator = \"local\", anti_entropy.every = \"2s\" }",
            "cut-off.at = [\"SIN\"]",
        ),
    ] {
        let trial = trial(&scenario(replication, fault));
        let ended: u64 = ended(&trial).iter().sum();
        assert!(ended > 500, "about 800 came");
    }
}
