//! Loads a scenario: layers it over what it extends, applies overrides, and makes its cases.

use std::path::Path;

use super::arms;
use super::case::Case;
use super::events::predicted_events;
use super::file::{LimitsSpec, ScenarioFile};
use super::memory::{Keeping, Memory};
use super::presets::presets;
use super::resolve::resolve;
use super::sweep::{self, Axis};
use super::text::{Diagnostic, Diagnostics, Document, Failure, Node, nearest, split_assignment};
use super::traces;
use crate::base::{Beside, shown_bytes};

/// Finds a file beside the scenario; the error is the reason as a person reads it.
pub type Files<'a> = dyn Fn(&str) -> Result<Beside, String> + 'a;

/// A scenario that has been read to its end.
#[derive(Debug)]
pub struct Scenario {
    /// What it is about, in a line; may be empty.
    pub title: String,
    /// What it asks, from the comment at the top of its text, in a line; may be empty.
    pub question: String,
    /// Its points in order, or its arms; one without a sweep and variants.
    pub cases: Vec<Case>,
    /// What the cases vary, the last one fastest; empty without a sweep.
    pub axes: Vec<Axis>,
    /// The cases as arms of a comparison: with variants, or where several scenarios are compared; else empty.
    pub arms: Vec<Arm>,
    /// The merged text that it comes to; empty where several scenarios are compared, as each arm has its own then.
    pub resolved: String,
    /// What a person should know before comparing the arms.
    pub notes: Vec<String>,
    /// How many events the run is predicted to have, roughly and rather too many.
    pub predicted_events: f64,
    /// How much memory it is predicted to take.
    pub memory: Memory,
}

/// One arm of a comparison, as a scenario of its own.
#[derive(Clone, Debug)]
pub struct Arm {
    /// Its name: that of the variant or of the file.
    pub name: String,
    /// The merged text that it comes to, with the seed and the number of trials of the comparison.
    pub resolved: String,
}

/// A scenario's text, before it is read.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    /// The name that its results go by.
    pub name: &'a str,
    /// How the user wrote where it is.
    pub written: &'a str,
    /// The text.
    pub bytes: &'a [u8],
    /// Reads files beside it.
    pub files: &'a Files<'a>,
}

impl Scenario {
    /// Without arms.
    pub(super) fn of(title: String, mut cases: Vec<Case>, resolved: String, limits: LimitsSpec) -> Scenario {
        traces::share_keys(&mut cases);
        let memory = Memory::of(&cases, limits.memory);
        let predicted_events = cases.iter().map(predicted_events).sum();
        Scenario {
            title,
            question: String::new(),
            cases,
            axes: Vec::new(),
            arms: Vec::new(),
            resolved,
            notes: Vec::new(),
            predicted_events,
            memory,
        }
    }
}

/// Keys whose table holds exactly one of several alternatives.
pub(super) const CHOICES: &[&str] = &[
    "rtt",
    "replication",
    "arrivals",
    "popularity",
    "weights",
    "day",
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
    "what",
    "solve",
];

/// Keys whose table belongs together: laid over another one it replaces that as a whole, as half of
/// the weights of one mix and half of those of another are neither.
const WHOLE: &[&str] = &["mix", "each"];

/// How deep files may extend one another.
const MOST_LAYERS: usize = 16;

/// Loads the scenario text called `name`. `settings` are assignments `key.path=value`, each with where
/// it was given, such as `--set`. Its variants, if it has any, are its cases.
///
/// # Errors
/// All mistakes that can be found, drawn over the texts that they are in.
pub fn load(
    name: &str,
    bytes: &[u8],
    settings: &[(String, String)],
    files: &Files,
) -> Result<Scenario, Failure> {
    load_keeping(name, bytes, settings, files, Keeping::InMemory)
}

/// The same for trials that are kept otherwise, which changes how much memory they are said to take.
///
/// # Errors
/// Those of [`load`].
pub fn load_keeping(
    name: &str,
    bytes: &[u8],
    settings: &[(String, String)],
    files: &Files,
    keeping: Keeping,
) -> Result<Scenario, Failure> {
    let mut document = layered(name, Document::from_bytes(name, bytes)?, files, &mut Vec::new())?;
    // Assignments to variants make the arms; all others hold for each arm, after its own edits.
    let (to_variants, to_all): (Vec<_>, Vec<_>) =
        settings.iter().partition(|(_, text)| arms::is_within(text));
    apply(&mut document, to_variants)?;
    if document.get(arms::VARIANTS).is_some() {
        return arms::of_variants(&document, &to_all, files);
    }
    apply(&mut document, to_all)?;
    let resolved = document.to_toml();
    scenario(&mut document, resolved, files, keeping).map_err(|diagnostics| failure(&document, diagnostics))
}

/// Loads several scenarios as the arms of one comparison.
///
/// # Errors
/// Those of [`load`], and what cannot be an arm.
pub fn side_by_side(texts: &[Text], settings: &[(String, String)]) -> Result<Scenario, Failure> {
    let mut drafts = Vec::new();
    for text in texts {
        let &Text { name, written, bytes, files } = text;
        let mut document = layered(written, Document::from_bytes(written, bytes)?, files, &mut Vec::new())?;
        apply(&mut document, settings.iter().collect())?;
        drafts.push(arms::Draft { name: name.to_owned(), document, files });
    }
    arms::side_by_side(drafts)
}

pub(super) fn apply(document: &mut Document, settings: Vec<&(String, String)>) -> Result<(), Failure> {
    for (origin, assignment) in settings {
        let Some((path, value)) = split_assignment(assignment) else {
            let problem = Diagnostic::new("expected `key.path=value`", 0..assignment.len(), "");
            return Err(Failure::in_text(origin, assignment, problem));
        };
        if let Err(diagnostics) = document.set(path, value, origin, CHOICES) {
            return Err(failure(document, diagnostics));
        }
    }
    Ok(())
}

pub(super) fn failure(document: &Document, diagnostics: impl Into<Diagnostics>) -> Failure {
    Failure { sources: document.sources().clone(), diagnostics: diagnostics.into() }
}

/// Lays the document over what it extends, and that over what it extends.
fn layered(
    name: &str,
    mut document: Document,
    files: &Files,
    seen: &mut Vec<String>,
) -> Result<Document, Failure> {
    seen.push(name.to_owned());
    match document.take("extends") {
        None => Ok(document),
        Some(extends) => over_base(&extends, document, files, seen),
    }
}

/// Lays the document over the scenario that `extends` names.
pub(super) fn over_base(
    extends: &Node,
    document: Document,
    files: &Files,
    seen: &mut Vec<String>,
) -> Result<Document, Failure> {
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
        None => files(base)
            .and_then(|file| file.whole())
            .map_err(|reason| wrong(format!("cannot read `{base}`: {reason}"), ""))?,
    };
    let beside = Path::new(base).parent().unwrap_or(Path::new(""));
    let of_base = |name: &str| files(&beside.join(name).to_string_lossy());
    let base = layered(base, Document::from_bytes(base, &bytes)?, &of_base, seen)?;
    Ok(Document::layer(base, document, &laid_over()))
}

/// Keys whose table is not merged with what it is laid over.
pub(super) fn laid_over() -> Vec<&'static str> {
    [CHOICES, WHOLE].concat()
}

fn scenario(
    document: &mut Document,
    resolved: String,
    files: &Files,
    keeping: Keeping,
) -> Result<Scenario, Diagnostics> {
    let sweep = document.take("sweep");
    let limits = match document.get("limits") {
        Some(_) => document.deserialize(Some("limits"))?,
        None => LimitsSpec::default(),
    };
    let most = limits.cases;
    let (axes, points) = match sweep {
        Some(sweep) => sweep::points(&sweep, most)?,
        None => (Vec::new(), vec![sweep::Point::default()]),
    };
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
    let mut scenario =
        Scenario { question: document.question(), axes, ..Scenario::of(title, cases, resolved, most_limits) };
    if keeping == Keeping::OnDisk {
        scenario.memory = scenario.memory.by_case();
    }
    check_size(document, &scenario, most_limits.events)?;
    Ok(scenario)
}

/// Refuses what would take for ever or all memory.
pub(super) fn check_size(
    document: &Document,
    scenario: &Scenario,
    most_events: u64,
) -> Result<(), Diagnostic> {
    let (predicted, most) = (scenario.predicted_events, most_events as f64);
    if predicted > most {
        let message =
            format!("the run is predicted to have {predicted:.1e} events, more than the limit of {most:.1e}");
        let place = document.get("horizon").map_or(0..0, |horizon| horizon.span.clone());
        let help = "shorten the horizon, take fewer trials, fewer isolated writes or lower rates, or lift \
                    the limit: [limits] events = …";
        return Err(Diagnostic::new(message, place, "").with_help(help));
    }
    // On one thread, however trials are carried out: both are chosen later.
    let memory = &scenario.memory;
    let least = memory.peak(memory.general, 1).min(memory.peak(memory.auto, 1));
    if least > memory.limit {
        let (least, most) = (shown_bytes(least), shown_bytes(memory.limit));
        let message =
            format!("the run is predicted to take {least} of memory, more than the limit of {most}");
        let place = ["limits.memory", "trials"].into_iter().find_map(|path| document.get(path));
        let place = place.map_or(0..0, |node| node.span.clone());
        let help = "take fewer trials or keys, or lift the limit: [limits] memory = \"…GiB\"";
        return Err(Diagnostic::new(message, place, "").with_help(help));
    }
    Ok(())
}

fn at(mistakes: Diagnostics, label: &str) -> Diagnostics {
    if label.is_empty() {
        return mistakes;
    }
    with_help(mistakes, &format!("this is at the sweep's point {label}"))
}

/// The same mistakes, each with a line of help.
pub(super) fn with_help(mistakes: Diagnostics, help: &str) -> Diagnostics {
    let told = mistakes.into_iter().map(|mistake| mistake.with_help(help));
    Diagnostics::check(told).expect_err("there was at least one")
}
