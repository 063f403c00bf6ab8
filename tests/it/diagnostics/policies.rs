//! What is told about replication policies, conflicts, limits and faults that cannot be: what is wrong, what may be, and
//! what to do.

use super::{refused, says, small};

const POLICY: &str = "replication.quorum = { r = 1, w = 2 }";

/// The small scenario with other lines of its namespace and more of its clients.
fn with(namespace: &str, clients: &str) -> String {
    small(&[(POLICY, namespace), ("write = 0.1 }", &format!("write = 0.1 }}\n{clients}"))])
}

/// A policy that cannot be is one mistake, told in these words.
#[track_caller]
fn policy_says(policy: &str, words: &str) {
    let told = refused(with(&format!("replication.{policy}"), "")).stderr();
    let (first, place) = told.split_once('\n').expect("there are several lines");
    assert_eq!(first, format!("error: {words}"), "{policy}");
    assert!(place.contains("s.toml:12:") && place.contains('^'), "{policy}: {told}");
    assert_eq!(told.matches("error:").count(), 1, "{policy}: {told}");
}

#[test]
fn a_log_that_cannot_be() {
    for (parameters, words) in [
        (
            r#"leader = "FRA", lease = "2s""#,
            "the lease of 2s is longer than the election time-out of 1s, so two might lead at once: make it at most 1s",
        ),
        (r#"leader = "GRU""#, "`GRU` is not one of the namespace's replicas"),
        (
            r#"leader = "FRA", witnesses = ["FRA"]"#,
            "`FRA` leads, so it is neither a witness nor a learner: take it from that list",
        ),
        (
            r#"leader = "FRA", learners = ["FRA"]"#,
            "`FRA` leads, so it is neither a witness nor a learner: take it from that list",
        ),
        (
            r#"leader = "FRA", witnesses = ["IAD"], learners = ["IAD"]"#,
            "a witness votes and a learner does not, but `IAD` is both: take it from one of the lists",
        ),
        (r#"leader = "FRA", election_timeout = "0s""#, "`election_timeout` must be longer than 0s"),
    ] {
        policy_says(&format!("consensus = {{ {parameters} }}"), words);
    }
}

#[test]
fn a_quorum_that_cannot_be() {
    for (parameters, words) in [
        (
            "r = 1, w = 1, sloppy = true",
            "a sloppy quorum needs replicas beyond `n` that stand in; the namespace has 3, so give `n` from 1 to 2",
        ),
        (
            "n = 2, r = 1, w = 1, sloppy = true",
            "a sloppy quorum keeps writes for those that are down: give `hints = {}` as well",
        ),
        ("n = 2, r = 1, w = 1", "`n` is 2, but the namespace has 3 replicas"),
        (
            r#"r = 1, w = 2, read_repair = "blocking""#,
            "with R = 1 there is one answer, and nothing to repair: take R = 2 or more, or leave `read_repair` out",
        ),
        (
            r#"r = 2, w = 2, hedge = "5ms""#,
            "a hedged read asks one replica more: that needs `reads_to = \"nearest\"`, R < N and `scope = \"all\"`",
        ),
        (
            "r = 1, w = 2, regions = [[\"FRA\"]]",
            "regions matter with `scope = \"local\"` or \"each\": give one of these, or leave `regions` out",
        ),
        (
            r#"r = 1, w = 1, scope = "local", regions = [["FRA"]]"#,
            "2 of 3 replicas are in no region: each must be in one",
        ),
        (
            r#"r = 1, w = 1, scope = "local", regions = [["FRA", "IAD"], ["IAD", "SIN"]]"#,
            "`IAD` is in two regions",
        ),
        (
            r#"r = 1, w = 1, scope = "local", regions = [["FRA", "IAD", "SIN"], []]"#,
            "a region has no replicas: leave it out",
        ),
        (
            r#"r = 2, w = 1, scope = "local", regions = [["FRA", "IAD"], ["SIN"]]"#,
            "`r` is 2; in a region it must be from 1 to the number of replicas there, which is 1 in the smallest",
        ),
        (
            r#"r = 1, w = 1, writes_to = "random", hints = {}"#,
            "writes that go to W replicas at random go neither by hints nor by regions: leave out `writes_to`, or \
             `hints` and `scope`",
        ),
        (
            r#"r = 1, w = 1, anti_entropy = { every = "1s", fan_out = 3 }"#,
            "`fan_out` is 3; it must be from 1 to the number of other replicas, 2",
        ),
    ] {
        policy_says(&format!("quorum = {{ {parameters} }}"), words);
    }
}

#[test]
fn other_policies_that_cannot_be() {
    for (policy, words) in [
        (
            r#"primary-backup = { primary = "FRA", bounds = {} }"#,
            "bounds say how far a read may be behind: give `versions`, `age` or both",
        ),
        (
            r#"primary-backup = { primary = "FRA", read_from = "primary", bounds.age = "1s" }"#,
            "reads at the primary are never behind: leave out `bounds`, or `read_from`",
        ),
        (r#"primary-backup = { primary = "FRA", fan_out.tree = 0 }"#, "`tree` is 0; it must be 1 or more"),
        (
            r#"primary-backup = { primary = "FRA", fan_out.pull = "0s" }"#,
            "the time between pulls must be longer than 0s",
        ),
        (
            r#"primary-backup = { primary = "FRA", fan_out.pull = "1s", lag.constant = "1s" }"#,
            "copies that travel together have no `lag` of their own each: leave it out",
        ),
        (
            r#"multi-primary = { fan_out.snapshot = "1s", lag.constant = "1s" }"#,
            "copies that travel together have no `lag` of their own each: leave it out",
        ),
        (
            "multi-primary = { fan_out.tree = 2 }",
            "a tree has one root, but here every replica takes writes: use another `fan_out`",
        ),
        (
            r#"gossip = { every = "1s", fan_out = 3 }"#,
            "`fan_out` is 3; it must be from 1 to the number of other replicas, 2",
        ),
        (
            r#"stores = { ack = "first", repair.missed = 0.1 }"#,
            "a store that misses a write gets it sometime: give `after`, `crawler` or both",
        ),
    ] {
        policy_says(policy, words);
    }
}

#[test]
fn a_lease_that_is_too_long_is_shown() {
    says(
        &with(r#"replication.consensus = { leader = "FRA", election_timeout = "500ms", lease = "1s" }"#, ""),
        r#"
error: the lease of 1s is longer than the election time-out of 500ms, so two might lead at once: make it at most 500ms
  --> s.toml:12:79
   |
12 | replication.consensus = { leader = "FRA", election_timeout = "500ms", lease = "1s" }
   |                                                                               ^^^^
"#,
    );
}

const PRIMARY: &str = r#"replication.primary-backup = { primary = "FRA" }"#;
const SESSIONS: &str = "sessions = { users = 5 }\n";

/// The policy of the small scenario, with more lines.
fn and(more: &str) -> String {
    format!("{POLICY}\n{more}")
}

/// Each of these is one mistake, told in these words, with this help.
#[track_caller]
fn demands_say(demands: &[(String, String, &str, &str)]) {
    for (namespace, clients, words, help) in demands {
        let told = refused(with(namespace, clients)).stderr();
        assert!(
            told.starts_with(&format!("error: {words}\n")) && told.contains('^'),
            "{namespace} {clients}: {told}"
        );
        let helps = told.lines().filter_map(|line| line.split_once("= help: "));
        let helps: Vec<&str> = helps.map(|(_, help)| help).collect();
        let expected: Vec<&str> = [*help].into_iter().filter(|help| !help.is_empty()).collect();
        assert_eq!(helps, expected, "{namespace} {clients}: {told}");
        assert_eq!(told.matches("error:").count(), 1, "{namespace} {clients}: {told}");
    }
}

/// Updates, and the order of versions, want a replica that orders writes by itself.
#[test]
fn updates_that_a_policy_cannot_order() {
    demands_say(&[
        (
            and("updates = \"at-owner\""),
            String::new(),
            "an owner of each value needs one replica that orders all writes; under this replication policy none does",
            "use primary-backup, consensus, chain or a single replica, or leave `updates` out",
        ),
        (
            and("updates.compare-and-set = {}"),
            String::new(),
            "compare-and-set needs one replica that orders all writes; under this replication policy none does",
            "use primary-backup, consensus, chain or a single replica, or leave `updates` out",
        ),
        (
            format!("{PRIMARY}\nupdates.compare-and-set.retries = 101"),
            String::new(),
            "`retries` is 101; it must be from 0 to 100",
            "",
        ),
        (
            format!("{PRIMARY}\nupdates.compare-and-set = {{}}\nconflicts.clock.skew.normal = \"1ms\""),
            String::new(),
            "compare-and-set decides by the order at one replica, `conflicts` by clocks",
            "leave `conflicts` or `updates` out",
        ),
        (
            r#"replication.primary-backup = { primary = "FRA", bounds.versions = 2 }
conflicts.clock.skew.normal = "1ms""#
                .to_owned(),
            String::new(),
            "`bounds.versions` counts versions in the order of arrival, but `conflicts` orders them by clock",
            "bound the `age`, or leave `conflicts` out",
        ),
    ]);
}

#[test]
fn limits_and_outages_that_are_none() {
    let outage = |more: &str| and(&format!("outages = [{more}]"));
    demands_say(&[
        (
            and("quota = {}"),
            String::new(),
            "a quota says how many: give `writes_per_key`, `requests` or both",
            "",
        ),
        (and("quota.requests = \"0/s\""), String::new(), "a quota must be more than 0/s", ""),
        (and("timeout = \"0s\""), String::new(), "`timeout` must be longer than 0s", ""),
        (
            outage(
                r#"{ replicas = ["FRA"], at = "3s", for = "3s" }, { replicas = ["FRA"], at = "4s", for = "1s" }"#,
            ),
            String::new(),
            "two outages of `FRA` overlap",
            "",
        ),
        (
            outage(r#"{ replicas = ["GRU"], at = "3s", for = "3s" }"#),
            String::new(),
            "no replica of this namespace is at `GRU`",
            "",
        ),
        (
            outage(r#"{ replicas = ["FRA"], at = "22s", for = "3s" }"#),
            String::new(),
            "the outage begins when no operation does any more",
            "",
        ),
        (
            outage(r#"{ replicas = ["FRA"], at = "3s", for = "0s" }"#),
            String::new(),
            "the outage lasts no time",
            "",
        ),
        (and(""), "retries.retries = 101".to_owned(), "`retries` is 101; it must be from 0 to 100", ""),
    ]);
}

#[test]
fn tokens_that_cannot_be_kept() {
    demands_say(&[
        (
            PRIMARY.to_owned(),
            "token.when_behind = \"wait\"".to_owned(),
            "a token belongs to a session, but these clients have none",
            "add e.g. sessions = { users = 100 }",
        ),
        (
            and(""),
            format!("{SESSIONS}token.when_behind = \"wait\""),
            "a token is held against the one replica that answers; under this policy several do",
            "use primary-backup, multi-primary, gossip, or consensus with reads = \"local\"",
        ),
        (
            "replication.gossip.every = \"1s\"".to_owned(),
            format!("{SESSIONS}token.when_behind = \"primary\""),
            "a read that lacks something is to go to the primary, but this policy has none",
            "use `when_behind = \"wait\"` or \"other-replica\"",
        ),
    ]);
}

#[test]
fn a_clock_that_drifts_too_far() {
    says(
        &with(&and("conflicts.clock = { skew.normal = \"1ms\", drift_ppm = 2_000 }"), ""),
        r#"
error: `drift_ppm` is 2000 millionths; it must be from 0 to 1000
  --> s.toml:13:54
   |
13 | conflicts.clock = { skew.normal = "1ms", drift_ppm = 2_000 }
   |                                                      ^^^^^ the value of `namespace.kv.conflicts.clock.drift_ppm`
"#,
    );
}

#[test]
fn random_reads_of_a_region() {
    policy_says(
        r#"quorum = { r = 1, w = 1, scope = "local", reads_to = "random" }"#,
        "reads that ask R replicas at random know no regions: leave out `reads_to` or `scope`",
    );
}

/// A hedged read asks a second time: no closed form has that.
#[test]
fn isolated_writes_under_hedged_reads() {
    let hedged = "replication.quorum = { r = 1, w = 1, reads_to = \"nearest\", hedge = \"5ms\" }";
    let told = refused(with(&format!("{hedged}\nvisibility.isolated_writes = 10"), "")).stderr();
    assert!(
        told.contains("isolated writes are not known in closed form under this replication policy"),
        "{told}"
    );
}

#[test]
fn one_replica_that_is_several() {
    policy_says("single = {}", "`single` is one replica, but the namespace has 3");
}

#[test]
fn a_witness_that_is_named_twice() {
    policy_says(r#"consensus = { leader = "FRA", witnesses = ["IAD", "IAD"] }"#, "`IAD` is named twice");
}

/// A client in a closed loop is one and the same; users are drawn anew for each operation.
#[test]
fn a_closed_loop_of_users() {
    let closed = small(&[(
        "arrivals.poisson = \"20/s\"",
        "sessions = { users = 5 }\narrivals.closed = { clients = 2, think = \"1s\" }",
    )]);
    let told = refused(closed).stderr();
    let words = "error: in a closed loop each client waits for its own answer, but `sessions` draws a user for each operation";
    assert!(told.starts_with(words) && told.contains("help: leave `sessions` out"), "{told}");
}
