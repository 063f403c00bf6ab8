//! Users whose operations form sessions, and how they move.

use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::places::Places;
use super::text::Diagnostic;
use crate::base::{LocationIx, Probability, Span};
use crate::dist::Dist;
use crate::model::workload::{Mix, OpKind};

/// Users whose operations form sessions: what each may expect to see is held against what it saw and wrote before.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SessionsSpec {
    /// How many users have their home at each of the population's locations, 1 to 10,000,000. Each operation there is
    /// of one of them, all alike.
    #[schemars(with = "u32")]
    users: Spanned<u32>,
    /// Probability that an operation enters at another of the population's locations than the one where its user is,
    /// any of the others alike; 0 by default.
    #[serde(default = "never")]
    #[schemars(with = "Probability")]
    route_change: Spanned<Probability>,
    /// Whether the user stays there until the next change; otherwise only that operation enters there. It stays by
    /// default.
    #[serde(default = "yes")]
    sticky: bool,
    /// A read of the key that a user has written, as from another device; none by default.
    #[schemars(with = "Option<ReadBackSpec>")]
    read_back: Option<Spanned<ReadBackSpec>>,
}

fn never() -> Spanned<Probability> {
    Spanned::new(0..0, Probability::ZERO)
}

fn yes() -> bool {
    true
}

/// A read that follows each write of a user: a theme is changed in one city, and the application opened in another. It
/// comes on top of the arrivals and moves nobody.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadBackSpec {
    /// The location where it enters.
    #[schemars(with = "String")]
    at: Spanned<String>,
    /// How long after the answer to the write it begins.
    after: Dist<Span>,
}

/// How the users of a population move and what they do besides its mix.
#[derive(Clone, Debug)]
pub struct Sessions {
    /// How many have their home at each of the population's locations.
    pub users: u32,
    /// Probability that an operation enters at another location than the one where its user is.
    pub route_change: Probability,
    /// Whether the user stays there.
    pub sticky: bool,
    /// The read that follows each write.
    pub read_back: Option<ReadBack>,
}

/// A read of the same key by the user who has written it.
#[derive(Clone, Debug)]
pub struct ReadBack {
    /// Where it enters.
    pub at: LocationIx,
    /// How long after the answer to the write it begins.
    pub after: Dist<Span>,
}

/// Users of a population at one location.
const USERS: RangeInclusive<u32> = 1..=10_000_000;

impl SessionsSpec {
    /// Resolves its names, for a population at so many locations with this mix.
    pub(super) fn resolve(
        &self,
        locations: usize,
        mix: &Mix,
        places: &mut Places,
        mistakes: &mut Vec<Diagnostic>,
    ) -> Sessions {
        let users = *self.users.get_ref();
        if !USERS.contains(&users) {
            let problem = format!("`users` is {users}; the limit is 1 to 10000000 at each location");
            mistakes.push(Diagnostic::new(problem, self.users.span(), ""));
        }
        let route_change = *self.route_change.get_ref();
        if route_change > Probability::ZERO && locations == 1 {
            let problem = "users change their route, but their population has no other location to go to";
            let help = "list more of them under `at`, or leave out `route_change`";
            mistakes.push(Diagnostic::new(problem, self.route_change.span(), "").with_help(help));
        }
        let read_back = self.read_back.as_ref().and_then(|read_back| {
            if mix.share(OpKind::Read) == 1.0 {
                let problem = "users read back what they have written, but they do not write";
                let help = "give them a mix with writes, such as { read = 0.9, write = 0.1 }";
                mistakes.push(Diagnostic::new(problem, read_back.span(), "").with_help(help));
            }
            let ReadBackSpec { at, after } = read_back.get_ref();
            match places.one(at.get_ref(), at.span()) {
                Ok(at) => Some(ReadBack { at, after: after.clone() }),
                Err(mistake) => {
                    mistakes.push(mistake);
                    None
                }
            }
        });
        Sessions { users, route_change, sticky: self.sticky, read_back }
    }
}
