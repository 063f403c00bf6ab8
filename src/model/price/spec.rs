//! Prices as a scenario writes them.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use super::tariff::{GIGABYTE, Step, Tariff};
use super::{Part, Price};
use crate::base::Bytes;

/// What a namespace's use costs: a public price list, figures of one's own, or a list with some figures replaced. In US
/// dollars.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceSpec {
    /// A built-in price list; `edgelag prices` names them. Figures beside it replace the list's, each as a whole.
    #[schemars(with = "Option<String>")]
    pub list: Option<Spanned<String>>,
    /// Reads of clients that were answered, and the gets of updates, whether or not a cache answered.
    pub reads: Option<Requests>,
    /// Writes of clients that were answered, and the puts of updates.
    pub writes: Option<Requests>,
    /// Deletes of clients that were answered.
    pub deletes: Option<Requests>,
    /// Reads that went on to the replicas because no cache answered them.
    pub origin_requests: Option<Requests>,
    /// Bytes that these brought home.
    pub origin_bytes: Option<Volume>,
    /// Bytes of values in answers to clients.
    pub egress: Option<Volume>,
    /// Bytes kept: those of the keys that have a value when a trial begins.
    pub storage: Option<Stored>,
    /// Paid each month whatever is used.
    pub base_per_month: Option<Money>,
    #[serde(rename = "lists")]
    #[schemars(skip)]
    _lists: Option<NoLists>,
}

/// Nobody lists keys, so a price for it is a mistake.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "IgnoredAny")]
struct NoLists;

impl TryFrom<IgnoredAny> for NoLists {
    type Error = &'static str;

    fn try_from(_: IgnoredAny) -> Result<NoLists, &'static str> {
        Err("no client lists keys, so a price for `lists` has no effect\nhelp: leave it out")
    }
}

/// An amount in US dollars: finite, 0 to a billion.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "f64")]
#[schemars(with = "f64")]
pub struct Money(f64);

impl TryFrom<f64> for Money {
    type Error = String;

    fn try_from(amount: f64) -> Result<Money, String> {
        match (0.0..=1e9).contains(&amount) {
            true => Ok(Money(amount)),
            false => {
                Err(format!("`{amount}` is not a price\nhelp: write US dollars, 0 or more, such as 0.50"))
            }
        }
    }
}

/// What requests cost, in US dollars a million of them in a month.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestsSpec {
    /// US dollars for a million.
    pub each_million: Money,
    /// So many a month cost nothing.
    #[serde(default)]
    pub included: u64,
    /// Other prices from so many a month on, in rising order.
    #[serde(default)]
    pub beyond: Vec<RequestsStep>,
}

/// Another price from so many requests a month on.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestsStep {
    /// So many have the prices before.
    pub from: u64,
    /// US dollars for a million of the others.
    pub each_million: Money,
}

/// What bytes cost, in US dollars a gigabyte of them in a month; a gigabyte is 10^9 bytes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VolumeSpec {
    /// US dollars for a gigabyte.
    pub each_gb: Money,
    /// So much a month costs nothing.
    #[serde(default)]
    pub included: Bytes,
    /// Other prices from so much a month on, in rising order.
    #[serde(default)]
    pub beyond: Vec<VolumeStep>,
}

/// Another price from so many bytes a month on.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VolumeStep {
    /// So much has the prices before.
    pub from: Bytes,
    /// US dollars for a gigabyte of the rest.
    pub each_gb: Money,
}

/// What keeping bytes costs, in US dollars a gigabyte and month.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StoredSpec {
    /// US dollars for a gigabyte through a month.
    pub each_gb: Money,
    /// So much costs nothing.
    #[serde(default)]
    pub included: Bytes,
    /// Other prices from so much on, in rising order.
    #[serde(default)]
    pub beyond: Vec<VolumeStep>,
    /// Whether each replica is paid for; by default a value is paid for once, however many replicas there are.
    #[serde(default)]
    pub each_replica: bool,
}

/// A checked `RequestsSpec`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "RequestsSpec")]
#[schemars(with = "RequestsSpec")]
pub struct Requests(Tariff);

/// A checked `VolumeSpec`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "VolumeSpec")]
#[schemars(with = "VolumeSpec")]
pub struct Volume(Tariff);

/// A checked `StoredSpec`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "StoredSpec")]
#[schemars(with = "StoredSpec")]
pub struct Stored {
    tariff: Tariff,
    each_replica: bool,
}

impl TryFrom<RequestsSpec> for Requests {
    type Error = String;

    fn try_from(spec: RequestsSpec) -> Result<Requests, String> {
        let first = Step { from: spec.included as f64, each: spec.each_million.0 };
        let beyond =
            spec.beyond.iter().map(|step| Step { from: step.from as f64, each: step.each_million.0 });
        Tariff::new(1e6, first, beyond).map(Requests)
    }
}

impl TryFrom<VolumeSpec> for Volume {
    type Error = String;

    fn try_from(spec: VolumeSpec) -> Result<Volume, String> {
        bytes(spec.each_gb, spec.included, &spec.beyond).map(Volume)
    }
}

impl TryFrom<StoredSpec> for Stored {
    type Error = String;

    fn try_from(spec: StoredSpec) -> Result<Stored, String> {
        let tariff = bytes(spec.each_gb, spec.included, &spec.beyond)?;
        Ok(Stored { tariff, each_replica: spec.each_replica })
    }
}

fn bytes(each_gb: Money, included: Bytes, beyond: &[VolumeStep]) -> Result<Tariff, String> {
    let step = |from: Bytes, each: Money| Step { from: from.as_u64() as f64, each: each.0 };
    Tariff::new(GIGABYTE, step(included, each_gb), beyond.iter().map(|later| step(later.from, later.each_gb)))
}

impl PriceSpec {
    /// The prices, those that are not written taken from a list.
    pub fn over(&self, list: Option<&PriceSpec>) -> Price {
        let base = |spec: &PriceSpec| spec.base_per_month.map(|money| Tariff::flat(money.0));
        let storage = self.storage.as_ref().or(list.and_then(|list| list.storage.as_ref()));
        let parts = Part::ALL.into_iter().filter_map(|part| {
            let of = |spec: &PriceSpec| match part {
                Part::Reads => spec.reads.as_ref().map(|price| price.0.clone()),
                Part::Writes => spec.writes.as_ref().map(|price| price.0.clone()),
                Part::Deletes => spec.deletes.as_ref().map(|price| price.0.clone()),
                Part::OriginRequests => spec.origin_requests.as_ref().map(|price| price.0.clone()),
                Part::OriginBytes => spec.origin_bytes.as_ref().map(|price| price.0.clone()),
                Part::Egress => spec.egress.as_ref().map(|price| price.0.clone()),
                Part::Storage => spec.storage.as_ref().map(|price| price.tariff.clone()),
                Part::Base => base(spec),
            };
            Some((part, of(self).or_else(|| list.and_then(of))?))
        });
        Price { parts: parts.collect(), each_replica: storage.is_some_and(|storage| storage.each_replica) }
    }
}
