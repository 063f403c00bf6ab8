//! A checker of histories that knows nothing of the program but the columns of its export. It is written straight from the
//! definitions, each operation against all others, and takes as long as that does.

use std::collections::{BTreeMap, BTreeSet};

/// A line of an exported history.
#[derive(Clone, Debug)]
pub(crate) struct Op {
    pub(crate) client: String,
    pub(crate) writes: bool,
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) version: u32,
    /// What the program says: versions missed, nanoseconds overdue, guarantees broken.
    pub(crate) told: (String, String, BTreeSet<String>),
}

/// Reads an export with `--judged`, but for what had no effect.
pub(crate) fn parse(csv: &[u8]) -> Vec<Op> {
    let text = std::str::from_utf8(csv).expect("it is UTF-8");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("client,op,key,value,start_ns,end_ns,ok,version,behind,overdue_ns,broken"));
    lines.filter_map(op).collect()
}

fn op(line: &str) -> Option<Op> {
    let cells: Vec<&str> = line.split(',').collect();
    let [client, what, key, value, start, end, ok, version, behind, overdue, broken] = cells[..] else {
        panic!("{line}")
    };
    assert!(["read", "write", "delete"].contains(&what), "{line}");
    match (ok, what) {
        ("ok", _) | ("info", "write" | "delete") => {}
        ("fail", _) => return None,
        _ => panic!("{line}"),
    }
    let broken = broken.split(' ').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    Some(Op {
        client: client.to_owned(),
        writes: what != "read",
        key: key.to_owned(),
        value: value.to_owned(),
        start: start.parse().expect("a time"),
        // Nobody knows when, if ever.
        end: if ok == "info" { u64::MAX } else { end.parse().expect("a time") },
        version: version.parse().expect("a number"),
        told: (behind.to_owned(), overdue.to_owned(), broken),
    })
}

/// Committed versions that a read missed, and since when, if the end of each write is its commit: k'(r) = #{w : v(w) > v(r),
/// commit(w) ≤ start(r)} and t'(r) = start(r) − the least of these commits. Where nothing takes any time, the put of an update
/// may commit at the instant at which its get began: that is not missed, it follows.
pub(crate) fn missed(ops: &[Op], at: usize) -> (u64, u64) {
    let read = &ops[at];
    let newer = |w: &Op| w.writes && w.key == read.key && w.version > read.version && w.end <= read.start;
    let missed = (0..ops.len()).filter(|&w| newer(&ops[w]) && !before(ops, at, w));
    let commits: Vec<u64> = missed.map(|w| ops[w].end).collect();
    (commits.len() as u64, commits.iter().min().map_or(0, |first| read.start - first))
}

/// Whether a client had the answer to the one of its operations when it began the other.
fn before(ops: &[Op], a: usize, b: usize) -> bool {
    let at = |place: usize| (ops[place].start, ops[place].end, place);
    ops[a].client == ops[b].client && ops[a].end <= ops[b].start && at(a) < at(b)
}

/// The guarantees that each operation broke.
pub(crate) fn broken(ops: &[Op]) -> Vec<BTreeSet<String>> {
    let mut by_client: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, op) in ops.iter().enumerate() {
        by_client.entry(&op.client).or_default().push(place);
    }
    let writer: BTreeMap<(&str, u32), usize> = (0..ops.len())
        .filter(|&place| ops[place].writes)
        .map(|place| ((ops[place].key.as_str(), ops[place].version), place))
        .collect();
    // Whether a client had written, or read, something newer than `than` before its operation `until`.
    let newer = |until: usize, than: &Op, writes: bool| {
        by_client[ops[until].client.as_str()].iter().any(|&place| {
            let op = &ops[place];
            op.key == than.key
                && op.writes == writes
                && op.version > than.version
                && before(ops, place, until)
        })
    };
    let all = ops.iter().enumerate().map(|(at, op)| {
        let own = if op.writes {
            ["monotonic_writes", "writes_follow_reads"]
        } else {
            ["read_your_writes", "monotonic_reads"]
        };
        let own = [true, false].into_iter().zip(own).filter(|&(writes, _)| newer(at, op, writes));
        let mut broken: BTreeSet<String> = own.map(|(_, name)| name.to_owned()).collect();
        if op.writes {
            return broken;
        }
        let seen = by_client[op.client.as_str()].iter().filter(|&&q| !ops[q].writes && before(ops, q, at));
        let seen = seen.filter_map(|&q| writer.get(&(ops[q].key.as_str(), ops[q].version)));
        for &write in seen.filter(|&&w| ops[w].client != op.client) {
            for (writes, name) in [(true, "monotonic_writes"), (false, "writes_follow_reads")] {
                if newer(write, op, writes) {
                    broken.insert(name.to_owned());
                }
            }
        }
        broken
    });
    all.collect()
}

/// A value's write and reads: the least end and the greatest start.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Zone {
    end: i128,
    start: i128,
}

/// Whether some order of the operations of each key, in which each lies between its start and its end, has every read return
/// what was written last. Values differ, and nobody deletes. (P. Gibbons, E. Korach, Testing shared memories, SIAM J. Computing 26(4),
/// 1997: a value's zone reaches from the least end to the greatest start of its write and reads; it is forward if in this
/// order, else backward. No read may end before its write begins, no two forward zones overlap, no backward one lie in a
/// forward one.)
pub(crate) fn is_linearizable(ops: &[Op]) -> bool {
    let keys: BTreeSet<&str> = ops.iter().map(|op| op.key.as_str()).collect();
    keys.into_iter()
        .all(|key| is_key_linearizable(&ops.iter().filter(|op| op.key == key).collect::<Vec<_>>()))
}

fn is_key_linearizable(ops: &[&Op]) -> bool {
    const INITIAL: Zone = Zone { end: -1, start: -1 };
    let mut zones: BTreeMap<&str, Zone> = BTreeMap::from([("", INITIAL)]);
    let mut begun: BTreeMap<&str, u64> = BTreeMap::from([("", 0)]);
    for write in ops.iter().filter(|op| op.writes) {
        let zone = Zone { end: i128::from(write.end), start: i128::from(write.start) };
        let earlier = zones.insert(&write.value, zone);
        assert!(earlier.is_none(), "values differ: {write:?}");
        begun.insert(&write.value, write.start);
    }
    for read in ops.iter().filter(|op| !op.writes) {
        let Some(zone) = zones.get_mut(read.value.as_str()) else { return false };
        if read.end < begun[read.value.as_str()] {
            return false;
        }
        zone.end = zone.end.min(i128::from(read.end));
        zone.start = zone.start.max(i128::from(read.start));
    }
    let (forward, backward): (Vec<Zone>, Vec<Zone>) = zones.values().partition(|zone| zone.end < zone.start);
    let overlap = |a: &Zone, b: &Zone| a.end < b.start && b.end < a.start;
    let inside = |b: &Zone, f: &Zone| f.end < b.start && b.end < f.start;
    let pairs = forward.iter().enumerate().flat_map(|(at, a)| forward[at + 1..].iter().map(move |b| (a, b)));
    let forward_overlap = { pairs }.any(|(a, b)| overlap(a, b));
    !forward_overlap && !backward.iter().any(|b| forward.iter().any(|f| inside(b, f)))
}

/// `r` or `w`, value, start, end: by hand.
fn by_hand(history: &[(char, u32, u64, u64)]) -> Vec<Op> {
    let op = |(at, &(what, version, start, end)): (usize, &(char, u32, u64, u64))| Op {
        client: at.to_string(),
        writes: what == 'w',
        key: "k".to_owned(),
        value: if version == 0 { String::new() } else { version.to_string() },
        start,
        end,
        version,
        told: Default::default(),
    };
    history.iter().enumerate().map(op).collect()
}

/// Each of these can be put in an order by hand, such as 1 written, 1 read, 2 written, 2 read.
#[test]
fn what_is_linearizable_is_accepted() {
    let histories: [&[_]; 5] = [
        &[('w', 1, 0, 10), ('r', 1, 11, 12), ('w', 2, 20, 30), ('r', 2, 31, 32)],
        &[('r', 0, 0, 5), ('w', 1, 3, 10), ('r', 0, 4, 9)],
        &[('w', 1, 0, 100), ('r', 0, 10, 20), ('r', 1, 21, 30), ('r', 1, 90, 200)],
        &[('w', 1, 0, 100), ('w', 2, 0, 100), ('r', 2, 10, 20), ('r', 1, 30, 40)],
        &[('w', 1, 0, 10), ('w', 2, 5, 15), ('r', 1, 6, 30), ('r', 2, 31, 40)],
    ];
    for history in histories {
        assert!(is_linearizable(&by_hand(history)), "{history:?}");
    }
}

/// An old value after a new one; what was there before after a write has returned; a value before its write; two values that
/// each are read before and after the other.
#[test]
fn what_is_not_linearizable_is_rejected() {
    let histories: [&[_]; 5] = [
        &[('w', 1, 0, 10), ('w', 2, 20, 90), ('r', 2, 30, 40), ('r', 1, 50, 60)],
        &[('w', 1, 0, 10), ('r', 0, 11, 12)],
        &[('r', 1, 0, 5), ('w', 1, 6, 10)],
        &[('w', 1, 0, 10), ('w', 2, 0, 10), ('r', 1, 11, 12), ('r', 2, 13, 14), ('r', 1, 15, 16)],
        &[('w', 1, 0, 10), ('r', 1, 30, 40), ('w', 2, 12, 14)],
    ];
    for history in histories {
        assert!(!is_linearizable(&by_hand(history)), "{history:?}");
    }
}

/// A read of version 1 that begins at 30, when version 3 had committed at 20 and version 2 at 30; version 4 commits later.
#[test]
fn what_a_read_missed_is_counted() {
    let ops = by_hand(&[('w', 2, 0, 30), ('w', 3, 5, 20), ('w', 4, 5, 31), ('r', 1, 30, 40)]);
    assert_eq!(missed(&ops, 3), (2, 10));
}
