//! `edgelag check`.

use std::fmt::Write;

use super::args::ScenarioArgs;
use super::failure::Failure;
use super::output::{print, shown_bytes};
use super::source::{self, Loaded};

pub(super) fn check(args: &ScenarioArgs) -> Result<(), Failure> {
    let Loaded { name, scenario } = source::scenario(args)?;
    let mut text = format!("{name}: no mistakes found\n");
    if !scenario.title.is_empty() {
        let _ = writeln!(text, "{}", scenario.title);
    }
    let first = &scenario.cases[0];
    let trials: u32 = scenario.cases.iter().map(|case| case.trials).sum();
    let _ = writeln!(
        text,
        "seed {} · {} case{} · {trials} trials · {} locations · about {:.1e} events at most",
        first.seed,
        scenario.cases.len(),
        if scenario.cases.len() == 1 { "" } else { "s" },
        first.locations.len(),
        scenario.predicted_events,
    );
    let on_one_thread = |running| shown_bytes(scenario.memory.peak(running, 1));
    let (auto, general) = (on_one_thread(scenario.memory.auto), on_one_thread(scenario.memory.general));
    let _ = writeln!(text, "on one thread about {auto} of memory ({general} with --execution general)");
    for case in scenario.cases.iter().filter(|case| !case.label.is_empty()) {
        let _ = writeln!(text, "  {}", case.label);
    }
    print(&text)
}
