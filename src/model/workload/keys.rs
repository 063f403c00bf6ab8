//! The keys of a namespace: how many, how popular, how large.

use rand::RngExt;
use rand_distr::{Distribution, Zipf};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::{Bytes, Dice, KeyId, Probability, Rng, Span, Time};
use crate::dist::Dist;

/// The keys of a namespace.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeysSpec {
    /// How many keys there are, 1 to 100 million.
    pub count: u64,
    /// Which of them operations touch.
    #[serde(default)]
    pub popularity: PopularitySpec,
    /// Size of a value; drawn once for each key.
    #[serde(default = "one_kilobyte")]
    pub size: Dist<Bytes>,
    /// Share of the keys that have a value when the trial begins; the others are "not found" until
    /// they are first written.
    #[serde(default = "all")]
    pub existing: Probability,
}

fn one_kilobyte() -> Dist<Bytes> {
    Dist::constant(Bytes::new(1_000))
}

fn all() -> Probability {
    Probability::ONE
}

/// How operations are spread over the keys.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum PopularitySpec {
    /// Each key alike.
    #[default]
    Uniform,
    /// The i-th most popular key in proportion to i^-s; the number is s, 0 to 20.
    Zipf(f64),
    /// A share of the keys gets a share of the operations; each alike within.
    HotSpot {
        /// Share of the keys that are hot.
        keys: Probability,
        /// Share of the operations that go to them.
        operations: Probability,
    },
    /// The newest keys are the most popular: a key becomes the newest each `every`, and the i-th
    /// newest is touched in proportion to i^-s.
    Latest {
        /// The exponent s, 0 to 20.
        zipf: f64,
        /// How often a key becomes the newest.
        every: Span,
    },
}

/// A checked catalogue of keys.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "KeysSpec")]
#[schemars(with = "KeysSpec")]
pub struct Catalogue {
    count: u32,
    choice: Choice,
    size: Dist<Bytes>,
    existing: Probability,
}

#[derive(Clone, Debug)]
enum Choice {
    Uniform,
    Zipf(Zipf<f64>),
    HotSpot { hot: u32, share: f64 },
    Latest { age: Zipf<f64>, every: Span },
}

const MOST_KEYS: u64 = 100_000_000;

impl TryFrom<KeysSpec> for Catalogue {
    type Error = String;

    fn try_from(spec: KeysSpec) -> Result<Catalogue, String> {
        if spec.count == 0 || spec.count > MOST_KEYS {
            return Err(format!("`count` is {}; the limit is 1 to {MOST_KEYS} keys", spec.count));
        }
        let count = spec.count as u32;
        let choice = match spec.popularity {
            PopularitySpec::Uniform => Choice::Uniform,
            PopularitySpec::Zipf(exponent) => Choice::Zipf(zipf(count, exponent)?),
            PopularitySpec::HotSpot { keys, operations } => {
                let hot = ((keys.as_f64() * f64::from(count)).round() as u32).clamp(1, count);
                Choice::HotSpot { hot, share: operations.as_f64() }
            }
            PopularitySpec::Latest { zipf: exponent, every } if every > Span::ZERO => {
                Choice::Latest { age: zipf(count, exponent)?, every }
            }
            PopularitySpec::Latest { .. } => return Err("`every` must be longer than 0s".to_owned()),
        };
        Ok(Catalogue { count, choice, size: spec.size, existing: spec.existing })
    }
}

fn zipf(count: u32, exponent: f64) -> Result<Zipf<f64>, String> {
    if !(0.0..=20.0).contains(&exponent) {
        return Err(format!("the exponent of `zipf` is {exponent}; it must lie between 0 and 20"));
    }
    Zipf::new(f64::from(count), exponent).map_err(|e| e.to_string())
}

impl Catalogue {
    /// How many keys there are.
    pub fn count(&self) -> usize {
        self.count as usize
    }

    /// Draws the key of an operation that begins at `now`.
    pub fn sample(&self, now: Time, rng: &mut Rng) -> KeyId {
        KeyId(match &self.choice {
            Choice::Uniform => rng.random_range(0..self.count),
            Choice::Zipf(rank) => rank.sample(rng) as u32 - 1,
            Choice::HotSpot { hot, share } if *hot == self.count || rng.random::<f64>() < *share => {
                rng.random_range(0..*hot)
            }
            Choice::HotSpot { hot, .. } => rng.random_range(*hot..self.count),
            Choice::Latest { age, every } => {
                let newest = now.as_nanos() / every.as_nanos();
                let age = age.sample(rng) as u64 - 1;
                ((newest + u64::from(self.count) - age) % u64::from(self.count)) as u32
            }
        })
    }

    /// The size of a key's value, from the stream of the namespace.
    pub fn size(&self, key: KeyId, namespace: Dice) -> Bytes {
        match self.size.as_constant() {
            Some(size) => size,
            None => self.size.sample(&mut namespace.fork(u64::from(key.0)).rng()),
        }
    }

    /// Whether a key has a value when the trial begins, from the stream of the namespace.
    pub fn exists(&self, key: KeyId, namespace: Dice) -> bool {
        self.existing.holds_for(namespace.fork(u64::from(key.0) | 1 << 32).bits())
    }
}
