//! What is said beforehand about memory, held against what a run takes.

use std::fs;
use std::io::Write;
use std::time::Duration;

use crate::edgelag::{Edgelag, Folder};

/// What is told may be so much less than the measured peak,
const LEAST: f64 = 0.8;
/// and so much more: threads that wait for a core take less.
const MOST: f64 = 2.0;

const BENCH: &str = include_str!("../../scenarios/bench/global-kv.toml");

/// Eight readers and three writers: 1 million keys, the caches alone grow large.
const LARGE_CACHES: &[&str] = &[
    "locations.edges=[\"FRA\", \"SIN\", \"GRU\", \"IAD\", \"NRT\", \"SYD\", \"JNB\", \"LHR\"]",
    "client.readers.arrivals.poisson=20000/s",
    "horizon=3s",
];

/// One location reads some keys; the others of its settings differ.
const ONE_READER: &str = r#"seed = 3
trials = 1
horizon = "20s"
[locations]
edges = ["FRA"]
[namespace.kv]
keys = { count = 100_000 }
replicas = ["IAD", "FRA", "SIN"]
replication.quorum = { r = 1, w = 2 }
cache.edge = { ttl = "60s" }
visibility.writes = 0
[client.users]
at = "edges"
namespace = "kv"
arrivals.poisson = "20000/s"
mix = { read = 0.9, write = 0.1 }
"#;

/// A scenario, with settings, in an execution on so many threads.
struct Run<'a> {
    folder: &'a Folder,
    settings: &'a [&'a str],
    execution: &'a str,
    threads: usize,
}

impl Run<'_> {
    fn edgelag(&self, command: &str) -> Edgelag {
        let Run { folder, settings, execution, threads } = self;
        let args = format!("{command} --threads {threads} --execution {execution}");
        settings.iter().fold(folder.edgelag(&args), |command, setting| command.set(setting))
    }

    /// The figure of `check` in bytes.
    fn predicted(&self) -> f64 {
        let told = self.edgelag("check scenario.toml").run().exits(0).stdout();
        let (_, line) = told.split_once(" about ").expect("there is a number of events");
        let (_, line) = line.split_once(" about ").expect("there is a figure of memory");
        let mut words = line.split_whitespace();
        let number: f64 = words.next().and_then(|word| word.parse().ok()).expect("a number");
        let unit = if words.next() == Some("MiB") { 20 } else { 30 };
        number * f64::from(1 << unit)
    }

    /// The peak of a run in bytes. Linux tells it while the process lives; it only rises. So that it is alive when all
    /// is done, it writes its table into a pipe that is full.
    #[allow(clippy::zombie_processes, reason = "it is waited for until it has ended")]
    fn peak(&self) -> f64 {
        let (reader, writer) = std::io::pipe().expect("there are pipes");
        let mut filler = writer.try_clone().expect("a pipe can be shared");
        let filling = std::thread::spawn(move || while filler.write_all(&[0; 4096]).is_ok() {});
        let run = format!("run scenario.toml --force --out out-{}-{}", self.execution, self.threads);
        let done = self.folder.at(&format!("out-{}-{}/run.json", self.execution, self.threads));
        let mut child = self.edgelag(&run).stdout_to(writer).start();
        let mut peak = 0.0f64;
        let mut is_done = false;
        while child.try_wait().expect("it was started").is_none() && !is_done {
            is_done = done.exists();
            let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
            peak = kib.map_or(peak, |kib| peak.max(1024.0 * kib));
            std::thread::sleep(Duration::from_millis(1));
        }
        drop(reader);
        filling.join().expect("it ends when nobody reads");
        assert!(child.wait().expect("it ends").success());
        peak
    }

    /// What is told, as a multiple of what is taken, and both in a line.
    fn compare(&self) -> (f64, String) {
        let (predicted, peak) = (self.predicted() / 1048576.0, self.peak() / 1048576.0);
        let Run { settings, execution, threads, .. } = self;
        let ratio = predicted / peak;
        let figures = format!("{predicted:.0} MiB predicted, {peak:.0} MiB taken, {ratio:.2}");
        (ratio, format!("{execution} on {threads} threads, {settings:?}: {figures}"))
    }
}

#[track_caller]
fn assert_known(scenario: &str, settings: &[&str], executions: &[(&str, usize)]) {
    let folder = &Folder::empty().file("scenario.toml", scenario);
    let mut wrong = Vec::new();
    for &(execution, threads) in executions {
        let (ratio, line) = Run { folder, settings, execution, threads }.compare();
        println!("{line}");
        if !(LEAST..=MOST).contains(&ratio) {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

const ALL: &[(&str, usize)] = &[("general", 1), ("feed-forward", 1), ("aggregate", 1)];
const BYTE_FOR_BYTE: &[(&str, usize)] = &[("general", 1), ("feed-forward", 1)];

/// 1 million keys, and about 20 thousand entries in each of eight caches.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux tells the peak")]
fn the_memory_of_large_caches_is_known_beforehand() {
    assert_known(BENCH, LARGE_CACHES, ALL);
}

/// Each thread has its own reads and counts, and shares the past with the others.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux tells the peak")]
fn the_memory_of_one_trial_on_many_threads_is_known_beforehand() {
    let settings = ["client.readers.arrivals.poisson=200/s", "horizon=20s"];
    let threads = [("feed-forward", 2), ("feed-forward", 8), ("aggregate", 2), ("aggregate", 8)];
    assert_known(BENCH, &settings, &threads);
}

/// Three of eight trials are left over on five threads, which they share out.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux tells the peak")]
fn the_memory_of_many_trials_is_known_beforehand() {
    let settings = ["locations.edges=[\"FRA\", \"SIN\"]", "horizon=5s", "trials=8"];
    assert_known(BENCH, &settings, &[("feed-forward", 5), ("general", 5)]);
}

/// Answers that take twenty seconds and more.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux tells the peak")]
fn the_memory_of_slow_operations_is_known_beforehand() {
    let far = ["network.rtt.constant=60s", "cache.edge.ttl=0s", "cache.edge.coalesce=false"];
    let far = far.map(|setting| setting.replace("cache", "namespace.kv.cache"));
    let far = far.each_ref().map(String::as_str);
    assert_known(ONE_READER, &far, BYTE_FOR_BYTE);
    assert_known(ONE_READER, &far[..2], BYTE_FOR_BYTE);
    assert_known(ONE_READER, &["client.users.access.constant=20s"], BYTE_FOR_BYTE);
}

/// Every operation is recorded until its sessions are judged.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux tells the peak")]
fn the_memory_of_sessions_is_known_beforehand() {
    for users in ["100", "100000"] {
        let sessions = format!("client.users.sessions={{ users = {users} }}");
        assert_known(ONE_READER, &[&sessions], &[("general", 1)]);
    }
}

/// Of each write a state is kept, and of those that meet their joins: for few keys and for many.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux tells the peak")]
fn the_memory_of_replicas_that_merge_is_known_beforehand() {
    let mut settings = vec![
        "namespace.kv.replication={ multi-primary = {} }",
        "namespace.kv.conflicts=siblings",
        "locations.edges=[\"FRA\", \"IAD\", \"SIN\"]",
        "client.users.mix={ read = 0.5, update = 0.5 }",
        "client.users.arrivals.poisson=10000/s",
    ];
    assert_known(ONE_READER, &settings, &[("general", 1)]);
    settings.push("namespace.kv.keys.count=100");
    assert_known(ONE_READER, &settings, &[("general", 1)]);
}

/// Requests that wait for their time-out long after they are answered; writes that spread for many seconds, or wait for the
/// next copy; older versions, and what updates were built on, that are kept.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux tells the peak")]
fn the_memory_of_policies_is_known_beforehand() {
    let half = ["client.users.mix.read=0.5", "client.users.mix.write=0.5"];
    let policy = |policy: &str| format!("namespace.kv.replication={{ {policy} }}");
    let outage = "namespace.kv.outages=[{ replicas = [\"SIN\"], at = \"5s\", for = \"5s\" }]";
    assert_known(ONE_READER, &[outage, half[0], half[1]], &[("general", 1)]);
    let gossip = policy("gossip = { every = \"3s\" }");
    assert_known(ONE_READER, &[&gossip, half[0], half[1]], BYTE_FOR_BYTE);
    let copies = policy("primary-backup = { primary = \"IAD\", fan_out.snapshot = \"5s\" }");
    assert_known(ONE_READER, &[&copies, half[0], half[1]], BYTE_FOR_BYTE);
    let bounded = policy("primary-backup = { primary = \"IAD\", bounds.age = \"1s\" }");
    assert_known(ONE_READER, &[&bounded, half[0], half[1]], &[("general", 1)]);
    let log = policy("consensus.leader = \"IAD\"");
    let updates = ["namespace.kv.updates=at-owner", "client.users.mix={ read = 0.5, update = 0.5 }"];
    assert_known(ONE_READER, &[&log, updates[0], updates[1]], &[("general", 1)]);
}

/// Every write is probed and followed.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux tells the peak")]
fn the_memory_of_observers_is_known_beforehand() {
    let settings = [
        "namespace.kv.visibility.writes=1",
        "namespace.kv.cache.edge.ttl=1s",
        "client.users.arrivals.poisson=3000/s",
        "client.users.mix.read=0.5",
        "client.users.mix.write=0.5",
    ];
    assert_known(ONE_READER, &settings, BYTE_FOR_BYTE);
}

/// A purge for each of 10,000 writes a second, which take ten seconds to arrive; and by tags, in order of time.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux tells the peak")]
fn the_memory_of_purges_is_known_beforehand() {
    let mut settings = vec![
        "namespace.kv.cache.edge.purge.delay.constant=10s",
        "client.users.mix.read=0.5",
        "client.users.mix.write=0.5",
    ];
    assert_known(ONE_READER, &settings, BYTE_FOR_BYTE);
    settings.push("namespace.kv.cache.edge.purge.by.tags=50000");
    assert_known(ONE_READER, &settings, BYTE_FOR_BYTE);
}

/// A little more reads than are kept for a run by key: the cache holds all keys, and was half as large before.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux tells the peak")]
fn the_memory_of_a_group_in_order_of_time_is_known_beforehand() {
    let settings = ["namespace.kv.keys.count=1000000", "client.users.arrivals.poisson=470000/s"];
    assert_known(ONE_READER, &settings, &[("feed-forward", 1)]);
}

/// Who is in a cache of limited capacity and who is remembered there, and what counts requests: 50,000 of 300,000 keys.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux tells the peak")]
fn the_memory_of_limited_caches_is_known_beforehand() {
    for rule in [
        "eviction=\"sieve\"",
        "eviction=\"arc\"",
        "eviction.s3-fifo={}",
        "eviction.w-tiny-lfu={}",
        "eviction=\"lru\", admission.second-hit.remembers=5000000",
    ] {
        let site = format!("site.edge={{ at=\"edges\", cache={{ entries=50000, {rule} }} }}");
        assert_known(ONE_READER, &["namespace.kv.keys.count=300000", &site], &[("general", 1)]);
    }
}

/// 18,000 hits a second at a server that answers 1,000; 2,000 writes a second at one that stores 100.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux tells the peak")]
fn the_memory_of_long_queues_is_known_beforehand() {
    for site in [
        "{ at=\"FRA\", servers=1, service.hit=\"1ms\" }",
        "{ at=\"IAD\", servers=1, service.replica_write=\"10ms\" }",
    ] {
        assert_known(ONE_READER, &[&format!("site.busy={site}")], &[("general", 1)]);
    }
}
