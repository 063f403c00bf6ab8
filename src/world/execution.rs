//! Ways to carry out a trial that give the same results, or results of the same distribution, and which of them fit
//! a case.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::aggregate;
use crate::model::conflicts::ConflictsSpec;
use crate::model::replication::Coupled;
use crate::scenario::{Case, Namespace};

/// How a trial is carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Execution {
    /// All events in order of time.
    General,
    /// First the writes, then the reads of each location; byte for byte the same.
    FeedForward,
    /// First the writes, then the reads of each location, with hits of caches counted in bulk; equal in distribution.
    Aggregate,
}

/// What was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Choice {
    /// Feed-forward where it applies.
    #[default]
    Auto,
    /// This one.
    Only(Execution),
}

/// How a case is carried out, and why so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// How.
    pub execution: Execution,
    /// Why.
    pub why: Why,
}

/// What decided how a case is carried out. As text it stands in `run.json`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Why {
    /// The user did.
    Asked,
    /// No client writes after what it has read.
    ReadsDoNotInfluenceWrites,
    /// The faster way does not fit.
    Inapplicable(Vec<Inapplicable>),
}

impl fmt::Display for Why {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Why::Asked => formatter.write_str("asked for with --execution"),
            Why::ReadsDoNotInfluenceWrites => formatter.write_str("reads cannot influence writes"),
            Why::Inapplicable(why) => {
                formatter.write_str(&why.iter().map(Inapplicable::to_string).collect::<Vec<_>>().join("; "))
            }
        }
    }
}

/// Why a way of execution does not fit a case.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Inapplicable {
    /// Its clients write after what they have read.
    #[error("clients `{0}` get, change and put: when they write depends on what they have read")]
    Update(String),
    /// Its clients have sessions.
    #[error(
        "clients `{0}` have sessions: what their users see at one location depends on what they saw at others"
    )]
    Sessions(String),
    /// Its clients read in step.
    #[error("clients `{0}` read at fixed intervals; hits are counted in bulk where arrivals are Poisson")]
    InStep(String),
    /// Its clients read at a rate that changes.
    #[error(
        "clients `{0}` read at a rate that changes; hits are counted in bulk where arrivals are Poisson at one rate"
    )]
    Varying(String),
    /// Its clients wait for each answer.
    #[error("clients `{0}` wait for each answer before they think about the next operation")]
    Closed(String),
    /// Its clients are some way from their location.
    #[error(
        "clients `{0}` have an `access` delay, which each hit draws anew; leave it out to count hits in bulk"
    )]
    Access(String),
    /// Its clients replay a trace.
    #[error("clients `{0}` replay a trace, whose rows are read once and in order of time")]
    Replay(String),
    /// They use a namespace whose reads and writes depend on one another.
    #[error("namespace `{0}` {1}")]
    Coupled(String, Coupled),
    /// They use a namespace whose writes are ordered by clocks.
    #[error("namespace `{0}` orders writes by clocks (conflicts)")]
    Clocks(String),
    /// They use a namespace whose replicas merge.
    #[error("replicas of namespace `{0}` merge what they are told with what they hold (conflicts)")]
    Merging(String),
    /// They use a namespace whose replicas may fail to answer.
    #[error(
        "requests to the replicas of namespace `{0}` may fail (timeout, outages, faults, quota, compare-and-set)"
    )]
    Failing(String),
    /// Several namespaces share caches that writes fill or purge.
    #[error("namespaces share caches of limited capacity, which writes fill or purge (write_through, purge)")]
    SharedCapacity,
    /// Its clients give up, or send again.
    #[error(
        "clients `{0}` give up, hedge or have a budget of retries: what they send depends on earlier answers"
    )]
    Impatient(String),
    /// Some location owns servers or a link.
    #[error("requests wait for servers and links (site), reads and writes for one another")]
    Sites,
    /// They read from a namespace whose rules need each hit, or that has none.
    #[error("namespace `{0}` {1}")]
    Namespace(String, EachRead),
}

/// The execution that was asked for does not fit a case.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub struct Refusal {
    /// What was asked for.
    pub execution: Execution,
    /// The label of the case; empty without a sweep.
    pub case: String,
    /// All that is in its way.
    pub why: Vec<Inapplicable>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let place = if self.case.is_empty() { String::new() } else { format!(" to the case {}", self.case) };
        write!(formatter, "the execution `{}` does not apply{place}:", self.execution.name())?;
        match &self.why[..] {
            [only] => write!(formatter, " {only}"),
            several => several.iter().try_for_each(|why| write!(formatter, "\n  - {why}")),
        }
    }
}

/// What a namespace has that needs each read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum EachRead {
    /// No hits at all.
    #[error("has no edge cache; only hits of one are counted in bulk")]
    NoCache,
    /// Two tiers.
    #[error("has an upper tier of caches; misses of several locations meet there")]
    Upper,
    /// Entries that others push out.
    #[error("has caches of limited capacity: a fetch of one key may evict another")]
    Limited,
    /// Fetches that overtake one another.
    #[error("does not coalesce fetches; set cache.edge.coalesce = true to count hits in bulk")]
    NotCoalesced,
    /// Hits that set off a fetch.
    #[error("has refresh_ahead: a hit may set off a fetch")]
    RefreshAhead,
    /// Expired entries that are served.
    #[error("has stale_while_revalidate: a hit may set off a fetch")]
    Revalidate,
    /// Writes that fill caches.
    #[error("has write_through: a write may fill a cache between two fetches")]
    WriteThrough,
    /// Writes that empty caches.
    #[error("has purge: a write may drop an entry between two fetches")]
    Purge,
    /// Popularity that moves.
    #[error("has keys whose popularity changes with time (popularity.latest)")]
    Latest,
    /// Answers that are weighed.
    #[error("has a price for egress: each answer is weighed")]
    Egress,
    /// Observers, who look into caches at any time.
    #[error("has writes that are probed or followed; set visibility.writes = 0 to count hits in bulk")]
    Visibility,
}

impl Execution {
    /// The word on the command line and in `run.json`.
    pub const fn name(self) -> &'static str {
        match self {
            Execution::General => "general",
            Execution::FeedForward => "feed-forward",
            Execution::Aggregate => "aggregate",
        }
    }

    /// All that keeps it from giving the results of the general execution for this case, or aggregate ones of their
    /// distribution.
    fn obstacles(self, case: &Case) -> Vec<Inapplicable> {
        let closed = || case.in_closed_loops().map(|clients| Inapplicable::Closed(clients.name.clone()));
        let replays = || case.replaying().map(|clients| Inapplicable::Replay(clients.name.clone()));
        let spaces = || case.namespaces.iter().flat_map(together);
        let updates = || case.writes_after_reads().map(|clients| Inapplicable::Update(clients.name.clone()));
        let sessions = || case.with_sessions().map(|clients| Inapplicable::Sessions(clients.name.clone()));
        let sites = (!case.sites.is_empty()).then_some(Inapplicable::Sites);
        let shared = case.writes_share_capacity().then_some(Inapplicable::SharedCapacity);
        let impatient = case.populations.iter().filter(|clients| clients.is_impatient());
        let impatient = impatient.map(|clients| Inapplicable::Impatient(clients.name.clone()));
        let sites = impatient.chain(sites).chain(shared);
        let coupled =
            updates().chain(sessions()).chain(closed()).chain(replays()).chain(spaces()).chain(sites);
        match self {
            Execution::General => Vec::new(),
            Execution::FeedForward => coupled.collect(),
            Execution::Aggregate => coupled.chain(aggregate::obstacles(case)).collect(),
        }
    }
}

impl Choice {
    /// How a case is to be carried out.
    ///
    /// # Errors
    /// If what was asked for does not fit the case.
    pub fn of(self, case: &Case) -> Result<Decision, Refusal> {
        let wanted = match self {
            Choice::Only(execution) => execution,
            Choice::Auto => Execution::FeedForward,
        };
        let obstacles = wanted.obstacles(case);
        let (execution, why) = match (self, obstacles.is_empty()) {
            (Choice::Only(_), true) => (wanted, Why::Asked),
            (Choice::Auto, true) => (wanted, Why::ReadsDoNotInfluenceWrites),
            (Choice::Auto, false) => (Execution::General, Why::Inapplicable(obstacles)),
            (Choice::Only(execution), false) => {
                return Err(Refusal { execution, case: case.label.clone(), why: obstacles });
            }
        };
        Ok(Decision { execution, why })
    }
}

/// Why reads and writes of a namespace have to be carried out together.
fn together(namespace: &Namespace) -> impl Iterator<Item = Inapplicable> {
    let name = &namespace.name;
    let coupled = namespace.nature.coupled.map(|why| Inapplicable::Coupled(name.clone(), why));
    let fails = namespace.may_fail();
    let conflicts = match namespace.conflicts {
        ConflictsSpec::Arrival => None,
        ConflictsSpec::Clock(_) | ConflictsSpec::HybridClock(_) => Some(Inapplicable::Clocks(name.clone())),
        ConflictsSpec::Siblings | ConflictsSpec::Counter | ConflictsSpec::Set => {
            Some(Inapplicable::Merging(name.clone()))
        }
    };
    coupled.into_iter().chain(conflicts).chain(fails.then(|| Inapplicable::Failing(name.clone())))
}
