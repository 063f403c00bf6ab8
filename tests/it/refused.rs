//! Writes that a replica has no room for.

use edgelag::scenario;
use edgelag::world::{Outcome, record_trial};

const WORLD: &str = r#"
seed = 5
trials = 1
horizon = "10s"
locations.own = { here = {}, there = {} }
network.rtt.constant = "100ms"
[namespace.kv]
keys.count = 1
replicas = ["here", "there"]
replication.primary-backup = { primary = "here", mode = "asynchronous", read_from = "nearest" }
[client]
users = { at = ["here", "there"], namespace = "kv", trace = { file = "t.csv", start = "0" } }
[site]
backup = { at = "there", servers = 1, queue = 0, service.replica_write = "250ms" }
"#;

/// By hand: the first write is at the backup at 1.05 s and stored at 1.3. The second comes at 1.15, is refused, comes again at
/// 1.35 and is stored at 1.6. The third comes at 1.4 and is refused. It comes again at 1.6, just when the server is done: if
/// that is too early it comes once more at 1.85, as late as it is old, so it is stored at 1.85 or 2.1.
#[test]
fn a_backup_without_room_is_sent_a_write_again() {
    let trace = "time,location,operation,key\n1,here,set,a\n1.1,here,set,a\n1.25,there,get,a\n1.35,here,set,a\n\
                 1.55,there,get,a\n3,there,get,a\n";
    let files = |_: &str| Ok(trace.into());
    let scenario = scenario::load("case", WORLD.as_bytes(), &[], &files).expect("it is right");
    let (_, history) = record_trial(&scenario.cases[0], 0).expect("nothing waits for ever");
    let behind: Vec<u32> = history
        .records
        .iter()
        .filter_map(|record| match record.outcome {
            Outcome::Read { behind, .. } => Some(behind),
            _ => None,
        })
        .collect();
    assert_eq!(behind, [2, 2, 0]);
}
