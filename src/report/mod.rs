//! What a run leaves behind: names and bytes. Charts are drawn from the rows of the tables.

mod aftermath;
pub mod chart;
mod cost;
mod differences;
mod figures;
mod gates;
mod glance;
mod history;
mod key_figures;
mod manifest;
mod map;
mod number;
mod overview;
mod page;
mod shell;
mod solve;
mod stations;
mod sweep;
mod tables;
mod verdicts;
pub mod why;

pub use aftermath::aftermaths;
pub use cost::costs;
pub use gates::gates;
pub use glance::Glance;
pub use history::{WriteEnd, write_history};
pub use manifest::Manifest;
pub use overview::{causes, every_estimate, overview, read_back, sessions};
pub use page::{PAGE, PageError, page};
pub use shell::in_shell;
pub use solve::{solution, solution_json};
pub use stations::stations;
pub use verdicts::{every_difference, verdicts};

use crate::experiment::{Comparison, Curves, Judged, Map, Solved, Summary};
use crate::scenario::Axis;

/// A file of the results: its name and its bytes.
pub type ResultFile = (String, Vec<u8>);

/// What a report is made of.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The scenario's name, as in its file name.
    pub scenario: &'a str,
    /// Its title; may be empty.
    pub title: &'a str,
    /// Trials of each case, as asked for.
    pub trials: u32,
    /// The estimates.
    pub summary: &'a Summary,
    /// The maps, by case and namespace.
    pub maps: &'a [Map],
    /// The curves, by case and namespace.
    pub curves: &'a [Curves],
    /// What the gates come to; empty without gates.
    pub gates: &'a [Judged],
    /// How the cases differ, where they are the arms of a comparison.
    pub comparison: Option<&'a Comparison>,
    /// What a sweep varies, whose cases are told by that; empty where they are not.
    pub axes: &'a [Axis],
    /// Which of them is the best, where that was asked.
    pub solved: Option<&'a Solved>,
}

impl Report<'_> {
    /// All tables and charts, in the order in which they are written.
    pub fn files(&self, with_png: bool) -> Vec<ResultFile> {
        let mut files = tables::tables(self);
        for (name, figure) in figures::figures(self) {
            files.push((format!("{name}.svg"), chart::svg(&figure).into_bytes()));
            if with_png {
                files.push((format!("{name}.png"), chart::png(&figure)));
            }
        }
        files
    }
}
