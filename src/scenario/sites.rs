//! What locations own, as it is written and resolved.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::capacity::CacheSpec;
use super::case::Case;
use super::file::Names;
use super::names::check_each;
use super::places::Places;
use super::text::Diagnostic;
use crate::base::{Bandwidth, LocationIx};
use crate::model::cache::Capacity;
use crate::model::site::{Service, StationSpec, Work};

/// What locations own. The last table that names a location holds for it, as a whole.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteSpec {
    /// Where: a location, a list of them, or `"edges"`.
    #[schemars(with = "Names")]
    pub(super) at: Spanned<Names>,
    /// How many requests are served at once: threads, or machines; 1 by default.
    #[schemars(with = "Option<u32>")]
    pub(super) servers: Option<Spanned<u32>>,
    /// How long a server is busy with one request; what is left out takes no time and does not wait.
    #[schemars(with = "Option<Service>")]
    pub(super) service: Option<Spanned<Service>>,
    /// How many requests may wait beyond those in service; one more is refused. Any number by default.
    #[schemars(with = "Option<u32>")]
    pub(super) queue: Option<Spanned<u32>>,
    /// How fast values leave; by default they take no time beyond the network's delay.
    #[schemars(with = "Option<Bandwidth>")]
    pub(super) bandwidth: Option<Spanned<Bandwidth>>,
    /// How much its caches hold; any amount by default.
    #[schemars(with = "Option<CacheSpec>")]
    pub(super) cache: Option<Spanned<CacheSpec>>,
}

/// What a location owns.
#[derive(Clone, Debug)]
pub struct Site {
    /// Of its table.
    pub(super) name: String,
    /// Its servers; `None` if nothing takes time there.
    pub station: Option<StationSpec>,
    /// The link that values leave by; `None` if it is as fast as can be.
    pub bandwidth: Option<Bandwidth>,
    /// The table of this location alone, or of a list, that the one of all edges stands in the place of.
    pub(super) replaces: Option<String>,
    /// How much each cache there holds, until it is in [`Case::capacities`](super::Case::capacities).
    pub(super) cache: Option<Capacity>,
}

/// Most servers of a location.
const MOST_SERVERS: u32 = 1_000_000;

/// What each location owns that plays a part; empty where no table says anything. Locations that play none, and are
/// here only because a group names them, own nothing. And where each table holds.
pub(super) fn sites(
    specs: &IndexMap<Spanned<String>, SiteSpec>,
    places: &mut Places,
    mistakes: &mut Vec<Diagnostic>,
) -> (Vec<Option<Site>>, Vec<Vec<LocationIx>>) {
    check_each(specs.keys(), mistakes);
    let used = places.used.len();
    let mut sites: Vec<Option<Site>> = Vec::new();
    let mut tables = Vec::new();
    for (name, spec) in specs {
        let site = site(name, spec, mistakes);
        let before = mistakes.len();
        let at = places.names(&spec.at, mistakes);
        let idle: Vec<&str> =
            at.iter().filter(|at| at.at() >= used).map(|at| &*places.used[at.at()].name).collect();
        let is_group = matches!(spec.at.get_ref(), Names::One(name) if name == "edges");
        if mistakes.len() == before && !idle.is_empty() && (!is_group || idle.len() == at.len()) {
            let problem = format!("nothing happens at `{}`: no client, replica or cache is there", idle[0]);
            mistakes.push(Diagnostic::new(problem, spec.at.span(), ""));
        }
        sites.resize(used, None);
        let here: Vec<LocationIx> = at.into_iter().filter(|at| at.at() < used).collect();
        for at in &here {
            let replaces = sites[at.at()].as_ref().filter(|_| is_group).map(|site| site.name.clone());
            sites[at.at()] = Some(Site { replaces, ..site.clone() });
        }
        tables.push(here);
        places.forget_from(used);
    }
    (sites, tables)
}

/// Finds service times of what is never done at any location of a table; `tables` says where each of these holds.
pub(super) fn check_services(
    specs: &IndexMap<Spanned<String>, SiteSpec>,
    tables: &[Vec<LocationIx>],
    case: &Case,
    mistakes: &mut Vec<Diagnostic>,
) {
    let edges = |at: LocationIx| {
        case.populations
            .iter()
            .any(|clients| case.namespaces[clients.namespace.at()].edge.is_some() && clients.at.contains(&at))
    };
    let caches = |at: LocationIx| {
        let mut uppers = case.namespaces.iter().filter_map(|namespace| namespace.upper.as_ref());
        edges(at) || uppers.any(|upper| upper.at.contains(&at))
    };
    let stores = |at: LocationIx| case.namespaces.iter().any(|it| it.placement.at.contains(&at));
    for (spec, at) in specs.values().zip(tables) {
        let Some(service) = &spec.service else { continue };
        let any = |is_done: &dyn Fn(LocationIx) -> bool| at.iter().any(|&at| is_done(at));
        for work in Work::ALL.into_iter().filter(|&work| service.get_ref().of(work).is_some()) {
            let (is_done, why) = match work {
                Work::Hit => (any(&caches), "no cache at these locations answers"),
                Work::Fill => (any(&caches), "no cache at these locations is filled"),
                Work::ReplicaRead | Work::ReplicaWrite => (any(&stores), "no replica is at these locations"),
            };
            if !is_done {
                let problem = format!("`service.{}` has no effect: {why}", work.name());
                mistakes.push(Diagnostic::new(problem, service.span(), ""));
            }
        }
    }
}

/// Whether a request may meet a full queue at one of some locations.
pub(super) fn are_bounded<'a>(sites: &[Option<Site>], mut at: impl Iterator<Item = &'a LocationIx>) -> bool {
    at.any(|at| {
        let site = sites.get(at.at()).and_then(Option::as_ref);
        site.and_then(|site| site.station.as_ref()).is_some_and(|station| station.queue.is_some())
    })
}

fn site(name: &Spanned<String>, spec: &SiteSpec, mistakes: &mut Vec<Diagnostic>) -> Site {
    let mut wrong = |problem: String, place, help: &str| {
        mistakes.push(Diagnostic::new(problem, place, "").with_help(help));
    };
    if let Some(servers) = spec.servers.as_ref().filter(|n| !(1..=MOST_SERVERS).contains(n.get_ref())) {
        let problem = format!("`servers` is {}; the limit is 1 to {MOST_SERVERS}", servers.get_ref());
        wrong(problem, servers.span(), "leave `service` out where nothing takes time");
    }
    if let Some(bandwidth) =
        spec.bandwidth.as_ref().filter(|speed| speed.get_ref().as_bits_per_second() <= 0.0)
    {
        let problem = "`bandwidth` must be more than 0bit/s".to_owned();
        wrong(problem, bandwidth.span(), "leave it out where values take no time");
    }
    let takes_time =
        |service: &&Spanned<Service>| Work::ALL.into_iter().any(|work| service.get_ref().of(work).is_some());
    let service = spec.service.as_ref().filter(takes_time);
    if service.is_none() {
        let help = "say how long a server is busy: service.replica_read = \"2ms\"";
        for (what, place) in [
            ("servers", spec.servers.as_ref().map(Spanned::span)),
            ("queue", spec.queue.as_ref().map(Spanned::span)),
            ("service", spec.service.as_ref().map(Spanned::span)),
        ] {
            if let Some(place) = place {
                wrong(format!("`{what}` has no effect where nothing takes time"), place, help);
            }
        }
    }
    if let (None, None, None, None, None) =
        (&spec.servers, &spec.service, &spec.queue, &spec.bandwidth, &spec.cache)
    {
        let help = "give `service`, `bandwidth` or `cache`";
        wrong("the site says nothing about its locations".to_owned(), name.span(), help);
    }
    let cache = spec.cache.as_ref().and_then(|cache| cache.get_ref().resolve(cache.span(), mistakes));
    Site {
        name: name.get_ref().clone(),
        replaces: None,
        cache,
        station: service.map(|service| StationSpec {
            servers: spec.servers.as_ref().map_or(1, |servers| *servers.get_ref()),
            service: service.get_ref().clone(),
            queue: spec.queue.as_ref().map(|queue| *queue.get_ref()),
        }),
        bandwidth: spec.bandwidth.as_ref().map(|bandwidth| *bandwidth.get_ref()),
    }
}
