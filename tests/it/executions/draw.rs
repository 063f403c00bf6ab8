//! Random scenarios that tell executions apart: all rules of caches, policies and visibility, and times so coarse
//! that much happens in the same nanosecond. It is used by tests inside and outside the library.

use edgelag::base::{Dice, Rng};
use rand::RngExt;

const CITIES: [&str; 8] = ["FRA", "IAD", "SIN", "GRU", "SYD", "JNB", "NRT", "SJC"];

/// Nobody updates: of that, feed-forward is not capable.
const MIXES: [&str; 7] = [
    "{ read = 1 }",
    "{ read = 1 }",
    "{ read = 0.9, write = 0.1 }",
    "{ read = 0.7, write = 0.2, delete = 0.1 }",
    "{ read = 0.5, delete = 0.5 }",
    "{ write = 0.8, delete = 0.2 }",
    "{ write = 1 }",
];

/// The text of the `index`-th scenario; the same in each run.
pub(crate) fn scenario(index: u64) -> String {
    let rng = Dice::of_trial(20_262, 0).named("executions").fork(index).rng();
    let mut draw = Draw { rng, unit: "ns", with_trace: false };
    // Nanoseconds: delays, periods and times to live of a few of them meet all the time.
    draw.unit = draw.one_of(&["ns", "ns", "ms"]);
    draw.with_trace = draw.unit == "ms" && draw.coin();
    draw.scenario()
}

struct Draw {
    rng: Rng,
    /// In which all times are written as whole numbers.
    unit: &'static str,
    /// Delays and arrivals are random too: then hardly anything happens at the same time.
    with_trace: bool,
}

impl Draw {
    fn from(&mut self, least: u64, most: u64) -> u64 {
        self.rng.random_range(least..=most)
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.rng.random_range(0..choices.len())]
    }

    fn coin(&mut self) -> bool {
        self.rng.random()
    }

    /// A time in quotes.
    fn time(&mut self, choices: &[u64]) -> String {
        let number = self.one_of(choices);
        format!("\"{number}{}\"", self.unit)
    }

    /// A delay of any kind.
    fn delay(&mut self, choices: &[u64]) -> String {
        let time = self.time(choices);
        match self.from(0, 3) {
            0 if self.with_trace => format!("exponential.mean = {time}"),
            1 => format!("uniform = {{ min = \"0s\", max = {time} }}"),
            _ => format!("constant = {time}"),
        }
    }

    fn cities(&mut self, count: u64) -> Vec<&'static str> {
        let mut cities = CITIES;
        for at in (1..cities.len()).rev() {
            cities.swap(at, self.rng.random_range(0..=at));
        }
        cities[..count as usize].to_vec()
    }

    fn some_cities(&mut self, most: u64) -> Vec<&'static str> {
        let count = self.from(1, most);
        self.cities(count)
    }

    fn scenario(&mut self) -> String {
        let (seed, trials, edges) = (self.from(0, 1_000), self.one_of(&[1, 1, 2]), self.some_cities(4));
        let (warmup, horizon) = (self.time(&[0, 0, 20]), self.time(&[100, 300, 600]));
        let network = self.network();
        let mut text = format!(
            "seed = {seed}\ntrials = {trials}\nwarmup = {warmup}\nhorizon = {horizon}\n\
             [locations]\nedges = {edges:?}\n[network]\n{network}\n"
        );
        let names: &[&str] = if self.from(0, 4) == 0 { &["kv", "other"] } else { &["kv"] };
        for name in names {
            text += &self.namespace(name);
            let populations = self.from(1, 3);
            for population in 0..populations {
                // Somebody writes, and somebody reads.
                let mix = match population {
                    0 => self.one_of(&MIXES[2..4]),
                    _ => self.one_of(&MIXES),
                };
                text += &self.clients(&format!("{name}{population}"), name, mix);
            }
        }
        text
    }

    fn network(&mut self) -> String {
        if self.with_trace && self.coin() {
            return "rtt.geo = { profile = \"backbone\" }".to_owned();
        }
        let rtt = self.time(&[0, 2, 4, 10, 40]);
        let network = match self.from(0, 2) {
            0 => {
                let jitter = self.delay(&[1, 3, 30]);
                format!("rtt.constant = {rtt}\njitter.{jitter}")
            }
            _ => format!("rtt.constant = {rtt}"),
        };
        let legs = ["write_request", "write_ack", "read_request", "read_response", "request", "response"];
        match self.from(0, 2) {
            0 => {
                let (leg, delay) = (self.one_of(&legs), self.delay(&[0, 5, 60]));
                format!("{network}\nlegs.{leg}.{delay}")
            }
            _ => network,
        }
    }

    fn namespace(&mut self, name: &str) -> String {
        let keys = self.keys();
        let replicas = self.some_cities(5);
        let (policy, is_isolable) = self.policy(&replicas);
        let mut text = format!(
            "[namespace.{name}]\nkeys = {{ {keys} }}\nreplicas = {replicas:?}\nreplication.{policy}\n"
        );
        let tiers = self.one_of(&[0, 1, 1, 1, 2, 2]);
        if tiers > 0 {
            let (tier, write_through) = (self.tier(), self.one_of(&["0", "0.5", "1"]));
            text += &format!("cache.edge = {{ {tier}, write_through = {write_through} }}\n");
        }
        if tiers > 1 {
            let (tier, at) = (self.tier(), self.some_cities(3));
            text += &format!("cache.upper = {{ {tier}, at = {at:?} }}\n");
        }
        text += &self.visibility();
        if tiers == 0 && is_isolable && self.coin() {
            text += "visibility.isolated_writes = 100\n";
        }
        text
    }

    fn keys(&mut self) -> String {
        let count = self.one_of(&[1, 1, 2, 5, 20, 300, 5_000]);
        let every = self.time(&[3, 50, 400]);
        let popularity = match self.from(0, 4) {
            0 => "popularity = \"uniform\"".to_owned(),
            1 => "popularity.hot-spot = { keys = 0.2, operations = 0.8 }".to_owned(),
            2 => format!("popularity.latest = {{ zipf = 1.2, every = {every} }}"),
            _ => "popularity.zipf = 1.1".to_owned(),
        };
        let existing = self.one_of(&["0", "0.5", "1", "1"]);
        format!("count = {count}, {popularity}, existing = {existing}")
    }

    /// A policy, and whether its isolated writes are known.
    fn policy(&mut self, replicas: &[&'static str]) -> (String, bool) {
        let n = replicas.len() as u64;
        let k = self.from(1, n);
        match self.from(0, 5) {
            3 => (self.log(replicas), false),
            4 => (self.spreading(n), false),
            5 if n > 1 => (self.repaired_quorum(replicas), false),
            0 | 5 => {
                let (r, elsewhere) = (self.from(1, n), self.one_of(&CITIES));
                let at = format!("{{ at = \"{elsewhere}\" }}");
                let coordinator = self.one_of(&["\"nearest\"", "\"local\"", &at]).to_owned();
                let reads_to = self.one_of(&["all", "nearest", "random"]);
                let writes_to = self.one_of(&["all", "all", "random"]);
                let quorum = format!(
                    "quorum = {{ r = {r}, w = {k}, coordinator = {coordinator}, reads_to = \"{reads_to}\", \
                     writes_to = \"{writes_to}\" }}"
                );
                (quorum, writes_to == "all")
            }
            1 => {
                let primary = self.one_of(replicas);
                let some = format!("{{ semi-synchronous = {} }}", k.min(n - 1));
                let modes = ["\"asynchronous\"", "\"synchronous\"", &some];
                let mode = if n > 1 { self.one_of(&modes) } else { self.one_of(&modes[..2]) };
                let mode = mode.to_owned();
                let read_from = self.one_of(&["nearest", "primary"]);
                let fan_out = self.fan_out(true);
                let text = format!(
                    "primary-backup = {{ primary = \"{primary}\", mode = {mode}, read_from = \"{read_from}\"{fan_out} }}"
                );
                let straight = fan_out.contains("per-key") || fan_out.contains("log");
                (text, straight)
            }
            _ => {
                let some = format!("{{ k = {k} }}");
                let ack = self.one_of(&["\"first\"", "\"all\"", &some]).to_owned();
                let read = self.one_of(&["race", "nearest"]);
                let (after, crawler) = (self.delay(&[0, 7, 100]), self.time(&[3, 40]));
                let repair = match self.from(0, 3) {
                    0 => format!(", repair = {{ missed = 0.4, after.{after} }}"),
                    1 => format!(", repair = {{ missed = 0.4, after.{after}, crawler = {crawler} }}"),
                    2 => format!(", repair = {{ missed = 0.4, crawler = {crawler} }}"),
                    _ => String::new(),
                };
                let text = format!("stores = {{ ack = {ack}, read = \"{read}\"{repair} }}");
                (text, !repair.contains("crawler"))
            }
        }
    }

    /// How writes travel to those that follow, and how much later.
    fn fan_out(&mut self, has_root: bool) -> String {
        let every = self.time(&[3, 10, 60]);
        let lag = self.delay(&[0, 2, 30]);
        let kinds = if has_root { 5 } else { 3 };
        let (fan_out, has_lag) = match self.from(0, kinds) {
            0 | 4 => ("\"per-key\"".to_owned(), true),
            1 => ("\"log\"".to_owned(), true),
            2 => (format!("{{ snapshot = {every} }}"), false),
            3 => (format!("{{ pull = {every} }}"), false),
            _ => (format!("{{ tree = {} }}", self.from(1, 3)), true),
        };
        let lag = if has_lag && self.coin() { format!(", lag.{lag}") } else { String::new() };
        format!(", fan_out = {fan_out}{lag}")
    }

    /// A log, read in those ways that do not depend on writes under way.
    fn log(&mut self, replicas: &[&'static str]) -> String {
        let leader = self.one_of(&[0, replicas.len() - 1]);
        let reads = self.one_of(&["lease", "local", "read-index"]);
        let mut others = replicas.iter().enumerate().filter(|(at, _)| *at != leader).map(|(_, name)| name);
        let mut member = |draw: &mut Draw, kind: &str| match others.next() {
            Some(name) if draw.coin() => format!(", {kind} = [\"{name}\"]"),
            _ => String::new(),
        };
        let (learner, witness) = (member(self, "learners"), member(self, "witnesses"));
        let (notice, wait) = (self.time(&[0, 0, 7]), self.time(&[0, 0, 4]));
        let leader = replicas[leader];
        format!(
            "consensus = {{ leader = \"{leader}\", reads = \"{reads}\"{learner}{witness}, commit_notice = {notice}, \
             commit_wait = {wait} }}"
        )
    }

    /// Writes that spread from wherever they enter, or go through all replicas in turn.
    fn spreading(&mut self, n: u64) -> String {
        match self.from(0, 2) {
            0 if n > 1 => format!("gossip = {}", self.contacts(n)),
            1 => "chain = {}".to_owned(),
            _ => format!("multi-primary = {{ {} }}", &self.fan_out(false)[2..]),
        }
    }

    fn contacts(&mut self, n: u64) -> String {
        let (every, scan) = (self.time(&[5, 20, 100]), self.time(&[0, 0, 3]));
        let direction = self.one_of(&["push", "pull", "both"]);
        let timing = self.one_of(&["spread", "in-step", "poisson"]);
        let fan_out = self.from(1, n - 1);
        format!(
            "{{ every = {every}, fan_out = {fan_out}, direction = \"{direction}\", timing = \"{timing}\", scan = {scan} }}"
        )
    }

    /// A quorum with contacts between replicas, hints, regions or hedged reads.
    fn repaired_quorum(&mut self, replicas: &[&'static str]) -> String {
        let n = replicas.len() as u64;
        let anti_entropy = match self.coin() {
            true => format!(", anti_entropy = {}", self.contacts(n)),
            false => String::new(),
        };
        let hints = match self.coin() {
            true => {
                format!(", hints = {{ after = {}, retry = {} }}", self.time(&[1, 30]), self.time(&[2, 50]))
            }
            false => String::new(),
        };
        let way = match self.from(0, 2) {
            0 => {
                let (r, w, after) = (self.from(1, n - 1), self.from(1, n), self.time(&[0, 2, 20]));
                format!("r = {r}, w = {w}, reads_to = \"nearest\", hedge = {after}")
            }
            1 => {
                let (r, w, scope) = (1, 1, self.one_of(&["local", "each"]));
                let regions = match self.coin() {
                    true => format!(", regions = [{:?}, {:?}]", &replicas[..1], &replicas[1..]),
                    false => String::new(),
                };
                format!("r = {r}, w = {w}, scope = \"{scope}\"{regions}")
            }
            _ => format!("r = {}, w = {}", self.from(1, n), self.from(1, n)),
        };
        format!("quorum = {{ {way}{anti_entropy}{hints} }}")
    }

    fn tier(&mut self) -> String {
        let ttl = self.one_of(&[0, 1, 4, 10, 30, 200, 100_000]);
        let (from, coalesce) = (self.one_of(&["fill", "origin"]), self.one_of(&["true", "true", "false"]));
        let (negative, sub_caches) = (self.one_of(&["true", "true", "false"]), self.one_of(&[1, 1, 3]));
        let late = self.time(&[0, 0, 2, 20]);
        let ahead = ttl.min(self.one_of(&[0, 0, 3, 10]));
        let negative_ttl = match self.from(0, 2) {
            0 => format!(", negative_ttl = {}", self.time(&[0, 2, 50])),
            _ => String::new(),
        };
        let unit = self.unit;
        format!(
            "ttl = \"{ttl}{unit}\", ttl_from = \"{from}\", coalesce = {coalesce}, negative = {negative}\
             {negative_ttl}, stale_while_revalidate = {late}, refresh_ahead = \"{ahead}{unit}\", \
             sub_caches = {sub_caches}{}",
            self.purge(coalesce)
        )
    }

    /// How a tier is purged, mostly not at all.
    fn purge(&mut self, coalesce: &str) -> String {
        if self.from(0, 2) > 0 {
            return String::new();
        }
        let by = self.one_of(&["by = \"key\"", "by = \"key\"", "by.tags = 3", "by.tags = 1"]);
        let (delay, loss) = (self.delay(&[0, 0, 1, 5, 40]), self.one_of(&["0", "0", "0.3", "1"]));
        let lease = coalesce == "true" && self.coin();
        format!(", purge = {{ {by}, delay.{delay}, loss = {loss}, lease = {lease} }}")
    }

    fn visibility(&mut self) -> String {
        let mut text = String::new();
        if let Some(share) = self.one_of(&[None, Some("0"), Some("0.1"), Some("1")]) {
            text += &format!("visibility.writes = {share}\n");
        }
        // Those by default are of seconds: far too late here.
        let delays = [0, 1, 4, 10, 60].map(|number| format!("{number}{}", self.unit));
        let count = self.from(0, 5) as usize;
        text += &format!("visibility.delays = {:?}\n", &delays[..count]);
        if self.coin() {
            text += &format!("visibility.from = {:?}\n", self.some_cities(4));
        }
        text
    }

    fn clients(&mut self, name: &str, namespace: &str, mix: &str) -> String {
        let at = match self.from(0, 2) {
            0 => format!("{:?}", self.some_cities(3)),
            _ => "\"edges\"".to_owned(),
        };
        let arrivals = match self.with_trace && self.coin() {
            true => self.rates(),
            false => format!("arrivals.every = {}", self.time(&[1, 4, 5, 10, 10, 20])),
        };
        let crowd = if mix.contains("read") && self.from(0, 3) == 0 { self.crowd() } else { String::new() };
        let access = match self.from(0, 2) {
            0 => format!("access.{}\n", self.delay(&[0, 1, 5])),
            _ => String::new(),
        };
        format!(
            "[client.{name}]\nat = {at}\nnamespace = \"{namespace}\"\n{arrivals}\n{access}{crowd}mix = {mix}\n"
        )
    }

    /// Rates of all kinds.
    fn rates(&mut self) -> String {
        let rate = self.from(50, 500);
        let states = "[{ rate = \"30/s\", stay = \"20ms\" }, { rate = \"900/s\", stay = \"5ms\" }]";
        let day = match self.coin() {
            true => "day.sine = { peak = \"20h\", night = 0.2, starts = \"9h\" }\n",
            false => "",
        };
        match self.from(0, 3) {
            0 => format!("{day}arrivals.mmpp = {states}"),
            1 => format!(
                "arrivals.bursts = {{ at = [\"10ms\", \"50ms\"], for = \"15ms\", rate = \"{rate}/s\", every = \"100ms\" }}"
            ),
            _ => format!("{day}arrivals.poisson = \"{rate}/s\""),
        }
    }

    /// Reads of one key for a while: some ten of them.
    fn crowd(&mut self) -> String {
        let (at, per_second) = (self.time(&[0, 20, 60]), if self.unit == "ns" { "4e8" } else { "400" });
        let (ramp, unit) = (self.time(&[0, 5, 20]), self.unit);
        format!(
            "flash.crowd = {{ key = 0, at = {at}, for = \"40{unit}\", ramp = {ramp}, extra = \"{per_second}/s\" }}\n"
        )
    }
}
