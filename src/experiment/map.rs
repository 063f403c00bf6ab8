//! Where the locations of a case are, what each is for in a namespace, which of them talk to one another, and when which
//! are down. All of it is known before anything runs.

use std::collections::BTreeSet;

use super::Outcome;
use super::faults::{Stretch, stretches};
use super::recovery::{Recovery, recoveries};
use crate::base::geography::Coordinates;
use crate::base::{Dice, KeyId, LocationIx, NamespaceIx, Time};
use crate::model::network::Leg;
use crate::model::replication::{Demand, Exchange};
use crate::model::topology::{Kind, find};
use crate::model::workload::OpKind;
use crate::scenario::{Case, Namespace, Population};

/// The map of one namespace of one case.
#[derive(Clone, Debug)]
pub struct Map {
    /// The point of the sweep; empty without one.
    pub case: String,
    /// The namespace.
    pub namespace: String,
    /// All locations of the case, in its order.
    pub locations: Vec<Location>,
    /// The pairs that talk to one another, by use, and by the order of the locations.
    pub links: Vec<Link>,
    /// When the warm-up ends, in simulated seconds since the beginning of the trial.
    pub measured_from: f64,
    /// How many trials there are of the case.
    pub trials: u32,
    /// When what was wrong: the outages of replicas by their beginning, then each fault.
    pub faults: Vec<Stretch>,
    /// What each fault left behind.
    pub recoveries: Vec<Recovery>,
}

/// A location, with regard to a namespace.
#[derive(Clone, PartialEq, Debug)]
pub struct Location {
    /// Its name.
    pub name: String,
    /// Absent where nobody said.
    pub coordinates: Option<Coordinates>,
    /// A region is a data centre: one of a cloud, or a place of one's own with a replica or an upper tier of any namespace.
    /// All else are edges.
    pub is_region: bool,
    /// What it holds of the namespace: `primary` or `replica`, and `upper` for caches of the upper tier.
    pub roles: Vec<&'static str>,
    /// The location whose upper tier its reads ask.
    pub upper: Option<String>,
}

/// Two locations between which messages travel.
#[derive(Clone, PartialEq, Debug)]
pub struct Link {
    /// Who asks.
    pub from: String,
    /// Who is asked.
    pub to: String,
    /// What for.
    pub usage: Usage,
    /// The median round trip in seconds, without jitter.
    pub round_trip: f64,
}

/// What a link is used for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Usage {
    /// Reads that ask the upper tier.
    Upper,
    /// Reads on their way to the replicas.
    Read,
    /// Writes on theirs.
    Write,
    /// Replicas among themselves.
    Replication,
}

impl Usage {
    /// As in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Usage::Upper => "upper",
            Usage::Read => "read",
            Usage::Write => "write",
            Usage::Replication => "replication",
        }
    }
}

/// The maps of all namespaces of an outcome's case.
pub fn maps(outcome: &Outcome) -> Vec<Map> {
    let case = outcome.case;
    let of = |(at, namespace): (usize, &Namespace)| {
        let clients = case.populations.iter().filter(|clients| clients.namespace.at() == at);
        let traffic = Traffic::new(NamespaceIx::from_position(at), case, &clients.collect::<Vec<_>>());
        Map {
            case: case.label.clone(),
            namespace: namespace.name.clone(),
            locations: traffic.locations(),
            links: traffic.links(),
            measured_from: case.warmup.since(Time::ZERO).as_secs_f64(),
            trials: outcome.trials.len() as u32,
            faults: stretches(outcome, NamespaceIx::from_position(at)),
            recoveries: recoveries(outcome, at),
        }
    };
    case.namespaces.iter().enumerate().map(of).collect()
}

/// Where the operations on a namespace enter.
struct Traffic<'a> {
    case: &'a Case,
    namespace: &'a Namespace,
    reads: BTreeSet<LocationIx>,
    writes: BTreeSet<LocationIx>,
}

/// So often a read is begun for the map: replicas that are asked at random are found all, if they are not too many.
const DRAWS: u32 = 256;

impl<'a> Traffic<'a> {
    fn new(index: NamespaceIx, case: &'a Case, clients: &[&Population]) -> Traffic<'a> {
        let with = |kinds: &[OpKind]| -> BTreeSet<LocationIx> {
            let does = |clients: &&&Population| kinds.iter().any(|&kind| clients.mix.share(kind) > 0.0);
            clients.iter().filter(does).flat_map(|clients| clients.at.iter().copied()).collect()
        };
        let sessions = clients.iter().filter_map(|clients| clients.sessions.as_ref());
        let read_backs = sessions.filter_map(|sessions| sessions.read_back.as_ref());
        let mut reads = with(&[OpKind::Read, OpKind::Update]);
        reads.extend(read_backs.map(|read_back| read_back.at));
        let writes = with(&[OpKind::Write, OpKind::Update, OpKind::Delete]);
        Traffic { case, namespace: &case.namespaces[index.at()], reads, writes }
    }

    fn locations(&self) -> Vec<Location> {
        let Traffic { case, namespace, .. } = self;
        let holds = |namespace: &Namespace, location| {
            namespace.placement.at.contains(&location)
                || namespace.upper.as_ref().is_some_and(|upper| upper.at.contains(&location))
        };
        let leader = namespace.policy.leader(&namespace.placement);
        let leader = leader.map(|replica| namespace.placement.at[usize::from(replica)]);
        let of = |(at, place): (usize, &crate::model::topology::Place)| {
            let location = LocationIx::from_position(at);
            let mut roles = Vec::new();
            if namespace.placement.at.contains(&location) {
                roles.push(if leader == Some(location) { "primary" } else { "replica" });
            }
            if namespace.upper.as_ref().is_some_and(|upper| upper.at.contains(&location)) {
                roles.push("upper");
            }
            Location {
                name: place.name.clone(),
                coordinates: place.coordinates,
                is_region: match find(&place.name) {
                    Some(known) => known.kind == Kind::Cloud,
                    None => case.namespaces.iter().any(|namespace| holds(namespace, location)),
                },
                roles,
                upper: self.upper_of(location).map(|upper| case.locations[upper.at()].name.clone()),
            }
        };
        case.locations.iter().enumerate().map(of).collect()
    }

    /// Whose upper tier the reads of a location ask, if they ask one.
    fn upper_of(&self, location: LocationIx) -> Option<LocationIx> {
        let upper = self.namespace.upper.as_ref().filter(|_| self.reads.contains(&location))?;
        Some(upper.at[usize::from(upper.serving[location.at()])])
    }

    fn links(&self) -> Vec<Link> {
        let Traffic { case, namespace, reads, writes } = self;
        let at = &namespace.placement.at;
        let mut links = BTreeSet::new();
        for &location in reads {
            let upper = self.upper_of(location);
            links.extend(upper.map(|upper| (Usage::Upper, location, upper)));
            self.reading(upper.unwrap_or(location), &mut links);
        }
        for &location in writes {
            let coordinator = namespace.policy.coordinator(Demand::Write, location, &namespace.placement);
            links.insert((Usage::Write, location, coordinator));
            if !at.contains(&coordinator) {
                links.extend(at.iter().map(|&replica| (Usage::Write, coordinator, replica)));
            }
        }
        for (later, &to) in (0..).zip(at) {
            let earlier = (0..later).zip(at);
            let talk = earlier.filter(|&(a, _)| namespace.policy.talk(a, later, &namespace.placement));
            links.extend(talk.map(|(_, &from)| (Usage::Replication, from.min(to), from.max(to))));
        }
        let name = |location: LocationIx| case.locations[location.at()].name.clone();
        let apart = links.into_iter().filter(|(_, from, to)| from != to);
        let link = |(usage, from, to)| {
            let round_trip = case.network.median_round_trip(self.legs(usage, from, to), from, to);
            Link { from: name(from), to: name(to), usage, round_trip: round_trip.as_secs_f64() }
        };
        apart.map(link).collect()
    }

    /// A read goes to its coordinator, and on to the replicas if none is there.
    fn reading(&self, from: LocationIx, links: &mut BTreeSet<(Usage, LocationIx, LocationIx)>) {
        let Namespace { policy, placement, .. } = self.namespace;
        let coordinator = policy.coordinator(Demand::Read, from, placement);
        links.insert((Usage::Read, from, coordinator));
        if placement.at.contains(&coordinator) {
            return;
        }
        for draw in 0..DRAWS {
            let dice = Dice::of_trial(0, draw);
            let read = Exchange::new(KeyId(0), Demand::Read, coordinator, dice);
            policy.asked(&read, placement, |replica| {
                links.insert((Usage::Read, coordinator, placement.at[usize::from(replica)]));
            });
        }
    }

    /// What the messages on a link are.
    fn legs(&self, usage: Usage, from: LocationIx, to: LocationIx) -> [Leg; 2] {
        let Namespace { policy, placement, .. } = self.namespace;
        let is_coordinator = |demand| policy.coordinator(demand, from, placement) == to;
        match usage {
            Usage::Upper => [Leg::Request, Leg::Response],
            Usage::Read if is_coordinator(Demand::Read) => [Leg::Request, Leg::Response],
            Usage::Write if is_coordinator(Demand::Write) => [Leg::Request, Leg::Response],
            Usage::Read => [Leg::ReadRequest, Leg::ReadResponse],
            Usage::Write | Usage::Replication => [Leg::WriteRequest, Leg::WriteAck],
        }
    }
}
