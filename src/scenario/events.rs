//! How many events a run will have: roughly, and rather too many, since how often caches answer is not known beforehand,
//! and retries are counted as if all were taken, as in a retry storm they are.

use super::case::{Case, Namespace, Population};
use super::traffic::Stream;
use crate::base::{LocationIx, NamespaceIx, Span, Time};
use crate::model::conflicts::Retries;
use crate::model::replication::{Coupled, Demand};
use crate::model::site::Work;
use crate::model::workload::{OpKind, Process};

/// Of all trials of a case. A pair of an isolated write and a read takes about as long as an event.
pub(super) fn predicted_events(case: &Case) -> f64 {
    let seconds = case.horizon.as_nanos() as f64 / 1e9;
    let clients: f64 = case.populations.iter().map(|clients| of_clients(case, clients)).sum();
    let namespaces = (0..case.namespaces.len()).map(NamespaceIx::from_position);
    let spread: f64 = namespaces.map(|namespace| of_probes_and_purges(case, namespace)).sum();
    let isolated: u64 = case.namespaces.iter().map(|namespace| namespace.visibility.isolated_writes).sum();
    ((clients + spread) * seconds + isolated as f64) * f64::from(case.trials)
}

/// In a second.
fn of_clients(case: &Case, clients: &Population) -> f64 {
    let namespace = &case.namespaces[clients.namespace.at()];
    let (read, write) =
        (of_a_request(case, namespace, Demand::Read), of_a_request(case, namespace, Demand::Write));
    let waits = f64::from(u8::from(clients.timeout.is_some()) + 2 * u8::from(clients.access.is_some()));
    let hedges = clients.hedge.map_or(0.0, |hedge| f64::from(hedge.most) * (1.0 + read));
    let of_a_stream = |stream: &Stream| {
        let share = |kind| stream.mix.share(kind);
        let reads = share(OpKind::Read) + share(OpKind::Update);
        let each = waits + reads * read + share(OpKind::Read) * hedges + (1.0 - share(OpKind::Read)) * write;
        begun(case, clients, stream) * each
    };
    let streams: f64 = clients.streams.iter().map(of_a_stream).sum();
    streams * attempts(case, clients) + clients.read_backs_per_second() * read
}

/// At one operation, in the long run, if all fail.
fn attempts(case: &Case, clients: &Population) -> f64 {
    let may_fail = case.namespaces[clients.namespace.at()].may_fail()
        || clients.timeout.is_some()
        || case.sites.iter().flatten().any(|site| site.station.as_ref().is_some_and(|it| it.queue.is_some()));
    let Some(Retries { retries, budget, .. }) = clients.retries.filter(|_| may_fail) else { return 1.0 };
    let most = f64::from(retries);
    1.0 + budget.map_or(most, |budget| most.min(budget.as_f64()))
}

/// Operations that begin in a second. In a closed loop clients wait for the answer: as long as the way to a coordinator
/// and back, at least, where no cache can have it.
fn begun(case: &Case, clients: &Population, stream: &Stream) -> f64 {
    let Process::Closed { clients: count, think } = stream.process else { return stream.per_second };
    let namespace = &case.namespaces[clients.namespace.at()];
    let way = |demand| {
        let at = namespace.policy.coordinator(demand, stream.location, &namespace.placement);
        let hop = |from: LocationIx, to: LocationIx| case.network.base(from, to).as_secs_f64();
        hop(stream.location, at) + hop(at, stream.location)
    };
    let is_cached = namespace.edge.is_some();
    let read = stream.mix.share(OpKind::Read);
    let answer = if is_cached { 0.0 } else { read * way(Demand::Read) } + (1.0 - read) * way(Demand::Write);
    let most = case.horizon.since(Time::ZERO);
    let access = clients.access.as_ref().map_or(0.0, |access| 2.0 * access.mean_up_to(most) / 1e9);
    f64::from(count) / (think.as_secs_f64() + access + answer)
}

/// A request that no cache answers: it begins, goes through the tiers to the coordinator, to each replica, and back, visits
/// servers, and has a time-out.
fn of_a_request(case: &Case, namespace: &Namespace, demand: Demand) -> f64 {
    let replicas = namespace.placement.count();
    let plain = 2.0 * f64::from(replicas);
    let served = |work| {
        let at = namespace.placement.at.iter();
        at.filter(|at| takes_time(case, **at, work)).count() as f64
    };
    let expired = f64::from(u8::from(namespace.timeout.is_some()));
    let of_replicas = match demand {
        Demand::Read if namespace.nature.coupled == Some(Coupled::Repairs) => {
            2.0 * plain + served(Work::ReplicaRead) + served(Work::ReplicaWrite)
        }
        Demand::Read => plain + served(Work::ReplicaRead),
        Demand::Write => {
            namespace.policy.effort(replicas, travel(case, namespace)).events + served(Work::ReplicaWrite)
        }
    };
    3.0 + expired + of_replicas + if demand == Demand::Read { of_tiers(case, namespace) } else { 0.0 }
}

/// What a read meets on its way to the coordinator.
fn of_tiers(case: &Case, namespace: &Namespace) -> f64 {
    let upper = namespace.upper.as_ref().map_or(0.0, |_| 2.0);
    let tiers = f64::from(u8::from(namespace.edge.is_some())) + upper / 2.0;
    let somewhere =
        |work| (0..case.sites.len()).any(|at| takes_time(case, LocationIx::from_position(at), work));
    let served =
        f64::from(u8::from(somewhere(Work::Hit))) + tiers * f64::from(u8::from(somewhere(Work::Fill)));
    upper + served
}

fn takes_time(case: &Case, at: LocationIx, work: Work) -> bool {
    let station = case.sites.get(at.at()).and_then(|site| site.as_ref()?.station.as_ref());
    station.is_some_and(|station| station.service.of(work).is_some())
}

/// Probes of writes, and purges, in a second.
fn of_probes_and_purges(case: &Case, at: NamespaceIx) -> f64 {
    let namespace = &case.namespaces[at.at()];
    let visibility = &namespace.visibility;
    let probes = (visibility.delays.len() * visibility.from.len()) as f64 * visibility.probed.as_f64();
    let of_a_write = probes * of_a_request(case, namespace, Demand::Read) + case.purged(at).len() as f64;
    let writers = case.populations.iter().filter(|clients| clients.namespace == at);
    let writes: f64 = writers.map(|clients| clients.writes_per_second() * attempts(case, clients)).sum();
    writes * of_a_write
}

/// How long a message between two of a namespace's replicas takes at least, on average.
fn travel(case: &Case, namespace: &Namespace) -> Span {
    let at = &namespace.placement.at;
    let between = at.iter().flat_map(|&from| at.iter().map(move |&to| case.network.base(from, to)));
    let sum: f64 = between.map(|delay| delay.as_nanos() as f64).sum();
    Span::from_nanos_f64(sum / (at.len() * at.len()).max(1) as f64)
}
