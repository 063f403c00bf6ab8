//! Writes where replicas merge: the replica that coordinates one merges it into what it holds, at once, and what is sent
//! on is the whole.

use super::World;
use super::exchange::{ExchangeId, Put, Running};
use super::space::{Space, Truth};
use crate::base::{KeyId, LocationIx, NamespaceIx, Time, Version};
use crate::model::conflicts::ConflictsSpec;
use crate::model::replication::{Applied, Context, Exchange};
use crate::truth::{CausalLedger, Clash};

impl Space<'_> {
    /// The replica at the location of a coordinator.
    fn replica_at(&self, coordinator: LocationIx) -> u16 {
        let here = self.placement.at.iter().position(|&at| at == coordinator);
        here.expect("where replicas merge, one of them coordinates") as u16
    }

    fn merged(&mut self) -> &mut CausalLedger {
        match &mut self.truth {
            Truth::Merged(ledger) => ledger,
            Truth::Live(_) | Truth::Past(_) => unreachable!("these replicas merge"),
        }
    }

    /// What a put replaces.
    fn context(&self, put: Put) -> Context {
        match (&self.namespace.conflicts, put) {
            (ConflictsSpec::Siblings | ConflictsSpec::Set, Put { absent: true, .. }) => Context::Held,
            (ConflictsSpec::Siblings, Put { base: Some(read), .. }) => Context::Read(read),
            _ => Context::Nothing,
        }
    }

    /// A replica coordinates a write: tells what it holds then.
    pub(super) fn write_merged(&mut self, key: KeyId, coordinator: LocationIx, put: Put) -> Version {
        let own = self.replica_at(coordinator);
        let context = self.context(put);
        self.merged().issue(key, usize::from(own), put.base.is_some());
        self.replicas.write(own, key, context, put.absent)
    }

    /// How many updates are in what all replicas hold together at the end, and how many committed; `None` where replicas do
    /// not merge.
    pub(super) fn kept_by_merging(&mut self) -> Option<(u64, u64)> {
        let Space { replicas, truth: Truth::Merged(ledger), .. } = self else { return None };
        Some(ledger.kept(|key| {
            let last = replicas.together(key);
            replicas.included(last).to_vec()
        }))
    }

    /// Such a write commits. An update is blind if something had committed that it was not built on; what is merged
    /// loses nobody's update.
    pub(super) fn commit_merged(
        &mut self,
        key: KeyId,
        version: Version,
        coordinator: LocationIx,
        base: Option<Version>,
        now: Time,
    ) -> Clash {
        let own = usize::from(self.replica_at(coordinator));
        let number = self.replicas.included(version)[own];
        let Space { replicas, truth: Truth::Merged(ledger), .. } = self else { return Clash::default() };
        let missed = base.map(|base| ledger.judge(key, replicas.included(base), now, now));
        ledger.commit(key, own, number, now);
        let is_blind = missed.is_some_and(|missed| missed.is_stale());
        Clash { is_update: base.is_some(), is_blind, lost: Vec::new() }
    }
}

impl World<'_> {
    /// What a write made of what its coordinator holds is there at once.
    pub(super) fn apply_merged(&mut self, namespace: NamespaceIx, id: ExchangeId) {
        let Running { exchange: Exchange { key, version, coordinator, .. }, .. } =
            self.exchanges[id.0 as usize];
        let replica = self.spaces[namespace.at()].replica_at(coordinator);
        self.applied(namespace, Applied { key, replica, held: version, at: self.now() });
    }
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use crate::base::{Dice, KeyId, LocationIx, Time};
    use crate::model::conflicts::ConflictsSpec;
    use crate::model::replication::Reads;
    use crate::scenario::{Scenario, load};
    use crate::world::trial::Trial;
    use crate::world::{Part, World};

    /// A random scenario with three or four replicas that merge, and clients at all of them.
    fn scenario(index: u64) -> Scenario {
        let mut rng = Dice::of_trial(20_263, 0).named("merging").fork(index).rng();
        let mut one_of = |choices: &[&str]| choices[rng.random_range(0..choices.len())].to_owned();
        let replicas = one_of(&[r#"["FRA", "IAD", "SIN"]"#, r#"["FRA", "IAD", "SIN", "GRU"]"#]);
        let policy = one_of(&[
            "multi-primary = {}",
            r#"multi-primary = { fan_out = "log", lag.exponential.mean = "1s" }"#,
            r#"multi-primary = { fan_out = { snapshot = "700ms" } }"#,
            r#"gossip = { every = "500ms" }"#,
            r#"gossip = { every = "300ms", direction = "push", fan_out = 2 }"#,
            "quorum = { r = 1, w = 1 }",
            r#"quorum = { r = 2, w = 2, read_repair = "asynchronous" }"#,
            r#"quorum = { r = 2, w = 1, read_repair = "blocking", anti_entropy.every = "1s" }"#,
        ]);
        let network = one_of(&[
            r#"rtt.constant = "80ms""#,
            r#"rtt.geo = { profile = "backbone" }"#,
            r#"legs.write_request.exponential.mean = "500ms""#,
            r#"{ rtt.constant = "10ms", jitter.uniform = { min = "0s", max = "2s" } }"#,
        ]);
        let network = match network.starts_with('{') {
            true => format!("network = {network}"),
            false => format!("network.{network}"),
        };
        let (rule, mix) = [
            ("siblings", "{ read = 1, update = 1 }"),
            ("siblings", "{ read = 2, update = 2, write = 1, delete = 1 }"),
            ("counter", "{ read = 1, write = 1, update = 1 }"),
            ("set", "{ read = 1, write = 2, delete = 1 }"),
        ][index as usize % 4];
        let keys = one_of(&["count = 1", "count = 5, existing = 0.5"]);
        // What is sent to these is sent again when they are back.
        let outage = "outages = [{ replicas = [\"IAD\"], at = \"3s\", for = \"2s\" }]\n";
        let resends = policy.starts_with("multi-primary") || policy.starts_with("gossip");
        let outages = if resends { one_of(&["", outage]) } else { String::new() };
        let cache = one_of(&["", "cache.edge.ttl = \"1s\"\n"]);
        let access = one_of(&["", "access.exponential.mean = \"30ms\"\n"]);
        let text = format!(
            "horizon = \"8s\"\n{network}\n[namespace.kv]\nkeys = {{ {keys} }}\nreplicas = {replicas}\n\
             replication.{policy}\nconflicts = \"{rule}\"\n{outages}{cache}[client.users]\nat = {replicas}\n\
             namespace = \"kv\"\narrivals.poisson = \"8/s\"\n{access}mix = {mix}\n"
        );
        let no_files = |_: &str| Err("there are no files here".to_owned());
        load("case", text.as_bytes(), &[], &no_files).unwrap_or_else(|failure| panic!("{failure:?}\n{text}"))
    }

    /// When writes have stopped and all messages are there, all replicas hold the same state, which includes every write: as
    /// many as committed. The value of a counter is that number.
    #[test]
    fn in_the_end_all_replicas_hold_the_same() {
        let mut concurrent = 0;
        for index in 0..160 {
            let scenario = scenario(index);
            let trial = Trial::new(&scenario.cases[0], 0);
            let mut world = World::new(&trial, Part::Everything);
            assert_eq!(world.run(&|_| true), Ok(true));
            let space = &mut world.spaces[0];
            let mut included = 0;
            for key in (0..space.namespace.catalogue.count() as u32).map(KeyId) {
                let held = |replica| space.replicas.held(replica, key, Time::NEVER);
                let first = held(0);
                assert!(
                    (1..space.placement.count()).all(|replica| held(replica) == first),
                    "scenario {index}"
                );
                included +=
                    space.replicas.included(first).iter().map(|&writes| u64::from(writes)).sum::<u64>();
                concurrent += u32::from(space.replicas.siblings(first) > 1);
            }
            assert!(included > 0 && included == space.tally.commits, "scenario {index}");
            let (kept, all) = space.kept_by_merging().expect("they merge");
            assert_eq!(kept, all, "scenario {index}");
            if matches!(space.namespace.conflicts, ConflictsSpec::Counter) {
                assert!(all > 0 && included > all);
            }
        }
        assert!(concurrent > 100, "{concurrent}");
    }

    /// All read and write at one replica, on the spot: each update has seen all before it, so there are no siblings; and
    /// no read is stale.
    #[test]
    fn at_one_replica_siblings_never_appear() {
        for index in (0..40).step_by(4) {
            let scenario = scenario(index);
            let mut case = scenario.cases[0].clone();
            case.populations[0].at = vec![LocationIx(0)];
            case.populations[0].streams.retain(|stream| stream.location == LocationIx(0));
            case.populations[0].access = None;
            case.namespaces[0].edge = None;
            if case.namespaces[0].policy.nature().reads != Reads::OnTheSpot {
                continue;
            }
            let trial = Trial::new(&case, 0);
            let mut world = World::new(&trial, Part::Everything);
            assert_eq!(world.run(&|_| true), Ok(true));
            let tally = &mut world.spaces[0].tally;
            tally.finish();
            assert!(tally.siblings.iter().all(|siblings| siblings.reads > 0 && siblings.several == 0));
            assert!(tally.places.iter().flatten().all(|place| place.updates.blind == 0));
        }
    }
}
