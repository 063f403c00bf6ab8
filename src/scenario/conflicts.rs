//! What conflict rules and replication policies have to do with one another.

use super::file::{ClientSpec, NamespaceSpec};
use super::sessions::check_token;
use super::text::Diagnostic;
use crate::model::conflicts::{Retries, UpdatesSpec};
use crate::model::replication::{Placement, Policy};

/// Most retries of a client.
const MOST_RETRIES: u8 = 100;

/// Finds what does not go together among what clients do about failures and old answers.
pub(super) fn check_attempts(spec: &ClientSpec, policy: &Policy, mistakes: &mut Vec<Diagnostic>) {
    if let Some(retries) = &spec.retries
        && retries.get_ref().retries > MOST_RETRIES
    {
        let problem =
            format!("`retries` is {}; it must be from 0 to {MOST_RETRIES}", retries.get_ref().retries);
        mistakes.push(Diagnostic::new(problem, retries.span(), ""));
    }
    if let Some(token) = &spec.token {
        check_token(token, spec.sessions.is_some(), policy, mistakes);
    }
}

/// Finds what does not go together.
pub(super) fn check_conflicts(
    spec: &NamespaceSpec,
    placement: &Placement,
    policy: &Policy,
    mistakes: &mut Vec<Diagnostic>,
) {
    let nature = policy.nature();
    let conflicts = spec.conflicts.as_ref().map(|rule| *rule.get_ref()).unwrap_or_default();
    let by_clock = conflicts.by_clock();
    if by_clock && nature.counts_versions {
        let problem =
            "`bounds.versions` counts versions in the order of arrival, but `conflicts` orders them by clock";
        let help = "bound the `age`, or leave `conflicts` out";
        mistakes.push(Diagnostic::new(problem, spec.replication.span(), "").with_help(help));
    }
    if let Some(quota) = &spec.quota
        && let Some(problem) = quota.get_ref().problem()
    {
        mistakes.push(Diagnostic::new(problem, quota.span(), ""));
    }
    let Some(updates) = spec.updates.as_ref().filter(|_| !conflicts.merges()) else { return };
    let what = match updates.get_ref() {
        UpdatesSpec::ReadThenWrite => return,
        UpdatesSpec::CompareAndSet(Retries { retries, budget, .. }) => {
            if budget.is_some() {
                let problem = "`budget` is for retries after failures, not for those after conflicts";
                let help = "give it to the clients: retries = { budget = \"10%\" }";
                mistakes.push(Diagnostic::new(problem, updates.span(), "").with_help(help));
            }
            if *retries > MOST_RETRIES {
                let problem = format!("`retries` is {retries}; it must be from 0 to {MOST_RETRIES}");
                mistakes.push(Diagnostic::new(problem, updates.span(), ""));
            }
            "compare-and-set"
        }
        UpdatesSpec::AtOwner => "an owner of each value",
    };
    let mut wrong = |problem: String, help: &str| {
        mistakes.push(Diagnostic::new(problem, updates.span(), "").with_help(help));
    };
    if !nature.orders_writes && placement.count() > 1 {
        wrong(
            format!(
                "{what} needs one replica that orders all writes; under this replication policy none does"
            ),
            "use primary-backup, consensus, chain or a single replica, or leave `updates` out",
        );
    }
    if by_clock {
        wrong(
            format!("{what} decides by the order at one replica, `conflicts` by clocks"),
            "leave `conflicts` or `updates` out",
        );
    }
}
