//! What is to be explained: a scenario, or the results of one.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::args::{EditArgs, WhyArgs};
use crate::cli::failure::Failure;
use crate::cli::folder::MANIFEST;
use crate::cli::output::{say, shown};
use crate::cli::source::{Loaded, Source, side_by_side_of};
use crate::scenario::Case;

/// A scenario, and where it comes from.
pub(in crate::cli) struct Given {
    pub(in crate::cli) loaded: Loaded,
    /// Whose files it names.
    pub(in crate::cli) source: Source,
    /// The manifest of the results folder that it was read from, and that folder.
    pub(in crate::cli) results: Option<(PathBuf, Value)>,
}

impl Given {
    pub(in crate::cli) fn read(args: &WhyArgs) -> Result<Given, Failure> {
        if args.source.is_dir() {
            return of_results(&args.source, &args.edits);
        }
        let source = Source::read(&args.source)?;
        Ok(Given { loaded: source.load(&args.edits)?, source, results: None })
    }

    /// Says if the trial that was run again is not the one in the folder, as far as that can be known: the manifest has
    /// one fingerprint for all trials of a case.
    pub(in crate::cli) fn compare(&self, case: &Case, args: &WhyArgs, fingerprint: u64) {
        let Some((_, manifest)) = &self.results else { return };
        let edits = &args.edits;
        if !edits.set.is_empty() || edits.seed.is_some() || edits.trials.is_some() {
            return;
        }
        let cases = manifest["cases"].as_array().map_or(&[][..], Vec::as_slice);
        let alone = cases.iter().find(|it| it["case"] == case.label && it["trials"] == 1);
        let known = alone.and_then(|it| it["fingerprint"].as_str());
        if known.is_some_and(|known| known != format!("{fingerprint:016x}")) {
            say(
                "warning: run again, the trial is not the one whose results are in the folder: what is told here is of \
                 the new one\n  = help: run the scenario again",
            );
        }
    }
}

/// The scenario that a manifest has.
fn of_results(folder: &Path, edits: &EditArgs) -> Result<Given, Failure> {
    let no_results = |reason: &dyn std::fmt::Display| {
        Failure::mistake(format!(
            "{} is no folder of results of edgelag: {reason}\n  = help: `edgelag run` and `edgelag compare` write one; \
             or name a scenario file",
            shown(folder)
        ))
    };
    let place = folder.join(MANIFEST);
    let bytes = fs::read(&place).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => no_results(&"it holds no run.json"),
        _ => Failure::io(format!("reading {}", shown(&place)), &error),
    })?;
    let manifest: Value =
        serde_json::from_slice(&bytes).map_err(|error| no_results(&format!("run.json: {error}")))?;
    let version = manifest["edgelag"].as_str().ok_or_else(|| no_results(&"run.json names no version"))?;
    if version != env!("CARGO_PKG_VERSION") {
        say(&format!(
            "warning: the results were made by edgelag {version}, this is {}: trials may differ",
            env!("CARGO_PKG_VERSION")
        ));
    }
    let name = manifest["scenario"].as_str().unwrap_or("results").to_owned();
    if let Some(resolved) = manifest["resolved"].as_str() {
        let source = Source::of_text(&name, resolved, folder);
        let mut loaded = source.load(edits)?;
        loaded.name = name;
        return Ok(Given { loaded, source, results: Some((folder.to_owned(), manifest)) });
    }
    let arms = manifest["arms"].as_array().map_or(&[][..], Vec::as_slice);
    let arms = arms.iter().filter_map(|arm| Some((arm["name"].as_str()?, arm["resolved"].as_str()?)));
    let sources: Vec<Source> = arms.map(|(name, text)| Source::of_text(name, text, folder)).collect();
    if sources.is_empty() {
        return Err(no_results(&"run.json has no scenario"));
    }
    let mut loaded = side_by_side_of(&sources, edits)?;
    loaded.name = name.clone();
    let source = Source::of_text(&name, "", folder);
    Ok(Given { loaded, source, results: Some((folder.to_owned(), manifest)) })
}
