//! How a scenario is run: in which executions, and on how many threads.

use std::num::NonZero;

use super::args::{Execute, HowArgs};
use super::failure::Failure;
use super::output::{counted, say};
use crate::base::shown_bytes;
use crate::experiment::{self, Plan};
use crate::scenario::{Running, Scenario};

/// So many threads, which take so much memory.
pub(super) struct Threads {
    pub(super) count: usize,
    pub(super) peak: f64,
}

/// How each case is carried out.
///
/// # Errors
/// If the execution that was asked for does not fit them all.
pub(super) fn plan<'a>(args: &HowArgs, scenario: &'a Scenario) -> Result<Plan<'a>, Failure> {
    experiment::plan(&scenario.cases, args.execution.into()).map_err(Failure::mistake)
}

/// As many as are asked for or as there are cores, unless their trials together would take too much memory.
pub(super) fn threads(args: &HowArgs, scenario: &Scenario) -> Threads {
    let cores = || std::thread::available_parallelism().map_or(1, NonZero::get);
    let wanted = args.threads.map_or_else(cores, usize::from);
    let memory = &scenario.memory;
    let running = running(args.execution, scenario);
    let count = memory.room_for(running, wanted);
    let peak = memory.peak(running, count);
    if count < wanted || peak > memory.limit {
        let (peak, limit) = (shown_bytes(peak), shown_bytes(memory.limit));
        say(&format!(
            "warning: {} instead of {wanted}, which will take about {peak} of memory; the limit is {limit}",
            counted(count, "thread")
        ));
    }
    Threads { count, peak }
}

fn running(execution: Execute, scenario: &Scenario) -> Running {
    match execution {
        Execute::General => scenario.memory.general,
        Execute::Auto | Execute::FeedForward => scenario.memory.auto,
        Execute::Aggregate => scenario.memory.aggregate,
    }
}
