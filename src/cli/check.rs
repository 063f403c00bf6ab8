//! `edgelag check`.

use std::fmt::Write;

use super::args::{CheckArgs, Execute};
use super::failure::Failure;
use super::how::{self, Threads};
use super::output::{counted, print};
use super::source::{self, Loaded};
use crate::base::shown_bytes;

pub(super) fn check(args: &CheckArgs) -> Result<(), Failure> {
    let Loaded { name, scenario } = source::scenario(&args.scenario)?;
    how::plan(&args.how, &scenario)?;
    let mut text = format!("{name}: no mistakes found\n");
    if !scenario.title.is_empty() {
        let _ = writeln!(text, "{}", scenario.title);
    }
    let first = &scenario.cases[0];
    let trials: u32 = scenario.cases.iter().map(|case| case.trials).sum();
    let _ = writeln!(
        text,
        "seed {} · {} · {} · {} · about {:.1e} events at most",
        first.seed,
        counted(scenario.cases.len(), "case"),
        counted(trials as usize, "trial"),
        counted(first.locations.len(), "location"),
        scenario.predicted_events,
    );
    let Threads { count, peak } = how::threads(&args.how, &scenario);
    let (threads, peak) = (counted(count, "thread"), shown_bytes(peak));
    let general = shown_bytes(scenario.memory.peak(scenario.memory.general, count));
    let or_general = match args.how.execution {
        Execute::Auto if general != peak => format!(" ({general} with --execution general)"),
        _ => String::new(),
    };
    let _ = writeln!(text, "on {threads} about {peak} of memory{or_general}");
    for case in scenario.cases.iter().filter(|case| !case.label.is_empty()) {
        let _ = writeln!(text, "  {}", case.label);
    }
    print(&text)
}
