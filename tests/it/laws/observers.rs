//! Who looks changes nothing.

use edgelag::experiment::Row;

use super::draw::Draw;
use super::{MIXES, assert_same, rows, trials};

/// Probes read without leaving a trace, and following a write only looks: with as many of both as can be, or
/// none, each operation gets the same answer at the same time.
#[test]
fn probes_disturb_nothing() {
    for index in 0..60 {
        let mut draw = Draw::new("probes", index);
        let (head, policy, cache) = (draw.head(), draw.any_policy(3), draw.any_cache());
        let namespace = draw.namespace(3, &format!("{policy}\n{cache}"));
        let clients = draw.clients(MIXES[1]);
        let with = |visibility: &str| format!("{head}{namespace}visibility = {visibility}\n{clients}");
        let none = with("{ delays = [], writes = 0.0 }");
        let many = with(
            "{ delays = [\"0s\", \"1ms\", \"70ms\", \"500ms\", \"2s\"], writes = 1.0, \
             from = [\"SYD\", \"FRA\", \"SIN\", \"GRU\"] }",
        );
        for (none, many) in trials(&none).iter().zip(&trials(&many)) {
            assert_eq!(none.fingerprint, many.fingerprint, "{head}{namespace}{clients}");
        }
        let told = |text: &str| -> Vec<Row> {
            let of_probes = ["t_visibility", "fresh_at_commit"];
            let keep = |row: &Row| !of_probes.contains(&row.metric) && !row.metric.starts_with("propagation");
            rows(text).into_iter().filter(keep).collect()
        };
        assert_same(told(&none), told(&many), &many);
    }
}
