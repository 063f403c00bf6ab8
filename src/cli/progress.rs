//! Progress on standard error: a bar on a terminal, elsewhere a line a minute.

#![allow(clippy::disallowed_methods)] // People want to know how long it takes.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use console::Term;
use indicatif::{ProgressBar, ProgressStyle};

use super::output::say;

/// How far a run is.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    trials: f64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    done: f64,
    said: Instant,
    speaks: bool,
}

/// Steps of the bar.
const STEPS: f64 = 1_000.0;
const SAY_EVERY: Duration = Duration::from_secs(60);

impl Progress {
    /// For that many trials; silent if `quiet`.
    pub(super) fn new(trials: u64, no_bar: bool, quiet: bool) -> Progress {
        let in_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
        let with_bar = !quiet && !no_bar && !in_ci && std::io::stderr().is_terminal();
        let bar = if with_bar { ProgressBar::new(STEPS as u64) } else { ProgressBar::hidden() };
        let style =
            ProgressStyle::with_template("{prefix}{bar:40} {percent:>3} % of {msg}, about {eta} left")
                .expect("the template is a constant");
        bar.set_style(style);
        bar.set_message(format!("{trials} trials"));
        let state = State { done: 0.0, said: Instant::now(), speaks: !quiet && !with_bar };
        Progress { bar, trials: trials as f64, state: Mutex::new(state) }
    }

    /// That part of a trial more is done.
    pub(super) fn add(&self, part: f64) {
        let Ok(mut state) = self.state.lock() else { return };
        state.done += part;
        let share = (state.done / self.trials).min(1.0);
        self.bar.set_position((share * STEPS) as u64);
        if state.speaks && state.said.elapsed() >= SAY_EVERY {
            state.said = Instant::now();
            say(&format!("{:.0} % of {} trials", share * 100.0, self.trials));
        }
    }

    /// Rows and columns of the terminal; `None` without a bar.
    pub(super) fn screen(&self) -> Option<(u16, u16)> {
        (!self.bar.is_hidden()).then(|| Term::stderr().size())
    }

    /// Puts some lines above the bar, in place of those before.
    pub(super) fn put_above(&self, lines: &str) {
        self.bar.set_prefix(format!("{lines}\n"));
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
