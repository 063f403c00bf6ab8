//! The capacity of caches, as it is written, resolved, and shared out.

use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::case::{Case, Namespace};
use super::places::Places;
use super::sites::{Site, SiteSpec};
use super::text::Diagnostic;
use crate::base::{Bytes, LocationIx};
use crate::model::cache::{AdmissionSpec, Capacity, EvictionSpec, Limit, PurgeSpec, TierSpec};
use crate::model::workload::Catalogue;

/// The capacity of each cache at a location, the edge's and the upper tier's. The namespaces that are cached there share it, and
/// their sub-caches have equal parts of it. Give either `bytes` or `entries`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CacheSpec {
    /// What all values in it may take together, by `keys.size`; keys and "not found" take as much as their value would.
    #[schemars(with = "Option<Bytes>")]
    pub(super) bytes: Option<Spanned<Bytes>>,
    /// How many entries it may have.
    #[schemars(with = "Option<u64>")]
    pub(super) entries: Option<Spanned<u64>>,
    /// Which entries go when it is full; the least recently used ones by default.
    #[schemars(with = "Option<EvictionSpec>")]
    pub(super) eviction: Option<Spanned<EvictionSpec>>,
    /// What is stored at all; everything by default.
    #[schemars(with = "Option<AdmissionSpec>")]
    pub(super) admission: Option<Spanned<AdmissionSpec>>,
}

/// The caches of one tier at one location, if their capacity is limited.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LimitedCaches {
    /// How many there are: sub-caches.
    pub count: u16,
    /// Of each.
    pub capacity: Capacity,
    /// So many entries fit into each, about; no more than there are keys.
    pub entries: f64,
}

/// Takes the capacities out of what locations own: by location, empty where none is limited. Where nothing else is owned,
/// nothing is.
pub(super) fn take_capacities(sites: &mut Vec<Option<Site>>) -> Vec<Option<Capacity>> {
    let mut taken: Vec<Option<Capacity>> =
        sites.iter_mut().map(|site| site.as_mut().and_then(|site| site.cache.take())).collect();
    if taken.iter().all(Option::is_none) {
        taken.clear();
    }
    for site in sites.iter_mut() {
        *site = site.take().filter(|site| site.station.is_some() || site.bandwidth.is_some());
    }
    if sites.iter().all(Option::is_none) {
        sites.clear();
    }
    taken
}

/// Most objects that [`AdmissionSpec::SecondHit`] remembers.
const MOST_REMEMBERED: u32 = 100_000_000;

impl CacheSpec {
    /// What it says, if it makes sense.
    pub(super) fn resolve(&self, place: Range<usize>, mistakes: &mut Vec<Diagnostic>) -> Option<Capacity> {
        let before = mistakes.len();
        let mut wrong = |problem: String, place: Range<usize>, help: &str| {
            mistakes.push(Diagnostic::new(problem, place, "").with_help(help));
        };
        let limit = match (&self.bytes, &self.entries) {
            (Some(bytes), None) => Some((Limit::Bytes(bytes.get_ref().as_u64()), bytes.span())),
            (None, Some(entries)) => Some((Limit::Entries(*entries.get_ref()), entries.span())),
            (None, None) => {
                let problem = "the cache has no capacity".to_owned();
                wrong(problem, place, "give `bytes` or `entries`: cache.bytes = \"1GiB\"");
                None
            }
            (Some(_), Some(entries)) => {
                let problem = "a cache is limited by `bytes` or by `entries`, not by both".to_owned();
                wrong(problem, entries.span(), "leave one of them out");
                None
            }
        };
        let eviction = self.eviction.as_ref().map_or(EvictionSpec::Lru, |eviction| *eviction.get_ref());
        let admission = self.admission.as_ref().map(|admission| *admission.get_ref());
        if let Some((limit, place)) = &limit
            && limit.amount() == 0
        {
            let help = "a cache that keeps nothing is written cache.edge = { ttl = \"0s\" } in its namespace";
            wrong("the capacity must be more than 0".to_owned(), place.clone(), help);
        }
        if let Some(place) = self.eviction.as_ref().map(Spanned::span) {
            let share = match eviction {
                EvictionSpec::S3Fifo(spec) => Some(("small", spec.small)),
                EvictionSpec::WTinyLfu(spec) => Some(("window", spec.window)),
                _ => None,
            };
            if let Some((name, share)) = share.filter(|(_, share)| !is_inside(share.as_f64())) {
                let problem = format!(
                    "`{name}` is {}; it must lie between 0 and 100%, both excluded",
                    percent(share.as_f64())
                );
                wrong(problem, place, "leave it out for the share of the paper");
            }
        }
        if let Some(place) = self.admission.as_ref().map(Spanned::span) {
            let told = check_admission(admission, &eviction, limit.as_ref().map(|(limit, _)| *limit));
            if let Some((problem, help)) = told {
                wrong(problem, place, help);
            }
        }
        let (limit, _) = limit?;
        (mistakes.len() == before).then_some(Capacity { limit, eviction, admission })
    }
}

fn is_inside(share: f64) -> bool {
    share > 0.0 && share < 1.0
}

fn percent(share: f64) -> String {
    format!("{}%", share * 100.0)
}

/// What is wrong with an admission, and what helps.
fn check_admission(
    admission: Option<AdmissionSpec>,
    eviction: &EvictionSpec,
    limit: Option<Limit>,
) -> Option<(String, &'static str)> {
    match admission? {
        AdmissionSpec::Probability(share) if !is_inside(share.as_f64()) => {
            let problem = format!(
                "the probability is {}; it must lie between 0 and 100%, both excluded",
                percent(share.as_f64())
            );
            Some((problem, "leave `admission` out to store everything"))
        }
        AdmissionSpec::SizeLimit(most) if limit.is_some_and(|limit| has_no_effect(most, limit)) => {
            let problem = "a size limit that is not below the capacity has no effect".to_owned();
            Some((problem, "what is larger than the cache is never stored"))
        }
        AdmissionSpec::SecondHit(spec) if !(1..=MOST_REMEMBERED).contains(&spec.remembers) => {
            let problem = format!("`remembers` is {}; the limit is 1 to {MOST_REMEMBERED}", spec.remembers);
            Some((problem, "as many as the cache has entries is a good start"))
        }
        AdmissionSpec::TinyLfu if matches!(eviction, EvictionSpec::WTinyLfu(_)) => {
            let problem = "`w-tiny-lfu` has this admission already".to_owned();
            Some((problem, "leave `admission` out, or choose another eviction policy"))
        }
        _ => None,
    }
}

fn has_no_effect(most: Bytes, limit: Limit) -> bool {
    matches!(limit, Limit::Bytes(bytes) if most.as_u64() >= bytes)
}

/// What is only known of all caches together: each capacity has one that it limits, and who shares one shares it out alike.
pub(super) fn check_capacities<'a>(
    case: &Case,
    specs: impl Iterator<Item = &'a SiteSpec>,
    places: &mut Places,
    mistakes: &mut Vec<Diagnostic>,
) {
    for spec in specs {
        let Some(cache) = &spec.cache else { continue };
        let at = places.names(&spec.at, mistakes);
        places.forget_from(case.locations.len());
        let here: Vec<LocationIx> = at.into_iter().filter(|at| at.at() < case.locations.len()).collect();
        let tiers = |&at: &LocationIx| [case.edges_at(at), case.uppers_at(at)];
        if here.iter().flat_map(tiers).all(|tier| tier.is_empty()) {
            let problem = "no namespace is cached there: the capacity has no effect";
            let help = "give a namespace that is read there a cache: cache.edge = { ttl = \"60s\" }";
            mistakes.push(Diagnostic::new(problem, cache.span(), "").with_help(help));
        }
        for tier in here.iter().flat_map(tiers) {
            let Some((first, rules)) = tier.first() else { continue };
            if let Some((other, more)) = tier.iter().find(|(_, more)| more.sub_caches != rules.sub_caches) {
                let problem = format!(
                    "`{}` and `{}` share this capacity, but have {} and {} sub-caches",
                    first.name, other.name, rules.sub_caches, more.sub_caches
                );
                let help = "give them equally many: a sub-cache is one machine's, for all namespaces";
                mistakes.push(Diagnostic::new(problem, cache.span(), "").with_help(help));
                break;
            }
            let CacheSpec { bytes, entries, .. } = cache.get_ref();
            let bytes = bytes.as_ref().map(|bytes| bytes.get_ref().as_u64());
            let amount = bytes.or(entries.as_ref().map(|entries| *entries.get_ref()));
            if amount.is_some_and(|amount| amount < u64::from(rules.sub_caches)) {
                let problem = format!("nothing fits into one of {} sub-caches", rules.sub_caches);
                mistakes.push(Diagnostic::new(problem, cache.span(), ""));
                break;
            }
        }
    }
}

impl Case {
    /// The namespaces with edge caches at a location, and their rules.
    fn edges_at(&self, location: LocationIx) -> Vec<(&Namespace, &TierSpec)> {
        let meets = |at: usize, namespace: &Namespace| {
            let mut clients = self.populations.iter().filter(|population| population.namespace.at() == at);
            clients.any(|population| population.at.contains(&location)) || namespace.visibility.sees(location)
        };
        let here = self.namespaces.iter().enumerate().filter(|&(at, namespace)| meets(at, namespace));
        here.filter_map(|(_, namespace)| Some((namespace, namespace.edge.as_ref()?))).collect()
    }

    /// The namespaces with upper caches at a location, and their rules.
    fn uppers_at(&self, location: LocationIx) -> Vec<(&Namespace, &TierSpec)> {
        let spaces =
            self.namespaces.iter().filter_map(|namespace| Some((namespace, namespace.upper.as_ref()?)));
        let here = spaces.filter(|(_, upper)| upper.at.contains(&location));
        here.map(|(namespace, upper)| (namespace, &upper.rules)).collect()
    }

    /// Whether any location says how much its caches hold.
    pub fn limits_caches(&self) -> bool {
        !self.capacities.is_empty()
    }

    /// The edge caches of a location, if their capacity is limited.
    pub fn limited_edge(&self, location: LocationIx) -> Option<LimitedCaches> {
        self.limited(location, || self.edges_at(location))
    }

    /// The upper tier's caches of a location, if their capacity is limited.
    pub fn limited_upper(&self, location: LocationIx) -> Option<LimitedCaches> {
        self.limited(location, || self.uppers_at(location))
    }

    fn limited<'a>(
        &self,
        location: LocationIx,
        cached: impl FnOnce() -> Vec<(&'a Namespace, &'a TierSpec)>,
    ) -> Option<LimitedCaches> {
        let capacity = (*self.capacities.get(location.at())?)?;
        let cached = cached();
        let count = cached.first()?.1.sub_caches;
        let limit = match capacity.limit {
            Limit::Bytes(bytes) => Limit::Bytes(bytes / u64::from(count)),
            Limit::Entries(entries) => Limit::Entries(entries / u64::from(count)),
        };
        let keys: f64 = cached.iter().map(|(namespace, _)| namespace.catalogue.count() as f64).sum();
        let of = |catalogue: &Catalogue| catalogue.count() as f64 * catalogue.mean_size();
        let bytes: f64 = cached.iter().map(|(namespace, _)| of(&namespace.catalogue)).sum();
        let fit = match limit {
            Limit::Bytes(most) => most as f64 / (bytes / keys).max(1.0),
            Limit::Entries(most) => most as f64,
        };
        Some(LimitedCaches { count, capacity: Capacity { limit, ..capacity }, entries: fit.min(keys) })
    }

    /// Whether several namespaces have caches of limited capacity, and writes of some fill or purge theirs: then what writes do to
    /// them has to be carried out in order of time.
    pub fn writes_share_capacity(&self) -> bool {
        let is_limited = |rules: &TierSpec| {
            rules.write_through.as_f64() > 0.0 || rules.purge.as_ref().is_some_and(PurgeSpec::arrives)
        };
        let tiers = |namespace: &Namespace| {
            let upper = namespace.upper.as_ref().map(|upper| &upper.rules);
            namespace.edge.iter().chain(upper).any(is_limited)
        };
        self.limits_caches() && self.namespaces.len() > 1 && self.namespaces.iter().any(tiers)
    }
}
