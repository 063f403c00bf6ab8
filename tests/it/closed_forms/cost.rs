//! What requests to the origin cost behind a time to live.

use super::{INSTANT, NEVER, ONE_KEY, edge_and_origin};
use crate::lab::{agrees, run_both_ways};

/// Entry A1 of the closed forms: λ/(1 + λT) fetches a second for λ = 0.5, T = 60, so 0.016129 · 2,592,000 in a month of 30
/// days, at 1,000 USD a million, less the first 10,000: 31.806 USD.
#[test]
fn fewer_misses_cost_less() {
    let cache = r#"{ ttl = "60s" }
        price.origin_requests = { each_million = 1_000, included = 10_000 }"#;
    let text = edge_and_origin("201000s", INSTANT, ONE_KEY, cache, r#"{ poisson = "0.5/s" }"#, NEVER);
    for found in run_both_ways(&text) {
        for op in ["*", "origin_requests"] {
            agrees("cost", found.figure(op, "cost", "per_month"), 0.016129032258064516 * 2_592.0 - 10.0);
        }
    }
}
