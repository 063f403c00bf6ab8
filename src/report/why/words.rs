//! Names, versions and times as sentences have them.

use crate::base::{LocationIx, Span, Time, Version};
use crate::experiment::why::Facts;
use crate::report::number::seconds;
use crate::scenario::{Case, Namespace};
use crate::world::Record;

/// What the words about one read depend on.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) case: &'a Case,
    pub(super) facts: &'a Facts,
}

impl<'a> Words<'a> {
    pub(super) const fn of(case: &'a Case, facts: &'a Facts) -> Words<'a> {
        Words { case, facts }
    }

    pub(super) fn namespace(&self) -> &'a Namespace {
        &self.case.namespaces[self.facts.read.namespace.at()]
    }

    pub(super) fn place(&self, location: LocationIx) -> &'a str {
        &self.case.locations[location.at()].name
    }

    /// Where the read entered.
    pub(super) fn here(&self) -> &'a str {
        self.place(self.facts.read.location)
    }

    /// Whose an operation was, at the beginning of a sentence.
    pub(super) fn who(&self, record: &Record) -> String {
        let clients = &self.case.populations[record.client.population.at()];
        match clients.sessions {
            Some(_) => format!("User {} of {}", record.client.number, self.place(record.client.home)),
            None => "A client".to_owned(),
        }
    }

    /// How long before or after the commit of the missed write something was.
    pub(super) fn since_commit(self, at: Time) -> String {
        let committed = self.facts.missed.committed;
        match at < committed {
            true => format!("{} before that commit", span(committed.since(at))),
            false => format!("{} after that commit", span(at.since(committed))),
        }
    }
}

/// A version; what was there before any has no number that a writer would know.
pub(super) fn version(version: Version) -> String {
    match (version.number(), version.is_absent()) {
        (0, true) => "\"not found\"".to_owned(),
        (number, true) => format!("version {number} (\"not found\")"),
        (number, false) => format!("version {number}"),
    }
}

/// An instant, in seconds since the trial began.
pub(super) fn at(time: Time) -> String {
    // Rounded as whole numbers are: what is 0.5 ms away from both goes up.
    let millis = time.as_nanos().saturating_add(500_000) / 1_000_000;
    format!("{}.{:03} s", millis / 1_000, millis % 1_000)
}

/// A length of time with three digits.
pub(super) fn span(span: Span) -> String {
    seconds(span.as_secs_f64())
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `1 version`, `2 versions`.
pub(super) fn versions(count: u32) -> String {
    if count == 1 { "1 version".to_owned() } else { format!("{count} versions") }
}
