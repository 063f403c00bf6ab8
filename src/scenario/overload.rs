//! Servers and links that are known beforehand to get more than they can do, and tables of sites that do not hold.

use indexmap::IndexMap;

use super::case::{Case, Namespace};
use super::sites::Site;
use super::traffic::Stream;
use crate::base::{Dice, KeyId, LocationIx, Span};
use crate::model::faults::Trouble;
use crate::model::replication::{Demand, Exchange};
use crate::model::site::{StationSpec, Work};
use crate::model::workload::{OpKind, Process};

/// Where replicas are chosen at random, so many choices stand for all.
const DRAWS: u32 = 64;

/// What the clients of a case bring to a location in a second.
#[derive(Clone, Copy, Debug, Default)]
struct Load {
    /// Work in seconds: writes, and reads that no cache answers.
    certain: f64,
    /// Work in seconds if caches answer all reads.
    hits: f64,
    /// How many pieces of work these are together.
    pieces: f64,
    /// Bits that leave for its clients.
    bits: f64,
}

/// Notes about the servers and links of a case whose offered load is above 1, from means alone. Clients in a closed loop
/// bring no more than is answered, and are left out.
pub(super) fn overloads(case: &Case) -> Vec<String> {
    let loads = loads(case);
    let mut notes = Vec::new();
    for (at, (site, load)) in case.sites.iter().zip(loads).enumerate() {
        let (Some(site), place) = (site, &case.locations[at]) else { continue };
        let station = site.station.as_ref();
        let note = station.and_then(|station| note_of_servers(station, &place.name, load));
        let slow = || station.and_then(|station| note_of_slow_servers(case, at, station, load));
        notes.extend(note.or_else(slow));
        let link = site.bandwidth.map(|bandwidth| load.bits / bandwidth.as_bits_per_second());
        if let Some(load) = link.filter(|&load| load > 1.0) {
            notes.push(format!(
                "the load offered to the link of {} is {load:.2}: answers wait for it longer and longer",
                place.name
            ));
        }
    }
    notes.extend(replaced(case));
    notes
}

/// How many requests wait for servers at the end, from means alone, if caches answer all reads; at most as many as may.
pub(super) fn left_waiting(case: &Case) -> f64 {
    let seconds = case.horizon.as_nanos() as f64 / 1e9;
    let of_a_site = |(site, load): (&Option<Site>, Load)| {
        let station = site.as_ref()?.station.as_ref()?;
        let offered = (load.certain + load.hits) / f64::from(station.servers);
        let left = load.pieces * seconds * (1.0 - offered.max(1.0).recip());
        Some(station.queue.map_or(left, |queue| left.min(f64::from(queue))))
    };
    let all: f64 = case.sites.iter().zip(loads(case)).filter_map(of_a_site).sum();
    all.min(case.most_waiting as f64)
}

fn loads(case: &Case) -> Vec<Load> {
    let mut loads = vec![Load::default(); case.sites.len()];
    for clients in &case.populations {
        let namespace = &case.namespaces[clients.namespace.at()];
        let open = clients.streams.iter().filter(|stream| !matches!(stream.process, Process::Closed { .. }));
        if !loads.is_empty() {
            open.for_each(|stream| add(case, namespace, stream, &mut loads));
        }
    }
    loads
}

/// Where a table of all edges stands in the place of an earlier one.
fn replaced(case: &Case) -> Vec<String> {
    let mut tables: IndexMap<(&str, &str), Vec<&str>> = IndexMap::new();
    for (site, place) in case.sites.iter().zip(&case.locations) {
        if let Some(site) = site
            && let Some(replaced) = &site.replaces
        {
            tables.entry((replaced.as_str(), site.name.as_str())).or_default().push(&place.name);
        }
    }
    let note = |((replaced, by), places): ((&str, &str), Vec<&str>)| {
        let others = if places.len() > 1 { " and other edges" } else { "" };
        let first = places[0];
        format!(
            "[site.{replaced}] does not hold at {first}{others}: [site.{by}] comes after it and names all edges"
        )
    };
    tables.into_iter().map(note).collect()
}

fn note_of_servers(station: &StationSpec, place: &str, load: Load) -> Option<String> {
    let so = match station.queue {
        None => "its queue grows without bound",
        Some(_) => "it refuses what finds the queue full",
    };
    let servers = f64::from(station.servers);
    let (certain, with_hits) = (load.certain / servers, (load.certain + load.hits) / servers);
    if certain > 1.0 {
        Some(format!("the load offered to the servers of {place} is {certain:.2}: {so}"))
    } else {
        (with_hits > 1.0).then(|| {
            format!("the load offered to the servers of {place} is {with_hits:.2} if its cache answers all reads: {so}")
        })
    }
}

/// Where a fault has servers take longer than they may for all to be served.
fn note_of_slow_servers(case: &Case, at: usize, station: &StationSpec, load: Load) -> Option<String> {
    let slowed = case.faults.iter().filter_map(|fault| match &fault.trouble {
        Trouble::Slow { at: places, factor, .. } if places.contains(&LocationIx::from_position(at)) => {
            Some((fault, load.certain / f64::from(station.servers) * factor))
        }
        _ => None,
    });
    let (fault, load) = slowed.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|&(_, load)| load > 1.0)?;
    let (place, fault) = (&case.locations[at].name, &fault.name);
    Some(format!(
        "the load offered to the servers of {place} is {load:.2} while `fault.{fault}` has them slow: their queue grows as \
         long as it is there"
    ))
}

/// Adds what clients at a location bring in one stream.
fn add(case: &Case, namespace: &Namespace, stream: &Stream, loads: &mut [Load]) {
    let mean = |at: LocationIx, work: Work| {
        let service = case.sites[at.at()].as_ref()?.station.as_ref()?.service.of(work)?;
        Some(service.mean_up_to(Span::MAX) / 1e9)
    };
    let (from, rate) = (stream.location, stream.per_second);
    let reads = rate * stream.mix.share(OpKind::Read);
    if let Some(load) = loads.get_mut(from.at()) {
        load.bits += 8.0 * reads * namespace.catalogue.mean_size();
        if namespace.edge.is_some()
            && let Some(mean) = mean(from, Work::Hit)
        {
            load.hits += reads * mean;
            load.pieces += reads;
        }
    }
    let mut bring = |at: LocationIx, work: Work, rate: f64| {
        if let Some(mean) = mean(at, work) {
            loads[at.at()].certain += rate * mean;
            loads[at.at()].pieces += rate;
        }
    };
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
