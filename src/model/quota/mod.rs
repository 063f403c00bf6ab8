//! How fast a store takes requests before it refuses them.

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::{KeyId, Probability, Rate, Span, Time};

/// What a namespace's replicas take; what is too fast is refused, as with status 429.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuotaSpec {
    /// Writes to the same key.
    pub writes_per_key: Option<Rate>,
    /// Reads and writes together, all keys; a second's worth of them may come at once.
    pub requests: Option<Rate>,
    /// Probability that what is too fast is refused: less than 1 where the quota is kept as well as can be.
    #[serde(default = "always")]
    pub enforced: Probability,
}

fn always() -> Probability {
    Probability::ONE
}

impl QuotaSpec {
    /// What is wrong with it.
    pub fn problem(&self) -> Option<&'static str> {
        let rates = [self.writes_per_key, self.requests];
        if rates.iter().flatten().any(|rate| rate.as_per_second() <= 0.0) {
            return Some("a quota must be more than 0/s");
        }
        let nothing = rates.iter().all(Option::is_none);
        nothing.then_some("a quota says how many: give `writes_per_key`, `requests` or both")
    }
}

/// How much of a quota is used up.
#[derive(Debug)]
pub struct Quota {
    spec: QuotaSpec,
    /// When the next write of each key that was written is not too fast.
    next_write: FxHashMap<KeyId, Time>,
    /// When all requests so far would have been taken one by one: a generic cell rate algorithm (ITU-T I.371).
    next_request: Time,
}

impl Quota {
    /// Nothing is used up.
    pub fn new(spec: QuotaSpec) -> Quota {
        Quota { spec, next_write: FxHashMap::default(), next_request: Time::ZERO }
    }

    /// Whether a request is taken now; `dice_bits` decide where the quota is not strict. What is refused, or taken although
    /// it is too fast, uses nothing up.
    pub fn takes(&mut self, key: KeyId, is_write: bool, now: Time, dice_bits: u64) -> bool {
        let requests = self.spec.requests.map(gap);
        let writes = self.spec.writes_per_key.filter(|_| is_write).map(gap);
        let burst = Span::from_nanos(1_000_000_000);
        let next_write = writes.and_then(|_| self.next_write.get(&key)).copied().unwrap_or(Time::ZERO);
        let too_fast = requests.is_some_and(|gap| self.next_request + gap > now + burst) || next_write > now;
        if too_fast {
            return !self.spec.enforced.holds_for(dice_bits);
        }
        if let Some(gap) = requests {
            self.next_request = self.next_request.max(now) + gap;
        }
        if let Some(gap) = writes {
            self.next_write.insert(key, now + gap);
        }
        true
    }
}

fn gap(rate: Rate) -> Span {
    Span::from_nanos_f64(1e9 / rate.as_per_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Time {
        Time::ZERO + Span::from_nanos(millis * 1_000_000)
    }

    fn quota(text: &str) -> Quota {
        Quota::new(toml::from_str(text).unwrap())
    }

    /// One write a second of each key: at 0 s, not at 0.9, at 1, another key at any time.
    #[test]
    fn writes_of_a_key_keep_their_distance() {
        let mut quota = quota("writes_per_key = '1/s'");
        let mut takes = |key, millis| quota.takes(KeyId(key), true, at(millis), 0);
        assert!(takes(0, 0) && !takes(0, 900) && takes(1, 900) && takes(0, 1_000));
    }

    /// Ten requests a second: ten at once, one each 100 ms from then on.
    #[test]
    fn a_second_of_requests_may_come_at_once() {
        let mut quota = quota("requests = '10/s'");
        let at_once = (0..50).filter(|_| quota.takes(KeyId(0), false, at(0), 0)).count();
        assert_eq!(at_once, 10);
        assert!(!quota.takes(KeyId(0), false, at(99), 0) && quota.takes(KeyId(0), false, at(100), 0));
    }
}
