//! What `edgelag solve` looks for: the point of a sweep at which something is least, or most, and all gates hold.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::parse::{Known, selection};
use super::syntax::with_blanks;
use super::{Objection, Selection};
use crate::scenario::case::Case;
use crate::scenario::text::{Diagnostics, Document};

/// What is wanted of the points that meet the gates.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::scenario) enum SolveSpec {
    /// The least of this estimate, such as `latency{op="read"}.p99`.
    Minimise(#[schemars(with = "String")] Spanned<String>),
    /// The most of it, such as `operations{op="read"}`.
    Maximise(#[schemars(with = "String")] Spanned<String>),
}

/// What is wanted of the points that meet the gates.
#[derive(Clone, PartialEq, Debug)]
pub struct Objective {
    /// As it is written.
    pub text: String,
    /// Of which estimate: a row of the summary of each point.
    pub rows: Selection,
    /// Whether the least of it is wanted, or the most.
    pub least: bool,
}

/// The objective of a case, held against what is there.
///
/// # Errors
/// What is wrong with it.
pub(in crate::scenario) fn objective(
    spec: &SolveSpec,
    document: &Document,
    case: &Case,
) -> Result<Objective, Diagnostics> {
    let (written, least) = match spec {
        SolveSpec::Minimise(written) => (written, true),
        SolveSpec::Maximise(written) => (written, false),
    };
    let text = written.get_ref();
    let read = || {
        let rows = selection(text, &Known::new(case))?;
        let several = |problem: &str, help: String| Err(Objection::new(0..text.len(), problem).help(help));
        if rows.op.is_none() && rows.metric.ops.len() > 1 {
            let help = format!("say which: op=\"{}\"", rows.metric.ops.join("\" or \""));
            return several("this is told of more than one operation", help);
        }
        if rows.metric.stats.is_empty() && rows.location.is_none() {
            return several("this is told of single locations", "say which: location=\"NAME\"".to_owned());
        }
        let is_of_all = rows.op == Some("*");
        if rows.namespace.is_none() && case.namespaces.len() > 1 && !is_of_all {
            let help = "say which: namespace=\"NAME\"".to_owned();
            return several("this is told of more than one namespace", help);
        }
        Ok(rows)
    };
    let rows = read().map_err(|objection| objection.in_document(document, &written.span(), text))?;
    Ok(Objective { text: with_blanks(text, " "), rows, least })
}
