//! One point of a scenario, with all names resolved: after this nothing can be wrong.

use super::gates::{Gate, Objective};
use super::sessions::{Sessions, Token};
use super::sites::Site;
use super::traces::Trace;
use super::traffic::Stream;
use crate::base::{LocationIx, NamespaceIx, Probability, Span, Time};
use crate::dist::Dist;
use crate::model::cache::{Capacity, PurgeBy, PurgeSpec, TierSpec};
use crate::model::conflicts::{ConflictsSpec, Retries, UpdatesSpec};
use crate::model::faults::{Fault, Outage};
use crate::model::network::Network;
use crate::model::price::Price;
use crate::model::quota::QuotaSpec;
use crate::model::replication::{Nature, Placement, Policy};
use crate::model::topology::Place;
use crate::model::workload::{Catalogue, Hedge, Mix, OpKind, Process};

/// What is simulated: one point of a scenario's sweep, or its only one.
#[derive(Clone, Debug)]
pub struct Case {
    /// The values of the sweep here, such as `r=1 w=2`; empty without a sweep.
    pub label: String,
    /// The seed of the scenario.
    pub seed: u64,
    /// How many independent repeats.
    pub trials: u32,
    /// Operations that begin earlier are not measured.
    pub warmup: Time,
    /// No operation begins from here on.
    pub horizon: Time,
    /// All locations that play a part.
    pub locations: Vec<Place>,
    /// The delays between them.
    pub network: Network,
    /// The namespaces, side by side in one world.
    pub namespaces: Vec<Namespace>,
    /// The client populations.
    pub populations: Vec<Population>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// Most requests that may wait for servers at once.
    pub most_waiting: u64,
    /// What each location owns; empty where none owns anything.
    pub sites: Vec<Option<Site>>,
    /// How much each cache of each location holds, any amount where it does not say; empty where none does.
    pub capacities: Vec<Option<Capacity>>,
    /// What must hold.
    pub gates: Vec<Gate>,
    /// What is wanted beside that, if anything.
    pub objective: Option<Objective>,
}

/// Keys that share placement, replication, freshness and client demands.
#[derive(Clone, Debug)]
pub struct Namespace {
    /// Its name.
    pub name: String,
    /// Its keys.
    pub catalogue: Catalogue,
    /// Where its replicas are.
    pub placement: Placement,
    /// How writes reach them and reads are answered.
    pub policy: Policy,
    /// What others have to know of that.
    pub nature: Nature,
    /// The edge caches' rules, if there are edge caches.
    pub edge: Option<TierSpec>,
    /// The upper tier, if there is one.
    pub upper: Option<Upper>,
    /// What is asked about visibility.
    pub visibility: Visibility,
    /// Which of two writes of the same key wins.
    pub conflicts: ConflictsSpec,
    /// How many requests are taken; all if `None`.
    pub quota: Option<QuotaSpec>,
    /// How updates are carried out.
    pub updates: UpdatesSpec,
    /// When a request to the replicas has failed; `None` if it waits.
    pub timeout: Option<Span>,
    /// When which replicas are down.
    pub outages: Vec<Outage>,
    /// What its use costs, if that is asked for.
    pub price: Option<Price>,
    /// Whether there are any faults in its world.
    pub disturbed: bool,
    /// Whether an operation may end before its time: as a queue is full, or its client gives up.
    pub may_end_early: bool,
}

/// The upper tier of caches.
#[derive(Clone, Debug)]
pub struct Upper {
    /// Its rules.
    pub rules: TierSpec,
    /// Its locations.
    pub at: Vec<LocationIx>,
    /// For each location of the case, the position in `at` of the one that it asks.
    pub serving: Vec<u16>,
}

/// All caches of one tier of a namespace in one location.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Caches {
    /// The edge caches of a location.
    Edge(LocationIx),
    /// The upper tier's, by the position of their location in [`Upper::at`].
    Upper(u16),
}

/// How the visibility of writes is observed.
#[derive(Clone, Debug)]
pub struct Visibility {
    /// Probes are sent this long after a commit.
    pub delays: Vec<Span>,
    /// Probes are sent from here.
    pub from: Vec<LocationIx>,
    /// Share of the writes that are probed.
    pub probed: Probability,
    /// So many pairs of an isolated write and a read are drawn in a trial; if any, thresholds are theirs.
    pub isolated_writes: u64,
    /// Whose serving of a write is followed: all locations that read.
    pub readers: Vec<LocationIx>,
    /// Share of the writes that are followed.
    pub followed: Probability,
    /// Writes that commit later are not followed: arrivals would end before they have spread.
    pub follow_until: Time,
}

/// Clients that behave alike.
#[derive(Clone, Debug)]
pub struct Population {
    /// Its name.
    pub name: String,
    /// The namespace that they use.
    pub namespace: NamespaceIx,
    /// Where they are.
    pub at: Vec<LocationIx>,
    /// When operations begin, and where: one stream at each of these locations, and those of flash crowds.
    pub streams: Vec<Stream>,
    /// The trace that they replay, if they do.
    pub trace: Option<Trace>,
    /// What the operations do, but for those of flash crowds.
    pub mix: Mix,
    /// One-way delay between a client and its location.
    pub access: Option<Dist<Span>>,
    /// Its users, if their sessions are followed.
    pub sessions: Option<Sessions>,
    /// What its users carry along of what they have seen.
    pub token: Option<Token>,
    /// How operations are tried again that were refused or had no answer in time.
    pub retries: Option<Retries>,
    /// When they give up; never if `None`.
    pub timeout: Option<Span>,
    /// How they send reads again.
    pub hedge: Option<Hedge>,
}

impl Case {
    /// Where writes come before reads, a group of locations with more reads than this is run in order of time, others
    /// key by key: all reads that are kept would take too much memory.
    pub const MOST_READS_BY_KEY: f64 = (1 << 23) as f64;

    /// Clients who write after what they have read: if there are any, writes cannot come before reads.
    pub fn writes_after_reads(&self) -> impl Iterator<Item = &Population> {
        self.populations.iter().filter(|population| population.mix.share(OpKind::Update) > 0.0)
    }

    /// Where a namespace has edge caches that hold anything: where its clients read, or write through them.
    fn edge_caches(&self, namespace: NamespaceIx) -> Vec<LocationIx> {
        let Some(edge) = &self.namespaces[namespace.at()].edge else { return Vec::new() };
        let fills = |population: &&Population| {
            let reads = population.mix.share(OpKind::Read) + population.mix.share(OpKind::Update);
            population.namespace == namespace && (reads > 0.0 || edge.write_through != Probability::ZERO)
        };
        let filled = self.populations.iter().filter(fills);
        let mut at: Vec<LocationIx> = filled.flat_map(|population| population.at.iter().copied()).collect();
        at.sort_unstable();
        at.dedup();
        at
    }

    /// The caches of a namespace that are told of its writes.
    pub fn purged(&self, namespace: NamespaceIx) -> Vec<Caches> {
        let Namespace { edge, upper, .. } = &self.namespaces[namespace.at()];
        let mut purged = Vec::new();
        if edge.as_ref().is_some_and(|rules| rules.purge.is_some()) {
            purged.extend(self.edge_caches(namespace).into_iter().map(Caches::Edge));
        }
        if let Some(upper) = upper.as_ref().filter(|upper| upper.rules.purge.is_some()) {
            purged.extend((0..upper.at.len() as u16).map(Caches::Upper));
        }
        purged
    }

    /// Whether what is done to one key has others dropped from caches: then reads cannot be simulated key by key.
    pub fn couples_keys(&self) -> bool {
        let mut purges = self.namespaces.iter().flat_map(Namespace::purges);
        purges.any(|purge| purge.by != PurgeBy::Key) || self.limits_caches()
    }

    /// Clients who wait for each answer: when they begin the next operation depends on it.
    pub fn in_closed_loops(&self) -> impl Iterator<Item = &Population> {
        let is_closed = |stream: &Stream| matches!(stream.process, Process::Closed { .. });
        self.populations.iter().filter(move |population| population.streams.iter().any(is_closed))
    }

    /// Clients whose operations come from a trace, one after another.
    pub fn replaying(&self) -> impl Iterator<Item = &Population> {
        self.populations.iter().filter(|population| population.trace.is_some())
    }

    /// Clients with sessions, whose operations have to be carried out in order of time wherever they enter.
    pub fn with_sessions(&self) -> impl Iterator<Item = &Population> {
        self.populations.iter().filter(|population| population.sessions.is_some())
    }

    /// Whether reads and writes have to be carried out together, in order of time.
    pub fn is_in_order(&self) -> bool {
        let impatient = self.populations.iter().filter(|population| population.is_impatient());
        let clients = self.writes_after_reads().chain(self.in_closed_loops()).chain(self.with_sessions());
        let mut clients = clients.chain(impatient).chain(self.replaying());
        let together = |namespace: &Namespace| {
            let by_clock = !matches!(namespace.conflicts, ConflictsSpec::Arrival);
            by_clock || namespace.may_fail() || namespace.nature.coupled.is_some()
        };
        clients.next().is_some()
            || !self.sites.is_empty()
            || self.namespaces.iter().any(together)
            || self.writes_share_capacity()
    }

    /// Mean reads that begin in a second at a location, of all populations.
    pub fn reads_at(&self, location: LocationIx) -> f64 {
        let streams = self.populations.iter().flat_map(|population| &population.streams);
        streams.filter(|stream| stream.location == location).map(Stream::reads_per_second).sum()
    }
}

impl Caches {
    /// Where they are, and how they are purged; `None` if they are not.
    pub fn purge(self, namespace: &Namespace) -> Option<(LocationIx, &PurgeSpec)> {
        match self {
            Caches::Edge(location) => Some((location, namespace.edge.as_ref()?.purge.as_ref()?)),
            Caches::Upper(at) => {
                let upper = namespace.upper.as_ref()?;
                Some((upper.at[usize::from(at)], upper.rules.purge.as_ref()?))
            }
        }
    }

    /// Whether reads at a location meet them.
    pub fn serve(self, namespace: &Namespace, location: LocationIx) -> bool {
        match self {
            Caches::Edge(at) => at == location,
            Caches::Upper(at) => {
                namespace.upper.as_ref().is_some_and(|upper| upper.serving[location.at()] == at)
            }
        }
    }
}

impl Namespace {
    /// How its tiers are purged, if they are.
    fn purges(&self) -> impl Iterator<Item = &PurgeSpec> {
        let upper = self.upper.as_ref().map(|upper| &upper.rules);
        self.edge.iter().chain(upper).filter_map(|rules| rules.purge.as_ref())
    }
}

impl Namespace {
    /// Whether a request to its replicas may go without an answer, or be refused.
    pub fn may_fail(&self) -> bool {
        let refuses = self.quota.is_some() || matches!(self.updates, UpdatesSpec::CompareAndSet(_));
        let disturbed = !self.outages.is_empty() || self.disturbed;
        self.timeout.is_some() || disturbed || refuses || self.may_end_early
    }
}

impl Visibility {
    /// Whether a location reads, or probes read from it.
    pub fn sees(&self, location: LocationIx) -> bool {
        self.readers.contains(&location) || self.from.contains(&location)
    }
}

impl Population {
    /// Whether what they send depends on how long answers take, or on how many operations have failed.
    pub fn is_impatient(&self) -> bool {
        let budget = self.retries.and_then(|retries| retries.budget);
        self.timeout.is_some() || self.hedge.is_some() || budget.is_some()
    }

    /// Whether they do not simply wait for the answer to an operation of some kind.
    pub fn waits_for(&self, kind: OpKind) -> bool {
        self.timeout.is_some() || self.hedge.is_some() && kind == OpKind::Read
    }

    /// Mean operations that begin in a second, at all locations together.
    pub fn operations_per_second(&self) -> f64 {
        self.streams.iter().map(|stream| stream.per_second).sum()
    }

    /// Mean reads that begin in a second, at all locations together.
    pub fn reads_per_second(&self) -> f64 {
        self.streams.iter().map(Stream::reads_per_second).sum()
    }

    /// Mean reads in a second, of all locations together, of what users have written before.
    pub fn read_backs_per_second(&self) -> f64 {
        match self.sessions.as_ref().and_then(|sessions| sessions.read_back.as_ref()) {
            Some(_) => self.writes_per_second(),
            None => 0.0,
        }
    }

    /// Mean operations of all locations together that write: writes, updates and deletes.
    pub fn writes_per_second(&self) -> f64 {
        self.streams.iter().map(Stream::writes_per_second).sum()
    }
}
