//! Servers that are known beforehand to get more work than they can do.

use super::case::{Case, Namespace};
use super::traffic::Stream;
use crate::base::{Dice, KeyId, LocationIx, Span};
use crate::model::replication::{Demand, Exchange};
use crate::model::site::Work;
use crate::model::workload::{OpKind, Process};

/// Where replicas are chosen at random, so many choices stand for all.
const DRAWS: u32 = 64;

/// Notes about the servers of a case whose offered load is above 1, from means alone: what writes bring, and reads
/// that no cache answers. Clients in a closed loop bring no more than is answered, and are left out.
pub(super) fn overloads(case: &Case) -> Vec<String> {
    let mut loads = vec![0.0; case.sites.len()];
    for clients in &case.populations {
        let namespace = &case.namespaces[clients.namespace.at()];
        let open = clients.streams.iter().filter(|stream| !matches!(stream.process, Process::Closed { .. }));
        if !loads.is_empty() {
            open.for_each(|stream| add(case, namespace, stream, &mut loads));
        }
    }
    let sites = case.sites.iter().zip(&case.locations).zip(loads);
    sites
        .filter_map(|((site, place), load)| {
            let station = site.as_ref()?.station.as_ref()?;
            let load = load / f64::from(station.servers);
            let so = match station.queue {
                None => "its queue grows without bound",
                Some(_) => "it refuses what finds the queue full",
            };
            (load > 1.0)
                .then(|| format!("the load offered to the servers of {} is {load:.2}: {so}", place.name))
        })
        .collect()
}

/// Adds the work in a second, in seconds, that clients at a location bring in one stream.
fn add(case: &Case, namespace: &Namespace, stream: &Stream, loads: &mut [f64]) {
    let mean = |at: LocationIx, work: Work| {
        let service = case.sites[at.at()].as_ref()?.station.as_ref()?.service.of(work)?;
        Some(service.mean_up_to(Span::MAX) / 1e9)
    };
    let mut bring = |at: LocationIx, work: Work, rate: f64| {
        loads[at.at()] += rate * mean(at, work).unwrap_or(0.0);
    };
    let (from, rate) = (stream.location, stream.per_second);
    let reads = rate * stream.mix.share(OpKind::Read);
    let (policy, placement) = (&namespace.policy, &namespace.placement);
    let replica = |replica: u16| placement.at[usize::from(replica)];
    if namespace.edge.is_none() {
        let coordinator = policy.coordinator(Demand::Read, from, placement);
        if policy.coordinator_stores() {
            bring(coordinator, Work::ReplicaRead, reads);
        } else {
            for draw in 0..DRAWS {
                let dice = Dice::of_trial(0, draw);
                let exchange = Exchange::new(KeyId(0), Demand::Read, coordinator, dice);
                policy.asked(&exchange, placement, |asked| {
                    bring(replica(asked), Work::ReplicaRead, reads / f64::from(DRAWS));
                });
            }
        }
    }
    let writes = rate - reads;
    let coordinator = policy.coordinator(Demand::Write, from, placement);
    if namespace.nature.reaches_all {
        placement.at.iter().for_each(|&at| bring(at, Work::ReplicaWrite, writes));
    } else if policy.coordinator_stores() {
        bring(coordinator, Work::ReplicaWrite, writes);
    }
}
