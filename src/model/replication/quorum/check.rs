//! What of a quorum's parameters does not go together.

use super::spec::{Coordinator, QuorumSpec, ReadRepair, ReadsTo, Scope, WritesTo};
use crate::model::replication::replicas::{Misfit, Placement};

/// N: all replicas, or where others stand in for them fewer.
pub(super) fn members(spec: &QuorumSpec, placement: &Placement) -> Result<u16, Misfit> {
    let all = placement.count();
    match (spec.n, spec.sloppy) {
        (Some(n), true) if n < all && n > 0 => Ok(n),
        (_, true) => {
            let problem = format!(
                "a sloppy quorum needs replicas beyond `n` that stand in; the namespace has {all}, so give `n` from \
                 1 to {}",
                all - 1
            );
            Err(Misfit::new("n", problem))
        }
        (Some(stated), false) if stated != all => {
            Err(Misfit::new("n", format!("`n` is {stated}, but the namespace has {all} replicas")))
        }
        (_, false) => Ok(all),
    }
}

/// What does not go together.
pub(super) fn check(spec: &QuorumSpec, n: u16, all: u16) -> Result<(), Misfit> {
    let wrong = |field, problem: &str| Err(Misfit::new(field, problem.to_owned()));
    let repairs = spec.read_repair != ReadRepair::None;
    let remembers = repairs || spec.sloppy || spec.hints.is_some() || spec.hedge.is_some();
    if all > 64 && (remembers || spec.scope != Scope::All) {
        let problem =
            "read repair, hints, hedged reads, regions and sloppy quorums are for at most 64 replicas";
        return wrong("n", problem);
    }
    if spec.read_repair == ReadRepair::Blocking && spec.r == 1 {
        return wrong(
            "read_repair",
            "with R = 1 there is one answer, and nothing to repair: take R = 2 or more, or leave `read_repair` out",
        );
    }
    if spec.sloppy && spec.hints.is_none() {
        let problem = "a sloppy quorum keeps writes for those that are down: give `hints = {}` as well";
        return wrong("sloppy", problem);
    }
    if spec.writes_to == WritesTo::Random && (spec.hints.is_some() || spec.scope != Scope::All) {
        let problem = "writes that go to W replicas at random go neither by hints nor by regions: leave out \
                       `writes_to`, or `hints` and `scope`";
        return wrong("writes_to", problem);
    }
    if spec.scope != Scope::All && (spec.coordinator != Coordinator::Nearest || spec.sloppy) {
        let problem = "answers are counted in the coordinator's region: `coordinator` must be \"nearest\", and \
                       nobody from elsewhere stands in";
        return wrong("scope", problem);
    }
    if spec.reads_to == ReadsTo::Random && spec.scope != Scope::All {
        let problem = "reads that ask R replicas at random know no regions: leave out `reads_to` or `scope`";
        return wrong("reads_to", problem);
    }
    if spec.regions.is_some() && spec.scope == Scope::All {
        let problem =
            "regions matter with `scope = \"local\"` or \"each\": give one of these, or leave `regions` out";
        return wrong("regions", problem);
    }
    if spec.hedge.is_some() && (spec.reads_to != ReadsTo::Nearest || spec.r >= n || spec.scope != Scope::All)
    {
        let problem = "a hedged read asks one replica more: that needs `reads_to = \"nearest\"`, R < N and `scope = \"all\"`";
        return wrong("hedge", problem);
    }
    let contacts = spec.anti_entropy.as_ref().and_then(|contacts| contacts.problem(n));
    if let Some(misfit) = contacts {
        return wrong("anti_entropy", &misfit.problem);
    }
    match spec.hints.and_then(|hints| hints.problem()) {
        Some(problem) => wrong("hints", problem),
        None => Ok(()),
    }
}
