//! Which policies are linearizable, by a checker that knows exported histories only; and what tokens hold.

use super::draw::Draw;
use super::draw::EDGES;
use crate::histories::checker::is_linearizable;
use crate::histories::histories;

/// Values differ, and nobody deletes, as the checker wants it.
const MIXES: [&str; 3] = [
    "{ read = 0.7, write = 0.3 }",
    "{ read = 0.6, write = 0.2, update = 0.2 }",
    "{ read = 0.3, write = 0.7 }",
];

const USERS: &str = "sessions = { users = 5, route_change = 0.3 }";

/// One replica orders all operations of a key: the leader of a log, as long as its lease lasts or a majority follows it,
/// the primary, the tail of a chain. With R and W of more than half and blocking repair, a read leaves what it returns at so many
/// replicas that no later read misses it (Attiya, Bar-Noy, Dolev, J. ACM 42(1), 1995). Half of the histories have replicas that are down, so
/// that leaders are elected.
#[test]
fn linearizable_policies_are_linearizable() {
    let (mut operations, mut unknown) = (0, 0);
    for index in 0..400 {
        let mut draw = Draw::new("linearizable", index, 1, 5);
        let policy = draw.linearizable_of_so_many();
        let outages = if draw.coin() { draw.outages() } else { String::new() };
        let mut text = draw.scenario(&policy, &outages) + &draw.clients(&MIXES, USERS);
        if index % 2 == 0 {
            text += &draw.faults(&EDGES);
        }
        let [returns, _] = histories(&text);
        assert!(is_linearizable(&returns), "scenario {index}:\n{text}");
        operations += returns.len();
        unknown += returns.iter().filter(|op| op.end == u64::MAX).count();
    }
    println!("{operations} operations, {unknown} writes of which nobody knows");
    assert!(operations > 50_000 && unknown > 100, "{operations} {unknown}");
}

/// Each of these lets some read return less than an earlier one.
#[test]
fn other_policies_are_not() {
    type Policy = fn(&mut Draw) -> String;
    let policies: [(&str, Policy); 7] = [
        ("R + W > N without read repair", |draw| draw.quorum(draw.n() / 2 + 1, draw.n() / 2 + 1, "none")),
        ("with asynchronous read repair", |draw| {
            draw.quorum(draw.n() / 2 + 1, draw.n() / 2 + 1, "asynchronous")
        }),
        ("asynchronous backups", |draw| draw.primary_backup(&["\"asynchronous\""], "nearest")),
        ("a log read locally", |draw| draw.consensus(&["\"local\""])),
        ("a log read in the past", |draw| draw.consensus(&["{ past = \"1s\" }"])),
        ("many primaries", Draw::multi_primary),
        ("gossip", Draw::gossip),
    ];
    for (name, policy) in policies {
        let is_found = |&index: &u64| {
            let mut draw = Draw::new(name, index, 3, 5);
            let policy = policy(&mut draw);
            let text = draw.scenario(&policy, "") + &draw.clients(&MIXES, USERS);
            let [returns, _] = histories(&text);
            !is_linearizable(&returns)
        };
        let found = (0..40).filter(is_found).count();
        println!("{name}: {found} of 40");
        assert!(found > 0, "{name}");
    }
}

/// A read with a token is answered by a replica, or a cache, that has what its user has seen or written.
#[test]
fn tokens_keep_own_writes_and_reads_that_never_go_back() {
    let mut operations = 0;
    for index in 0..200 {
        let mut draw = Draw::new("tokens", index, 2, 5);
        let policy = match draw.from(0, 3) {
            0 => draw.consensus(&["\"local\""]),
            1 => draw.primary_backup(&["\"asynchronous\"", "{ semi-synchronous = 1 }"], "nearest"),
            2 => draw.multi_primary(),
            _ => draw.gossip(),
        };
        let has_primary = policy.starts_with("primary") || policy.starts_with("consensus");
        let behind = draw.one_of(if has_primary {
            &["wait", "other-replica", "primary"]
        } else {
            &["wait", "other-replica", "wait"]
        });
        let timeout = draw.one_of(&["", ", timeout = \"200ms\""]);
        let mut more = if draw.coin() { draw.outages() } else { String::new() };
        more += draw.one_of(&[
            "",
            "cache.edge = { ttl = \"1s\", write_through = 0.5 }",
            "cache.edge = { ttl = \"1s\", coalesce = false }",
        ]);
        let token = format!("{USERS}\ntoken = {{ when_behind = \"{behind}\"{timeout} }}");
        let text = draw.scenario(&policy, &more) + &draw.clients(&MIXES, &token);
        let [returns, _] = histories(&text);
        for op in &returns {
            let broken = ["read_your_writes", "monotonic_reads"].iter().any(|&name| op.told.2.contains(name));
            assert!(!broken, "{op:?} in scenario {index}:\n{text}");
        }
        operations += returns.len();
    }
    assert!(operations > 20_000, "{operations}");
}

impl Draw {
    /// One replica is linearizable under any policy.
    fn linearizable_of_so_many(&mut self) -> String {
        match self.n() {
            1 => match self.from(0, 2) {
                0 => self.quorum(1, 1, "none"),
                1 => self.multi_primary(),
                _ => self.consensus(&["\"lease\"", "\"local\"", "\"log\""]),
            },
            _ => self.linearizable(),
        }
    }
}
