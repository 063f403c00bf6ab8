//! Isolated writes: pairs of one write and one read, drawn straight from the network's delays and the policy
//! without traffic, as in the Monte-Carlo of PBS (Bailis et al., PVLDB 5(8), 2012, section 5.1).

use std::collections::BTreeMap;

use rand::RngExt;

use super::GoOn;
use super::streams::Purpose;
use super::threshold::threshold;
use super::trial::Trial;
use crate::base::{Dice, KeyId, LocationIx, Rng, Span, Time};
use crate::model::network::{Leg, Links, Way};
use crate::model::replication::{Demand, Exchange, IsolatedWrite, Message};
use crate::observe::{Observations, Thresholds};
use crate::scenario::{Case, Namespace, Population};

/// How many pairs are drawn between two looks at whether to go on.
const LOOK_EVERY: u64 = 1 << 14;
/// An operation of the traffic takes about as long as so many pairs.
const PAIRS_OF_AN_OPERATION: f64 = 10.0;

/// How much of the time of a trial goes into its traffic, 0 to 1; the rest into isolated writes.
pub(super) fn share_of_traffic(case: &Case) -> f64 {
    let rates = case.populations.iter().map(Population::operations_per_second);
    let operations = rates.sum::<f64>() * case.horizon.since(Time::ZERO).as_secs_f64();
    let pairs = case.namespaces.iter().map(|namespace| namespace.visibility.isolated_writes as f64);
    let traffic = operations * PAIRS_OF_AN_OPERATION;
    traffic / (traffic + pairs.sum::<f64>()).max(1.0)
}

/// Draws the isolated writes of all namespaces that ask for some; `false` if it was given up.
pub(super) fn draw(trial: &Trial, observations: &mut Observations, go_on: &GoOn) -> bool {
    let pairs = |namespace: &Namespace| namespace.visibility.isolated_writes as f64;
    let all: f64 = trial.case.namespaces.iter().map(pairs).sum();
    let go_on = |pairs| go_on(pairs as f64 / all);
    for (index, namespace) in trial.case.namespaces.iter().enumerate() {
        if namespace.visibility.isolated_writes == 0 {
            continue;
        }
        let writers = trial.case.populations.iter().filter(|p| p.namespace.at() == index);
        let pairing = Pairing::new(namespace, writers, &trial.links);
        let dice = trial.stream(namespace).named("isolated writes");
        let thresholds = &mut observations.namespaces[index].thresholds;
        if pairing.draw(dice, thresholds, go_on).is_none() {
            return false;
        }
    }
    true
}

/// Where the writes and reads of a namespace's pairs go.
struct Pairing<'a> {
    namespace: &'a Namespace,
    writers: Vec<Writer<'a>>,
    readers: Vec<Reader<'a>>,
}

/// The writes of one coordinator.
struct Writer<'a> {
    coordinator: LocationIx,
    /// Writes per second of this one and of those before it.
    cumulative: f64,
    replicas: Vec<RoundTrip<'a>>,
}

/// The reads from one location.
struct Reader<'a> {
    coordinator: LocationIx,
    /// To the coordinator; `None` within one location.
    hop: Option<Way<'a>>,
    replicas: Vec<RoundTrip<'a>>,
}

/// From a coordinator to a replica and back.
pub(super) struct RoundTrip<'a> {
    pub(super) out: Way<'a>,
    pub(super) back: Way<'a>,
}

impl<'a> Pairing<'a> {
    /// Writes come from where the populations write, as often as they do.
    fn new<'p>(
        namespace: &'a Namespace,
        populations: impl Iterator<Item = &'p Population>,
        links: &Links<'a>,
    ) -> Pairing<'a> {
        let placement = &namespace.placement;
        let coordinator = |demand, location| namespace.policy.coordinator(demand, location, placement);
        let mut rates: BTreeMap<LocationIx, f64> = BTreeMap::new();
        for population in populations {
            for stream in &population.streams {
                let rate = rates.entry(coordinator(Demand::Write, stream.location)).or_default();
                *rate += stream.writes_per_second();
            }
        }
        let mut cumulative = 0.0;
        let writers = rates.into_iter().filter(|&(_, rate)| rate > 0.0).map(|(coordinator, rate)| {
            cumulative += rate;
            let replicas = round_trips(namespace, coordinator, [Leg::WriteRequest, Leg::WriteAck], links);
            Writer { coordinator, cumulative, replicas }
        });
        let readers = namespace.visibility.from.iter().map(|&location| {
            let coordinator = coordinator(Demand::Read, location);
            Reader {
                coordinator,
                hop: (location != coordinator).then(|| links.way(Leg::Request, location, coordinator)),
                replicas: round_trips(namespace, coordinator, [Leg::ReadRequest, Leg::ReadResponse], links),
            }
        });
        Pairing { namespace, writers: writers.collect(), readers: readers.collect() }
    }

    /// Draws all pairs, those of each reading location in turn; each has dice of its own.
    fn draw(&self, dice: Dice, thresholds: &mut Thresholds, go_on: impl Fn(u64) -> bool) -> Option<()> {
        let mut write = IsolatedWrite::new(self.namespace.placement.count());
        let mut answers = Vec::new();
        let mut readers = self.readers.iter().cycle();
        for pair in 0..self.namespace.visibility.isolated_writes {
            if pair.is_multiple_of(LOOK_EVERY) && !go_on(LOOK_EVERY) {
                return None;
            }
            let dice = dice.fork(pair);
            let mut rng = dice.rng();
            self.write(self.writer(&mut rng), dice, &mut write, &mut rng);
            let reader = readers.next()?;
            let read = exchange(Demand::Read, reader.coordinator, Purpose::Threshold.of(dice));
            let hop = reader.hop.map_or(Span::ZERO, |hop| hop.delay(&mut rng));
            let reach = write.committed + hop;
            let found =
                threshold(self.namespace, &read, reach, &write.applied, &mut answers, |leg, replica| {
                    let round_trip = &reader.replicas[usize::from(replica)];
                    let way = if leg.is_back() { &round_trip.back } else { &round_trip.out };
                    way.delay(&mut rng)
                });
            thresholds.record(found);
        }
        Some(())
    }

    fn writer(&self, rng: &mut Rng) -> &Writer<'a> {
        let last = self.writers.len() - 1;
        if last == 0 {
            return &self.writers[0];
        }
        let point = rng.random::<f64>() * self.writers[last].cumulative;
        &self.writers[self.writers.partition_point(|writer| writer.cumulative <= point).min(last)]
    }

    fn write(&self, writer: &Writer, dice: Dice, write: &mut IsolatedWrite, rng: &mut Rng) {
        let Namespace { policy, placement, .. } = self.namespace;
        let exchange = exchange(Demand::Write, writer.coordinator, Purpose::Policy.of(dice));
        policy.isolated_write(&exchange, placement, write, |message, replica| {
            let round_trip = &writer.replicas[usize::from(replica)];
            let way =
                if matches!(message, Message::Stored { .. }) { &round_trip.back } else { &round_trip.out };
            way.delay(rng)
        });
    }
}

/// All keys are alike to writes that meet no other: any will do.
fn exchange(demand: Demand, coordinator: LocationIx, dice: Dice) -> Exchange {
    Exchange::new(KeyId(0), demand, coordinator, dice)
}

/// From a coordinator to each replica of a namespace and back.
pub(super) fn round_trips<'a>(
    namespace: &Namespace,
    coordinator: LocationIx,
    [out, back]: [Leg; 2],
    links: &Links<'a>,
) -> Vec<RoundTrip<'a>> {
    let each = namespace.placement.at.iter().map(|&replica| RoundTrip {
        out: links.way(out, coordinator, replica),
        back: links.way(back, replica, coordinator),
    });
    each.collect()
}
