//! Loads a scenario: layers it over what it extends, applies overrides, and makes its cases.

use std::path::Path;

use super::case::{Case, Namespace, Population};
use super::file::{LimitsSpec, ScenarioFile};
use super::presets::presets;
use super::resolve::resolve;
use super::sweep;
use super::text::{Diagnostic, Diagnostics, Document, Failure, nearest, split_assignment};

/// Reads a file beside the scenario; the error is the reason as a person reads it.
pub type Files<'a> = dyn Fn(&str) -> Result<Vec<u8>, String> + 'a;

/// A scenario that has been read to its end.
#[derive(Debug)]
pub struct Scenario {
    /// What it is about, in a line; may be empty.
    pub title: String,
    /// Its points in order; one without a sweep.
    pub cases: Vec<Case>,
    /// The merged text that it comes to.
    pub resolved: String,
    /// How many events the run is predicted to have, roughly and rather too many.
    pub predicted_events: f64,
}

impl Scenario {
    /// What a person should know before trusting the results.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        for case in &self.cases {
            let place = if case.label.is_empty() { String::new() } else { format!(" ({})", case.label) };
            if case.trials == 1 {
                warnings.push(format!("one trial gives no intervals; set `trials` to 2 or more{place}"));
            }
            for namespace in &case.namespaces {
                if namespace.visibility.follow_until <= case.warmup {
                    warnings.push(format!(
                        "the horizon is too short to follow writes of `{}` until they have spread{place}",
                        namespace.name
                    ));
                }
            }
        }
        warnings
    }
}

/// Keys whose table holds exactly one of several alternatives.
const CHOICES: &[&str] = &[
    "rtt",
    "replication",
    "arrivals",
    "popularity",
    "size",
    "jitter",
    "access",
    "coordinator",
    "mode",
    "ack",
    "after",
    "request",
    "response",
    "read_request",
    "read_response",
    "write_request",
    "write_ack",
];

/// How deep files may extend one another.
const MOST_LAYERS: usize = 16;

/// Loads the scenario text called `name`. `settings` are assignments `key.path=value`, each with where
/// it was given, such as `--set`.
///
/// # Errors
/// All mistakes that can be found, drawn over the texts that they are in.
pub fn load(
    name: &str,
    bytes: &[u8],
    settings: &[(String, String)],
    files: &Files,
) -> Result<Scenario, Failure> {
    let mut document = layered(name, Document::from_bytes(name, bytes)?, files, &mut Vec::new())?;
    for (origin, assignment) in settings {
        let Some((path, value)) = split_assignment(assignment) else {
            let problem = Diagnostic::new("expected `key.path=value`", 0..assignment.len(), "");
            return Err(Failure::in_text(origin, assignment, problem));
        };
        if let Err(diagnostics) = document.set(path, value, origin, CHOICES) {
            return Err(failure(&document, diagnostics));
        }
    }
    let resolved = document.to_toml();
    let loaded = cases(&mut document, files);
    let (title, cases, predicted_events) = loaded.map_err(|diagnostics| failure(&document, diagnostics))?;
    Ok(Scenario { title, cases, resolved, predicted_events })
}

fn failure(document: &Document, diagnostics: Diagnostics) -> Failure {
    Failure { sources: document.sources().clone(), diagnostics }
}

/// Lays the document over what it extends, and that over what it extends.
fn layered(
    name: &str,
    mut document: Document,
    files: &Files,
    seen: &mut Vec<String>,
) -> Result<Document, Failure> {
    seen.push(name.to_owned());
    let Some(extends) = document.take("extends") else { return Ok(document) };
    let wrong = |message: String, help: &str| {
        let problem = Diagnostic::new(message, extends.span.clone(), "");
        let problem = if help.is_empty() { problem } else { problem.with_help(help) };
        Failure { sources: document.sources().clone(), diagnostics: problem.into() }
    };
    let Some(base) = extends.as_str() else {
        return Err(wrong("expected \"preset:NAME\" or the path of a scenario".to_owned(), ""));
    };
    if seen.iter().any(|earlier| earlier == base) || seen.len() == MOST_LAYERS {
        return Err(wrong(
            format!("scenarios extend one another in a cycle: {} -> {base}", seen.join(" -> ")),
            "",
        ));
    }
    let bytes = match base.strip_prefix("preset:") {
        Some(preset) => match presets().iter().find(|known| known.name == preset) {
            Some(known) => known.text.as_bytes().to_vec(),
            None => {
                let names: Vec<&str> = presets().iter().map(|known| known.name).collect();
                let help = match nearest(preset, &names) {
                    Some(near) => format!("did you mean `preset:{near}`?"),
                    None => format!("presets are: {}", names.join(", ")),
                };
                return Err(wrong(format!("unknown preset `{preset}`"), &help));
            }
        },
        None => files(base).map_err(|reason| wrong(format!("cannot read `{base}`: {reason}"), ""))?,
    };
    let beside = Path::new(base).parent().unwrap_or(Path::new(""));
    let of_base = |name: &str| files(&beside.join(name).to_string_lossy());
    let base = layered(base, Document::from_bytes(base, &bytes)?, &of_base, seen)?;
    Ok(Document::layer(base, document, CHOICES))
}

fn cases(document: &mut Document, files: &Files) -> Result<(String, Vec<Case>, f64), Diagnostics> {
    let sweep = document.take("sweep");
    let limits = match document.get("limits") {
        Some(_) => document.deserialize(Some("limits"))?,
        None => LimitsSpec::default(),
    };
    let most = limits.cases;
    let points =
        sweep.map_or_else(|| Ok(vec![sweep::Point::default()]), |sweep| sweep::points(&sweep, most))?;
    let mut title = String::new();
    let mut most_limits = limits;
    let mut cases = Vec::new();
    for point in points {
        let mut at_point = document.clone();
        for (path, place, value) in &point.settings {
            at_point.set_value(path, place, value.clone(), CHOICES)?;
        }
        let file: ScenarioFile = at_point.deserialize(None)?;
        let case =
            resolve(&file, &at_point, &point.label, files).map_err(|mistakes| at(mistakes, &point.label))?;
        cases.push(case);
        title = file.title;
        most_limits = file.limits;
    }
    let predicted = check_size(document, &cases, most_limits)?;
    Ok((title, cases, predicted))
}

/// Refuses what would take for ever or all memory; gives the predicted number of events.
fn check_size(document: &Document, cases: &[Case], limits: LimitsSpec) -> Result<f64, Diagnostic> {
    let predicted = cases.iter().map(predicted_events).sum::<f64>();
    if predicted > limits.events as f64 {
        let most = limits.events as f64;
        let message =
            format!("the run is predicted to have {predicted:.1e} events, more than the limit of {most:.1e}");
        let place = document.get("horizon").map_or(0..0, |horizon| horizon.span.clone());
        let help = "shorten the horizon, take fewer trials or lower rates, or lift the limit: \
                    [limits] events = …";
        return Err(Diagnostic::new(message, place, "").with_help(help));
    }
    let memory =
        cases.iter().map(kept_bytes).sum::<f64>() + cases.iter().map(working_bytes).fold(0.0, f64::max);
    if memory > limits.memory.as_u64() as f64 {
        let gib = |bytes: f64| bytes / f64::from(1 << 30);
        let (memory, most) = (gib(memory), gib(limits.memory.as_u64() as f64));
        let message = format!(
            "the run is predicted to take {memory:.0} GiB of memory, more than the limit of {most:.0}"
        );
        let place = document.get("trials").map_or(0..0, |trials| trials.span.clone());
        let help = "take fewer trials or keys, or lift the limit: [limits] memory = \"…GiB\"";
        return Err(Diagnostic::new(message, place, "").with_help(help));
    }
    Ok(predicted)
}

fn at(mistakes: Diagnostics, label: &str) -> Diagnostics {
    if label.is_empty() {
        return mistakes;
    }
    let help = format!("this is at the sweep's point {label}");
    let told = mistakes.into_iter().map(|mistake| mistake.with_help(help.clone()));
    Diagnostics::check(told).expect_err("there was at least one")
}

/// A read that misses all caches asks up to N replicas, a write all of them: two events each.
fn predicted_events(case: &Case) -> f64 {
    let seconds = case.horizon.as_nanos() as f64 / 1e9;
    let operations = case.populations.iter().map(|population| {
        let replicas = f64::from(case.namespaces[population.namespace.at()].placement.count());
        population.operations_per_second() * (2.0 + 2.0 * replicas)
    });
    let probes = case.namespaces.iter().enumerate().map(|(at, namespace)| {
        let writers = case.populations.iter().filter(|population| population.namespace.at() == at);
        let visibility = &namespace.visibility;
        let each = (visibility.delays.len() * visibility.from.len()) as f64 * visibility.probed.as_f64();
        writers.map(Population::writes_per_second).sum::<f64>()
            * each
            * (2.0 + 2.0 * f64::from(namespace.placement.count()))
    });
    (operations.sum::<f64>() + probes.sum::<f64>()) * seconds * f64::from(case.trials)
}

/// What the finished trials of a case are kept as until the end: histograms, as measured on small runs.
fn kept_bytes(case: &Case) -> f64 {
    let places: usize = case.populations.iter().map(|population| population.at.len()).sum();
    f64::from(case.trials) * (400e3 * case.namespaces.len() as f64 + 32e3 * places as f64)
}

/// What one running trial holds for each key: the version at each replica, in the ledger, and at first.
fn working_bytes(case: &Case) -> f64 {
    let of = |namespace: &Namespace| {
        4.0 * namespace.catalogue.count() as f64 * (f64::from(namespace.placement.count()) + 2.0)
    };
    case.namespaces.iter().map(of).sum()
}
