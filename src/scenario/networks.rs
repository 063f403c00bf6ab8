//! The network of a scenario, resolved.

use toml::Spanned;

use super::file::{Names, NetworkSpec, RttSpec};
use super::load::Files;
use super::places::Places;
use super::text::Diagnostic;
use crate::base::{LocationIx, Span};
use crate::dist::{Dist, DistSpec};
use crate::model::network::{Approach, End, GeoSpec, HubGraph, Network, Profile, RoundTrips, Route};
use crate::model::topology::Place;

/// Round trip within one availability zone: 0.1 ms, of public measurements, 2026; see ARCHITECTURE.md.
const WITHIN_A_PLACE: Span = Span::from_nanos(100_000);

/// A network whose round trips are all known, over the places used.
pub(super) fn network(
    spec: &NetworkSpec,
    places: &mut Places,
    files: &Files,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<Network> {
    let routes = routes(spec, places, mistakes);
    let default = RttSpec::Geo(GeoSpec { profile: Profile::Backbone, detour: true });
    let rtt = match &spec.rtt {
        None if spec.legs.is_some() => {
            return Some(build(&places.used, |_, _| Span::ZERO, spec.jitter.clone(), 0.0, routes));
        }
        None => Spanned::new(0..0, default),
        Some(rtt) => rtt.clone(),
    };
    let span = rtt.span();
    match rtt.into_inner() {
        RttSpec::Constant(rtt) => {
            let between = |a, b| if a == b { Span::ZERO } else { rtt };
            Some(build(&places.used, between, spec.jitter.clone(), 0.0, routes))
        }
        RttSpec::Geo(geo) => {
            let ends = ends(&places.used, &span, mistakes)?;
            let world = HubGraph::world();
            let approaches: Vec<Approach> = ends.into_iter().map(|end| world.approach(end)).collect();
            let between = |a: LocationIx, b: LocationIx| match a == b {
                true => WITHIN_A_PLACE,
                false => {
                    let (a, b) = (&approaches[a.at()], &approaches[b.at()]);
                    Span::from_millis_f64(world.round_trip_ms(geo.profile, a, b))
                }
            };
            let sigma = if geo.detour { geo.profile.residual_sigma() } else { 0.0 };
            let jitter = spec.jitter.clone().unwrap_or_else(default_jitter);
            Some(build(&places.used, between, Some(jitter), sigma, routes))
        }
        RttSpec::Matrix(path) => {
            let table = matrix(&path, &span, files).map_err(|mistake| mistakes.push(mistake)).ok()?;
            let missing = missing_pairs(&table, &places.used);
            if let Some((a, b)) = missing.first() {
                let problem = format!("`{path}` has no round trip between `{a}` and `{b}`");
                let more = format!("{} of the pairs that the scenario needs are missing", missing.len());
                mistakes.push(Diagnostic::new(problem, span, "").with_help(more));
                return None;
            }
            let name = |location: LocationIx| places.used[location.at()].name.as_str();
            let between = |a, b| table.between(name(a), name(b)).unwrap_or(WITHIN_A_PLACE);
            Some(build(&places.used, between, spec.jitter.clone(), 0.0, routes))
        }
    }
}

fn build(
    places: &[Place],
    between: impl Fn(LocationIx, LocationIx) -> Span,
    jitter: Option<Dist<Span>>,
    detour_sigma: f64,
    routes: Vec<Route>,
) -> Network {
    let names = places.iter().map(|place| place.name.clone()).collect();
    Network::new(names, between, jitter, detour_sigma, routes)
}

/// Shifted log-normal jitter with median 0.2 ms and sigma 0.9 on the round trip, of public measurements,
/// 2026; that half of it falls on each way is an assumption.
fn default_jitter() -> Dist<Span> {
    let half = Span::from_nanos(100_000);
    Dist::new(DistSpec::Lognormal { median: half, sigma: 0.9 }).expect("the parameters are in range")
}

fn ends(places: &[Place], span: &std::ops::Range<usize>, mistakes: &mut Vec<Diagnostic>) -> Option<Vec<End>> {
    let lost: Vec<&str> =
        places.iter().filter(|p| p.coordinates.is_none()).map(|p| p.name.as_str()).collect();
    if !lost.is_empty() {
        let problem = format!("a geographic network needs the coordinates of `{}`", lost.join("`, `"));
        let help = "write { latitude = …, longitude = … } under [locations.own], \
                    or give the delays with network.rtt.constant, network.rtt.matrix or network.legs";
        mistakes.push(Diagnostic::new(problem, span.clone(), "").with_help(help));
        return None;
    }
    Some(places.iter().filter_map(end).collect())
}

fn end(place: &Place) -> Option<End> {
    let coordinates = place.coordinates?;
    Some(place.region.map_or_else(|| End::near(coordinates), |region| End { coordinates, region }))
}

fn matrix(path: &str, span: &std::ops::Range<usize>, files: &Files) -> Result<RoundTrips, Diagnostic> {
    let problem = |text: String| Diagnostic::new(text, span.clone(), "");
    let bytes = files(path)
        .and_then(|file| file.whole())
        .map_err(|reason| problem(format!("cannot read `{path}`: {reason}")))?;
    RoundTrips::from_csv(&bytes).map_err(|reason| problem(format!("`{path}`: {reason}")))
}

fn missing_pairs<'p>(table: &RoundTrips, places: &'p [Place]) -> Vec<(&'p str, &'p str)> {
    let mut missing = Vec::new();
    for (at, a) in places.iter().enumerate() {
        for b in &places[..at] {
            if table.between(&a.name, &b.name).is_none() {
                missing.push((b.name.as_str(), a.name.as_str()));
            }
        }
    }
    missing
}

fn routes(spec: &NetworkSpec, places: &mut Places, mistakes: &mut Vec<Diagnostic>) -> Vec<Route> {
    let mut routes = Vec::new();
    if let Some(legs) = &spec.legs {
        routes.push(Route { from: None, to: None, legs: legs.clone().into_legs() });
    }
    if let Some(last) = spec.link.get(Network::MOST_ROUTES - 1..).and_then(|late| late.first()) {
        let problem = format!("more than the limit of {} links", Network::MOST_ROUTES - 1);
        mistakes.push(Diagnostic::new(problem, last.legs.span(), ""));
        return routes;
    }
    for link in &spec.link {
        let mut ends = |names: &Option<Spanned<Names>>| names.as_ref().map(|n| places.names(n, mistakes));
        routes.push(Route {
            from: ends(&link.from),
            to: ends(&link.to),
            legs: link.legs.get_ref().clone().into_legs(),
        });
    }
    routes
}
