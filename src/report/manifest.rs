//! `run.json`: what ran, so that it can be run again.

use serde_json::{Value, json};

use crate::base::Time;
use crate::experiment::Outcome;
use crate::scenario::{Arm, Population, Told};

/// What a run was, beside its results.
#[derive(Clone, Debug)]
pub struct Manifest<'a> {
    /// The scenario's name, as in its file name.
    pub scenario: &'a str,
    /// Its title; may be empty.
    pub title: &'a str,
    /// The question that it asks, in a line; may be empty.
    pub question: &'a str,
    /// What a person types to run it again where the scenario's file is.
    pub command: &'a str,
    /// The merged text of the scenario; empty if there are several.
    pub resolved: &'a str,
    /// The arms of a comparison; empty without.
    pub arms: &'a [Arm],
    /// Whether it ended before all trials were done.
    pub partial: bool,
    /// How many cases were asked for, and how many trials of all of them together.
    pub asked: (usize, u64),
    /// What finished.
    pub outcomes: &'a [Outcome<'a>],
    /// The names of the files beside it.
    pub files: Vec<String>,
}

impl Manifest<'_> {
    /// The bytes of `run.json`. No clock, thread count or machine is in it.
    pub fn to_json(&self) -> Vec<u8> {
        let cases: Vec<Value> = self.outcomes.iter().map(case).collect();
        let mut manifest = json!({
            "edgelag": env!("CARGO_PKG_VERSION"),
            "scenario": self.scenario,
            "title": self.title,
            "question": self.question,
            "command": self.command,
            "partial": self.partial,
            "cases_asked": self.asked.0,
            "trials_asked": self.asked.1,
            "seed": self.outcomes.first().map(|outcome| outcome.case.seed),
            "generators": { "rand": "0.10.4", "rand_distr": "0.6.0", "generator": "Xoshiro256PlusPlus" },
            "cases": cases,
            "files": self.files,
        });
        if !self.resolved.is_empty() {
            manifest["resolved"] = self.resolved.into();
        }
        if !self.arms.is_empty() {
            let arm = |arm: &Arm| json!({ "name": arm.name, "resolved": arm.resolved });
            manifest["arms"] = self.arms.iter().map(arm).collect();
        }
        let mut text = serde_json::to_string_pretty(&manifest).expect("a manifest is valid JSON");
        text.push('\n');
        text.into_bytes()
    }
}

fn case(outcome: &Outcome) -> Value {
    let trials = &outcome.trials;
    let traces: Vec<Value> = outcome.case.populations.iter().filter_map(trace).collect();
    let fingerprint = trials.iter().fold(0u64, |sum, trial| sum.rotate_left(1) ^ trial.fingerprint);
    let mut told = json!({
        "case": outcome.case.label,
        "execution": outcome.decision.execution.name(),
        "why": outcome.decision.why.to_string(),
        "warmup_s": outcome.case.warmup.since(Time::ZERO).as_secs_f64(),
        "horizon_s": outcome.case.horizon.since(Time::ZERO).as_secs_f64(),
        "trials": trials.len(),
        "trials_asked": outcome.case.trials,
        "events": trials.iter().map(|trial| trial.events).sum::<u64>(),
        "fingerprint": format!("{fingerprint:016x}"),
        "locations": outcome.case.locations.len(),
        "namespaces": outcome.case.namespaces.iter().map(|n| n.name.clone()).collect::<Vec<_>>(),
    });
    if !traces.is_empty() {
        told["traces"] = traces.into();
    }
    told
}

/// What a population replays.
fn trace(population: &Population) -> Option<Value> {
    let trace = population.trace.as_ref()?;
    let Told { rows, beyond, before, bad, fingerprint } = trace.told;
    Some(json!({
        "client": population.name,
        "file": trace.file,
        "rows": rows,
        "rows_beyond_horizon": beyond,
        "rows_before_start": before,
        "rows_skipped": bad,
        "fingerprint": format!("{fingerprint:016x}"),
    }))
}
