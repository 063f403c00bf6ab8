//! When which faults were there, as tables and charts tell of them.

use super::Outcome;
use crate::base::{LocationIx, NamespaceIx, Time};
use crate::model::faults::{Fault, Harm, Trouble, When};
use crate::scenario::{Case, Namespace};

/// A fault was there for a while.
#[derive(Clone, PartialEq, Debug)]
pub struct Stretch {
    /// In which trial; `None` if in all.
    pub trial: Option<u32>,
    /// Where: a location, several, or the ends of a link.
    pub location: String,
    /// What: `outage`, or that of the fault.
    pub kind: &'static str,
    /// From when on, in simulated seconds since the beginning of the trial.
    pub from: f64,
    /// When it was over; may lie after the horizon if it was an outage.
    pub to: f64,
}

/// So many locations are named one by one.
const MOST_NAMED: usize = 3;

impl Stretch {
    /// What it is called beside its band.
    pub fn label(&self) -> String {
        let Stretch { location, .. } = self;
        match self.kind {
            "outage" | "site-down" | "link-down" => format!("{location} down"),
            "link-slow" | "site-slow" => format!("{location} slow"),
            "link-lossy" => format!("{location} lossy"),
            "cut-off" => format!("{location} cut off"),
            "clock" => format!("clock of {location} wrong"),
            "purge-loss" => "purges lost".to_owned(),
            "store-down" => "store down".to_owned(),
            other => format!("{location}: {other}"),
        }
    }
}

/// Those of one namespace: its outages, and the faults that concern it.
pub(super) fn stretches(outcome: &Outcome, index: NamespaceIx) -> Vec<Stretch> {
    let case = outcome.case;
    let namespace = &case.namespaces[index.at()];
    let seconds = |time: Time| time.since(Time::ZERO).as_secs_f64();
    let outages = namespace.outages.iter().map(|outage| Stretch {
        trial: None,
        location: case.locations[namespace.placement.at[usize::from(outage.replica)].at()].name.clone(),
        kind: "outage",
        from: seconds(outage.from),
        to: seconds(outage.until),
    });
    let mut stretches: Vec<Stretch> = outages.collect();
    let by_clock = namespace.conflicts.by_clock();
    let purged = !case.purged(index).is_empty();
    for (at, fault) in case.faults.iter().enumerate() {
        if fault.trouble.concerns(index, by_clock, purged) {
            of_fault(outcome, at, fault, namespace, &mut stretches);
        }
    }
    stretches
}

fn of_fault(
    outcome: &Outcome,
    index: usize,
    fault: &Fault,
    namespace: &Namespace,
    stretches: &mut Vec<Stretch>,
) {
    let location = place(outcome.case, fault, namespace);
    let every = matches!(fault.when, When::At { .. });
    let trials = outcome.numbers.iter().zip(&outcome.trials).take(if every { 1 } else { usize::MAX });
    for (&number, trial) in trials {
        let windows = trial.faults.iter().filter(|window| usize::from(window.fault) == index);
        stretches.extend(windows.map(|window| Stretch {
            trial: (!every).then_some(number),
            location: location.clone(),
            kind: fault.kind,
            from: window.from as f64 / 1e9,
            to: window.until as f64 / 1e9,
        }));
    }
}

/// Where a fault is, in words.
fn place(case: &Case, fault: &Fault, namespace: &Namespace) -> String {
    let list = |at: &[LocationIx]| {
        let name = |location: &LocationIx| case.locations[location.at()].name.clone();
        let named: Vec<String> = at.iter().take(MOST_NAMED).map(name).collect();
        match at.len().saturating_sub(MOST_NAMED) {
            0 => named.join(", "),
            more => format!("{} and {more} more", named.join(", ")),
        }
    };
    let end = |set: &[bool]| {
        let at = set.iter().enumerate().filter(|(_, is_in)| **is_in);
        let at: Vec<LocationIx> = at.map(|(at, _)| LocationIx::from_position(at)).collect();
        if at.len() == set.len() { "any".to_owned() } else { list(&at) }
    };
    match &fault.trouble {
        Trouble::Link { ends, harm: Harm::Down } if fault.kind == "cut-off" => end(&ends.from),
        Trouble::Link { ends, .. } => {
            let way = if ends.one_way { "→" } else { "–" };
            format!("{} {way} {}", end(&ends.from), end(&ends.to))
        }
        Trouble::Site { at, .. } | Trouble::Slow { at, .. } | Trouble::Clock { at, .. } => list(at),
        Trouble::Purges { to, .. } => to.as_deref().map_or_else(|| "any".to_owned(), list),
        Trouble::Store(_) => list(&namespace.placement.at),
    }
}
