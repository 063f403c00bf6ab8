//! That a cache would have answered a read, had its entry not been evicted.

use super::words::{Words, at, version};
use crate::base::Time;
use crate::experiment::why::Facts;
use crate::world::{Step, TierName, What};

/// Of the edge cache that the read met, if it missed there.
pub(super) fn evicted(words: &Words) -> Option<String> {
    let Facts { steps, served, strand, .. } = words.facts;
    let sub = steps.iter().find_map(|step| match step.what {
        What::Answered { strand: of, sub, .. } if of == *strand => Some(sub),
        _ => None,
    })?;
    let is_here = |tier, place, of| (tier, place, of) == (TierName::Edge, served.at, sub);
    let before = || steps.iter().rev().filter(|step| step.at <= served.came);
    // The last of all that became of its entries.
    let end = before().find_map(|step| match step.what {
        What::Evicted { tier, at, sub } if is_here(tier, at, sub) => Some(Some(step.at)),
        What::Filled { tier, at, sub, .. } if is_here(tier, at, sub) => Some(None),
        What::Dropped { tier: TierName::Edge, at } if at == served.at => Some(None),
        _ => None,
    });
    let gone = end.flatten()?;
    let kept = |step: &Step| match step.what {
        What::Filled { tier, at, sub, snapshot, expires: Some(expires), .. } if is_here(tier, at, sub) => {
            Some((snapshot.version, step.at, expires))
        }
        _ => None,
    };
    let (held, since, expires): (_, Time, Time) = before().filter(|step| step.at <= gone).find_map(kept)?;
    (expires > served.came).then(|| {
        format!(
            "The edge cache in {} had kept {} since {}; that entry was evicted at {}, because others needed the room.",
            words.place(served.at),
            version(held),
            at(since),
            at(gone)
        )
    })
}
