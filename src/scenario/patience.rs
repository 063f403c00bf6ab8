//! How clients deal with answers that are late or do not come, resolved.

use toml::Spanned;

use super::file::ClientSpec;
use super::text::Diagnostic;
use crate::base::{Probability, Span};
use crate::model::workload::{HedgeAfter, OpKind};

/// Most times that a read is sent again.
const MOST_HEDGES: std::ops::RangeInclusive<u8> = 1..=10;

/// Finds what would have no effect, or cannot be.
pub(super) fn check_patience(spec: &ClientSpec, mistakes: &mut Vec<Diagnostic>) {
    let mut wrong = |problem: String, place, help: &str| {
        let problem = Diagnostic::new(problem, place, "");
        mistakes.push(if help.is_empty() { problem } else { problem.with_help(help) });
    };
    let timeout = spec.timeout.as_ref().map(Spanned::get_ref);
    if let (Some(&Span::ZERO), Some(at)) = (timeout, &spec.timeout) {
        wrong("`timeout` must be longer than 0s".to_owned(), at.span(), "");
    }
    if let Some(retries) = &spec.retries
        && let Some(budget) = retries.get_ref().budget
    {
        if budget == Probability::ZERO {
            let help = "leave `retries` out where nothing is tried again";
            wrong("a budget of 0 leaves no retries".to_owned(), retries.span(), help);
        } else if retries.get_ref().retries == 0 {
            let help = "leave it out, or give `retries` of 1 or more";
            wrong("`budget` has no effect on 0 retries".to_owned(), retries.span(), help);
        }
    }
    let Some(hedge) = &spec.hedge else { return };
    let (rule, place) = (hedge.get_ref(), hedge.span());
    if !MOST_HEDGES.contains(&rule.most) {
        wrong(format!("`most` is {}; it must be from 1 to 10", rule.most), place.clone(), "");
    }
    if let HedgeAfter::Quantile(share) = rule.after
        && (share == Probability::ZERO || share == Probability::ONE)
    {
        let problem = format!("`quantile` is {}; it must be more than 0 and less than 1", share.as_f64());
        wrong(problem, place.clone(), "0.95 has about one read in twenty sent again");
    }
    if let (Some(&timeout), HedgeAfter::Time(after)) = (timeout, rule.after)
        && timeout <= after
    {
        let problem = "the client gives up (`timeout`) before it would send a read again".to_owned();
        wrong(problem, place.clone(), "make `hedge.after` shorter than `timeout`");
    }
    if spec.mix.as_ref().is_some_and(|mix| mix.get_ref().share(OpKind::Read) == 0.0) {
        wrong("`hedge` is for reads, and these clients do not read".to_owned(), place.clone(), "");
    }
    if spec.token.is_some() {
        let problem = "a read that is sent again carries no `token`".to_owned();
        wrong(problem, place, "leave `hedge` or `token` out");
    }
}
