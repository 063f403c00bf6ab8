//! What does not go together with replicas that merge.

use toml::Spanned;

use super::case::Population;
use super::file::{ClientSpec, NamespaceSpec};
use super::text::Diagnostic;
use crate::model::conflicts::{ConflictsSpec, UpdatesSpec};
use crate::model::replication::Policy;
use crate::model::workload::OpKind;

/// Finds what does not go together, if replicas merge.
pub(super) fn check_merging<'a>(
    spec: &NamespaceSpec,
    clients: impl Iterator<Item = (&'a ClientSpec, &'a Population)>,
    policy: &Policy,
    mistakes: &mut Vec<Diagnostic>,
) {
    let Some(conflicts) = spec.conflicts.as_ref().filter(|rule| rule.get_ref().merges()) else { return };
    let rule = match conflicts.get_ref() {
        ConflictsSpec::Counter => "counter",
        ConflictsSpec::Set => "set",
        _ => "siblings",
    };
    let mut wrong = |problem: String, place, help: &str| {
        mistakes.push(Diagnostic::new(problem, place, "").with_help(help));
    };
    if !policy.nature().merges {
        let problem = format!(
            "`conflicts = \"{rule}\"` needs a replica that coordinates each write, merges it into what it holds and \
             sends on the whole; under this replication policy none does"
        );
        let help =
            "use multi-primary, gossip, or a quorum with `coordinator = \"nearest\"` that writes to all";
        wrong(problem, conflicts.span(), help);
    }
    let updates = spec.updates.as_ref().map(|updates| (updates.get_ref(), updates.span()));
    let ordered = match updates {
        Some((UpdatesSpec::CompareAndSet(_), place)) => Some(("compare-and-set", place)),
        Some((UpdatesSpec::AtOwner, place)) => Some(("an owner of each value", place)),
        Some((UpdatesSpec::ReadThenWrite, _)) | None => None,
    };
    if let Some((what, place)) = ordered {
        let problem = format!(
            "{what} needs one order of all writes, but with `conflicts = \"{rule}\"` replicas merge them"
        );
        wrong(problem, place, "leave `conflicts` or `updates` out");
    }
    if let Some(isolated) = spec.visibility.isolated_writes.as_ref().filter(|writes| *writes.get_ref() > 0) {
        let problem = format!(
            "isolated writes are stored as they are, but with `conflicts = \"{rule}\"` replicas merge them first"
        );
        let help = "leave `isolated_writes` out: probes and reads tell of visibility under this rule";
        wrong(problem, isolated.span(), help);
    }
    for (clients, population) in clients {
        if rule == "counter" && population.mix.share(OpKind::Delete) > 0.0 {
            let problem =
                "a counter counts increments and is never deleted, but clients of this namespace delete";
            let help = "leave `delete` out of their mix, or use `conflicts = \"set\"`";
            wrong(problem.to_owned(), conflicts.span(), help);
        }
        if let Some(place) = clients.token.as_ref().map(Spanned::span) {
            let problem = format!(
                "a token names the newest version that its user has seen, but with `conflicts = \"{rule}\"` versions \
                 are in no one order"
            );
            wrong(problem, place, "leave `token` or `conflicts` out");
        }
    }
}
