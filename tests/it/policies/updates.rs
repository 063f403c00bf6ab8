//! Updates that cannot be lost.

use super::draw::Draw;
use super::trial;

const MIXES: [&str; 2] = ["{ read = 0.5, update = 0.5 }", "{ update = 1 }"];

/// An update that takes effect is built on the newest version at the one who orders writes: under compare-and-set because it
/// is refused otherwise, under an owner because that one makes the change. So none is blind, and without other writes the last value has all of
/// them in it. While replicas are down, a value may have even more in it: an update that was acknowledged by
/// nobody, and that another one was built on.
#[test]
fn compare_and_set_and_an_owner_lose_no_update() {
    let (mut updates, mut conflicts) = (0, 0);
    for index in 0..240 {
        let mut draw = Draw::new("updates", index, 1, 5);
        let policy = match (draw.n(), draw.from(0, 3)) {
            (1, _) => draw.quorum(1, 1, "none"),
            (_, 0) => "chain = {}".to_owned(),
            (_, 1) => {
                let modes =
                    ["\"asynchronous\"", "{ semi-synchronous = 1 }", "\"synchronous\"", "{ dynamic = 1 }"];
                let from = draw.one_of(&["nearest", "primary"]);
                draw.primary_backup(&modes, from)
            }
            _ => draw.consensus(&[
                "\"lease\"",
                "\"read-index\"",
                "\"log\"",
                "\"follower\"",
                "\"local\"",
                "{ past = \"1s\" }",
            ]),
        };
        let faults = draw.coin();
        let mut more = if faults { draw.outages() } else { String::new() };
        let how =
            ["updates = \"at-owner\"", "updates.compare-and-set = { retries = 4, backoff = \"100ms\" }"];
        more += draw.one_of(&how);
        more += draw.one_of(&["", "\ncache.edge = { ttl = \"1s\" }"]);
        let retries = draw.one_of(&["", "retries = { retries = 1, backoff = \"150ms\" }"]);
        let text = draw.scenario(&policy, &more) + &draw.clients(&MIXES, retries);
        let tally = &trial(&text).namespaces[0];
        let told = tally.all.updates;
        assert_eq!((told.blind, told.overwritten), (0, 0), "scenario {index}:\n{text}");
        let (kept, all) = tally.updates_kept;
        assert!(kept == all || faults && kept > all, "{kept} of {all} in scenario {index}:\n{text}");
        updates += all;
        let op = tally.all.op(edgelag::model::workload::OpKind::Update);
        conflicts += op.retries;
    }
    assert!(updates > 10_000 && conflicts > 1_000, "{updates} updates, {conflicts} retries");
}
