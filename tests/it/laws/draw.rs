//! Random scenarios.

use edgelag::base::{Dice, Rng};
use rand::RngExt;

const CITIES: [&str; 8] = ["FRA", "IAD", "SIN", "GRU", "SYD", "JNB", "NRT", "SJC"];

/// Draws one random scenario after another; the same ones in each run.
pub(crate) struct Draw {
    rng: Rng,
}

impl Draw {
    /// The draws of the `index`-th scenario of a law.
    pub(crate) fn new(law: &str, index: u64) -> Draw {
        Draw { rng: Dice::of_trial(20_261, 0).named(law).fork(index).rng() }
    }

    pub(crate) fn from(&mut self, least: u16, most: u16) -> u16 {
        self.rng.random_range(least..=most)
    }

    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.rng.random_range(0..choices.len())]
    }

    /// Some cities as a TOML list, in a random order.
    pub(crate) fn cities(&mut self, count: u16) -> String {
        let mut cities = CITIES;
        for at in (1..cities.len()).rev() {
            cities.swap(at, self.rng.random_range(0..=at));
        }
        format!("{:?}", &cities[..usize::from(count)])
    }

    /// The head of a scenario: times, edges, and a network of any kind.
    pub(crate) fn head(&mut self) -> String {
        let edges = self.from(1, 4);
        let network = self.one_of(&[
            "rtt.constant = \"0s\"",
            "rtt.constant = \"70ms\"",
            "rtt.constant = \"70ms\"\njitter.exponential.mean = \"200ms\"",
            "rtt.constant = \"10ms\"\njitter.uniform = { min = \"0s\", max = \"2s\" }",
            "rtt.geo = { profile = \"backbone\" }",
            "legs = { write_request.exponential.mean = \"500ms\", read_request.exponential.mean = \"20ms\" }",
            "legs.write_request.pareto = { min = \"1ms\", shape = 0.5 }",
        ]);
        let seed = self.from(0, 1_000);
        let edges = self.cities(edges);
        format!(
            "seed = {seed}\ntrials = 2\nwarmup = \"2s\"\nhorizon = \"12s\"\n\
             [locations]\nedges = {edges}\n[network]\n{network}\n"
        )
    }

    /// A namespace `kv` with `n` replicas and, perhaps, more lines.
    pub(crate) fn namespace(&mut self, n: u16, more: &str) -> String {
        let keys = self.one_of(&["count = 1", "count = 4", "count = 30, popularity.zipf = 1.1"]);
        let existing = self.one_of(&["", ", existing = 0.5"]);
        let replicas = self.cities(n);
        format!("[namespace.kv]\nkeys = {{ {keys}{existing} }}\nreplicas = {replicas}\n{more}\n")
    }

    /// Clients of `kv` at the edges.
    pub(crate) fn clients(&mut self, mix: &str) -> String {
        let rate = self.from(5, 60);
        let access = self.one_of(&["", "access.exponential.mean = \"10ms\"\n"]);
        format!(
            "[client.users]\nat = \"edges\"\nnamespace = \"kv\"\narrivals.poisson = \"{rate}/s\"\n\
             {access}mix = {mix}\n"
        )
    }

    pub(crate) fn quorum(&mut self, r: u16, w: u16) -> String {
        let coordinator = self.one_of(&["\"nearest\"", "\"local\"", "{ at = \"GRU\" }"]);
        let reads_to = self.one_of(&["all", "nearest", "random"]);
        let writes_to = self.one_of(&["all", "random"]);
        format!(
            "replication.quorum = {{ r = {r}, w = {w}, coordinator = {coordinator}, \
             reads_to = \"{reads_to}\", writes_to = \"{writes_to}\" }}"
        )
    }

    /// A replication policy of any kind over `n` replicas.
    pub(crate) fn any_policy(&mut self, n: u16) -> String {
        let (r, w) = (self.from(1, n), self.from(1, n));
        let stores = ["first", "all"].map(|ack| format!("replication.stores.ack = \"{ack}\""));
        match self.from(0, 2) {
            0 => stores[usize::from(self.from(0, 1))].clone(),
            _ => self.quorum(r, w),
        }
    }

    /// An edge tier, perhaps with an upper one, of any rules.
    pub(crate) fn any_cache(&mut self) -> String {
        let mut tier = |at: &str| {
            let ttl = self.one_of(&["0s", "300ms", "2s", "1h"]);
            let from = self.one_of(&["fill", "origin"]);
            let coalesce = self.one_of(&["true", "false"]);
            let negative = self.one_of(&["true", "false"]);
            let late = self.one_of(&["0s", "500ms"]);
            let ahead = if ttl == "2s" { "300ms" } else { "0s" };
            let sub_caches = self.one_of(&[1, 3]);
            format!(
                "{{ ttl = \"{ttl}\", ttl_from = \"{from}\", coalesce = {coalesce}, negative = {negative}, \
                 stale_while_revalidate = \"{late}\", refresh_ahead = \"{ahead}\", sub_caches = {sub_caches}{at} }}"
            )
        };
        let edge = format!("cache.edge = {}", tier(", write_through = 0.5"));
        let upper = format!("cache.upper = {}", tier(", at = [\"FRA\", \"SIN\"]"));
        match self.from(0, 1) {
            0 => edge,
            _ => format!("{edge}\n{upper}"),
        }
    }
}
