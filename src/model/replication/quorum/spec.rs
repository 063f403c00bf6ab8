//! A leaderless quorum as a scenario writes it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::hints::HintsSpec;
use crate::base::Span;
use crate::model::replication::contacts::ContactsSpec;

/// A leaderless quorum; N is the number of the namespace's replicas.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuorumSpec {
    /// N, if it is to be checked against the list of replicas. With `sloppy` there are more of these: the first N are
    /// at home, the others stand in for those of them that are down.
    pub n: Option<u16>,
    /// R: answers that a read waits for, 1 to N.
    pub r: u16,
    /// W: acknowledgements that a write waits for, 1 to N.
    pub w: u16,
    /// Where the coordinator of an operation is.
    #[serde(default)]
    pub coordinator: Coordinator,
    /// Which replicas a read asks.
    #[serde(default)]
    pub reads_to: ReadsTo,
    /// Which replicas a write is sent to.
    #[serde(default)]
    pub writes_to: WritesTo,
    /// Whose answers count.
    #[serde(default)]
    pub scope: Scope,
    /// The regions that `scope` speaks of, as lists of locations; by default each location is one.
    pub regions: Option<Vec<Vec<String>>>,
    /// What a read does about replicas that answer with something older.
    #[serde(default)]
    pub read_repair: ReadRepair,
    /// Writes that a replica misses are kept for it.
    pub hints: Option<HintsSpec>,
    /// Whether other replicas stand in for those that are down.
    #[serde(default)]
    pub sloppy: bool,
    /// Replicas compare what they hold, in pairs, so often.
    pub anti_entropy: Option<ContactsSpec>,
    /// A read that has no answer after this long asks one replica more.
    pub hedge: Option<Span>,
}

impl QuorumSpec {
    pub(in crate::model::replication) fn named_location(&self) -> Option<&str> {
        match &self.coordinator {
            Coordinator::At(name) => Some(name),
            Coordinator::Nearest | Coordinator::Local => None,
        }
    }
}

/// Who coordinates an operation.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Coordinator {
    /// The replica nearest to where the operation enters.
    #[default]
    Nearest,
    /// The location where the operation enters, replica or not.
    Local,
    /// This location, replica or not.
    At(String),
}

/// Which replicas a read asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReadsTo {
    /// All N; the first R answers count.
    #[default]
    All,
    /// The R nearest to the coordinator.
    Nearest,
    /// R at random.
    Random,
}

/// Which replicas a write is sent to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WritesTo {
    /// All N.
    #[default]
    All,
    /// W at random; the others never get it (a non-expanding quorum, for teaching).
    Random,
}

/// Whose answers count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Those of all replicas.
    #[default]
    All,
    /// Those in the coordinator's region, of which R or W are waited for: Cassandra's LOCAL_QUORUM.
    Local,
    /// A write waits for W in each region, a read for R in the coordinator's: Cassandra's EACH_QUORUM.
    Each,
}

/// What a read does about replicas that answer with something older.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReadRepair {
    /// Nothing.
    #[default]
    None,
    /// Sends them the newest version, and answers meanwhile.
    Asynchronous,
    /// Answers when those whose answers count have the newest version.
    Blocking,
}
