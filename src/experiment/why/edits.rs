//! What might have made a read fresh: edits of its scenario.

use super::Scene;
use super::facts::Facts;
use super::served::Because;
use crate::base::{Probability, Span};
use crate::model::cache::TierSpec;
use crate::model::replication::{Ack, BackupMode, ConsensusRead, FanOut, ReadFrom, ReplicationSpec};
use crate::scenario::{Namespace, quoted};
use crate::truth::Cause;

/// A change of a scenario that is tried once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edit {
    /// The upper tier keeps nothing: edges ask the replicas.
    NoUpper,
    /// "Not found" is not kept.
    NoNegative,
    /// Expired entries are not served while they are fetched again.
    NoStaleWhileRevalidate,
    /// Expired entries are not served when fetching them fails.
    NoStaleIfError,
    /// Nobody waits for a fetch of somebody else.
    NoCoalescing,
    /// Each write has caches drop its key.
    Purge,
    /// The same without loss and delay, where there are purges already.
    SurePurge,
    /// A read waits for so many answers.
    R(u16),
    /// A write waits for so many acknowledgements.
    W(u16),
    /// Reads are answered by the primary.
    ReadAtPrimary,
    /// Writes wait for all backups.
    Synchronous,
    /// Reads are answered by the leader under its lease.
    LeaseReads,
    /// Writes wait for all stores.
    AckAll,
    /// Writes are sent on without a lag.
    NoLag,
    /// A fault does not come, by its place in the case's list.
    NoFault(u16),
    /// Clients do not send reads again.
    NoHedge,
}

/// A span of a scenario that is tried at several lengths.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dial {
    /// The TTL of the edge caches.
    EdgeTtl,
    /// That of "not found" there.
    EdgeNegativeTtl,
    /// The TTL of the upper tier.
    UpperTtl,
    /// The time between pulls of the followers.
    Pull,
    /// The time between copies that are sent to the followers.
    Snapshot,
    /// The time between contacts of replicas.
    Gossip,
}

/// What is to be tried.
#[derive(Clone, Debug)]
pub(super) enum Candidate {
    Once(Edit, Vec<String>),
    Dial { dial: Dial, path: String, now: Span },
    Elsewhere,
}

/// All that might have made a read fresh. What does not fit its scenario shows when it is loaded.
pub(super) fn candidates(scene: &Scene, facts: &Facts) -> Vec<Candidate> {
    let namespace = &scene.case.namespaces[facts.read.namespace.at()];
    let path = format!("namespace.{}", quoted(&namespace.name));
    let mut all = of_detours(scene, facts);
    all.extend(of_caches(scene, namespace, facts, &path));
    let replication = format!("{path}.replication");
    if let Some(spec) = scene.alone.read::<ReplicationSpec>(&replication) {
        all.extend(of_replication(&spec, scene, namespace, &replication));
    }
    if namespace.visibility.readers.iter().any(|&reader| reader != facts.read.location) {
        all.push(Candidate::Elsewhere);
    }
    all
}

/// What had the read served elsewhere.
fn of_detours(scene: &Scene, facts: &Facts) -> Vec<Candidate> {
    let clients = &scene.case.populations[facts.read.client.population.at()];
    let each = facts.served.detours.iter().filter_map(|detour| {
        let (edit, setting) = match detour.why {
            Because::Hedged { .. } => {
                let path = format!("client.{}", quoted(&clients.name));
                (Edit::NoHedge, scene.alone.without(&path, "hedge"))
            }
            Because::Down { fault, .. } => {
                let name = &scene.case.faults[usize::from(fault)].name;
                (Edit::NoFault(fault), scene.alone.without("fault", name))
            }
        };
        Some(Candidate::Once(edit, vec![setting?]))
    });
    each.collect()
}

fn of_caches(scene: &Scene, namespace: &Namespace, facts: &Facts, path: &str) -> Vec<Candidate> {
    let cache = format!("{path}.cache");
    let upper = namespace.upper.as_ref().map(|upper| &upper.rules);
    let tiers: Vec<(&str, &TierSpec)> = [("edge", namespace.edge.as_ref()), ("upper", upper)]
        .into_iter()
        .filter_map(|(name, rules)| Some((name, rules?)))
        .collect();
    let mut all = Vec::new();
    for &(name, rules) in &tiers {
        let (ttl, negative) = match name {
            "edge" => (Dial::EdgeTtl, Some(Dial::EdgeNegativeTtl)),
            _ => (Dial::UpperTtl, None),
        };
        let mut dial = |dial, key: &str, now| {
            let path = format!("{cache}.{name}.{key}");
            all.push(Candidate::Dial { dial, path, now });
        };
        dial(ttl, "ttl", rules.ttl);
        let is_negative = facts.cause == Cause::NegativeEntry;
        if let (Some(of_negative), Some(now), true) = (negative, rules.negative_ttl, is_negative) {
            dial(of_negative, "negative_ttl", now);
        }
    }
    let each = |applies: &dyn Fn(&TierSpec) -> bool, setting: &str| -> Vec<String> {
        let fitting = tiers.iter().filter(|(_, rules)| applies(rules));
        fitting.map(|(name, _)| format!("{cache}.{name}.{setting}")).collect()
    };
    let is = |cause| facts.cause == cause;
    let mut once = |edit, applies: bool, settings: Vec<String>| {
        if applies && !settings.is_empty() {
            all.push(Candidate::Once(edit, settings));
        }
    };
    once(Edit::NoNegative, is(Cause::NegativeEntry), each(&|rules| rules.negative, "negative=false"));
    let kept_on = |rules: &TierSpec| rules.stale_while_revalidate > Span::ZERO;
    let without = each(&kept_on, "stale_while_revalidate=0s");
    once(Edit::NoStaleWhileRevalidate, is(Cause::Revalidating), without);
    let on_error = |rules: &TierSpec| rules.stale_if_error > Span::ZERO;
    once(Edit::NoStaleIfError, is(Cause::LastResort), each(&on_error, "stale_if_error=0s"));
    once(Edit::NoCoalescing, is(Cause::Coalesced), each(&|rules| rules.coalesce, "coalesce=false"));
    once(Edit::Purge, true, each(&|rules| rules.purge.is_none(), "purge={ by = \"key\" }"));
    let unsure = |rules: &TierSpec| {
        rules.purge.as_ref().is_some_and(|purge| purge.delay.is_some() || purge.loss != Probability::ZERO)
    };
    once(Edit::SurePurge, true, each(&unsure, "purge={ by = \"key\" }"));
    let edge = scene.alone.at(&format!("{cache}.edge"));
    let without = edge.map(|edge| format!("{cache}={{ edge = {edge} }}"));
    once(Edit::NoUpper, upper.is_some(), without.into_iter().collect());
    all
}

fn of_replication(
    spec: &ReplicationSpec,
    scene: &Scene,
    namespace: &Namespace,
    path: &str,
) -> Vec<Candidate> {
    let mut all = Vec::new();
    let mut once = |edit, setting: String| all.push(Candidate::Once(edit, vec![format!("{path}.{setting}")]));
    match spec {
        ReplicationSpec::Quorum(quorum) => {
            let n = quorum.n.unwrap_or(namespace.placement.count()).min(namespace.placement.count());
            (quorum.r + 1..=n).for_each(|r| once(Edit::R(r), format!("quorum.r={r}")));
            (quorum.w + 1..=n).for_each(|w| once(Edit::W(w), format!("quorum.w={w}")));
        }
        ReplicationSpec::PrimaryBackup(policy) => {
            if policy.read_from == ReadFrom::Nearest {
                once(Edit::ReadAtPrimary, "primary-backup.read_from=\"primary\"".to_owned());
            }
            if policy.mode != BackupMode::Synchronous {
                once(Edit::Synchronous, "primary-backup.mode=\"synchronous\"".to_owned());
            }
            if policy.lag.is_some() {
                once(Edit::NoLag, "primary-backup.lag={ constant = \"0s\" }".to_owned());
            }
            all.extend(of_fan_out(policy.fan_out, &format!("{path}.primary-backup")));
        }
        ReplicationSpec::MultiPrimary(policy) => {
            if policy.lag.is_some() {
                once(Edit::NoLag, "multi-primary.lag={ constant = \"0s\" }".to_owned());
            }
            all.extend(of_fan_out(policy.fan_out, &format!("{path}.multi-primary")));
        }
        ReplicationSpec::Consensus(policy) => {
            if matches!(policy.reads, ConsensusRead::Local | ConsensusRead::Past(_)) {
                once(Edit::LeaseReads, "consensus.reads=\"lease\"".to_owned());
            }
        }
        ReplicationSpec::Stores(stores) => {
            if stores.ack != Ack::All && namespace.placement.count() > 1 {
                once(Edit::AckAll, "stores.ack=\"all\"".to_owned());
            }
        }
        ReplicationSpec::Gossip(_) => {
            let every = format!("{path}.gossip.every");
            let now = scene.alone.read::<Span>(&every);
            all.extend(now.map(|now| Candidate::Dial { dial: Dial::Gossip, path: every, now }));
        }
        ReplicationSpec::Chain(_) | ReplicationSpec::Single(_) => {}
    }
    all
}

fn of_fan_out(fan_out: FanOut, path: &str) -> Option<Candidate> {
    let (dial, now, key) = match fan_out {
        FanOut::Pull(now) => (Dial::Pull, now, "pull"),
        FanOut::Snapshot(now) => (Dial::Snapshot, now, "snapshot"),
        FanOut::PerKey | FanOut::Log | FanOut::Tree(_) => return None,
    };
    Some(Candidate::Dial { dial, path: format!("{path}.fan_out.{key}"), now })
}
