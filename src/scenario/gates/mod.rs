//! Gates: lines of a scenario that must hold, such as `stale_rate{location="SIN"} < 0.1%`.

mod bound;
mod metrics;
mod objective;
mod parse;
mod syntax;
mod told;

use std::ops::Range;

use toml::Spanned;

use super::case::Case;
use super::text::{Diagnostic, Diagnostics, Document};
pub use metrics::{Better, METRICS, Metric};
pub use objective::Objective;
pub(super) use objective::{SolveSpec, objective};
use parse::{Known, gate};
use syntax::with_blanks;
pub(super) use told::untold;

/// A line of the scenario that must hold.
#[derive(Clone, PartialEq, Debug)]
pub struct Gate {
    /// As it is written, with one blank for several and for line breaks.
    pub text: String,
    /// What it is about.
    pub rows: Selection,
    /// On which side of the bound it holds.
    pub side: Side,
    /// In the unit of the metric.
    pub bound: f64,
}

/// Rows of `summary.csv`.
#[derive(Clone, PartialEq, Debug)]
pub struct Selection {
    /// The metric.
    pub metric: &'static Metric,
    /// Of which namespace; of all if `None`.
    pub namespace: Option<String>,
    /// Of which location; of all together if `None`.
    pub location: Option<String>,
    /// Of which operation; of all that have it if `None`.
    pub op: Option<&'static str>,
    /// Which figure of the metric.
    pub stat: &'static str,
}

/// On which side of a bound something holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// `<`
    Below,
    /// `<=`
    UpTo,
    /// `>`
    Above,
    /// `>=`
    From,
    /// `==`: none of what was seen, or all of it.
    Exactly,
}

/// What is wrong in a text, at a range of its bytes.
#[derive(Debug)]
struct Objection {
    at: Range<usize>,
    message: String,
    help: Vec<String>,
}

impl Objection {
    fn new(at: Range<usize>, message: impl Into<String>) -> Objection {
        Objection { at, message: message.into(), help: Vec::new() }
    }

    fn help(mut self, help: impl Into<String>) -> Objection {
        self.help.push(help.into());
        self
    }

    /// In the document, where the text stands at `place`.
    fn in_document(self, document: &Document, place: &Range<usize>, text: &str) -> Diagnostic {
        let at = document.within_string(place, text, &self.at);
        let diagnostic = Diagnostic::new(self.message, at, "");
        self.help.into_iter().fold(diagnostic, Diagnostic::with_help)
    }
}

/// The gates of a case, each held against what is there.
///
/// # Errors
/// All mistakes that can be found.
pub(super) fn gates(
    written: &[Spanned<String>],
    document: &Document,
    case: &Case,
) -> Result<Vec<Gate>, Diagnostics> {
    let known = Known::new(case);
    let mut gates: Vec<Gate> = Vec::new();
    let mut mistakes = Vec::new();
    for (at, text) in written.iter().enumerate() {
        let same = with_blanks(text.get_ref(), "");
        let first = written[..at].iter().find(|other| with_blanks(other.get_ref(), "") == same);
        if let Some(first) = first {
            let problem = Diagnostic::new("the same gate is given twice", text.span(), "given again here");
            mistakes.push(problem.with_secondary(first.span(), "first given here"));
            continue;
        }
        match gate(text.get_ref(), &known) {
            Ok(gate) => gates.push(gate),
            Err(objection) => {
                mistakes.push(objection.in_document(document, &text.span(), text.get_ref()));
            }
        }
    }
    Diagnostics::check(mistakes)?;
    Ok(gates)
}
