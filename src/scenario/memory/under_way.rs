//! What is under way: as much as begins while it lasts. At first all caches are empty and nobody has an answer, so
//! that there are no hits yet.

use super::size;
use super::space::{Space, remembering};
use crate::base::{Dice, KeyId, LocationIx, Span, Time};
use crate::model::cache::PurgeSpec;
use crate::model::network::Leg;
use crate::model::replication::{Demand, Exchange};
use crate::model::workload::{Mix, OpKind};
use crate::scenario::case::{Caches, Population};

/// Seconds from a request at a location, at most as long as operations begin.
#[derive(Clone, Copy, Debug, Default)]
struct Lasting {
    /// Until the answer is there.
    answer: f64,
    /// Until the last replica that was asked has answered.
    end: f64,
}

impl Space<'_> {
    pub(super) fn under_way(&self) -> f64 {
        self.under_way_of(&self.locations().collect::<Vec<_>>())
    }

    pub(super) fn under_way_of(&self, locations: &[LocationIx]) -> f64 {
        self.reads_of(locations) + self.probes_of(locations) + self.writes_under_way()
    }

    /// Where keys come one after another.
    pub(super) fn of_the_hottest_key(&self, locations: &[LocationIx]) -> f64 {
        let reads = self.reads_of(locations) + self.probes_of(locations);
        reads * self.namespace.catalogue.largest_share()
    }

    /// Clients who write, with the exchange and a message to each replica.
    pub(super) fn writes_under_way(&self) -> f64 {
        let writes = |_: &Population, mix: &Mix| 1.0 - mix.share(OpKind::Read);
        let begin = |location| self.rate_at(location, writes) * self.lasting(location, Demand::Write).end;
        let each = size::OPERATION + self.of_an_exchange();
        let exchanges = self.locations().map(begin).sum::<f64>() * each;
        exchanges + self.locations().map(|location| self.approaching(location, writes)).sum::<f64>()
    }

    /// Clients who wait for a read, and the fetches that they wait for.
    fn reads_of(&self, locations: &[LocationIx]) -> f64 {
        let reads = |_: &Population, mix: &Mix| mix.share(OpKind::Read) + mix.share(OpKind::Update);
        let (mut rates, mut waiting, mut asking, mut approaching) = (Vec::new(), 0.0, 0.0, 0.0);
        for &location in locations {
            let rate = self.rate_at(location, reads);
            if rate > 0.0 {
                let Lasting { answer, end } = self.lasting(location, Demand::Read);
                rates.push(rate);
                waiting += rate * answer;
                asking += rate * end;
                approaching += self.approaching(location, reads);
            }
        }
        // Locations of the same rate need not be told apart.
        let all = rates.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let of_all = |seconds: f64| -> f64 {
            let mut fetches = remembering(|rate| self.fetches(rate, waiting / all, seconds));
            rates.iter().map(|&rate| fetches(rate)).sum()
        };
        waiting * size::OPERATION
            + of_all(waiting / all) * self.of_a_fetch()
            + of_all(asking / all) * self.of_an_exchange()
            + approaching
    }

    /// Fetches that begin within some seconds at a location with so many reads a second, if an answer takes `answer`:
    /// a key is not fetched again before that is there and its entry has expired.
    fn fetches(&self, rate: f64, answer: f64, seconds: f64) -> f64 {
        let Some(edge) = self.namespace.edge.as_ref().filter(|edge| edge.coalesce) else {
            return rate * seconds;
        };
        let once = (answer + edge.longest_use().as_secs_f64()).min(seconds);
        let subs = f64::from(edge.sub_caches);
        match rate * once / subs {
            few if few < 1e-3 => rate * seconds,
            reads => subs * self.distinct(reads) * seconds / once,
        }
    }

    fn of_a_fetch(&self) -> f64 {
        let tiers = u8::from(self.namespace.edge.is_some()) + u8::from(self.namespace.upper.is_some());
        f64::from(tiers) * size::FETCH
    }

    /// With a message to each replica.
    fn of_an_exchange(&self) -> f64 {
        size::EXCHANGE + self.replicas() * size::EVENT
    }

    /// Probes wait for an answer as readers do.
    fn probes_of(&self, locations: &[LocationIx]) -> f64 {
        let visibility = &self.namespace.visibility;
        let from = locations.iter().filter(|location| visibility.from.contains(location));
        let waiting: f64 = from.map(|&location| self.lasting(location, Demand::Read).end).sum();
        let begin = self.writes_per_second() * visibility.probed.as_f64() * visibility.delays.len() as f64;
        begin * waiting * (size::OPERATION + self.of_a_fetch() + self.of_an_exchange())
    }

    /// Purges on their way to caches.
    pub(super) fn purges_under_way(&self) -> f64 {
        let seconds = self.seconds();
        let longer = |rules: &PurgeSpec| rules.mean_delay(Span::from_nanos_f64(seconds * 1e9)) / 1e9;
        let purge = |caches: &Caches| caches.purge(self.namespace).map(|(to, rules)| (to, longer(rules)));
        let told: Vec<(LocationIx, f64)> = self.told.iter().filter_map(purge).collect();
        let (placement, policy) = (&self.namespace.placement, &self.namespace.policy);
        let of_a_write = |location: LocationIx| -> f64 {
            let coordinator = policy.coordinator(Demand::Write, location, placement);
            let way =
                |to| if to == coordinator { 0.0 } else { self.delays.one_way(Leg::Request, coordinator, to) };
            told.iter().map(|&(to, longer)| (way(to) + longer).min(seconds)).sum()
        };
        let writes = |_: &Population, mix: &Mix| 1.0 - mix.share(OpKind::Read);
        let rated = self.locations().map(|location| (location, self.rate_at(location, writes)));
        let purges =
            rated.filter(|&(_, rate)| rate > 0.0).map(|(location, rate)| rate * of_a_write(location));
        if told.is_empty() { 0.0 } else { purges.sum::<f64>() * size::EVENT }
    }

    /// Clients on their way to a location or back.
    fn approaching(&self, location: LocationIx, share: impl Fn(&Population, &Mix) -> f64) -> f64 {
        let most = self.case.horizon.since(Time::ZERO);
        let both_ways = |clients: &Population, mix: &Mix| {
            let access = clients.access.as_ref().map_or(0.0, |access| 2.0 * access.mean_up_to(most) / 1e9);
            share(clients, mix) * access.min(self.seconds())
        };
        self.rate_at(location, both_ways) * (size::OPERATION + size::EVENT)
    }

    pub(super) fn longest_write(&self) -> f64 {
        let writing = self.clients.iter().filter(|clients| clients.writes_per_second() > 0.0);
        let at = writing.flat_map(|clients| &clients.at);
        at.map(|&location| self.lasting(location, Demand::Write).end).fold(0.0, f64::max)
    }

    /// The longest that clients wait for an answer, on average.
    pub(super) fn longest_latency(&self) -> f64 {
        let read = |&location: &LocationIx| self.lasting(location, Demand::Read).answer;
        let reads = self.clients.iter().flat_map(|clients| &clients.at).map(read).fold(0.0, f64::max);
        let access = self.clients.iter().filter_map(|clients| clients.access.as_ref());
        let most = self.case.horizon.since(Time::ZERO);
        let access = access.map(|access| 2.0 * access.mean_up_to(most) / 1e9).fold(0.0, f64::max);
        reads + self.longest_write() + access
    }

    fn lasting(&self, location: LocationIx, demand: Demand) -> Lasting {
        let (placement, policy) = (&self.namespace.placement, &self.namespace.policy);
        let upper = self.namespace.upper.as_ref().filter(|_| demand == Demand::Read);
        let at = upper.map_or(location, |upper| upper.at[usize::from(upper.serving[location.at()])]);
        let coordinator = policy.coordinator(demand, at, placement);
        let hop = |from: LocationIx, to: LocationIx| match from == to {
            true => 0.0,
            false => self.delays.round_trip([Leg::Request, Leg::Response], from, to),
        };
        let mut round_trips = Vec::new();
        let mut ask = |legs, replica: u16| {
            let to = placement.at[usize::from(replica)];
            round_trips.push(self.delays.round_trip(legs, coordinator, to));
        };
        let awaited = match demand {
            Demand::Read => {
                let exchange = Exchange::new(KeyId(0), demand, coordinator, Dice::of_trial(0, 0));
                let legs = [Leg::ReadRequest, Leg::ReadResponse];
                policy.asked(&exchange, placement, |replica| ask(legs, replica))
            }
            // How many a write waits for its policy keeps to itself: all, at most.
            Demand::Write => {
                let legs = [Leg::WriteRequest, Leg::WriteAck];
                (0..placement.count()).for_each(|replica| ask(legs, replica));
                placement.count()
            }
        };
        round_trips.sort_by(f64::total_cmp);
        let hops = hop(location, at) + hop(at, coordinator);
        let until =
            |asked: usize| (hops + round_trips[asked.clamp(1, round_trips.len()) - 1]).min(self.seconds());
        let longer = match demand {
            Demand::Read => 0.0,
            Demand::Write => policy.effort(placement.count(), Span::ZERO).longer.as_secs_f64(),
        };
        // Each waits for its time-out, answered or not.
        let timeout = self.namespace.timeout.map_or(0.0, Span::as_secs_f64);
        let end = (until(round_trips.len()) + longer).max(timeout).min(self.seconds());
        Lasting { answer: until(usize::from(awaited)), end }
    }
}
