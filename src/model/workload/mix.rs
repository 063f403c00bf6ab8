//! Which kind of operation a client begins.

use rand::RngExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::ycsb::Ycsb;
use crate::base::Rng;

/// What an operation does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum OpKind {
    /// Gets a value.
    Read,
    /// Puts a value.
    Write,
    /// Gets a value, changes it and puts it back: a read, then at once a write.
    Update,
    /// Deletes a value.
    Delete,
}

impl OpKind {
    /// All kinds, in the order of tables.
    pub const ALL: [OpKind; 4] = [OpKind::Read, OpKind::Write, OpKind::Update, OpKind::Delete];

    /// The word in scenarios and tables.
    pub const fn name(self) -> &'static str {
        match self {
            OpKind::Read => "read",
            OpKind::Write => "write",
            OpKind::Update => "update",
            OpKind::Delete => "delete",
        }
    }
}

/// Weights of the kinds of operation; they need not add up to 1.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MixSpec {
    /// Weight of reads.
    pub read: f64,
    /// Weight of writes.
    pub write: f64,
    /// Weight of updates: get, change, put.
    pub update: f64,
    /// Weight of deletes.
    pub delete: f64,
    /// The mix of a workload of YCSB, instead of weights: A to D, or F.
    pub ycsb: Option<Ycsb>,
}

impl Default for MixSpec {
    fn default() -> MixSpec {
        MixSpec { read: 0.0, write: 0.0, update: 0.0, delete: 0.0, ycsb: None }
    }
}

/// A checked mix: cumulative shares.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "MixSpec")]
#[schemars(with = "MixSpec")]
pub struct Mix {
    cumulative: [f64; 4],
    reads_latest: bool,
}

impl TryFrom<MixSpec> for Mix {
    type Error = String;

    fn try_from(spec: MixSpec) -> Result<Mix, String> {
        let MixSpec { read, write, update, delete, ycsb } = spec;
        let weights = [read, write, update, delete];
        if let Some(workload) = ycsb {
            if weights.iter().any(|weight| *weight != 0.0) {
                return Err("`ycsb` is a whole mix\nhelp: leave either it or the weights out".to_owned());
            }
            return Ok(Mix { reads_latest: workload == Ycsb::D, ..Mix::try_from(workload.weights()?)? });
        }
        for (kind, weight) in OpKind::ALL.iter().zip(weights) {
            if !weight.is_finite() || weight < 0.0 {
                let name = kind.name();
                return Err(format!(
                    "`{name}` is {weight}; weights of a mix must be finite and not negative"
                ));
            }
        }
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            return Err("the mix is empty\nhelp: write e.g. { read = 0.99, write = 0.01 }".to_owned());
        }
        let mut sum = 0.0;
        let cumulative = weights.map(|weight| {
            sum += weight;
            sum / total
        });
        Ok(Mix { cumulative, reads_latest: false })
    }
}

impl Default for Mix {
    /// Reads only.
    fn default() -> Mix {
        Mix { cumulative: [1.0; 4], reads_latest: false }
    }
}

impl Mix {
    /// Draws the kind of one operation.
    pub fn sample(&self, rng: &mut Rng) -> OpKind {
        let point: f64 = rng.random();
        let kind = self.cumulative.iter().position(|&c| point < c);
        OpKind::ALL[kind.unwrap_or_else(|| self.last())]
    }

    /// The share of one kind, 0 to 1.
    pub fn share(&self, kind: OpKind) -> f64 {
        let at = kind as usize;
        self.cumulative[at] - if at == 0 { 0.0 } else { self.cumulative[at - 1] }
    }

    /// The mix of so many operations of each kind, in the order of [`OpKind::ALL`]; reads if there are none.
    pub fn of_counts(counts: [u64; 4]) -> Mix {
        let [read, write, update, delete] = counts.map(|count| count as f64);
        Mix::try_from(MixSpec { read, write, update, delete, ycsb: None }).unwrap_or_default()
    }

    /// Whether it is about reading the newest keys, as that of YCSB's workload D.
    pub fn reads_latest(&self) -> bool {
        self.reads_latest
    }

    /// Rounding may leave the last cumulative share just below 1: the last kind that has any weight.
    fn last(&self) -> usize {
        self.cumulative.iter().position(|&c| c >= self.cumulative[3]).expect("the last one is")
    }
}
