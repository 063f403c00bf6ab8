//! `--watch`: the first figures and their intervals, while trials come in.

#![allow(clippy::disallowed_methods)] // A screen need not be drawn more often than eyes can follow.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::progress::Progress;
use crate::experiment::Outcome;
use crate::report::Glance;

/// Draws the figures over the progress bar.
#[derive(Debug)]
pub(super) struct Watch<'p> {
    progress: &'p Progress,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    glance: Glance,
    drawn: Option<Instant>,
}

const DRAW_EVERY: Duration = Duration::from_millis(200);
/// Lines of the screen that are not for figures: the bar, the command, what stands between.
const OTHER_LINES: usize = 4;

impl Watch<'_> {
    /// Nothing to see yet.
    pub(super) fn new(progress: &Progress) -> Watch<'_> {
        Watch { progress, state: Mutex::new(State { glance: Glance::default(), drawn: None }) }
    }

    /// One more trial has finished.
    pub(super) fn show(&self, outcomes: &[Outcome]) {
        let Ok(mut state) = self.state.lock() else { return };
        if state.drawn.is_some_and(|drawn| drawn.elapsed() < DRAW_EVERY) {
            return;
        }
        let Some((rows, columns)) = self.progress.screen() else { return };
        let rows = usize::from(rows).saturating_sub(OTHER_LINES).max(1);
        self.progress.put_above(&state.glance.table(outcomes, rows, usize::from(columns)));
        state.drawn = Some(Instant::now());
    }
}
