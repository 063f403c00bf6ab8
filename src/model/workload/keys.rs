//! The keys of a namespace: how many, how popular, how large.

use std::sync::Arc;

use rand::RngExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::zipf::Zipf;
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
    /// If it is the same for all.
    same_size: Option<Bytes>,
    mean_size: f64,
    /// Sizes that are known otherwise, by key.
    known: Arc<[Option<Bytes>]>,
    existing: Probability,
}

#[derive(Clone, Debug)]
enum Choice {
    Uniform,
    Zipf(Zipf),
    HotSpot { hot: u32, share: f64 },
    Latest { age: Zipf, every: Span },
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
        let same_size = spec.size.as_constant();
        let mean_size = same_size.map(|size| size.as_u64() as f64);
        let mean_size = mean_size.unwrap_or_else(|| spec.size.mean_up_to(Bytes::new(1 << 50)));
        Ok(Catalogue {
            count,
            choice,
            size: spec.size,
            same_size,
            mean_size,
            known: Arc::default(),
            existing: spec.existing,
        })
    }
}

fn zipf(count: u32, exponent: f64) -> Result<Zipf, String> {
    if !(0.0..=20.0).contains(&exponent) {
        return Err(format!("the exponent of `zipf` is {exponent}; it must lie between 0 and 20"));
    }
    Ok(Zipf::new(count, exponent))
}

impl Catalogue {
    /// How many keys there are.
    pub fn count(&self) -> usize {
        self.count as usize
    }

    /// Draws the key of an operation that begins at `now`.
    #[inline]
    pub fn sample(&self, now: Time, rng: &mut Rng) -> KeyId {
        KeyId(match &self.choice {
            Choice::Uniform => rng.random_range(0..self.count),
            Choice::Zipf(rank) => rank.sample(rng) - 1,
            Choice::HotSpot { hot, share } if *hot == self.count || rng.random::<f64>() < *share => {
                rng.random_range(0..*hot)
            }
            Choice::HotSpot { hot, .. } => rng.random_range(*hot..self.count),
            Choice::Latest { age, every } => {
                let newest = now.as_nanos() / every.as_nanos();
                let age = u64::from(age.sample(rng) - 1);
                ((newest + u64::from(self.count) - age) % u64::from(self.count)) as u32
            }
        })
    }

    /// For each key the share of the operations on it and on those before it, rising to 1; `None` where that changes
    /// with time.
    pub fn cumulative(&self) -> Option<Vec<f64>> {
        let weight = |key: u32| match &self.choice {
            Choice::Uniform => Some(1.0),
            Choice::Zipf(rank) => Some(rank.weight(key + 1)),
            Choice::HotSpot { hot, .. } if *hot == self.count => Some(1.0),
            Choice::HotSpot { hot, share } if key < *hot => Some(share / f64::from(*hot)),
            Choice::HotSpot { hot, share } => Some((1.0 - share) / f64::from(self.count - hot)),
            Choice::Latest { .. } => None,
        };
        let mut cumulative = Vec::with_capacity(self.count());
        let mut sum = 0.0;
        for key in 0..self.count {
            sum += weight(key)?;
            cumulative.push(sum);
        }
        cumulative.iter_mut().for_each(|share| *share /= sum);
        Some(cumulative)
    }

    /// The share of the operations that go to the most popular key.
    pub fn largest_share(&self) -> f64 {
        match &self.choice {
            Choice::Uniform => 1.0 / f64::from(self.count),
            Choice::Zipf(rank) | Choice::Latest { age: rank, .. } => rank.largest_share(),
            Choice::HotSpot { hot, .. } if *hot == self.count => 1.0 / f64::from(self.count),
            Choice::HotSpot { hot, share } => {
                (share / f64::from(*hot)).max((1.0 - share) / f64::from(self.count - hot))
            }
        }
    }

    /// The same, where the sizes of the first keys are these, if they are known.
    pub fn with_sizes(self, known: &[Option<Bytes>]) -> Catalogue {
        match known.iter().any(Option::is_some) {
            true => Catalogue { known: known.into(), ..self },
            false => self,
        }
    }

    /// Whether some keys become popular and others cease to be.
    pub fn changes(&self) -> bool {
        matches!(self.choice, Choice::Latest { .. })
    }

    /// How many keys are touched at least once by so many operations that begin within `within`, on average.
    pub fn distinct(&self, operations: f64, within: Span) -> f64 {
        let of = |keys: f64, operations: f64| -keys * (-operations / keys.max(1.0)).exp_m1();
        let count = f64::from(self.count);
        match &self.choice {
            Choice::Uniform => of(count, operations),
            Choice::Zipf(rank) => rank.distinct(operations),
            Choice::HotSpot { hot, share } => {
                let hot = f64::from(*hot);
                of(hot, share * operations) + of(count - hot, (1.0 - share) * operations)
            }
            // Those of the first moment, and each newer one.
            Choice::Latest { age, every } => {
                let newer = within.as_secs_f64() / every.as_secs_f64();
                (age.distinct(operations) + newer).min(of(count, operations))
            }
        }
    }

    /// The size of a key's value, from the stream of the namespace.
    #[inline]
    pub fn size(&self, key: KeyId, namespace: Dice) -> Bytes {
        if let Some(&Some(size)) = self.known.get(key.at()) {
            return size;
        }
        match self.same_size {
            Some(size) => size,
            None => self.size.sample(&mut namespace.fork(u64::from(key.0)).rng()),
        }
    }

    /// The mean size of a value in bytes, approximately.
    pub fn mean_size(&self) -> f64 {
        self.mean_size
    }

    /// Whether a key has a value when the trial begins, from the stream of the namespace.
    pub fn exists(&self, key: KeyId, namespace: Dice) -> bool {
        self.existing.holds_for(namespace.fork(u64::from(key.0) | 1 << 32).bits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: u32 = 200_000;

    /// The share of draws for each key.
    fn shares(text: &str, now: Time) -> Vec<f64> {
        let catalogue: Catalogue = toml::from_str(text).unwrap();
        let mut rng = Dice::of_trial(2, 0).rng();
        let mut counts = vec![0u32; catalogue.count()];
        (0..N).for_each(|_| counts[catalogue.sample(now, &mut rng).at()] += 1);
        counts.iter().map(|&count| f64::from(count) / f64::from(N)).collect()
    }

    /// Four standard deviations of a share p over N draws.
    fn close(found: f64, p: f64) {
        let sd = (p * (1.0 - p) / f64::from(N)).sqrt();
        assert!((found - p).abs() <= 4.0 * sd, "{found} for {p}");
    }

    /// Counted over draws: within five standard deviations, each key's part in it being at most 1/4.
    #[test]
    fn as_many_keys_are_touched_as_is_predicted() {
        for text in [
            "count = 3_000",
            "count = 3_000\npopularity.zipf = 0.99",
            "count = 50_000\npopularity.zipf = 0.7",
            "count = 3_000\npopularity.hot-spot = { keys = 0.01, operations = 0.5 }",
        ] {
            let catalogue: Catalogue = toml::from_str(text).unwrap();
            let mut rng = Dice::of_trial(3, 0).rng();
            let keys = (0..5_000).map(|_| catalogue.sample(Time::ZERO, &mut rng));
            let found = keys.collect::<std::collections::BTreeSet<_>>().len() as f64;
            let predicted = catalogue.distinct(5_000.0, Span::ZERO);
            assert!((found - predicted).abs() < 2.5 * predicted.sqrt(), "{found} for {predicted}: {text}");
        }
    }

    /// p(i) = i^-1 / (1 + 1/2 + 1/3 + 1/4), the harmonic number being 25/12.
    #[test]
    fn zipf_falls_with_the_rank() {
        let found = shares("count = 4\npopularity.zipf = 1.0", Time::ZERO);
        for (rank, share) in found.iter().enumerate() {
            close(*share, 12.0 / 25.0 / (rank + 1) as f64);
        }
    }

    /// Two of ten keys get 90 %: 45 % each, and 1.25 % each of the others.
    #[test]
    fn a_hot_spot_gets_its_share() {
        let text = "count = 10\npopularity.hot-spot = { keys = '20%', operations = '90%' }";
        let found = shares(text, Time::ZERO);
        found[..2].iter().for_each(|&share| close(share, 0.45));
        found[2..].iter().for_each(|&share| close(share, 0.0125));
    }

    /// After 6 s with a new key each second, key 6 is the newest of ten and gets most, key 5 half of it.
    #[test]
    fn the_latest_keys_are_the_most_popular() {
        let text = "count = 10\npopularity.latest = { zipf = 1.0, every = '1s' }";
        let found = shares(text, Time::ZERO + Span::from_nanos(6_500_000_000));
        let harmonic: f64 = (1..=10).map(|i| 1.0 / f64::from(i)).sum();
        close(found[6], 1.0 / harmonic);
        close(found[5], 0.5 / harmonic);
        close(found[7], 0.1 / harmonic);
    }

    /// By hand: 1, 1/2 and 1/3 of 11/6; two of four keys with 90 %.
    #[test]
    fn cumulative_shares_are_those_of_the_law() {
        let of = |text: &str| toml::from_str::<Catalogue>(text).unwrap().cumulative();
        for (text, expected) in [
            ("count = 4", vec![0.25, 0.5, 0.75, 1.0]),
            ("count = 3\npopularity.zipf = 1.0", vec![6.0 / 11.0, 9.0 / 11.0, 1.0]),
            (
                "count = 4\npopularity.hot-spot = { keys = '50%', operations = '90%' }",
                vec![0.45, 0.9, 0.95, 1.0],
            ),
        ] {
            let found = of(text).unwrap();
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-15), "{text}: {found:?}");
        }
        assert!(of("count = 4\npopularity.latest = { zipf = 1.0, every = '1s' }").is_none());
    }

    #[test]
    fn a_share_of_the_keys_exists_at_first() {
        let catalogue: Catalogue = toml::from_str("count = 10_000\nexisting = '30%'").unwrap();
        let dice = Dice::of_trial(3, 0);
        let existing = (0..10_000).filter(|&key| catalogue.exists(KeyId(key), dice)).count();
        // 3,000 ± 4 · √(10,000 · 0.3 · 0.7)
        assert!((2_817..=3_183).contains(&existing), "{existing}");
    }
}
