//! When the clients of a population begin operations, and where: from what is written to one stream at each location.

use std::ops::Range;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::crowds::{Crowd, crowd};
use super::file::ClientSpec;
use super::places::Places;
use super::text::Diagnostic;
use super::traces::{Trace, Traces};
use super::weights;
use crate::base::{KeyId, LocationIx, NamespaceIx, Span, Time};
use crate::model::workload::{
    ArrivalsSpec, BurstsSpec, Catalogue, Day, Mix, OpKind, Process, Pulses, StateSpec, TraceSpec, Varying,
};

/// Clients in a closed loop at one location.
const CLIENTS: std::ops::RangeInclusive<u32> = 1..=100_000;
/// Most states of a rate that switches.
const MOST_STATES: usize = 100;
/// The shortest mean stay in a state: shorter ones make a rate of their mean.
const SHORTEST_STAY: Span = Span::from_nanos(1_000_000);

/// How much of a population's traffic each of its locations has.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum WeightsSpec {
    /// The weight of each by name; they need not add up to 1.
    Each(#[schemars(with = "IndexMap<String, f64>")] IndexMap<Spanned<String>, f64>),
    /// From a CSV file with the columns location, weight; its path is relative to the scenario.
    Csv(String),
}

/// The operations of a population at one location, or those of a flash crowd there.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Where they begin.
    pub location: LocationIx,
    /// When.
    pub process: Process,
    /// How many in a second, on average until the horizon.
    pub per_second: f64,
    /// What they do.
    pub mix: Mix,
    /// The crowd whose they are.
    pub crowd: Option<Crowd>,
}

impl Stream {
    pub(super) fn new(location: LocationIx, process: Process, mix: Mix, horizon: Time) -> Stream {
        Stream { location, per_second: process.per_second(horizon), process, mix, crowd: None }
    }

    /// The only key that it touches; any if `None`.
    pub fn key(&self) -> Option<KeyId> {
        self.crowd.as_ref().map(|crowd| crowd.key)
    }

    /// Mean reads that begin in a second.
    pub fn reads_per_second(&self) -> f64 {
        self.per_second * self.mix.share(OpKind::Read)
    }

    /// Mean operations that write in a second: writes, updates and deletes.
    pub fn writes_per_second(&self) -> f64 {
        self.per_second * (1.0 - self.mix.share(OpKind::Read))
    }
}

/// What a population is resolved against.
pub(super) struct Around<'a> {
    /// Where it is.
    pub(super) at: &'a [LocationIx],
    pub(super) namespace: NamespaceIx,
    /// The keys that it may touch.
    pub(super) keys: &'a Catalogue,
    pub(super) horizon: Time,
}

/// When a population begins operations, where, and what they do.
pub(super) struct Traffic {
    pub(super) streams: Vec<Stream>,
    pub(super) mix: Mix,
    pub(super) trace: Option<Trace>,
}

/// The traffic of a population.
pub(super) fn traffic(
    spec: &ClientSpec,
    around: &Around,
    traces: &mut Traces,
    places: &mut Places,
    mistakes: &mut Vec<Diagnostic>,
) -> Traffic {
    let shares = weights::shares(spec, around, (places, traces.files), mistakes);
    let mut traffic = match (&spec.arrivals, &spec.trace) {
        (Some(arrivals), None) => arriving(spec, arrivals, shares, around, places, mistakes),
        (None, Some(trace)) => replayed(spec, trace, shares, around, traces, places, mistakes),
        (both, _) => {
            let (problem, place) = match both {
                Some(arrivals) => {
                    ("a trace says when operations begin: `arrivals` is one too many", arrivals.span())
                }
                None => ("these clients begin nothing: `arrivals` is missing", spec.at.span()),
            };
            let help = "write arrivals.poisson = \"10/s\", or replay a file: trace.file = \"trace.csv\"";
            mistakes.push(Diagnostic::new(problem, place, "").with_help(help));
            Traffic { streams: Vec::new(), mix: Mix::default(), trace: None }
        }
    };
    if traffic.mix.reads_latest() && !around.keys.changes() {
        let problem =
            "YCSB's workload D reads the newest keys, but the popularity of these keys does not change";
        let help =
            "give the namespace keys.popularity.latest = { zipf = 0.99, every = \"1s\" }, or take the mix B";
        mistakes.push(Diagnostic::new(problem, spec.namespace.span(), "").with_help(help));
    }
    for (name, flash) in &spec.flash {
        let crowd = crowd((name, flash), spec, around, &traffic, places, mistakes);
        traffic.streams.extend(crowd);
    }
    traffic
}

/// Operations that arrive by themselves.
fn arriving(
    spec: &ClientSpec,
    arrivals: &Spanned<ArrivalsSpec>,
    shares: Vec<f64>,
    around: &Around,
    places: &Places,
    mistakes: &mut Vec<Diagnostic>,
) -> Traffic {
    check_arrivals(spec, arrivals, mistakes);
    let mix = spec.mix.as_ref().map(|mix| *mix.get_ref()).unwrap_or_default();
    let days = days(spec, around.at, places, mistakes);
    let bursts = match arrivals.get_ref() {
        ArrivalsSpec::Bursts(bursts) => pulses(bursts, arrivals, around.horizon, mistakes),
        _ => None,
    };
    let each = around.at.iter().zip(shares).zip(days);
    let stream = |((&location, share), day)| {
        Stream::new(location, process(arrivals.get_ref(), share, day, bursts.as_ref()), mix, around.horizon)
    };
    Traffic { streams: each.map(stream).collect(), mix, trace: None }
}

/// Operations that a trace has.
fn replayed(
    spec: &ClientSpec,
    trace: &Spanned<TraceSpec>,
    shares: Vec<f64>,
    around: &Around,
    traces: &mut Traces,
    places: &Places,
    mistakes: &mut Vec<Diagnostic>,
) -> Traffic {
    let mut wrong = |problem: &str, place: Range<usize>, help: &str| {
        mistakes.push(Diagnostic::new(problem, place, "").with_help(help));
    };
    if let Some(mix) = &spec.mix {
        let help = "leave `mix` out; a trace without a column of operations is of reads";
        wrong("a trace says what operations do: `mix` is one too many", mix.span(), help);
    }
    if let Some(day) = &spec.day {
        let help = "leave `day` out: the rows of a trace have their own times";
        wrong("`day` changes a rate, but a trace has none that could follow it", day.span(), help);
    }
    let named = around.at.iter().map(|&location| (places.used[location.at()].name.as_str(), location));
    let mut checked = match traces.check(trace, around.namespace, named) {
        Ok(checked) => checked,
        Err(mistake) => {
            mistakes.push(mistake);
            return Traffic { streams: Vec::new(), mix: Mix::default(), trace: None };
        }
    };
    if let (Some(weights), true) = (&spec.weights, checked.tells_locations) {
        let help = "leave `weights` out, or name no column of locations";
        wrong("the trace tells where operations begin: `weights` share out nothing", weights.span(), help);
    }
    if let (Some(hedge), 1..) = (&spec.hedge, checked.trace.told.with_ttl) {
        let help = "leave `hedge` out, or replay a trace without this column";
        wrong("`hedge` asks several caches, but a row's ttl is that of one entry", hedge.span(), help);
    }
    let seconds = around.horizon.since(Time::ZERO).as_secs_f64();
    let mix = checked.mix();
    let total: f64 = shares.iter().sum();
    let (rows, mut cumulative) = (checked.trace.told.rows as f64, 0.0);
    let mut streams = Vec::new();
    for (&location, share) in around.at.iter().zip(shares) {
        cumulative += share / total;
        let (mix, rows) = match checked.tells_locations {
            true => (checked.at(location).0, checked.at(location).1 as f64),
            false => (mix, rows * share / total),
        };
        checked.trace.places.push((location, cumulative));
        streams.push(Stream::new(location, Process::Replayed(rows / seconds), mix, around.horizon));
    }
    Traffic { streams, mix, trace: Some(checked.trace) }
}

/// How operations arrive at one location.
fn process(arrivals: &ArrivalsSpec, share: f64, day: Option<Day>, bursts: Option<&Pulses>) -> Process {
    match arrivals {
        ArrivalsSpec::Poisson(rate) => {
            let rate = rate.as_per_second() * share;
            day.map_or(Process::Steady(rate), |day| Process::Varying(Varying::by_day(rate, day)))
        }
        ArrivalsSpec::Mmpp(states) => {
            let rate = states.first().map_or(0.0, |state| state.rate.as_per_second());
            match (day, states.iter().all(|state| state.rate.as_per_second() == rate)) {
                (None, true) => Process::Steady(rate * share),
                (day, _) => Process::Varying(Varying::switching(states, share, day)),
            }
        }
        ArrivalsSpec::Bursts(spec) => {
            let rate = spec.rate.as_per_second() * share;
            bursts.map_or(Process::Steady(0.0), |pulses| Process::Pulses { pulses: pulses.clone(), rate })
        }
        ArrivalsSpec::Every(period) => Process::Every(*period),
        &ArrivalsSpec::Closed { clients, think } => Process::Closed { clients, think },
    }
}

fn check_arrivals(spec: &ClientSpec, arrivals: &Spanned<ArrivalsSpec>, mistakes: &mut Vec<Diagnostic>) {
    let mut wrong = |problem: String, help: &str| {
        let problem = Diagnostic::new(problem, arrivals.span(), "");
        mistakes.push(if help.is_empty() { problem } else { problem.with_help(help) });
    };
    match arrivals.get_ref() {
        ArrivalsSpec::Every(Span::ZERO) => {
            wrong("the period between arrivals must be longer than 0s".to_owned(), "");
        }
        ArrivalsSpec::Closed { .. } if spec.sessions.is_some() => {
            let problem = "in a closed loop each client waits for its own answer, but `sessions` draws a user for each operation";
            let help =
                "leave `sessions` out, or let operations arrive by themselves: arrivals.poisson = \"10/s\"";
            wrong(problem.to_owned(), help);
        }
        &ArrivalsSpec::Closed { clients, think } if !(CLIENTS.contains(&clients) && think > Span::ZERO) => {
            let problem = format!(
                "a closed loop of {clients} clients who think {think}: it takes 1 to 100000 at each location, who think longer \
                 than 0s"
            );
            wrong(problem, "");
        }
        ArrivalsSpec::Mmpp(states) => check_states(states, wrong),
        _ => {}
    }
    let rated = matches!(arrivals.get_ref(), ArrivalsSpec::Poisson(_) | ArrivalsSpec::Mmpp(_));
    if let Some(day) = &spec.day {
        if let Err(problem) = day.get_ref().check() {
            mistakes.push(Diagnostic::new(problem, day.span(), ""));
        }
        if !rated {
            let problem = "`day` changes a rate, but these arrivals have none that could follow it";
            let help = "use arrivals.poisson or arrivals.mmpp, or leave `day` out";
            mistakes.push(Diagnostic::new(problem, day.span(), "").with_help(help));
        }
    }
}

fn check_states(states: &[StateSpec], mut wrong: impl FnMut(String, &str)) {
    if !(2..=MOST_STATES).contains(&states.len()) {
        let help = "list them: [{ rate = \"10/s\", stay = \"60s\" }, { rate = \"200/s\", stay = \"5s\" }]";
        wrong(
            format!("a rate that switches between {} states; it takes 2 to {MOST_STATES}", states.len()),
            help,
        );
    }
    if let Some(state) = states.iter().find(|state| state.stay < SHORTEST_STAY) {
        let help = "of states that short a Poisson process of their mean rate is left";
        wrong(format!("`stay` is {}; it takes 1ms or longer", state.stay), help);
    }
}

/// The day at each location.
fn days(
    spec: &ClientSpec,
    at: &[LocationIx],
    places: &Places,
    mistakes: &mut Vec<Diagnostic>,
) -> Vec<Option<Day>> {
    let Some(day) = spec.day.as_ref().filter(|day| day.get_ref().check().is_ok()) else {
        return vec![None; at.len()];
    };
    let place = |location: &LocationIx| &places.used[location.at()];
    let lost: Vec<&str> =
        at.iter().map(place).filter(|p| p.coordinates.is_none()).map(|p| p.name.as_str()).collect();
    if !lost.is_empty() {
        let problem = format!("`day` needs the longitude of `{}`", lost.join("`, `"));
        let help = "write { latitude = …, longitude = … } under [locations.own], or leave `day` out";
        mistakes.push(Diagnostic::new(problem, day.span(), "").with_help(help));
    }
    let longitude = |location| place(location).coordinates.map_or(0.0, |there| there.longitude_deg());
    at.iter().map(|location| day.get_ref().at(longitude(location))).collect()
}

fn pulses(
    bursts: &BurstsSpec,
    arrivals: &Spanned<ArrivalsSpec>,
    horizon: Time,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<Pulses> {
    if let Some(first) = bursts.at.first().filter(|&&first| Time::ZERO + first >= horizon) {
        let problem = format!("the burst at {first} begins when no operation does any more");
        let help = "write an earlier `at`, or a longer horizon";
        mistakes.push(Diagnostic::new(problem, arrivals.span(), "").with_help(help));
    }
    let pulses = Pulses::new(bursts.at.clone(), bursts.lasting, Span::ZERO, bursts.every);
    pulses.map_err(|problem| mistakes.push(Diagnostic::new(problem, arrivals.span(), ""))).ok()
}
