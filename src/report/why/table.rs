//! The sentences as a table.

use super::Why;
use crate::experiment::why::{Explained, Reason};
use crate::report::tables::{text, whole_csv};

/// One sentence a row.
pub(super) fn table(why: &Why) -> Vec<u8> {
    let header = ["case", "namespace", "pick", "number", "kind", "sentence"];
    let case = why.scene.case;
    let rows = why.reads.iter().enumerate().flat_map(|(at, read)| {
        let namespace = &case.namespaces[read.facts.read.namespace.at()].name;
        why.lines(read).into_iter().map(move |line| {
            vec![
                text(&case.label),
                text(namespace),
                name(read).to_owned(),
                (at + 1).to_string(),
                line.kind.name().to_owned(),
                text(&line.text),
            ]
        })
    });
    whole_csv(&header, rows)
}

/// Why the read is explained, in a word.
pub(super) fn name(read: &Explained) -> &'static str {
    match read.pick.reason {
        Reason::Worst => "worst",
        Reason::Typical => "typical",
        Reason::OfCause(cause) => cause.name(),
        Reason::Chosen => "chosen",
    }
}
