//! Mean delays, for estimates.

use super::links::Network;
use super::spec::Leg;
use crate::base::{LocationIx, Span};
use crate::dist::Dist;

/// The mean delay of each leg between any two locations.
#[derive(Clone, Debug)]
pub struct MeanDelays<'a> {
    network: &'a Network,
    /// Seconds of jitter, and of each leg that has a delay of its own.
    jitter: f64,
    legs: Vec<f64>,
}

impl<'a> MeanDelays<'a> {
    /// Of a network without detours; a delay beyond `most` counts as that.
    pub fn new(network: &'a Network, most: Span) -> MeanDelays<'a> {
        let mean = |dist: &Dist<Span>| dist.mean_up_to(most) / 1e9;
        let jitter = network.jitter().map_or(0.0, mean);
        MeanDelays { network, jitter, legs: network.legs().iter().map(mean).collect() }
    }

    /// Seconds that a message and its answer travel.
    pub fn round_trip(&self, legs: [Leg; 2], from: LocationIx, to: LocationIx) -> f64 {
        legs.into_iter().map(|leg| self.one_way(leg, from, to)).sum()
    }

    /// Seconds that a message travels between the end that asks, or tells, and the other.
    pub fn one_way(&self, leg: Leg, near: LocationIx, far: LocationIx) -> f64 {
        match self.network.own_leg(leg, near, far) {
            Some(own) => self.legs[own],
            None => self.network.base(near, far).as_secs_f64() + self.jitter,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::DistSpec;
    use crate::model::network::Route;

    /// By hand: 40 ms each way and 10 ms of jitter; a leg of its own takes 5 ms.
    #[test]
    fn means_are_those_of_the_legs() {
        let millis = |ms: u64| Span::from_nanos(ms * 1_000_000);
        let constant = |ms| Some(Dist::constant(millis(ms)));
        let route = Route { from: None, to: None, legs: [None, None, constant(5), None, None, None] };
        let jitter = Dist::new(DistSpec::Exponential { mean: millis(10) }).unwrap();
        let names = vec!["a".to_owned(), "b".to_owned()];
        let network = Network::new(names, |_, _| millis(80), Some(jitter), 0.0, vec![route]);
        let means = MeanDelays::new(&network, millis(60_000));
        let [a, b] = [0, 1].map(LocationIx::from_position);
        let close = |legs, expected: f64| {
            let found = means.round_trip(legs, a, b);
            assert!((found / expected - 1.0).abs() < 0.05, "{found} for {expected}");
        };
        close([Leg::Request, Leg::Response], 0.1);
        close([Leg::ReadRequest, Leg::ReadResponse], 0.055);
        assert!(MeanDelays::new(&network, millis(1)).round_trip([Leg::Request, Leg::Response], a, b) < 0.083);
    }
}
