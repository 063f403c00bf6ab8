//! Finds faults that would do nothing, or that the parts of a case do not allow.

use indexmap::IndexMap;
use toml::Spanned;

use super::FaultSpec;
use crate::base::{LocationIx, NamespaceIx};
use crate::model::conflicts::ConflictsSpec;
use crate::model::faults::{ClientsOfSite, Disk, Ends, Fault, Trouble, When};
use crate::scenario::case::{Case, Namespace};
use crate::scenario::text::Diagnostic;

/// Finds what does not go together.
pub(in crate::scenario) fn check_faults(
    case: &Case,
    specs: &IndexMap<Spanned<String>, FaultSpec>,
    mistakes: &mut Vec<Diagnostic>,
) {
    for (at, fault) in case.faults.iter().enumerate() {
        let Some((name, spec)) = specs.iter().find(|(name, _)| *name.get_ref() == fault.name) else {
            continue;
        };
        let mut wrong = |problem: String, help: &str| {
            let problem = Diagnostic::new(problem, spec.what.span(), "");
            mistakes.push(if help.is_empty() { problem } else { problem.with_help(help) });
        };
        match &fault.trouble {
            Trouble::Link { ends, .. } if !is_used(case, ends) => wrong(
                "no message travels over this link".to_owned(),
                "name locations of clients at one end, and of replicas, upper caches or other replicas at the other",
            ),
            Trouble::Clock { .. } if !case.namespaces.iter().any(by_clock) => wrong(
                "no namespace orders its writes by clocks, so that wrong ones do not matter".to_owned(),
                "let one do so: conflicts.clock or conflicts.hybrid-clock",
            ),
            Trouble::Purges { to, .. } if !is_purged(case, to.as_deref()) => wrong(
                "no purge is sent that could be lost".to_owned(),
                "let a tier of caches be purged: cache.edge.purge = {}",
            ),
            Trouble::Slow { at, factor, .. } if *factor > 1.0 && !at.iter().any(|&at| serves(case, at)) => {
                wrong(
                    format!(
                        "nothing takes time at `{}` that could take longer",
                        case.locations[at[0].at()].name
                    ),
                    "give it servers, such as [site.slow] at = \"FRA\", service.replica_read = \"1ms\"; or `added` for `factor`",
                )
            }
            Trouble::Site { at, disk: Disk::Lost, .. } => {
                for namespace in case.namespaces.iter().filter(|namespace| holds(namespace, at)) {
                    if let Some(why) = keeps_disks(namespace) {
                        wrong(
                            format!("replicas of `{}` cannot lose their disks: {why}", namespace.name),
                            "disk = \"kept\"",
                        );
                    }
                }
            }
            _ => {}
        }
        if let Some(other) = case.faults[..at].iter().find(|other| overlaps(other, fault)) {
            let problem = format!("it overlaps with the fault `{}` of the same places", other.name);
            mistakes.push(Diagnostic::new(problem, name.span(), "").with_help("write them as one"));
        }
    }
}

fn by_clock(namespace: &Namespace) -> bool {
    matches!(namespace.conflicts, ConflictsSpec::Clock(_) | ConflictsSpec::HybridClock(_))
}

fn serves(case: &Case, at: LocationIx) -> bool {
    case.sites.get(at.at()).and_then(Option::as_ref).is_some_and(|site| site.station.is_some())
}

fn is_purged(case: &Case, to: Option<&[LocationIx]>) -> bool {
    let all = (0..case.namespaces.len()).map(NamespaceIx::from_position);
    let mut told = all.flat_map(|at| {
        let namespace = &case.namespaces[at.at()];
        case.purged(at).into_iter().filter_map(|caches| Some(caches.purge(namespace)?.0)).collect::<Vec<_>>()
    });
    told.any(|at| to.is_none_or(|to| to.contains(&at)))
}

/// Whether replicas, upper caches, coordinators, or clients' other locations are at one end of any pair, and these or
/// clients at the other.
fn is_used(case: &Case, ends: &Ends) -> bool {
    let everywhere = || (0..case.locations.len()).map(LocationIx::from_position);
    case.namespaces.iter().enumerate().any(|(at, namespace)| {
        let upper = namespace.upper.iter().flat_map(|upper| &upper.at);
        let mut asked: Vec<LocationIx> = namespace.placement.at.iter().chain(upper).copied().collect();
        let clients = case.populations.iter().filter(|clients| clients.namespace.at() == at);
        let clients: Vec<LocationIx> = clients.flat_map(|clients| clients.at.iter().copied()).collect();
        let coordinators = clients.iter().map(|&client| {
            let write = crate::model::replication::Demand::Write;
            namespace.policy.coordinator(write, client, &namespace.placement)
        });
        asked.extend(coordinators.collect::<Vec<_>>());
        if turns_elsewhere(case, at) {
            asked.extend(&clients);
        }
        let is_there = |location: &LocationIx| asked.contains(location) || clients.contains(location);
        everywhere()
            .filter(is_there)
            .any(|other| asked.iter().any(|&one| ends.join(one, other) || ends.join(other, one)))
    })
}

/// Whether clients of a namespace may turn to where other clients are: to send a read again, or away from a site.
fn turns_elsewhere(case: &Case, namespace: usize) -> bool {
    let mut clients = case.populations.iter().filter(|clients| clients.namespace.at() == namespace);
    let is_rerouted =
        |fault: &Fault| matches!(fault.trouble, Trouble::Site { clients: ClientsOfSite::NextNearest, .. });
    clients.any(|clients| clients.hedge.is_some()) || case.faults.iter().any(is_rerouted)
}

fn holds(namespace: &Namespace, at: &[LocationIx]) -> bool {
    namespace.placement.at.iter().any(|location| at.contains(location))
}

fn keeps_disks(namespace: &Namespace) -> Option<&'static str> {
    if namespace.conflicts.merges() {
        return Some("what they merge is told by the writes that each has coordinated");
    }
    namespace.nature.keeps_history.then_some("their policy looks back at what they held")
}

/// Whether two faults take down the same things at the same time, as far as that is known beforehand.
fn overlaps(one: &Fault, other: &Fault) -> bool {
    let (When::At { from, until }, When::At { from: other_from, until: other_until }) =
        (&one.when, &other.when)
    else {
        return false;
    };
    let same = match (&one.trouble, &other.trouble) {
        (Trouble::Site { at, .. }, Trouble::Site { at: others, .. }) => {
            at.iter().any(|at| others.contains(at))
        }
        (Trouble::Store(of), Trouble::Store(others)) => of.iter().any(|of| others.contains(of)),
        _ => false,
    };
    same && from < other_until && other_from < until
}
