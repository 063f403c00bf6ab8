//! The command that runs the same again, for who reads the results.

use std::path::Path;

use super::args::{EditArgs, Execute};
use crate::scenario::Scenario;
use crate::scenario::text::escape;

/// `edgelag VERB SCENARIOS …` with the seed, the trials and the settings. Files go by their names alone, so that it says
/// nothing of the machine and is the same wherever the command was given.
pub(super) fn command(
    verb: &str,
    scenarios: &[&Path],
    edits: &EditArgs,
    execution: Execute,
    scenario: &Scenario,
) -> String {
    let mut words = vec!["edgelag".to_owned(), verb.to_owned()];
    words.extend(scenarios.iter().map(|path| quoted(&file(path))));
    for setting in &edits.set {
        words.extend(["--set".to_owned(), quoted(setting)]);
    }
    // A sweep may give each case its own.
    let common = |of: fn(&crate::scenario::Case) -> u64| {
        let first = of(scenario.cases.first()?);
        scenario.cases.iter().all(|case| of(case) == first).then_some(first)
    };
    words.extend(common(|case| case.seed).map(|seed| format!("--seed {seed}")));
    words.extend(common(|case| u64::from(case.trials)).map(|trials| format!("--trials {trials}")));
    // All others give the same bytes.
    words.extend((execution == Execute::Aggregate).then(|| "--execution aggregate".to_owned()));
    words.join(" ")
}

fn file(path: &Path) -> String {
    match path.to_str() {
        Some(text) if text == "-" || text.starts_with("preset:") => text.to_owned(),
        _ => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    }
}

/// A word that a shell takes as it is.
pub(super) fn quoted(word: &str) -> String {
    let word = escape(word);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word,
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
