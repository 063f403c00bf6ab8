//! Delays between the locations of one case, and of one trial of it.

use rand_distr::{Distribution, StandardNormal};

use super::spec::Leg;
use crate::base::{Dice, LocationIx, Rng, Span};
use crate::dist::Dist;

/// The network of a case.
#[derive(Clone, Debug)]
pub struct Network {
    names: Vec<String>,
    one_way: Vec<Span>,
    jitter: Option<Dist<Span>>,
    detour_sigma: f64,
    legs: Vec<Dist<Span>>,
    leg_of_pair: Vec<Option<u16>>,
}

/// A rule that gives legs between some pairs their own delay.
#[derive(Clone, Debug)]
pub struct Route {
    /// The ends that begin the exchange; `None` for any.
    pub from: Option<Vec<LocationIx>>,
    /// The ends that are asked; `None` for any.
    pub to: Option<Vec<LocationIx>>,
    /// The delays in the order of [`Leg::ALL`].
    pub legs: [Option<Dist<Span>>; 6],
}

impl Network {
    /// Most routes: their legs are told apart by sixteen bits.
    pub const MOST_ROUTES: usize = 10_000;

    /// A network over named locations. `round_trip` tells the base round trip of two of them (half of
    /// it is each way), `jitter` is added to each message, `detour_sigma` is the spread of the logarithm of a
    /// pair's detour, and of the `routes` the last that fits a pair and leg wins over all of that.
    pub fn new(
        names: Vec<String>,
        round_trip: impl Fn(LocationIx, LocationIx) -> Span,
        jitter: Option<Dist<Span>>,
        detour_sigma: f64,
        routes: Vec<Route>,
    ) -> Network {
        let count = names.len();
        let pair = |at: usize| (LocationIx::from_position(at / count), LocationIx::from_position(at % count));
        let one_way = (0..count * count).map(|at| round_trip(pair(at).0, pair(at).1).half()).collect();
        let mut network =
            Network { names, one_way, jitter, detour_sigma, legs: Vec::new(), leg_of_pair: Vec::new() };
        for route in routes {
            network.lay(route);
        }
        network
    }

    fn lay(&mut self, route: Route) {
        let count = self.names.len();
        self.leg_of_pair.resize(Leg::ALL.len() * count * count, None);
        let all = || (0..count).collect();
        let ends = |ends: Option<Vec<LocationIx>>| -> Vec<usize> {
            ends.map_or_else(all, |ends| ends.into_iter().map(LocationIx::at).collect())
        };
        let (from, to) = (ends(route.from), ends(route.to));
        for (leg, dist) in route.legs.into_iter().enumerate() {
            let Some(dist) = dist else { continue };
            self.legs.push(dist);
            let own = u16::try_from(self.legs.len() - 1).expect("the number of routes is limited");
            for near in &from {
                for far in &to {
                    self.leg_of_pair[(leg * count + near) * count + far] = Some(own);
                }
            }
        }
    }

    /// Locations by base delay from `from`, the nearest first; ties in the order given.
    pub fn nearest_first(&self, from: LocationIx, among: &[LocationIx]) -> Vec<LocationIx> {
        let mut order = among.to_vec();
        order.sort_by_key(|&to| (to != from, self.base(from, to)));
        order
    }

    /// What is added to each message.
    pub(super) fn jitter(&self) -> Option<&Dist<Span>> {
        self.jitter.as_ref()
    }

    /// Legs that have a delay of their own.
    pub(super) fn legs(&self) -> &[Dist<Span>] {
        &self.legs
    }

    /// The place in [`Network::legs`] of a leg between the end that asks and the one that is asked.
    #[inline]
    pub(super) fn own_leg(&self, leg: Leg, near: LocationIx, far: LocationIx) -> Option<usize> {
        if self.leg_of_pair.is_empty() {
            return None;
        }
        let count = self.names.len();
        self.leg_of_pair[(leg as usize * count + near.at()) * count + far.at()].map(usize::from)
    }

    /// How much memory its pairs take.
    pub fn bytes(&self) -> usize {
        size_of_val(&self.one_way[..]) + size_of_val(&self.leg_of_pair[..])
    }

    /// How long a message and its answer travel, in the middle of all trials: without jitter. Legs with a delay of their own
    /// take its median.
    pub fn median_round_trip(&self, legs: [Leg; 2], near: LocationIx, far: LocationIx) -> Span {
        let one_way = |leg| match self.own_leg(leg, near, far) {
            Some(own) => self.legs[own].median(),
            None => self.base(near, far),
        };
        legs.into_iter().map(one_way).fold(Span::ZERO, |sum, delay| sum + delay)
    }

    /// The base delay one way, without jitter and detour.
    pub fn base(&self, from: LocationIx, to: LocationIx) -> Span {
        self.one_way[from.at() * self.names.len() + to.at()]
    }
}

/// The network of one trial: with the detours that this trial has drawn.
#[derive(Debug)]
pub struct Links<'a> {
    network: &'a Network,
    one_way: Vec<Span>,
}

/// How messages of one leg travel from one location to another in one trial.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    base: Span,
    /// Added afresh for each message.
    random: Option<&'a Dist<Span>>,
}

impl<'a> Links<'a> {
    /// Draws the detour of each pair from a stream named by both ends.
    pub fn of_trial(network: &'a Network, dice: Dice) -> Links<'a> {
        let mut one_way = network.one_way.clone();
        if network.detour_sigma > 0.0 {
            let count = network.names.len();
            for a in 0..count {
                for b in 0..a {
                    let (low, high) = if network.names[a] < network.names[b] { (a, b) } else { (b, a) };
                    let stream = dice.named(&network.names[low]).named(&network.names[high]);
                    let normal: f64 = StandardNormal.sample(&mut stream.rng());
                    let factor = (network.detour_sigma * normal).exp();
                    for at in [a * count + b, b * count + a] {
                        one_way[at] = Span::from_nanos_f64(one_way[at].as_nanos() as f64 * factor);
                    }
                }
            }
        }
        Links { network, one_way }
    }

    /// Draws how long one message travels.
    #[inline]
    pub fn delay(&self, leg: Leg, from: LocationIx, to: LocationIx, rng: &mut Rng) -> Span {
        self.way(leg, from, to).delay(rng)
    }

    /// The way of the messages of one leg: looked up once where there are many.
    #[inline]
    pub fn way(&self, leg: Leg, from: LocationIx, to: LocationIx) -> Way<'a> {
        let network = self.network;
        let count = network.names.len();
        let (near, far) = if leg.is_back() { (to, from) } else { (from, to) };
        if let Some(own) = network.own_leg(leg, near, far) {
            return Way { base: Span::ZERO, random: Some(&network.legs[own]) };
        }
        Way { base: self.one_way[from.at() * count + to.at()], random: network.jitter.as_ref() }
    }
}

impl Way<'_> {
    /// The least that a message takes.
    pub fn base(&self) -> Span {
        self.base
    }

    /// Draws how long one message travels.
    pub fn delay(&self, rng: &mut Rng) -> Span {
        match self.random {
            Some(random) => self.base + random.sample(rng),
            None => self.base,
        }
    }
}
