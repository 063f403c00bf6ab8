//! That a read was served elsewhere than where its client is, and why.

use super::words::{Words, at};
use crate::base::LocationIx;
use crate::experiment::why::{Because, Detour};
use crate::model::faults::Trouble;

/// How a read came to where it was served, a sentence for each part of the way.
pub(super) fn detours(words: &Words) -> Vec<String> {
    let mut hedged = false;
    let all = words.facts.served.detours.iter().map(|detour| {
        let told = one(words, detour, hedged);
        hedged |= matches!(detour.why, Because::Hedged { .. });
        told
    });
    all.collect()
}

fn one(words: &Words, detour: &Detour, hedged: bool) -> String {
    let [from, to] = [detour.from, detour.to].map(|place| words.place(place));
    let (sent, came) = (at(detour.sent), at(detour.came));
    match detour.why {
        Because::Hedged { copies } => {
            let nth = nth(copies);
            format!(
                "The read had no answer by {sent}, so its client in {from} sent a {nth}, hedged, copy of it to {to}, where \
                 that came at {came}; the answer to that copy came first."
            )
        }
        Because::Down { fault, since } => {
            let what = if hedged { "copy" } else { "read" };
            let fault = &words.case.faults[usize::from(fault)];
            let down = match fault.trouble {
                Trouble::Site { caches_only: true, .. } => format!("The caches in {from} were down"),
                _ => format!("{from} was down"),
            };
            format!(
                "{down} since {} (fault `{}`), so the {what} went to {to}, where it came at {came}.",
                at(since),
                fault.name
            )
        }
    }
}

/// Which copy it is, where the read itself is the first.
fn nth(copies: u8) -> String {
    match copies {
        1 => "second".to_owned(),
        2 => "third".to_owned(),
        more => format!("{}th", more + 1),
    }
}

/// The place where the read was served, to be told after a cache there; nothing if it is where the client is.
pub(super) fn there(words: &Words) -> String {
    served_elsewhere(words).map_or_else(String::new, |place| format!(" in {}", words.place(place)))
}

/// Where the read was served, if that is not where its client is.
pub(super) fn served_elsewhere(words: &Words) -> Option<LocationIx> {
    let served = words.facts.served.at;
    (served != words.facts.read.location).then_some(served)
}
