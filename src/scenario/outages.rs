//! Outages of replicas, resolved.

use super::file::OutageSpec;
use super::text::Diagnostic;
use crate::base::{LocationIx, Span, Time};
use crate::model::faults::Outage;
use crate::model::topology::Place;

/// The outages of one namespace's replicas, each by itself; all replicas at a named location are down together.
pub(super) fn outages(
    specs: &[OutageSpec],
    replicas: &[LocationIx],
    places: &[Place],
    horizon: Time,
    mistakes: &mut Vec<Diagnostic>,
) -> Vec<Outage> {
    let mut outages: Vec<Outage> = Vec::new();
    for spec in specs {
        let from = Time::ZERO + *spec.at.get_ref();
        if from >= horizon {
            let problem = "the outage begins when no operation does any more";
            mistakes.push(Diagnostic::new(problem, spec.at.span(), "the horizon is not after this"));
        }
        if spec.lasting == Span::ZERO {
            mistakes.push(Diagnostic::new("the outage lasts no time", spec.at.span(), ""));
        }
        let until = from + spec.lasting;
        let noticed = from + spec.noticed_after;
        for name in spec.replicas.get_ref() {
            let is_there = |&(_, at): &(usize, &LocationIx)| places[at.at()].name == *name.get_ref();
            let mut here = replicas.iter().enumerate().filter(is_there).peekable();
            if here.peek().is_none() {
                let problem = format!("no replica of this namespace is at `{}`", name.get_ref());
                mistakes.push(Diagnostic::new(problem, name.span(), ""));
            }
            for (replica, _) in here {
                let outage = Outage { replica: replica as u16, from, until, noticed };
                let overlaps = |other: &Outage| {
                    other.replica == outage.replica && other.from < until && from < other.until
                };
                if outages.iter().any(overlaps) {
                    let problem = format!("two outages of `{}` overlap", name.get_ref());
                    mistakes.push(Diagnostic::new(problem, name.span(), "write them as one"));
                }
                outages.push(outage);
            }
        }
    }
    // Of two that follow one another without a pause, the first one ends before the second one begins.
    outages.sort_by_key(|outage| outage.from);
    outages
}
