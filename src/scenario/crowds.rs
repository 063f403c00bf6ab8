//! Flash crowds: reads of one key for a while, on top of all other traffic.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::file::{ClientSpec, Names};
use super::places::Places;
use super::text::{Diagnostic, check_name};
use super::traffic::{Around, Stream, Traffic};
use crate::base::{KeyId, Rate, Span, Time};
use crate::model::workload::{ArrivalsSpec, Mix, OpKind, Process, Pulses};

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

/// A flash crowd.
#[derive(Clone, Debug)]
pub struct Crowd {
    /// Its name.
    pub name: String,
    /// The key that it reads.
    pub key: KeyId,
}

/// The streams of a flash crowd, one at each location where it is.
pub(super) fn crowd(
    (name, flash): (&Spanned<String>, &Spanned<FlashSpec>),
    spec: &ClientSpec,
    around: &Around,
    traffic: &Traffic,
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
    let count = around.keys.count();
    if *key as usize >= count {
        let help = "keys are numbered from 0 on, the most popular first";
        wrong(format!("a crowd reads key {key}, but the namespace has {count} keys"), help);
    }
    if traffic.mix.share(OpKind::Read) == 0.0 {
        wrong("a flash crowd reads, but these clients do not".to_owned(), "give it to clients who read");
    }
    if Time::ZERO + *at >= around.horizon {
        let problem = format!("the crowd at {at} begins when no operation does any more");
        wrong(problem, "write an earlier `at`, or a longer horizon");
    }
    let is_closed =
        spec.arrivals.as_ref().is_some_and(|it| matches!(it.get_ref(), ArrivalsSpec::Closed { .. }));
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
    let here = traffic.streams.iter().filter(|stream| match &from {
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
