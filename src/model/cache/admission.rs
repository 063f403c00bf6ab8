//! Which objects are stored at all.

use schemars::JsonSchema;
use serde::Deserialize;

use super::bloom::Bloom;
use super::eviction::{Object, Sketch};
use crate::base::{Bytes, Probability};

/// Which objects a cache of limited capacity stores.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum AdmissionSpec {
    /// Those of at most this size.
    #[schemars(with = "String")]
    SizeLimit(Bytes),
    /// Each with this probability, above 0 and below 1, whenever it is fetched.
    Probability(Probability),
    /// Those that were fetched before, not long ago: what is asked for once is never stored (B. M. Maggs, R. K. Sitaraman,
    /// Algorithmic nuggets in content delivery, ACM SIGCOMM CCR 45(3), 2015).
    SecondHit(SecondHitSpec),
    /// While there is room all; then those that are asked for more often than who would have to go (TinyLFU, 2017).
    TinyLfu,
}

/// Options of [`AdmissionSpec::SecondHit`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondHitSpec {
    /// How many fetched objects are remembered at least; 1 to 100,000,000. Up to twice as many are, in two Bloom filters of
    /// which the older one is emptied when the newer one is full.
    pub remembers: u32,
}

/// The state of an admission.
#[derive(Debug)]
pub(super) enum Admission {
    All,
    SizeLimit(Bytes),
    Probability(Probability),
    SecondHit(Bloom),
    TinyLfu(Sketch),
}

impl Admission {
    /// Of a cache that holds about so many objects.
    pub(super) fn new(spec: Option<&AdmissionSpec>, objects: f64) -> Admission {
        match spec {
            None => Admission::All,
            Some(&AdmissionSpec::SizeLimit(most)) => Admission::SizeLimit(most),
            Some(&AdmissionSpec::Probability(share)) => Admission::Probability(share),
            Some(&AdmissionSpec::SecondHit(spec)) => Admission::SecondHit(Bloom::new(spec.remembers)),
            Some(AdmissionSpec::TinyLfu) => Admission::TinyLfu(Sketch::new(objects)),
        }
    }

    #[inline]
    pub(super) fn asked(&mut self, object: Object) {
        if let Admission::TinyLfu(asked) = self {
            asked.count(object);
        }
    }

    /// Whether an object that was fetched may be stored; `bits` are even.
    pub(super) fn admits(&mut self, object: Object, size: Bytes, bits: u64) -> bool {
        match self {
            Admission::All | Admission::TinyLfu(_) => true,
            Admission::SizeLimit(most) => size <= *most,
            Admission::Probability(share) => share.holds_for(bits),
            Admission::SecondHit(fetched) => fetched.meets_again(object),
        }
    }

    /// Whether an object may be stored if another one has to go.
    pub(super) fn prefers(&self, object: Object, victim: Object) -> bool {
        match self {
            Admission::TinyLfu(asked) => asked.estimate(object) > asked.estimate(victim),
            _ => true,
        }
    }
}
