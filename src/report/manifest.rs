//! `run.json`: what ran, so that it can be run again.

use serde_json::{Value, json};

use crate::base::Time;
use crate::experiment::{GateVerdict, Judged, Ran, together};
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
    pub ran: &'a [Ran<'a>],
    /// What its gates come to; empty without gates.
    pub gates: &'a [Judged],
    /// The names of the files beside it.
    pub files: Vec<String>,
}

impl Manifest<'_> {
    /// The bytes of `run.json`. No clock, thread count or machine is in it.
    pub fn to_json(&self) -> Vec<u8> {
        let cases: Vec<Value> = self.ran.iter().map(case).collect();
        let mut manifest = json!({
            "edgelag": env!("CARGO_PKG_VERSION"),
            "scenario": self.scenario,
            "title": self.title,
            "question": self.question,
            "command": self.command,
            "partial": self.partial,
            "cases_asked": self.asked.0,
            "trials_asked": self.asked.1,
            "seed": self.ran.first().map(|ran| ran.case.seed),
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
        if let Some(verdict) = together(self.gates) {
            manifest["gates"] = gates(verdict, self.gates);
        }
        let mut text = serde_json::to_string_pretty(&manifest).expect("a manifest is valid JSON");
        text.push('\n');
        text.into_bytes()
    }
}

fn case(ran: &Ran) -> Value {
    let traces: Vec<Value> = ran.case.populations.iter().filter_map(trace).collect();
    let mut told = json!({
        "case": ran.case.label,
        "execution": ran.decision.execution.name(),
        "why": ran.decision.why.to_string(),
        "warmup_s": ran.case.warmup.since(Time::ZERO).as_secs_f64(),
        "horizon_s": ran.case.horizon.since(Time::ZERO).as_secs_f64(),
        "trials": ran.trials,
        "trials_asked": ran.case.trials,
        "events": ran.events,
        "fingerprint": format!("{:016x}", ran.fingerprint),
        "locations": ran.case.locations.len(),
        "namespaces": ran.case.namespaces.iter().map(|n| n.name.clone()).collect::<Vec<_>>(),
    });
    if !traces.is_empty() {
        told["traces"] = traces.into();
    }
    told
}

/// What a population replays.
fn trace(population: &Population) -> Option<Value> {
    let trace = population.trace.as_ref()?;
    let Told { rows, beyond, before, bad, with_ttl, fingerprint } = trace.told;
    let mut told = json!({
        "client": population.name,
        "file": trace.file,
        "rows": rows,
        "rows_beyond_horizon": beyond,
        "rows_before_start": before,
        "rows_skipped": bad,
        "fingerprint": format!("{fingerprint:016x}"),
    });
    if with_ttl > 0 {
        told["rows_with_ttl"] = with_ttl.into();
    }
    Some(told)
}

/// What they come to together, and how many come to what.
fn gates(verdict: GateVerdict, gates: &[Judged]) -> Value {
    let count = |verdict| gates.iter().filter(|judged| judged.verdict == verdict).count();
    let [pass, fail, inconclusive] =
        [GateVerdict::Pass, GateVerdict::Fail, GateVerdict::Inconclusive].map(count);
    json!({ "verdict": verdict.name(), "pass": pass, "fail": fail, "inconclusive": inconclusive })
}
