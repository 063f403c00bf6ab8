//! Random scenarios in which hits may be counted in bulk.

use edgelag::base::{Dice, Rng};
use rand::RngExt;

use super::TRIALS;

/// The `index`-th scenario; the same one in each run. Times to live from nothing to longer than the trial, keys that
/// hardly anybody reads and some that all do, writes rarer and more frequent than reads, delays up to the order of
/// the time to live.
pub(super) fn scenario(index: u64) -> String {
    let mut draw = Draw(Dice::of_trial(20_263, 0).named("aggregate").fork(index).rng());
    let seed = draw.between(0, 1_000_000);
    let warmup = draw.one_of(&["0s", "3700ms", "5s"]);
    let (network, policy, cache) = (draw.network(), draw.policy(), draw.cache());
    let keys = draw.one_of(&[
        "count = 1",
        "count = 7",
        "count = 200, popularity.zipf = 1.0",
        "count = 3_000, popularity.zipf = 0.8",
        "count = 40, popularity.hot-spot = { keys = '10%', operations = '80%' }",
    ]);
    let existing = draw.one_of(&["", ", existing = 0.6"]);
    let clients = draw.clients();
    format!(
        "seed = {seed}\ntrials = {TRIALS}\nwarmup = \"{warmup}\"\nhorizon = \"25s\"\n\
         [locations]\nedges = [\"FRA\", \"SIN\", \"GRU\"]\n[network]\n{network}\n\
         [namespace.kv]\nkeys = {{ {keys}{existing} }}\nreplicas = [\"FRA\", \"IAD\", \"NRT\"]\n{policy}\n{cache}\n\
         visibility.writes = 0\n{clients}"
    )
}

struct Draw(Rng);

impl Draw {
    fn between(&mut self, least: u32, most: u32) -> u32 {
        self.0.random_range(least..=most)
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.0.random_range(0..choices.len())]
    }

    fn network(&mut self) -> &'static str {
        self.one_of(&[
            "rtt.constant = \"0s\"",
            "rtt.constant = \"70ms\"\njitter.exponential.mean = \"200ms\"",
            "rtt.constant = \"10ms\"\njitter.uniform = { min = \"0s\", max = \"2s\" }",
            "rtt.geo = { profile = \"backbone\" }",
            "legs = { write_request.exponential.mean = \"500ms\", read_request.exponential.mean = \"20ms\" }",
            "legs = { write_ack.exponential.mean = \"900ms\", response.exponential.mean = \"300ms\" }",
        ])
    }

    fn policy(&mut self) -> String {
        let (r, w) = (self.between(1, 3), self.between(1, 3));
        let coordinator = self.one_of(&["\"nearest\"", "\"local\"", "{ at = \"GRU\" }"]);
        let reads_to = self.one_of(&["all", "nearest", "random"]);
        let writes_to = self.one_of(&["all", "random"]);
        let read_from = self.one_of(&["nearest", "primary"]);
        let ack = self.one_of(&["\"first\"", "\"all\"", "{ k = 2 }"]);
        let read = self.one_of(&["race", "nearest"]);
        match self.between(0, 3) {
            0 => format!("replication.stores = {{ ack = {ack}, read = \"{read}\" }}")
                .replace("ack = { k = 2 }", "ack.k = 2"),
            1 => format!("replication.primary-backup = {{ primary = \"IAD\", read_from = \"{read_from}\" }}"),
            _ => format!(
                "replication.quorum = {{ r = {r}, w = {w}, coordinator = {coordinator}, \
                 reads_to = \"{reads_to}\", writes_to = \"{writes_to}\" }}"
            ),
        }
    }

    fn cache(&mut self) -> String {
        let ttl = self.one_of(&["0s", "300ms", "2s", "2s", "7s", "1h"]);
        let from = self.one_of(&["fill", "fill", "origin"]);
        let negative = self.one_of(&["", "", ", negative = false", ", negative_ttl = \"1s\""]);
        let sub_caches = self.one_of(&[1, 1, 3]);
        format!(
            "cache.edge = {{ ttl = \"{ttl}\", ttl_from = \"{from}\", sub_caches = {sub_caches}{negative} }}"
        )
    }

    /// One or two populations that read, and somebody who writes.
    fn clients(&mut self) -> String {
        let rate = self.one_of(&[3, 40, 300]);
        let writes = self.one_of(&[1, 10, 60]);
        let mix = self.one_of(&[
            "{ read = 1 }",
            "{ read = 0.9, write = 0.1 }",
            "{ read = 9, write = 2, delete = 1 }",
        ]);
        let deletes = self.one_of(&["{ write = 1 }", "{ write = 2, delete = 1 }"]);
        let mut clients = format!(
            "[client.users]\nat = \"edges\"\nnamespace = \"kv\"\narrivals.poisson = \"{rate}/s\"\nmix = {mix}\n\
             [client.writers]\nat = [\"SIN\", \"IAD\"]\nnamespace = \"kv\"\narrivals.every = \"{}ms\"\n\
             mix = {deletes}\n",
            1_000 / writes
        );
        if self.between(0, 1) == 0 {
            clients +=
                "[client.more]\nat = [\"FRA\", \"IAD\"]\nnamespace = \"kv\"\narrivals.poisson = \"55/s\"\n";
        }
        clients
    }
}
