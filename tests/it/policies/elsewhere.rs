//! Clients whose site is down and who go elsewhere, over links that fare no better.

use edgelag::model::workload::OpKind;

use super::draw::Draw;
use super::{MIXES, trial};

impl Draw {
    /// One or two sites of clients are down for a while; what they go over to others may be slow, lossy or down.
    fn detours(&mut self, clients: &[&str]) -> String {
        let mut faults = String::new();
        for (at, place) in clients.iter().enumerate() {
            let caches_only = self.one_of(&["", ", caches_only = true"]);
            let (from, lasting) = (self.from(500, 6_000), self.one_of(&[1_500, 4_000]));
            let noticed = self.one_of(&["0s", "50ms", "1s"]);
            faults += &format!(
                "[fault.site{at}]\nwhat.site-down = {{ at = \"{place}\", clients = \"next-nearest\"{caches_only} }}\n\
                 at = \"{from}ms\"\nfor = \"{lasting}ms\"\nnoticed_after = \"{noticed}\"\n"
            );
        }
        for at in 0..self.from(1, 3) {
            let harm = self.one_of(&[
                "link-down = { ENDS }",
                "link-down = { ENDS }",
                "link-lossy = { ENDS, share = 0.5 }",
                "link-slow = { ENDS, added = \"80ms\", factor = 3.0 }",
            ]);
            let one_way = self.one_of(&["", ", one_way = true"]);
            let end = self.one_of(clients);
            let what = harm.replace("ENDS", &format!("from = \"{end}\"{one_way}"));
            let (from, lasting) = (self.from(500, 6_000), self.one_of(&[1_500, 4_000]));
            faults += &format!("[fault.link{at}]\nwhat.{what}\nat = \"{from}ms\"\nfor = \"{lasting}ms\"\n");
        }
        faults
    }
}

/// Arrivals every 100 ms from a random phase: exactly 100 in 10 s at each of three locations, and each of them is answered
/// once, or fails once and for all, wherever it goes and whatever is lost on the way there and back.
#[test]
fn each_operation_that_goes_elsewhere_ends_exactly_once() {
    let mut failed = [0; 2];
    for index in 0..150 {
        let mut draw = Draw::new("elsewhere", index, 2, 4);
        let policy = draw.any_policy();
        let cache = draw.one_of(&["", "cache.edge.ttl = \"1s\"\n", "timeout = \"300ms\"\n"]);
        let patience = draw.one_of(&[
            "",
            "timeout = \"400ms\"\n",
            "hedge = { after = \"60ms\", most = 2 }\n",
            "retries = { retries = 2, backoff = \"150ms\" }\n",
        ]);
        let clients = ["JNB", "FRA", "SIN"];
        let mix = draw.one_of(&MIXES);
        let text = format!(
            "{}[client.clock]\nat = {clients:?}\nnamespace = \"kv\"\narrivals.every = \"100ms\"\nmix = {mix}\n\
             {patience}",
            draw.scenario(&policy, cache)
        ) + &draw.detours(&clients);
        let tally = &trial(&text).namespaces[0];
        let ops = OpKind::ALL.map(|kind| tally.all.op(kind));
        let answers: u64 = ops.iter().map(|op| op.latency.count()).sum();
        let failures: u64 = ops.iter().map(|op| op.failed.iter().sum::<u64>()).sum();
        assert_eq!(answers + failures, 300, "{failures} failed in scenario {index}:\n{text}");
        failed[usize::from(failures > 0)] += 1;
    }
    assert!(failed[1] > 50, "hardly anything failed: {failed:?}");
}
