//! Caches of limited capacity under independent requests, with a time to live so long that capacity alone matters: what is
//! resident in exact LRU (W. F. King, Analysis of demand paging algorithms, 1971) and FIFO caches (E. Gelenbe, A unified
//! approach to the evaluation of a class of replacement algorithms, 1973), and Che's approximation of LRU (H. Che, Y. Tung,
//! Z. Wang, Hierarchical Web caching systems, JSAC 20(7), 2002).

use super::{INSTANT, NEVER, edge_and_origin};
use crate::lab::{Finding, agrees, agrees_but_for, run, run_by};
use edgelag::world::Execution;

fn scenario(keys: u32, exponent: f64, entries: u32, eviction: &str) -> String {
    let keys = format!("{{ count = {keys}, popularity.zipf = {exponent} }}");
    let cache = r#"{ ttl = "1000000s" }"#;
    let reads = r#"{ poisson = "20/s" }"#;
    let text = edge_and_origin("4000s", INSTANT, &keys, cache, reads, NEVER);
    format!(
        "{text}\n[site.edge]\nat = \"edge\"\ncache = {{ entries = {entries}, eviction = \"{eviction}\" }}\n"
    )
}

/// Each miss stores, and one entry goes for it: evictions in a second are the fetches.
fn agrees_with(found: &Finding, hits: f64) {
    agrees("hit ratio", found.read("hit_ratio", "rate"), hits);
    agrees("byte hit ratio, all being of one size", found.read("byte_hit_ratio", "rate"), hits);
    agrees("misses", found.origin_fraction(), 1.0 - hits);
    agrees("evictions", found.figure("*", "evictions", "rate"), 20.0 * (1.0 - hits));
}

/// Entry C1-public: 3 of 8 keys.
#[test]
fn three_of_eight_keys() {
    agrees_with(&run(&scenario(8, 1.0, 3, "lru")), 0.535615335901961);
    agrees_with(&run_by(Execution::General, &scenario(8, 1.0, 3, "fifo")), 0.5089580862292699);
}

/// Entry C1-public2: 4 of 10 keys.
#[test]
fn four_of_ten_keys() {
    agrees_with(&run_by(Execution::General, &scenario(10, 0.8, 4, "lru")), 0.5206024168933059);
    let fifo = run(&scenario(10, 0.8, 4, "fifo"));
    agrees_with(&fifo, 0.496875636273996);
    // It is full from soon on.
    assert_eq!(fifo.figure("*", "cache_entries", "mean").value, 4.0);
}

/// Entry C2-public: 500 of 10,000 keys; Che's approximation of LRU within 0.003.
#[test]
fn a_large_catalogue() {
    let lru = run(&scenario(10_000, 0.8, 500, "lru"));
    agrees_but_for("Che", lru.read("hit_ratio", "rate"), 0.33118623374223816, 0.003);
    agrees(
        "exact FIFO",
        run(&scenario(10_000, 0.8, 500, "fifo")).read("hit_ratio", "rate"),
        0.29381962019791663,
    );
}
