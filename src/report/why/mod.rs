//! What is told of stale reads: sentences, a table of them, and a diagram for each read.

mod detour;
mod diagram;
mod evicted;
mod json;
mod sentences;
mod table;
mod tried;
mod words;

use crate::experiment::why::{Explained, Scene};

use super::{ResultFile, chart};

/// What is told of some reads of one trial.
#[derive(Clone, Copy)]
pub struct Why<'a> {
    /// The scenario's name, as in its file name.
    pub scenario: &'a str,
    /// The trial.
    pub scene: Scene<'a>,
    /// The reads.
    pub reads: &'a [Explained],
}

/// What a line is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Which read it is.
    Heading,
    /// What happened.
    Sentence,
    /// What was tried.
    Counterfactual,
}

impl Kind {
    /// The word in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Heading => "heading",
            Kind::Sentence => "sentence",
            Kind::Counterfactual => "counterfactual",
        }
    }
}

/// A line about a read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// What it is for.
    pub kind: Kind,
    /// What it says. Names are as in the scenario.
    pub text: String,
    /// What came of what was tried.
    pub came: Option<Came>,
    /// The settings by which anybody can try it, as on a command line; they end the text too, in brackets.
    pub settings: String,
}

/// What came of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Came {
    /// The read returned what it had missed, or newer.
    Fresh,
    /// It was stale all the same.
    Stale,
    /// It cannot be said: it had no answer, was not there, or what it had missed had not committed.
    Open,
}

impl Came {
    /// The word in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Came::Fresh => "fresh",
            Came::Stale => "stale",
            Came::Open => "open",
        }
    }
}

/// The name of the table.
pub const TABLE: &str = "why.csv";

/// Whether a file of a results folder is one that `why` writes.
pub fn is_ours(name: &str) -> bool {
    let number = name.strip_prefix("why-").and_then(|rest| rest.strip_suffix(".svg"));
    name == TABLE || number.is_some_and(|number| number.parse::<u32>().is_ok())
}

impl Why<'_> {
    /// All lines about one of the reads: which it is, what happened, what was tried.
    pub fn lines(&self, read: &Explained) -> Vec<Line> {
        let line = |kind| move |text| Line { kind, text, came: None, settings: String::new() };
        let words = words::Words::of(self.scene.case, &read.facts);
        let heading = std::iter::once(sentences::heading(&words, read)).map(line(Kind::Heading));
        let told = sentences::sentences(&words).into_iter().map(line(Kind::Sentence));
        let tried = read.tried.iter().map(|tried| Line {
            kind: Kind::Counterfactual,
            text: tried::sentence(&words, tried),
            came: tried::came(&words, tried),
            settings: tried::settings(&words, tried),
        });
        heading.chain(told).chain(tried).collect()
    }

    /// The table, and a diagram for each read.
    pub fn files(&self) -> Vec<ResultFile> {
        let mut files = vec![(TABLE.to_owned(), table::table(self))];
        for (at, read) in self.reads.iter().enumerate() {
            let words = words::Words::of(self.scene.case, &read.facts);
            let diagram = diagram::diagram(&words, &sentences::heading(&words, read));
            files.push((format!("why-{}.svg", at + 1), chart::space_time_svg(&diagram).into_bytes()));
        }
        files
    }

    /// All of it for programs.
    pub fn to_json(&self) -> String {
        json::json(self)
    }
}
