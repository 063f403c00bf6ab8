//! The command that runs the same again, for who reads the results.

use std::path::{Component, Path};

use super::args::{EditArgs, Execute};
use crate::report::in_shell;
use crate::scenario::Scenario;
use crate::scenario::text::escape;

/// `edgelag VERB SCENARIOS …` with the seed, the trials and the settings. It says nothing of the machine.
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
    words.extend(edits.skip_bad_rows.then(|| "--skip-bad-rows".to_owned()));
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

/// As it was given, if it lies below the folder where the command was given; else its name alone.
fn file(path: &Path) -> String {
    let is_below = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let shown = if is_below { path.as_os_str() } else { path.file_name().unwrap_or_default() };
    shown.to_string_lossy().into_owned()
}

/// A word that a shell takes as it is.
pub(super) fn quoted(word: &str) -> String {
    in_shell(&escape(word))
}
