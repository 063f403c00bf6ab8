//! One fault: what it does, and when.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::{LocationIx, NamespaceIx, Probability, Rate, Span, Time};
use crate::dist::Dist;

/// A fault, which comes once or again and again.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its name in the scenario.
    pub name: String,
    /// The one location that it is drawn for, where each of several has its own.
    pub apart: Option<LocationIx>,
    /// What it is called in tables: `link-down`, `site-down`, …
    pub kind: &'static str,
    /// What it does.
    pub trouble: Trouble,
    /// When.
    pub when: When,
    /// How much later others know, and turn to another place where the policy lets them.
    pub noticed_after: Span,
}

/// When a fault is there.
#[derive(Clone, Debug)]
pub enum When {
    /// Once, the same in every trial.
    At {
        /// From when on.
        from: Time,
        /// When it is over.
        until: Time,
    },
    /// As each trial draws it: while it is not there, it comes at this rate.
    Drawn {
        /// Of a Poisson process.
        rate: Rate,
        /// How long it stays.
        lasting: Dist<Span>,
    },
}

/// What a fault does.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// Messages between some locations fare worse.
    Link {
        /// Between which ones.
        ends: Ends,
        /// How.
        harm: Harm,
    },
    /// All that is at these locations is down.
    Site {
        /// Where.
        at: Vec<LocationIx>,
        /// What becomes of what replicas there hold.
        disk: Disk,
        /// What becomes of the clients there.
        clients: ClientsOfSite,
        /// Caches are down, replicas are not.
        caches_only: bool,
    },
    /// These locations are slow.
    Slow {
        /// Where.
        at: Vec<LocationIx>,
        /// Whatever they send, they send so much later.
        added: Span,
        /// So many times as long as otherwise their servers are busy with a request, 1 or more.
        factor: f64,
    },
    /// The clocks of these locations are wrong.
    Clock {
        /// Where.
        at: Vec<LocationIx>,
        /// Nanoseconds that they are ahead at once.
        ahead: f64,
        /// Nanoseconds that they gain in each.
        gained: f64,
    },
    /// Purges are lost.
    Purges {
        /// On their way to caches here; to all if `None`.
        to: Option<Vec<LocationIx>>,
        /// This share of them.
        share: Probability,
    },
    /// All replicas of these namespaces are down.
    Store(Vec<NamespaceIx>),
}

/// The pairs of locations whose messages are meant.
#[derive(Clone, Debug)]
pub struct Ends {
    /// For each location of the case whether it is at the one end,
    pub from: Vec<bool>,
    /// and at the other.
    pub to: Vec<bool>,
    /// Whether messages the other way fare as ever.
    pub one_way: bool,
}

/// How messages fare worse.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Harm {
    /// All are lost.
    Down,
    /// They take longer.
    Slow {
        /// By this,
        added: Span,
        /// and so many times as long besides.
        factor: f64,
    },
    /// A share of them is lost.
    Lossy(Probability),
}

/// What becomes of what replicas hold at a site that is down.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Disk {
    /// They come back with it.
    #[default]
    Kept,
    /// They come back with what was there at the beginning of the trial, as from an old backup, and are not asked before
    /// they have copied what the other replicas hold that are up then.
    Lost,
}

/// What becomes of the clients at a site that is down.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientsOfSite {
    /// Their operations fail at once.
    #[default]
    Fail,
    /// As soon as it is noticed they are served by the nearest location of their namespace's clients that is up.
    NextNearest,
}

impl Ends {
    /// Whether a message from one location to another is meant.
    pub fn join(&self, from: LocationIx, to: LocationIx) -> bool {
        let (from, to) = (from.at(), to.at());
        from != to && (self.from[from] && self.to[to] || !self.one_way && self.to[from] && self.from[to])
    }
}

impl Trouble {
    /// Whether an operation may go without an answer because of it.
    pub fn loses(&self) -> bool {
        match self {
            Trouble::Link { harm, .. } => !matches!(harm, Harm::Slow { .. }),
            Trouble::Site { .. } | Trouble::Store(_) => true,
            Trouble::Slow { .. } | Trouble::Clock { .. } | Trouble::Purges { .. } => false,
        }
    }

    /// Whether it concerns a namespace, of which it is said whether its writes are ordered by clocks, and its caches purged.
    pub fn concerns(&self, namespace: NamespaceIx, by_clock: bool, purged: bool) -> bool {
        match self {
            Trouble::Store(namespaces) => namespaces.contains(&namespace),
            Trouble::Clock { .. } => by_clock,
            Trouble::Purges { .. } => purged,
            Trouble::Link { .. } | Trouble::Site { .. } | Trouble::Slow { .. } => true,
        }
    }
}
