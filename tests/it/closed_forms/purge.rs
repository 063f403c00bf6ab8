//! Caches that writes purge. Fetches are instant and nothing expires. Reads of rate λ, writes of rate μ, and a purge
//! arrives δ after its commit, unless it is lost with probability p: μ' = μ(1 − p) is the rate of those that arrive.
//!
//! At a read, let P be the last arrival of a purge, and A the time since: exponential of rate μ', from commits more
//! than δ ago. The first read after P filled the cache, an exponential G of rate λ after it, so the read is a hit if
//! G < A, and P(hit, age X of the entry > x) = P(A > G + x) = exp(−μ'x) λ/(λ + μ'). The entry is stale if since the
//! fill a write committed whose purge is lost, or one within δ whose purge is still on its way (an older one would
//! have dropped it): fresh with exp(−μ' min(X, δ) − μpX). Integrating over X,
//!
//! stale = λ/(λ + μ') · ((1 − a)/(2 − p) + pa), with a = exp(−μ(2 − p)δ).

use super::{ONE_KEY, edge_and_origin};
use crate::lab::{Finding, agrees, agrees_but_for, run};

/// A purge travels 250 ms from the origin; requests to it, and answers, travel no time.
const NETWORK: &str = r#"{ rtt.constant = "0s",
    link = [{ from = ["origin"], to = ["edge"], legs = { request = "250ms" } }] }"#;

fn purged(horizon: &str, keys: &str, purge: &str, rates: [&str; 2]) -> String {
    let cache = format!(r#"{{ ttl = "10000000s", purge = {purge} }}"#);
    let [reads, writes] = rates.map(|rate| format!(r#"{{ poisson = "{rate}/s" }}"#));
    edge_and_origin(horizon, &NETWORK.replace('\n', ""), keys, &cache, &reads, &writes)
}

/// λ = 2, μ = 0.2, and δ = 1, of which three quarters are the purge's own.
fn by_key(more: &str) -> Finding {
    let purge = format!(r#"{{ by = "key", delay.constant = "750ms"{more} }}"#);
    run(&purged("400000s", ONE_KEY, &purge, ["2", "0.2"]))
}

/// p = 0. One message for each write, to the only location that reads.
#[test]
fn a_purge_by_key() {
    for lease in ["", ", lease = true"] {
        let found = by_key(lease);
        agrees("stale", found.read("stale_rate", "rate"), 0.14985452452925485);
        agrees("hit ratio", found.read("hit_ratio", "rate"), 0.9090909090909091);
        agrees("purges", found.write("edge_purges", "rate"), 0.2);
        // Nothing is overdue for longer than a purge takes.
        assert!(found.each(|tally| tally.overdue.max()).all(|longest| longest <= Some(1_000_000_000)));
    }
}

/// p = 0.1, and p = 1: after the first write all is stale for ever, but for trials whose first write is late.
#[test]
fn purges_that_are_lost() {
    let found = by_key(r#", loss = "10%""#);
    agrees("stale", found.read("stale_rate", "rate"), 0.21538979166489222);
    agrees("hit ratio", found.read("hit_ratio", "rate"), 0.9174311926605504);
    let found = by_key(", loss = 1");
    agrees_but_for("stale", found.read("stale_rate", "rate"), 1.0, 1e-4);
    agrees("purges", found.write("edge_purges", "rate"), 0.2);
}

/// Six keys, each read twice a second and written μ = 0.2 times, on three tags: an entry is dropped by purges of rate
/// τ = 2μ, and stale by writes of its own: λ/(λ + τ) · μ/(μ + τ) · (1 − exp(−(μ + τ)δ)).
#[test]
fn a_purge_by_tag() {
    let keys = r#"{ count = 6, popularity = "uniform" }"#;
    let purge = r#"{ by.tags = 3, delay.constant = "750ms" }"#;
    let found = run(&purged("40000s", keys, purge, ["12", "1.2"]));
    agrees("stale", found.read("stale_rate", "rate"), 0.12533010108499268);
    agrees("hit ratio", found.read("hit_ratio", "rate"), 0.8333333333333334);
}

/// The edge would serve a write at once if it had no entry, μ/(μ + λ); else when the next purge arrives, its own
/// after δ or that of a write shortly before: on average λ/(λ + μ) · (1 − exp(−μδ))/μ after the commit.
#[test]
fn a_write_has_spread_when_the_next_purge_arrives() {
    let purge = r#"{ delay.constant = "750ms" }"#;
    let text = purged("100000s", ONE_KEY, purge, ["2", "0.2"]).replace("writes = 0", "writes = 1");
    let found = run(&text);
    agrees("propagation", found.write("propagation_100", "mean"), 0.8239511223728099);
}
