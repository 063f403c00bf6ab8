//! When the clients of a population begin operations, and where: from what is written to one stream at each location.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::file::{ClientSpec, Names};
use super::places::Places;
use super::text::{Diagnostic, check_name};
use super::weights;
use crate::base::{KeyId, LocationIx, Rate, Span, Time};
use crate::model::workload::{
    ArrivalsSpec, BurstsSpec, Day, Mix, OpKind, Process, Pulses, StateSpec, Varying,
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

/// A crowd that reads one key for a while, on top of all other traffic.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FlashSpec {
    /// The key that all of it reads, by its number; 0 is the most popular one.
    pub(super) key: u32,
    /// When it begins to gather, from the beginning of a trial.
    pub(super) at: Span,
    /// How long it lasts.
    #[serde(rename = "for")]
    pub(super) lasting: Span,
    /// How long it gathers, in a straight line, and disperses at its end; not at all by default.
    #[serde(default)]
    pub(super) ramp: Span,
    /// All reads at its height are so many times those that these clients begin there on average without it; at least 1.
    pub(super) factor: Option<f64>,
    /// Or: reads per second at its height, at each location.
    pub(super) extra: Option<Rate>,
    /// Where it is; wherever these clients are by default.
    #[schemars(with = "Option<Names>")]
    pub(super) from: Option<Spanned<Names>>,
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

/// A flash crowd.
#[derive(Clone, Debug)]
pub struct Crowd {
    /// Its name.
    pub name: String,
    /// The key that it reads.
    pub key: KeyId,
}

impl Stream {
    fn new(location: LocationIx, process: Process, mix: Mix, horizon: Time) -> Stream {
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
    /// How many keys it may touch.
    pub(super) keys: usize,
    pub(super) horizon: Time,
    pub(super) files: &'a super::Files<'a>,
}

/// The streams of a population.
pub(super) fn streams(
    spec: &ClientSpec,
    around: &Around,
    places: &mut Places,
    mistakes: &mut Vec<Diagnostic>,
) -> Vec<Stream> {
    check_arrivals(spec, mistakes);
    let shares = weights::shares(spec, around, places, mistakes);
    let days = days(spec, around.at, places, mistakes);
    let arrivals = spec.arrivals.get_ref();
    let bursts = match arrivals {
        ArrivalsSpec::Bursts(bursts) => pulses(bursts, spec, mistakes),
        _ => None,
    };
    let each = around.at.iter().zip(shares).zip(days);
    let mut streams: Vec<Stream> = each
        .map(|((&location, share), day)| {
            let process = process(arrivals, share, day, bursts.as_ref());
            Stream::new(location, process, spec.mix, around.horizon)
        })
        .collect();
    for (name, flash) in &spec.flash {
        let crowd = crowd(name, flash, spec, around, &streams, places, mistakes);
        streams.extend(crowd);
    }
    streams
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

fn check_arrivals(spec: &ClientSpec, mistakes: &mut Vec<Diagnostic>) {
    let mut wrong = |problem: String, help: &str| {
        let problem = Diagnostic::new(problem, spec.arrivals.span(), "");
        mistakes.push(if help.is_empty() { problem } else { problem.with_help(help) });
    };
    match spec.arrivals.get_ref() {
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
    let rated = matches!(spec.arrivals.get_ref(), ArrivalsSpec::Poisson(_) | ArrivalsSpec::Mmpp(_));
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

fn pulses(bursts: &BurstsSpec, spec: &ClientSpec, mistakes: &mut Vec<Diagnostic>) -> Option<Pulses> {
    let pulses = Pulses::new(bursts.at.clone(), bursts.lasting, Span::ZERO, bursts.every);
    pulses.map_err(|problem| mistakes.push(Diagnostic::new(problem, spec.arrivals.span(), ""))).ok()
}

/// The streams of a flash crowd, one at each location where it is.
fn crowd(
    name: &Spanned<String>,
    flash: &Spanned<FlashSpec>,
    spec: &ClientSpec,
    around: &Around,
    streams: &[Stream],
    places: &mut Places,
    mistakes: &mut Vec<Diagnostic>,
) -> Vec<Stream> {
    if let Err(problem) = check_name(name.get_ref()) {
        mistakes.push(Diagnostic::new(problem, name.span(), ""));
    }
    let FlashSpec { key, at, lasting, ramp, factor, extra, from } = flash.get_ref();
    let from = from.as_ref().map(|from| (places.names(from, mistakes), from.span()));
    let mut wrong = |problem: String, help: &str| {
        mistakes.push(Diagnostic::new(problem, flash.span(), "").with_help(help));
    };
    if *key as usize >= around.keys {
        let help = "keys are numbered from 0 on, the most popular first";
        wrong(format!("a crowd reads key {key}, but the namespace has {} keys", around.keys), help);
    }
    if spec.mix.share(OpKind::Read) == 0.0 {
        wrong("a flash crowd reads, but these clients do not".to_owned(), "give it to clients who read");
    }
    let is_closed = matches!(spec.arrivals.get_ref(), ArrivalsSpec::Closed { .. });
    match (factor, extra) {
        (Some(_), Some(_)) | (None, None) => {
            wrong(
                "a crowd is given by `factor` or by `extra`".to_owned(),
                "write factor = 20, or extra = \"500/s\"",
            );
        }
        (Some(factor), None) if !(1.0..=1e9).contains(factor) => {
            wrong(format!("`factor` is {factor}; it lies between 1 and 1e9"), "1 is no crowd at all");
        }
        (Some(_), None) if is_closed => {
            let help = "write extra = \"500/s\"";
            wrong(
                "`factor` multiplies a rate, which a closed loop has only with its answers".to_owned(),
                help,
            );
        }
        _ => {}
    }
    let pulses = Pulses::new(vec![*at], *lasting, *ramp, None);
    let pulses =
        pulses.map_err(|problem| wrong(problem, "a crowd gathers, stays and disperses within `for`"));
    if let Some((from, place)) = &from
        && from.iter().any(|location| !around.at.contains(location))
    {
        let problem = "a crowd is where its clients are, but some of these locations are not in their `at`";
        mistakes.push(Diagnostic::new(problem, place.clone(), ""));
    }
    let Ok(pulses) = pulses else { return Vec::new() };
    let here = streams.iter().filter(|stream| match &from {
        Some((from, _)) => from.contains(&stream.location),
        None => true,
    });
    let of = |stream: &Stream| {
        let rate = match (factor, extra) {
            (_, Some(extra)) => extra.as_per_second(),
            (factor, None) => (factor.unwrap_or(1.0) - 1.0) * stream.reads_per_second(),
        };
        let process = Process::Pulses { pulses: pulses.clone(), rate };
        let crowd = Crowd { name: name.get_ref().clone(), key: KeyId(*key) };
        let crowd = Some(crowd);
        Stream { crowd, ..Stream::new(stream.location, process, Mix::default(), around.horizon) }
    };
    here.filter(|stream| stream.crowd.is_none()).map(of).collect()
}
