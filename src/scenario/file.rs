//! A scenario file as it is written.

use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use toml::Spanned;

use super::crowds::FlashSpec;
use super::faults::FaultSpec;
use super::gates::SolveSpec;
use super::sessions::{SessionsSpec, Token};
use super::sites::SiteSpec;
use super::traffic::WeightsSpec;
use crate::base::{Bytes, Probability, Span};
use crate::dist::Dist;
use crate::model::cache::TierSpec;
use crate::model::conflicts::{ConflictsSpec, Retries, UpdatesSpec};
use crate::model::network::{GeoSpec, LegsSpec};
use crate::model::price::PriceSpec;
use crate::model::quota::QuotaSpec;
use crate::model::replication::ReplicationSpec;
use crate::model::workload::{ArrivalsSpec, Catalogue, DaySpec, Hedge, Mix, TraceSpec};

/// A scenario: a question about a key-value store that is spread over the world.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScenarioFile {
    /// What it is about, in a line.
    #[serde(default)]
    pub(super) title: String,
    /// Seed of all random draws.
    #[serde(default = "one")]
    #[schemars(with = "u64")]
    pub(super) seed: u64,
    /// How many independent repeats; intervals need at least two.
    #[serde(default = "ten")]
    #[schemars(with = "u32")]
    pub(super) trials: Spanned<u32>,
    /// Operations that begin earlier are not measured.
    #[serde(default)]
    pub(super) warmup: Span,
    /// No operation begins from here on.
    #[schemars(with = "Span")]
    pub(super) horizon: Spanned<Span>,
    /// Groups of locations and places of one's own.
    #[serde(default)]
    pub(super) locations: LocationsSpec,
    /// How long messages travel.
    #[serde(default)]
    pub(super) network: NetworkSpec,
    /// The namespaces by name.
    #[schemars(with = "IndexMap<String, NamespaceSpec>")]
    pub(super) namespace: IndexMap<Spanned<String>, NamespaceSpec>,
    /// The client populations by name.
    #[schemars(with = "IndexMap<String, ClientSpec>")]
    pub(super) client: IndexMap<Spanned<String>, ClientSpec>,
    /// Whether rows of traces that cannot be replayed are left out, instead of being mistakes.
    #[schemars(with = "Option<bool>")]
    pub(super) skip_bad_rows: Option<Spanned<bool>>,
    /// What goes wrong, by name.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, FaultSpec>")]
    pub(super) fault: IndexMap<Spanned<String>, FaultSpec>,
    /// What locations own, in tables of any name.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, SiteSpec>")]
    pub(super) site: IndexMap<Spanned<String>, SiteSpec>,
    /// What must hold: rows of `summary.csv`, a comparison and a value, such as `latency{op="read"}.p99 < 50ms`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) gates: Vec<Spanned<String>>,
    /// What `edgelag solve` looks for among the points of the sweep that meet the gates.
    pub(super) solve: Option<SolveSpec>,
    /// What may be spent on a run.
    #[serde(default)]
    pub(super) limits: LimitsSpec,
}

fn one() -> u64 {
    1
}

fn ten() -> Spanned<u32> {
    Spanned::new(0..0, 10)
}

/// Groups of locations, and places that the built-in table does not have.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LocationsSpec {
    /// The locations that `at = "edges"` stands for; `"all"` for all built-in edge cities.
    #[schemars(with = "Option<Names>")]
    pub(super) edges: Option<Spanned<Names>>,
    /// Places of one's own by name.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, OwnPlace>")]
    pub(super) own: IndexMap<Spanned<String>, OwnPlace>,
}

/// A place of one's own. Coordinates are needed where the network is geographic.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnPlace {
    /// Latitude in degrees, north positive.
    pub(super) latitude: Option<f64>,
    /// Longitude in degrees, east positive.
    pub(super) longitude: Option<f64>,
}

/// How long messages travel.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NetworkSpec {
    /// Where the round trip between two locations comes from; half of it is each way. By default
    /// geographic over a backbone, or nothing where legs are given.
    #[schemars(with = "Option<RttSpec>")]
    pub(super) rtt: Option<Spanned<RttSpec>>,
    /// Added to each message; by default log-normal with median 0.1 ms and sigma 0.9 where the round
    /// trip is geographic, and nothing otherwise.
    pub(super) jitter: Option<Dist<Span>>,
    /// Delays by leg of an exchange, between any two locations.
    pub(super) legs: Option<LegsSpec>,
    /// Delays by leg between some locations; the last that fits wins.
    #[serde(default)]
    pub(super) link: Vec<LinkSpec>,
}

/// Where the round trip between two locations comes from.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum RttSpec {
    /// From their places on earth.
    Geo(GeoSpec),
    /// From a CSV file with the columns from, to, rtt_ms; its path is relative to the scenario.
    Matrix(String),
    /// The same between any two different locations; none within one.
    Constant(Span),
}

/// Delays by leg for exchanges between some locations.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkSpec {
    /// The end that begins the exchange (who asks, or the coordinator); any if absent.
    #[schemars(with = "Option<Names>")]
    pub(super) from: Option<Spanned<Names>>,
    /// The end that is asked (the coordinator, or a replica); any if absent.
    #[schemars(with = "Option<Names>")]
    pub(super) to: Option<Spanned<Names>>,
    /// The delays.
    #[schemars(with = "LegsSpec")]
    pub(super) legs: Spanned<LegsSpec>,
}

/// Keys that share placement, replication, freshness and client demands.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NamespaceSpec {
    /// Its keys.
    #[schemars(with = "Catalogue")]
    pub(super) keys: Spanned<Catalogue>,
    /// The locations of its replicas.
    #[schemars(with = "Vec<String>")]
    pub(super) replicas: Spanned<Vec<Spanned<String>>>,
    /// How writes reach the replicas and how reads are answered from them.
    #[schemars(with = "ReplicationSpec")]
    pub(super) replication: Spanned<ReplicationSpec>,
    /// The tiers of caches in front of the replicas.
    #[serde(default)]
    pub(super) cache: CacheSpec,
    /// What is asked about the visibility of writes.
    #[serde(default)]
    pub(super) visibility: VisibilitySpec,
    /// A request to the replicas or the upper tier, or of a client to a location that is not its own, that has no answer
    /// by then has failed. If absent it waits, or 5 s where it may never be answered: some replicas are down for a while
    /// or have a bounded queue, or a fault has links lose messages, or sites or stores down.
    #[schemars(with = "Option<Span>")]
    pub(super) timeout: Option<Spanned<Span>>,
    /// When which replicas are down.
    #[serde(default)]
    pub(super) outages: Vec<OutageSpec>,
    /// How many requests are taken; all by default.
    #[schemars(with = "Option<QuotaSpec>")]
    pub(super) quota: Option<Spanned<QuotaSpec>>,
    /// What becomes of two writes of the same key; the one that arrives last wins by default.
    #[schemars(with = "Option<ConflictsSpec>")]
    pub(super) conflicts: Option<Spanned<ConflictsSpec>>,
    /// How updates (get, change, put) are carried out.
    #[schemars(with = "Option<UpdatesSpec>")]
    pub(super) updates: Option<Spanned<UpdatesSpec>>,
    /// What its use costs; if there are prices, `cost` tells what a month comes to.
    #[schemars(with = "Option<PriceSpec>")]
    pub(super) price: Option<Spanned<PriceSpec>>,
}

/// Some replicas are down for a while: they keep what they hold, but neither store, nor answer, nor coordinate.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OutageSpec {
    /// The locations of these replicas.
    #[schemars(with = "Vec<String>")]
    pub(super) replicas: Spanned<Vec<Spanned<String>>>,
    /// When it begins, from the beginning of a trial.
    #[schemars(with = "Span")]
    pub(super) at: Spanned<Span>,
    /// How long it lasts.
    #[serde(rename = "for")]
    pub(super) lasting: Span,
    /// How much later others turn to another replica, where the policy lets them.
    #[serde(default = "one_second")]
    pub(super) noticed_after: Span,
}

fn one_second() -> Span {
    Span::from_nanos(1_000_000_000)
}

/// Tiers of caches.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CacheSpec {
    /// A cache at each location where clients read.
    #[schemars(with = "Option<TierSpec>")]
    pub(super) edge: Option<Spanned<TierSpec>>,
    /// Caches between the edges and the replicas.
    #[schemars(with = "Option<TierSpec>")]
    pub(super) upper: Option<Spanned<TierSpec>>,
}

/// What is asked about the visibility of writes.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VisibilitySpec {
    /// A probe reads each sampled write this long after its commit; by default from 0 to twice the TTLs.
    #[schemars(with = "Option<Vec<Span>>")]
    pub(super) delays: Option<Spanned<Vec<Span>>>,
    /// Where probes read; by default up to twelve of the locations where clients read.
    #[schemars(with = "Option<Names>")]
    pub(super) from: Option<Spanned<Names>>,
    /// Share of the writes that is probed and followed; by default as many as cost little.
    pub(super) writes: Option<Probability>,
    /// How many isolated writes are drawn in each trial, each with one read from where probes read,
    /// straight from the delays and without traffic; thresholds are theirs alone then. None by default.
    #[schemars(with = "Option<u64>")]
    pub(super) isolated_writes: Option<Spanned<u64>>,
}

/// Clients that behave alike.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientSpec {
    /// Where they are: a location, a list of them, or `"edges"`.
    #[schemars(with = "Names")]
    pub(super) at: Spanned<Names>,
    /// The namespace that they use.
    #[schemars(with = "String")]
    pub(super) namespace: Spanned<String>,
    /// When operations begin at each of these locations.
    #[schemars(with = "Option<ArrivalsSpec>")]
    pub(super) arrivals: Option<Spanned<ArrivalsSpec>>,
    /// Operations that were recorded elsewhere, which are replayed instead of `arrivals`, `mix` and `day`; in a file that
    /// extends another it takes their place.
    #[schemars(with = "Option<TraceSpec>")]
    pub(super) trace: Option<Spanned<TraceSpec>>,
    /// How much of the traffic each location has: then rates are those of all locations together. By default rates are
    /// those at each location.
    #[schemars(with = "Option<WeightsSpec>")]
    pub(super) weights: Option<Spanned<WeightsSpec>>,
    /// How rates follow the local solar time of each location; not by default.
    #[schemars(with = "Option<DaySpec>")]
    pub(super) day: Option<Spanned<DaySpec>>,
    /// Crowds that read one key for a while, by name.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, FlashSpec>")]
    pub(super) flash: IndexMap<Spanned<String>, Spanned<FlashSpec>>,
    /// What they do, by weight; reads only by default.
    #[schemars(with = "Option<Mix>")]
    pub(super) mix: Option<Spanned<Mix>>,
    /// One-way delay between a client and its location; none by default.
    pub(super) access: Option<Dist<Span>>,
    /// Users whose sessions are followed, and how they move; by default operations have nothing to do with one another.
    pub(super) sessions: Option<SessionsSpec>,
    /// What users carry along of what they have seen and written, so that they do not see less later; nothing by default.
    #[schemars(with = "Option<Token>")]
    pub(super) token: Option<Spanned<Token>>,
    /// How operations are tried again that were refused or had no answer in time; not by default.
    #[schemars(with = "Option<Retries>")]
    pub(super) retries: Option<Spanned<Retries>>,
    /// A client that has no answer by then gives up, or tries again; what it has asked for goes on. It waits by default.
    #[schemars(with = "Option<Span>")]
    pub(super) timeout: Option<Spanned<Span>>,
    /// How reads are sent again that have no answer yet; not by default.
    #[schemars(with = "Option<Hedge>")]
    pub(super) hedge: Option<Spanned<Hedge>>,
}

/// What may be spent on a run.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LimitsSpec {
    /// Most events that a run may be predicted to have.
    pub(super) events: u64,
    /// Most cases that a sweep may have.
    pub(super) cases: u64,
    /// Most memory that a run may be predicted to take.
    pub(super) memory: Bytes,
    /// Most requests that may wait for servers at once in a trial; a trial in which more wait is stopped.
    pub(super) waiting: u64,
}

impl Default for LimitsSpec {
    fn default() -> LimitsSpec {
        LimitsSpec { events: 20_000_000_000, cases: 1_000, memory: Bytes::new(16 << 30), waiting: 2_000_000 }
    }
}

/// One name or several.
#[derive(Clone, Debug)]
pub(super) enum Names {
    /// One location, or the name of a group.
    One(String),
    /// Several locations.
    Several(Vec<Spanned<String>>),
}

struct NamesVisitor;

impl<'de> Visitor<'de> for NamesVisitor {
    type Value = Names;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a location, a list of locations, or a group such as \"edges\"")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Names, E> {
        Ok(Names::One(name.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Names, A::Error> {
        let mut several = Vec::new();
        while let Some(name) = names.next_element()? {
            several.push(name);
        }
        Ok(Names::Several(several))
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Names, D::Error> {
        deserializer.deserialize_any(NamesVisitor)
    }
}

impl JsonSchema for Names {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Names".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "string" },
            { "type": "array", "items": { "type": "string" }, "minItems": 1 }
        ] })
    }
}
