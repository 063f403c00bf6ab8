//! Random scenarios of all replication policies with all their options. It is used by tests inside and outside the
//! library.

use edgelag::base::{Dice, Rng};
use rand::RngExt;

const CITIES: [&str; 8] = ["FRA", "IAD", "SIN", "GRU", "SYD", "JNB", "NRT", "SJC"];

/// Where the clients of `Draw::clients` are.
pub(crate) const EDGES: [&str; 3] = ["FRA", "SIN", "IAD"];

const NETWORKS: [&str; 6] = [
    "rtt.constant = \"0s\"",
    "rtt.constant = \"70ms\"",
    "rtt.constant = \"70ms\"\njitter.exponential.mean = \"200ms\"",
    "rtt.constant = \"10ms\"\njitter.uniform = { min = \"0s\", max = \"1s\" }",
    "rtt.geo = { profile = \"backbone\" }",
    "legs = { write_request.exponential.mean = \"300ms\", read_request.exponential.mean = \"20ms\" }",
];

/// Draws one random scenario after another; the same ones in each run.
pub(crate) struct Draw {
    rng: Rng,
    /// Where the replicas of the namespace are.
    replicas: Vec<&'static str>,
}

impl Draw {
    /// The draws of the `index`-th scenario of a law, over `least` to `most` replicas.
    pub(crate) fn new(law: &str, index: u64, least: u64, most: u64) -> Draw {
        let rng = Dice::of_trial(20_264, 0).named(law).fork(index).rng();
        let mut draw = Draw { rng, replicas: Vec::new() };
        let count = draw.from(least, most);
        draw.replicas = draw.some(&CITIES, count);
        draw
    }

    pub(crate) fn from(&mut self, least: u64, most: u64) -> u64 {
        self.rng.random_range(least..=most)
    }

    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.rng.random_range(0..choices.len())]
    }

    pub(crate) fn coin(&mut self) -> bool {
        self.rng.random()
    }

    /// How many replicas there are.
    pub(crate) fn n(&self) -> u64 {
        self.replicas.len() as u64
    }

    /// So many of them, in a random order.
    fn some(&mut self, of: &[&'static str], count: u64) -> Vec<&'static str> {
        let mut of = of.to_vec();
        for at in (1..of.len()).rev() {
            of.swap(at, self.rng.random_range(0..=at));
        }
        of.truncate(count as usize);
        of
    }

    pub(crate) fn a_replica(&mut self) -> &'static str {
        self.one_of(&self.replicas.clone())
    }

    fn maybe(&mut self, option: &str) -> String {
        if self.coin() { format!(", {option}") } else { String::new() }
    }

    /// A scenario without its clients: a policy and more lines of the namespace.
    pub(crate) fn scenario(&mut self, policy: &str, more: &str) -> String {
        let (seed, network) = (self.from(0, 1_000), self.one_of(&NETWORKS));
        let keys = self.one_of(&["count = 1", "count = 4", "count = 30, popularity.zipf = 1.1"]);
        let replicas = &self.replicas;
        format!(
            "seed = {seed}\ntrials = 1\nwarmup = \"2s\"\nhorizon = \"12s\"\n\
             [locations]\nedges = {EDGES:?}\n[network]\n{network}\n\
             [namespace.kv]\nkeys = {{ {keys} }}\nreplicas = {replicas:?}\nreplication.{policy}\n{more}\n"
        )
    }

    /// Clients at three places, with more lines of theirs.
    pub(crate) fn clients(&mut self, mixes: &[&str], more: &str) -> String {
        let (rate, mix) = (self.from(2, 12), self.one_of(mixes));
        let access = self.one_of(&["", "access.exponential.mean = \"10ms\"\n"]);
        format!(
            "[client.users]\nat = \"edges\"\nnamespace = \"kv\"\narrivals.poisson = \"{rate}/s\"\n{access}\
             mix = {mix}\n{more}\n"
        )
    }

    /// One to four outages, or none; those of one replica do not overlap.
    pub(crate) fn outages(&mut self) -> String {
        let mut outages = Vec::new();
        let count = self.from(1, self.n().min(4));
        for replica in self.some(&self.replicas.clone(), count) {
            let mut at = self.from(1_000, 6_000);
            for _ in 0..self.from(1, 2) {
                let lasting = self.one_of(&[100, 900, 2_500, 4_000]);
                let noticed = self.one_of(&["0s", "50ms", "1s", "1h"]);
                outages.push(format!(
                    "{{ replicas = [\"{replica}\"], at = \"{at}ms\", for = \"{lasting}ms\", noticed_after = \"{noticed}\" }}"
                ));
                at += lasting + self.one_of(&[0, 30, 700]);
            }
        }
        let timeout = self.one_of(&["", "timeout = \"300ms\"\n", "timeout = \"2s\"\n"]);
        format!("outages = [{}]\n{timeout}", outages.join(", "))
    }

    fn contacts(&mut self, most: u64) -> String {
        let (every, direction) =
            (self.one_of(&["20ms", "300ms", "1s"]), self.one_of(&["push", "pull", "both"]));
        let (timing, scan) =
            (self.one_of(&["spread", "in-step", "poisson"]), self.one_of(&["0s", "0s", "100ms"]));
        let fan_out = self.from(1, most - 1);
        format!(
            "{{ every = \"{every}\", fan_out = {fan_out}, direction = \"{direction}\", timing = \"{timing}\", \
             scan = \"{scan}\" }}"
        )
    }

    /// How writes travel, and how much later.
    fn fan_out(&mut self, trees: bool) -> String {
        let kinds = [
            "\"per-key\"",
            "\"log\"",
            "{ snapshot = \"500ms\" }",
            "{ pull = \"700ms\" }",
            "{ tree = 1 }",
            "{ tree = 2 }",
        ];
        let fan_out = self.one_of(if trees { &kinds } else { &kinds[..4] });
        let together = fan_out.contains("snapshot") || fan_out.contains("pull");
        let lag = if together {
            String::new()
        } else {
            self.one_of(&["", ", lag.exponential.mean = \"200ms\"", ", lag.constant = \"1s\""]).to_owned()
        };
        format!("fan_out = {fan_out}{lag}")
    }

    /// A primary with backups; some of the namespace's replicas may be chosen by `read_from`.
    pub(crate) fn primary_backup(&mut self, modes: &[&str], read_from: &str) -> String {
        let (primary, mode) = (self.one_of(&self.replicas.clone()), self.one_of(modes));
        let fan_out = self.fan_out(true);
        format!(
            "primary-backup = {{ primary = \"{primary}\", mode = {mode}, read_from = \"{read_from}\", {fan_out} }}"
        )
    }

    /// A log whose reads are answered in one of these ways.
    pub(crate) fn consensus(&mut self, reads: &[&str]) -> String {
        let members = self.some(&self.replicas.clone(), 8);
        let reads = self.one_of(reads);
        let mut others = members[1..].iter();
        let mut member = |draw: &mut Draw, name: &str| match others.next() {
            Some(place) if draw.coin() => format!(", {name} = [\"{place}\"]"),
            _ => String::new(),
        };
        let learners = if members.len() > 3 { member(self, "learners") } else { String::new() };
        let witnesses = if members.len() > 2 { member(self, "witnesses") } else { String::new() };
        let timeout = self.one_of(&["200ms", "1s"]);
        let notice = self.one_of(&["0s", "0s", "100ms"]);
        let wait = self.one_of(&["0s", "0s", "10ms"]);
        format!(
            "consensus = {{ leader = \"{}\", reads = {reads}{learners}{witnesses}, election_timeout = \"{timeout}\", \
             commit_notice = \"{notice}\", commit_wait = \"{wait}\" }}",
            members[0]
        )
    }

    /// A quorum of this R and W over all replicas with anything that repairs.
    pub(crate) fn quorum(&mut self, r: u64, w: u64, read_repair: &str) -> String {
        let coordinator = self.one_of(&["\"nearest\"", "\"local\"", "{ at = \"GRU\" }"]);
        let reads_to = self.one_of(&["all", "nearest", "random"]);
        let hints = self.maybe("hints = { after = \"300ms\", retry = \"200ms\", window = \"1h\" }");
        let anti_entropy = match self.n() > 1 && self.coin() {
            true => format!(", anti_entropy = {}", self.contacts(self.n())),
            false => String::new(),
        };
        let hedge = match reads_to == "nearest" && r < self.n() {
            true => self.maybe("hedge = \"30ms\""),
            false => String::new(),
        };
        let read_repair = if r == 1 && read_repair == "blocking" { "none" } else { read_repair };
        format!(
            "quorum = {{ r = {r}, w = {w}, coordinator = {coordinator}, reads_to = \"{reads_to}\", \
             read_repair = \"{read_repair}\"{hints}{anti_entropy}{hedge} }}"
        )
    }

    pub(crate) fn multi_primary(&mut self) -> String {
        format!("multi-primary = {{ {} }}", self.fan_out(false))
    }

    pub(crate) fn gossip(&mut self) -> String {
        format!("gossip = {}", self.contacts(self.n()))
    }

    /// A policy under which all operations of a key are as if at one place.
    pub(crate) fn linearizable(&mut self) -> String {
        let n = self.n();
        match self.from(0, 4) {
            0 | 1 => self.consensus(&["\"lease\"", "\"read-index\"", "\"log\"", "\"follower\""]),
            2 => "chain = {}".to_owned(),
            3 => self.primary_backup(&["\"synchronous\"", "\"asynchronous\"", "{ dynamic = 1 }"], "primary"),
            _ => {
                let (r, w) = (self.from(n / 2 + 1, n), self.from(n / 2 + 1, n));
                self.quorum(r, w, "blocking")
            }
        }
    }

    /// Any policy; with two replicas or more.
    pub(crate) fn any_policy(&mut self) -> String {
        let n = self.n();
        match self.from(0, 9) {
            0 => self.linearizable(),
            9 => self.converging(),
            1 => self.consensus(&["\"local\"", "{ past = \"1s\" }"]),
            2 => self.primary_backup(&["\"asynchronous\"", "{ semi-synchronous = 1 }"], "nearest"),
            3 => self.bounded().0,
            4 => self.multi_primary(),
            5 => self.gossip(),
            6 => self.stores(),
            _ => {
                let (r, w) = (self.from(1, n), self.from(1, n));
                let repair = self.one_of(&["none", "asynchronous", "blocking"]);
                self.quorum(r, w, repair)
            }
        }
    }

    fn stores(&mut self) -> String {
        let read = self.one_of(&["race", "nearest"]);
        let by_reads = read == "race" && self.coin();
        let repair = self.one_of(&["after.constant = \"400ms\"", "crawler = \"3s\""]);
        format!(
            "stores = {{ ack = \"first\", read = \"{read}\", repair = {{ missed = 0.3, {repair}, by_reads = {by_reads} }} }}"
        )
    }

    /// A primary whose backups are at most so many versions, and so many nanoseconds, behind; `u64::MAX` for any.
    pub(crate) fn bounded(&mut self) -> (String, u64, u64) {
        let primary = self.one_of(&self.replicas.clone());
        let versions = self.one_of(&[1, 2, 5, u64::MAX]);
        let millis = if versions == u64::MAX { 300 } else { self.one_of(&[50, 300, u64::MAX]) };
        let waits = self.one_of(&["reader", "writer"]);
        let fan_out = self.fan_out(true);
        let mut bounds = format!("waits = \"{waits}\"");
        if versions != u64::MAX {
            bounds += &format!(", versions = {versions}");
        }
        if millis != u64::MAX {
            bounds += &format!(", age = \"{millis}ms\"");
        }
        let policy =
            format!("primary-backup = {{ primary = \"{primary}\", {fan_out}, bounds = {{ {bounds} }} }}");
        (policy, versions, millis.saturating_mul(1_000_000))
    }

    /// A policy under which all replicas come to hold the same, whatever happened.
    pub(crate) fn converging(&mut self) -> String {
        let n = self.n();
        match self.from(0, 5) {
            0 => self.consensus(&["\"lease\"", "\"local\""]),
            1 => "chain = {}".to_owned(),
            2 => self.primary_backup(&["\"synchronous\"", "\"asynchronous\""], "nearest"),
            3 => self.multi_primary(),
            4 => self.gossip(),
            _ => {
                let (w, contacts) = (self.from(1, n), self.contacts(n));
                format!("quorum = {{ r = 1, w = {w}, anti_entropy = {contacts} }}")
            }
        }
    }
}
