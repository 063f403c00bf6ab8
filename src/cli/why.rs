//! `edgelag why`.

mod place;
mod source;
mod told;
mod wanted;

use std::num::NonZero;
use std::process::ExitCode;

use super::args::{Format, WhyArgs};
use super::export::{check_order, check_size, wanted_case};
use super::failure::Failure;
use super::output::{counted, print, say, shown};
use super::progress::Progress;
use super::signals::Signals;
use super::source::{Loaded, check_traces};
use crate::base::Span;
use crate::experiment::why::{self, Explained, Pick, Picked, Scene, pick};
use crate::report::why::Why;
use crate::scenario::{Alone, Case, Scenario};
use crate::world::{GoOn, History, record_trial};
use place::Place;
use source::Given;

/// What an earlier run says of a trial, and what it shows now.
struct Recorded<'a> {
    case: &'a Case,
    alone: Alone,
    history: History,
    picked: Picked,
}

/// Explains stale reads.
pub(super) fn why(args: &WhyArgs) -> Result<ExitCode, Failure> {
    let given = Given::read(args)?;
    let Loaded { name, scenario } = &given.loaded;
    let recorded = record(args, &given)?;
    let picks = match &recorded.picked {
        Picked::Stale(picks) => picks.clone(),
        Picked::Fresh(record) => {
            print(&told::fresh(recorded.case, &recorded.history.records[*record]))?;
            return Ok(ExitCode::SUCCESS);
        }
        Picked::Nothing(looked_at) => {
            print(&told::nothing(args, scenario, recorded.case, *looked_at)?)?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let mut place = Place::open(args, &given)?;
    let signals = Signals::listen().map_err(|error| Failure::io("listening for signals", &error))?;
    let files = |name: &str| given.source.beside(name);
    let scene = Scene { case: recorded.case, alone: &recorded.alone, trial: args.trial, files: &files };
    let threads = threads(scenario);
    let explained = explain(args, &scene, &recorded.history, &picks, threads, &signals)?;
    let Some((reads, runs)) = explained else {
        place.leave();
        say("interrupted; nothing is written");
        return Ok(ExitCode::from(signals.exit_code().unwrap_or(1)));
    };
    let why = Why { scenario: name, scene, reads: &reads };
    let written = place.write(why.files(), &given, args)?;
    match args.format {
        Format::Json => print(&why.to_json())?,
        Format::Human if args.quiet => {}
        Format::Human => {
            let mut text = told::to_people(&why, &scenario.title, runs);
            text.push_str(&format!("\n{} in {}\n", counted(written, "file"), shown(place.path())));
            print(&text)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs the trial of the case that is asked for, or of the first that has stale reads.
fn record<'a>(args: &WhyArgs, given: &'a Given) -> Result<Recorded<'a>, Failure> {
    let scenario = &given.loaded.scenario;
    let cases: Vec<&Case> = match (&args.case, &scenario.cases[..]) {
        (None, cases) => cases.iter().collect(),
        (Some(label), _) => vec![wanted_case(scenario, Some(label))?],
    };
    let mut last = None;
    for case in cases {
        check_trial(args.trial, case)?;
        check_order(case)?;
        check_size(scenario, case)?;
        let wanted = wanted::wanted(args, case)?;
        let (observations, history) = record_trial(case, args.trial).map_err(Failure::mistake)?;
        check_traces(scenario)?;
        given.compare(case, args, observations.fingerprint);
        let picked = pick(&history, &wanted);
        let place = scenario.cases.iter().position(|other| std::ptr::eq(other, case)).unwrap_or(0);
        let is_found = !matches!(picked, Picked::Nothing(_));
        last = Some(Recorded { case, alone: scenario.alone(place), history, picked });
        if is_found {
            break;
        }
    }
    last.ok_or_else(|| Failure::mistake("the scenario has no case"))
}

fn check_trial(trial: u32, case: &Case) -> Result<(), Failure> {
    if trial < case.trials {
        return Ok(());
    }
    let has = counted(case.trials as usize, "trial");
    Err(Failure::mistake(format!("there is no trial {trial}: the scenario has {has}, counted from 0")))
}

/// As many at once as there are cores, unless together they would take too much memory.
fn threads(scenario: &Scenario) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    scenario.memory.room_for(scenario.memory.recorded, cores)
}

/// What is told of each picked read, and how many trials were run for it; `None` if it was interrupted.
fn explain(
    args: &WhyArgs,
    scene: &Scene,
    history: &History,
    picks: &[Pick],
    threads: usize,
    signals: &Signals,
) -> Result<Option<(Vec<Explained>, usize)>, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Failure::io("starting threads", &std::io::Error::other(error)))?;
    let facts: Vec<why::Facts> = picks.iter().map(|&pick| why::facts(scene, history, pick)).collect();
    let expected = facts.iter().map(|facts| why::most_trials(scene, facts)).sum::<u64>();
    let progress = Progress::new(expected, args.no_progress, args.quiet);
    let runs = std::sync::Mutex::new(0.0);
    let go_on: &GoOn = &|part| {
        progress.add(part);
        if let Ok(mut runs) = runs.lock() {
            *runs += part;
        }
        signals.exit_code().is_none()
    };
    let mut reads = Vec::new();
    for (&pick, facts) in picks.iter().zip(facts) {
        let tried = pool.install(|| why::try_edits(scene, &facts, go_on));
        let Some(tried) = tried else { break };
        reads.push(Explained { pick, facts, tried });
    }
    progress.finish();
    let runs = runs.into_inner().map_or(0, |runs: f64| runs as usize);
    Ok((reads.len() == picks.len()).then_some((reads, runs)))
}

/// A time as it is written on the command line.
pub(super) fn time(text: &str) -> Result<Span, String> {
    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};
    let text: StrDeserializer<Error> = text.into_deserializer();
    Span::deserialize(text).map_err(|error| error.to_string().replace("\nhelp: ", "; "))
}
