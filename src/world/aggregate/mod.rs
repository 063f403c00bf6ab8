//! Aggregate execution: first all writes, then the reads of each namespace at each location, with the hits of its
//! cache counted in bulk. Behind a time to live hits change nothing: what there is to draw is the misses, and how
//! many hits there were of which kind. The cost grows with misses and writes, not with reads. Results are equal in
//! distribution to those of the other executions; [`exposure`] says how.

mod chance;
mod exposure;
mod line;
mod site;

use std::collections::BTreeMap;

use super::execution::{EachRead, Inapplicable};
use super::record::Record;
use super::space::Space;
use super::trial::Trial;
use super::{GoOn, phases};
use crate::base::{LocationIx, NamespaceIx, Probability, Span};
use crate::model::cache::TierSpec;
use crate::model::price::Part;
use crate::model::replication::Effects;
use crate::model::workload::Process;
use crate::observe::Observations;
use crate::scenario::{Case, Namespace};

use exposure::Exposure;
use site::{Desk, Site};

/// All that needs each hit of a case.
pub(super) fn obstacles(case: &Case) -> Vec<Inapplicable> {
    let clients = case.populations.iter().filter(|population| population.reads_per_second() > 0.0);
    let mut obstacles = Vec::new();
    for population in clients {
        let mut streams = population.streams.iter();
        obstacles.extend(streams.find_map(|stream| match &stream.process {
            Process::Every(_) => Some(Inapplicable::InStep(population.name.clone())),
            Process::Varying(_) | Process::Pulses { .. } => {
                Some(Inapplicable::Varying(population.name.clone()))
            }
            _ => None,
        }));
        if population.access.is_some() {
            obstacles.push(Inapplicable::Access(population.name.clone()));
        }
    }
    for (index, namespace) in case.namespaces.iter().enumerate() {
        let needs_each_read = needs_each_read(case, index, namespace);
        obstacles.extend(needs_each_read.map(|why| Inapplicable::Namespace(namespace.name.clone(), why)));
    }
    obstacles
}

/// What a namespace has that needs each read, if it is read, and that needs each write's observers.
fn needs_each_read(
    case: &Case,
    index: usize,
    namespace: &Namespace,
) -> impl Iterator<Item = EachRead> + use<> {
    let clients = || case.populations.iter().filter(|clients| clients.namespace.at() == index);
    let is_read = clients().any(|clients| clients.reads_per_second() > 0.0);
    let is_written = clients().any(|clients| clients.writes_per_second() > 0.0);
    let edge = |holds: fn(&TierSpec) -> bool| is_read && namespace.edge.as_ref().is_some_and(holds);
    let reasons = [
        (is_read && namespace.edge.is_none(), EachRead::NoCache),
        (is_read && namespace.upper.is_some(), EachRead::Upper),
        (is_read && case.limits_caches(), EachRead::Limited),
        (edge(|rules| !rules.coalesce), EachRead::NotCoalesced),
        (edge(|rules| rules.refresh_ahead > Span::ZERO), EachRead::RefreshAhead),
        (edge(|rules| rules.stale_while_revalidate > Span::ZERO), EachRead::Revalidate),
        (edge(|rules| rules.write_through != Probability::ZERO), EachRead::WriteThrough),
        (edge(|rules| rules.purge.is_some()), EachRead::Purge),
        (is_read && namespace.catalogue.changes(), EachRead::Latest),
        (is_read && egress_costs(namespace), EachRead::Egress),
        (is_written && is_observed(namespace), EachRead::Visibility),
    ];
    reasons.into_iter().filter_map(|(holds, why)| holds.then_some(why))
}

fn egress_costs(namespace: &Namespace) -> bool {
    namespace.price.as_ref().is_some_and(|price| price.charges(Part::Egress))
}

fn is_observed(namespace: &Namespace) -> bool {
    let visibility = &namespace.visibility;
    let probed = visibility.probed != Probability::ZERO;
    let sends_probes = probed && !visibility.delays.is_empty() && !visibility.from.is_empty();
    sends_probes || visibility.followed != Probability::ZERO
}

/// The reads of one namespace at one location.
struct Reads {
    namespace: usize,
    location: LocationIx,
    per_second: f64,
}

fn all_reads(case: &Case) -> Vec<Reads> {
    let mut rates = BTreeMap::new();
    for population in case.populations.iter().filter(|population| population.reads_per_second() > 0.0) {
        for stream in &population.streams {
            *rates.entry((population.namespace.at(), stream.location)).or_insert(0.0) +=
                stream.reads_per_second();
        }
    }
    let reads = |((namespace, location), per_second)| Reads { namespace, location, per_second };
    rates.into_iter().map(reads).collect()
}

/// Runs a trial, on so many threads of the pool or, with one, on this one.
pub(super) fn run(trial: &Trial, threads: usize, go_on: &GoOn) -> Option<Observations> {
    let reads = all_reads(trial.case);
    let part = 1.0 / (reads.len() + 1) as f64;
    let go_on = |done: f64| go_on(done * part);
    let (mut observations, record) = phases::write(trial, &go_on)?;
    let is_read = |index: usize| reads.iter().any(|reads| reads.namespace == index);
    let popularity = trial.case.namespaces.iter().enumerate();
    let popularity: Vec<Option<Vec<f64>>> = popularity
        .map(|(index, namespace)| namespace.catalogue.cumulative().filter(|_| is_read(index)))
        .collect();
    let first = || Reader::new(trial, &record);
    let readers = phases::fold(&reads, threads, first, |reader, reads| {
        let popularity =
            popularity[reads.namespace].as_ref().expect("it does not change where keys are read");
        reader.run(trial, reads, popularity, &go_on)
    })?;
    for reader in readers {
        observations.merge(reader.finish());
    }
    Some(observations)
}

/// Draws the reads of one site after another.
struct Reader<'a> {
    spaces: Vec<Space<'a>>,
    desk: Desk,
}

impl<'a> Reader<'a> {
    fn new(trial: &Trial<'a>, record: &Record) -> Reader<'a> {
        let spaces = record.spaces.iter().enumerate();
        let spaces: Vec<Space> = spaces
            .map(|(at, record)| Space::of_record(trial, NamespaceIx::from_position(at), record))
            .collect();
        let timeline = &spaces[0].tally.timeline;
        let exposure = Exposure::new(trial.case, timeline);
        let desk = Desk { exposure, effects: Effects::new(), ahead: Vec::new(), events: 0, fingerprint: 0 };
        Reader { spaces, desk }
    }

    /// Draws the reads of one site; `None` if it was given up.
    fn run(
        mut self,
        trial: &Trial<'a>,
        reads: &Reads,
        popularity: &[f64],
        go_on: &GoOn,
    ) -> Option<Reader<'a>> {
        let space = &mut self.spaces[reads.namespace];
        let site = Site::new(trial, reads.location, reads.per_second, space, &mut self.desk, go_on);
        site.run(popularity).map(|()| self)
    }

    fn finish(self) -> Observations {
        Observations {
            sites: Vec::new(),
            faults: Vec::new(),
            fingerprint: self.desk.fingerprint,
            events: self.desk.events,
            namespaces: self.spaces.into_iter().map(Space::into_tally).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::scenario::load;

    /// One location that misses all the time, and one key that all join: whoever waits for the end of either is told
    /// how far it is, and can give it up at any time.
    #[test]
    fn a_site_tells_its_progress_and_can_be_given_up() {
        let cache_and_rtt = [("ttl = '0s'", "1ms"), ("ttl = '60s'", "20s")];
        for (cache, rtt) in cache_and_rtt {
            let text = format!(
                "horizon = '20s'\nlocations.edges = ['FRA']\nnetwork.rtt.constant = '{rtt}'\n\
                 [namespace.kv]\nkeys = {{ count = 1 }}\nreplicas = ['IAD']\nreplication.quorum = {{ r = 1, w = 1 }}\n\
                 cache.edge = {{ {cache} }}\nvisibility.writes = 0\n\
                 [client.users]\nat = 'edges'\nnamespace = 'kv'\narrivals.poisson = '10000/s'\n"
            );
            let scenario = load("case", text.as_bytes(), &[], &|_| Err(String::new())).expect("it is one");
            let trial = Trial::new(&scenario.cases[0], 0);
            let told = AtomicU64::new(0);
            let (billion, looks) = (1e9, AtomicU64::new(0));
            let count = |part: f64| {
                told.fetch_add((part * billion) as u64, Ordering::Relaxed);
                looks.fetch_add(1, Ordering::Relaxed) < 5
            };
            assert!(run(&trial, 1, &count).is_none(), "{cache} was not given up");
            assert!(told.into_inner() < 900_000_000, "{cache} told too much");
            let told = AtomicU64::new(0);
            let count = |part: f64| {
                told.fetch_add((part * billion) as u64, Ordering::Relaxed);
                true
            };
            assert!(run(&trial, 1, &count).is_some());
            assert!(
                (999_999_000..=1_000_000_000).contains(&told.into_inner()),
                "{cache}: parts of the whole"
            );
        }
    }
}
