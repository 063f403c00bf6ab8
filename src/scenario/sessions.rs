//! Users whose operations form sessions, and how they move.

use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::places::Places;
use super::text::Diagnostic;
use crate::base::{LocationIx, Probability, Span};
use crate::dist::Dist;
use crate::model::replication::{Policy, Reads};
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

/// What a user carries along: of each key the newest version that it has seen or written. A cache that lacks it is
/// passed by, and so may be a replica.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// What becomes of a read at a replica that lacks it.
    pub when_behind: Behind,
    /// When it has failed then, counted from when it came there; it waits by default.
    pub timeout: Option<Span>,
}

/// What becomes of a read at a replica that lacks what its user has seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Behind {
    /// It waits there until the replica has it.
    Wait,
    /// It goes to the next nearest replica, and waits at the last one.
    OtherReplica,
    /// It goes to the replica that all writes go through.
    Primary,
}

/// Finds what does not go together: a token without a session, or with a policy that does not let one replica answer.
pub(super) fn check_token(
    token: &Spanned<Token>,
    has_session: bool,
    policy: &Policy,
    mistakes: &mut Vec<Diagnostic>,
) {
    let mut wrong = |problem: &str, help: &str| {
        mistakes.push(Diagnostic::new(problem, token.span(), "").with_help(help));
    };
    if !has_session {
        wrong(
            "a token belongs to a session, but these clients have none",
            "add e.g. sessions = { users = 100 }",
        );
    }
    let nature = policy.nature();
    if nature.reads != Reads::OnTheSpot {
        let help = "use primary-backup, multi-primary, gossip, or consensus with reads = \"local\"";
        wrong("a token is held against the one replica that answers; under this policy several do", help);
    } else if token.get_ref().when_behind == Behind::Primary && nature.leader.is_none() {
        let help = "use `when_behind = \"wait\"` or \"other-replica\"";
        wrong("a read that lacks something is to go to the primary, but this policy has none", help);
    }
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
