//! From the file as written to a case in which all names are resolved; gathers all mistakes.

use std::ops::Range;

use super::capacity::{check_capacities, take_capacities};
use super::case::{Case, Namespace, Population, Upper};
use super::conflicts::{check_attempts, check_conflicts};
use super::faults::{Drafts, check_faults, faults};
use super::file::{ClientSpec, NamespaceSpec, ScenarioFile};
use super::gates::{gates, objective};
use super::load::Files;
use super::merging::check_merging;
use super::names::check_each;
use super::networks::network;
use super::outages::outages;
use super::patience::check_patience;
use super::places::Places;
use super::prices::price;
use super::sites::{Site, are_bounded, check_services, sites};
use super::sweep::quoted;
use super::text::{Diagnostic, Diagnostics, Document, nearest};
use super::traces::Traces;
use super::traffic::{Around, Traffic, traffic};
use super::visibility::{Circumstances, visibility};
use crate::base::{LocationIx, NamespaceIx, Span, Time};
use crate::model::cache::{PurgeBy, TierSpec};
use crate::model::network::Network;
use crate::model::replication::{Misfit, Placement, Policy};
use crate::model::topology::Place;

/// When a request to the replicas has failed, where some of these are down or may be full and the scenario does not say:
/// the default of etcd's and many other clients lies between 1 and 10 s.
const TIMEOUT: Span = Span::from_nanos(5_000_000_000);

/// Most trials of a case.
const MOST_TRIALS: u32 = 100_000;

/// Resolves a file into a case.
///
/// # Errors
/// All mistakes that can be found.
pub(super) fn resolve(
    file: &ScenarioFile,
    document: &Document,
    label: &str,
    files: &Files,
) -> Result<Case, Diagnostics> {
    let mut mistakes = Vec::new();
    check_times(file, &mut mistakes);
    check_names(file, &mut mistakes);
    let mut places = Places::new(&file.locations, &mut mistakes);
    let named: Vec<Named> =
        file.namespace.values().map(|spec| Named::new(spec, &mut places, &mut mistakes)).collect();
    let mut traces = Traces::of(file, files, &mut mistakes);
    let mut populations: Vec<Population> = file
        .client
        .iter()
        .filter_map(|(name, spec)| {
            population(name.get_ref(), spec, file, &mut places, &mut traces, &mut mistakes)
        })
        .collect();
    let keys = traces.share(file, &mut populations, &mut mistakes);
    let (mut sites, site_tables) = sites(&file.site, &mut places, &mut mistakes);
    let capacities = take_capacities(&mut sites);
    let network = network(&file.network, &mut places, files, &mut mistakes);
    let spaces = file.namespace.keys().map(|name| name.get_ref().as_str()).collect();
    let end = Time::ZERO + *file.horizon.get_ref();
    let faults = faults(&file.fault, &mut places, spaces, end, &mut mistakes);
    let (Some(network), true) = (network, mistakes.is_empty()) else {
        return Err(Diagnostics::check(mistakes).expect_err("a network is missing only with a mistake"));
    };
    let mut namespaces = Vec::new();
    for (at, ((name, spec), named)) in file.namespace.iter().zip(named).enumerate() {
        let of_it: Vec<&Population> = populations.iter().filter(|p| p.namespace.at() == at).collect();
        let times = (Time::ZERO + file.warmup, Time::ZERO + *file.horizon.get_ref());
        let place_of = |field: &str| replication_place(document, name.get_ref(), field);
        let clients: Vec<&ClientSpec> = file.client.values().collect();
        let setting = Setting {
            clients: &clients,
            populations: &of_it,
            times,
            network: &network,
            sites: &sites,
            place_of: &place_of,
            faults: &faults,
        };
        let namespace = named.resolve(name.get_ref(), spec, &setting, &places.used, &mut mistakes);
        namespaces.extend(namespace.map(|namespace| Namespace {
            catalogue: namespace.catalogue.with_sizes(keys[at].sizes()),
            ..namespace
        }));
    }
    Diagnostics::check(std::mem::take(&mut mistakes))?;
    let mut case = Case {
        label: label.to_owned(),
        seed: file.seed,
        trials: *file.trials.get_ref(),
        warmup: Time::ZERO + file.warmup,
        horizon: Time::ZERO + *file.horizon.get_ref(),
        faults: faults.resolve(places.used.len()),
        locations: places.used.clone(),
        network,
        namespaces,
        populations,
        most_waiting: file.limits.waiting,
        sites,
        capacities,
        gates: Vec::new(),
        objective: None,
    };
    check_services(&file.site, &site_tables, &case, &mut mistakes);
    check_faults(&case, &file.fault, &mut mistakes);
    check_capacities(&case, file.site.values(), &mut places, &mut mistakes);
    Diagnostics::check(mistakes)?;
    case.gates = gates(&file.gates, document, &case)?;
    case.objective = file.solve.as_ref().map(|spec| objective(spec, document, &case)).transpose()?;
    Ok(case)
}

fn check_times(file: &ScenarioFile, mistakes: &mut Vec<Diagnostic>) {
    if *file.horizon.get_ref() <= file.warmup {
        let problem = "nothing is measured: the horizon is not after the warm-up";
        let help = "operations that begin from `warmup` to `horizon` are measured";
        mistakes.push(Diagnostic::new(problem, file.horizon.span(), "").with_help(help));
    }
    if !(1..=MOST_TRIALS).contains(file.trials.get_ref()) {
        let problem = format!("`trials` is {}; the limit is 1 to {MOST_TRIALS}", file.trials.get_ref());
        mistakes.push(Diagnostic::new(problem, file.trials.span(), ""));
    }
}

fn check_names(file: &ScenarioFile, mistakes: &mut Vec<Diagnostic>) {
    for (what, names) in [
        ("namespace", file.namespace.keys().collect::<Vec<_>>()),
        ("client", file.client.keys().collect::<Vec<_>>()),
    ] {
        if names.is_empty() {
            let problem = format!("there is no {what}");
            let help = format!("add one: [{what}.some-name]");
            mistakes.push(Diagnostic::new(problem, 0..0, "").with_help(help));
        }
        check_each(names.into_iter(), mistakes);
    }
}

fn population(
    name: &str,
    spec: &ClientSpec,
    file: &ScenarioFile,
    places: &mut Places,
    traces: &mut Traces,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<Population> {
    let at = places.names(&spec.at, mistakes);
    check_patience(spec, mistakes);
    let wanted = spec.namespace.get_ref();
    let names: Vec<&str> = file.namespace.keys().map(|name| name.get_ref().as_str()).collect();
    let Some(namespace) = names.iter().position(|name| name == wanted) else {
        let problem = Diagnostic::new(format!("unknown namespace `{wanted}`"), spec.namespace.span(), "");
        let help = match nearest(wanted, &names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("namespaces here: {}", names.join(", ")),
        };
        mistakes.push(problem.with_help(help));
        return None;
    };
    let horizon = Time::ZERO + *file.horizon.get_ref();
    let namespace = NamespaceIx::from_position(namespace);
    let around = Around { at: &at, namespace, keys: file.namespace[namespace.at()].keys.get_ref(), horizon };
    let Traffic { streams, mix, trace } = traffic(spec, &around, traces, places, mistakes);
    let sessions = spec.sessions.as_ref().map(|sessions| sessions.resolve(at.len(), &mix, places, mistakes));
    Some(Population {
        name: name.to_owned(),
        namespace,
        at,
        streams,
        trace,
        mix,
        access: spec.access.clone(),
        sessions,
        token: spec.token.as_ref().map(|token| *token.get_ref()),
        retries: spec.retries.as_ref().map(|retries| *retries.get_ref()),
        timeout: spec.timeout.as_ref().map(|timeout| *timeout.get_ref()),
        hedge: spec.hedge.as_ref().map(|hedge| *hedge.get_ref()),
    })
}

/// The locations that a namespace names, before the network over them is known.
struct Named {
    replicas: Vec<LocationIx>,
    upper: Option<Vec<LocationIx>>,
    /// Where probes read, if the scenario says so.
    probing: Option<Vec<LocationIx>>,
}

impl Named {
    fn new(spec: &NamespaceSpec, places: &mut Places, mistakes: &mut Vec<Diagnostic>) -> Named {
        let replicas = places.list(&spec.replicas, mistakes);
        if let Some(place) = spec.replication.get_ref().named_location() {
            mistakes.extend(places.one(place, spec.replication.span()).err());
        }
        let upper = spec.cache.upper.as_ref().and_then(|upper| match &upper.get_ref().at {
            Some(at) => Some(places.list(at, mistakes)),
            None => {
                let problem = Diagnostic::new("the upper tier has no locations", upper.span(), "");
                mistakes.push(problem.with_help("list them: at = [\"IAD\", \"FRA\", \"SIN\"]"));
                None
            }
        });
        if let (Some(upper), None) = (&spec.cache.upper, &spec.cache.edge) {
            let problem = Diagnostic::new("an upper tier needs an edge tier before it", upper.span(), "");
            mistakes
                .push(problem.with_help("edges that keep nothing are written cache.edge = { ttl = \"0s\" }"));
        }
        for (tier, is_edge) in [(&spec.cache.edge, true), (&spec.cache.upper, false)] {
            if let Some(tier) = tier {
                check_tier(tier.get_ref(), tier.span(), is_edge, mistakes);
            }
        }
        let probing = spec.visibility.from.as_ref().map(|from| places.names(from, mistakes));
        Named { replicas, upper, probing }
    }

    fn resolve(
        self,
        name: &str,
        spec: &NamespaceSpec,
        setting: &Setting,
        places: &[Place],
        mistakes: &mut Vec<Diagnostic>,
    ) -> Option<Namespace> {
        let all = (0..places.len()).map(LocationIx::from_position);
        let placement = Placement {
            nearest: all.clone().map(|from| order(setting.network, from, &self.replicas)).collect(),
            at: self.replicas,
            leader: None,
        };
        let policy = setting.policy(spec, &placement, places, mistakes)?;
        let rules = spec.cache.upper.as_ref().map(|upper| upper.get_ref().clone());
        let upper = rules.zip(self.upper).map(|(rules, at)| Upper {
            serving: all.map(|from| order(setting.network, from, &at)[0]).collect(),
            rules,
            at,
        });
        let edge = spec.cache.edge.as_ref().map(|edge| edge.get_ref().clone());
        check_conflicts(spec, &placement, &policy, mistakes);
        check_merging(spec, setting.clients_of(name), &policy, mistakes);
        setting.clients_of(name).for_each(|(clients, _)| check_attempts(clients, &policy, mistakes));
        let outages = outages(&spec.outages, &placement.at, places, setting.times.1, mistakes);
        let timeout = spec.timeout.as_ref().map(|timeout| *timeout.get_ref());
        if let (Some(Span::ZERO), Some(at)) = (timeout, &spec.timeout) {
            mistakes.push(Diagnostic::new("`timeout` must be longer than 0s", at.span(), ""));
        }
        let upper_at = upper.iter().flat_map(|upper| &upper.at);
        let readers = setting.populations.iter().flat_map(|clients| &clients.at);
        let replicas_refuse = are_bounded(setting.sites, placement.at.iter());
        let gives_up = setting.populations.iter().any(|clients| clients.timeout.is_some());
        let may_end_early =
            gives_up || replicas_refuse || are_bounded(setting.sites, upper_at.chain(readers));
        let waits_no_longer = !outages.is_empty() || replicas_refuse;
        let circumstances = Circumstances {
            populations: setting.populations,
            edge: edge.as_ref(),
            upper: upper.as_ref(),
            policy: &policy,
            may_fail: spec.timeout.is_some()
                || !outages.is_empty()
                || spec.quota.is_some()
                || may_end_early
                || !setting.faults.is_empty(),
            warmup: setting.times.0,
            horizon: setting.times.1,
        };
        let visibility = visibility(&spec.visibility, self.probing, &circumstances, mistakes);
        Some(Namespace {
            name: name.to_owned(),
            catalogue: spec.keys.get_ref().clone(),
            placement,
            nature: policy.nature(),
            policy,
            edge,
            upper,
            visibility,
            timeout: timeout.or_else(|| (waits_no_longer || setting.faults.lose()).then_some(TIMEOUT)),
            disturbed: !setting.faults.is_empty(),
            outages,
            may_end_early,
            conflicts: spec.conflicts.as_ref().map(|rule| *rule.get_ref()).unwrap_or_default(),
            quota: spec.quota.as_ref().map(|quota| *quota.get_ref()),
            price: spec.price.as_ref().and_then(|spec| price(spec, mistakes)),
            updates: spec.updates.as_ref().map(|updates| *updates.get_ref()).unwrap_or_default(),
        })
    }
}

/// What a namespace is resolved against.
struct Setting<'a> {
    /// All clients, as they are written.
    clients: &'a [&'a ClientSpec],
    populations: &'a [&'a Population],
    /// Warm-up and horizon.
    times: (Time, Time),
    network: &'a Network,
    faults: &'a Drafts,
    sites: &'a [Option<Site>],
    /// Where a parameter of the replication policy is written.
    place_of: &'a dyn Fn(&str) -> Option<Range<usize>>,
}

impl<'a> Setting<'a> {
    /// The clients of a namespace, as they are written and as populations.
    fn clients_of(&self, namespace: &str) -> impl Iterator<Item = (&'a ClientSpec, &'a Population)> {
        let clients = self.clients.iter().filter(move |clients| clients.namespace.get_ref() == namespace);
        clients.copied().zip(self.populations.iter().copied())
    }

    /// How writes reach the replicas of a namespace.
    fn policy(
        &self,
        spec: &NamespaceSpec,
        placement: &Placement,
        places: &[Place],
        mistakes: &mut Vec<Diagnostic>,
    ) -> Option<Policy> {
        let by_name = |wanted: &str| {
            places.iter().position(|place| place.name == wanted).map(LocationIx::from_position)
        };
        match spec.replication.get_ref().resolve(placement, &by_name) {
            Ok(policy) => Some(policy),
            Err(Misfit { field, problem }) => {
                let place = (self.place_of)(field).unwrap_or_else(|| spec.replication.span());
                mistakes.push(Diagnostic::new(problem, place, ""));
                None
            }
        }
    }
}

fn replication_place(document: &Document, namespace: &str, field: &str) -> Option<Range<usize>> {
    let replication = document.get(&format!("namespace.{}.replication", quoted(namespace)))?;
    let policy = replication.as_table()?.iter().next()?;
    Some(policy.node.as_table()?.get(field)?.span.clone())
}

/// The positions in `list`, the nearest to `from` first.
fn order(network: &Network, from: LocationIx, list: &[LocationIx]) -> Vec<u16> {
    let position = |location: LocationIx| list.iter().position(|&l| l == location);
    let nearest = network.nearest_first(from, list);
    nearest.into_iter().filter_map(position).map(|at| at as u16).collect()
}

fn check_tier(tier: &TierSpec, place: Range<usize>, is_edge: bool, mistakes: &mut Vec<Diagnostic>) {
    let mut wrong = |problem: String| mistakes.push(Diagnostic::new(problem, place.clone(), ""));
    if !(1..=1_000).contains(&tier.sub_caches) {
        wrong(format!("`sub_caches` is {}; the limit is 1 to 1000", tier.sub_caches));
    }
    if tier.refresh_ahead > tier.ttl {
        wrong("`refresh_ahead` is longer than the TTL that it looks ahead to".to_owned());
    }
    if let Some(purge) = &tier.purge {
        if purge.by == PurgeBy::Tags(0) {
            wrong("`purge` deals keys to 0 tags; at least 1 is needed".to_owned());
        }
        if purge.lease && !tier.coalesce {
            wrong("`purge.lease` needs `coalesce`: a lease is for one fetch of a key at a time".to_owned());
        }
    }
    if let (true, Some(at)) = (is_edge, &tier.at) {
        let problem = "`at` belongs to the upper tier; edge caches are wherever clients read";
        mistakes.push(Diagnostic::new(problem, at.span(), ""));
    } else if !is_edge && tier.write_through.as_f64() > 0.0 {
        wrong("`write_through` belongs to the edge tier; writes do not pass the upper one".to_owned());
    }
}
