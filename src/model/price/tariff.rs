//! From what was used in a month to what it costs.

use super::Part;

/// The prices of a namespace, each with what it is for, in the order of [`Part::ALL`].
#[derive(Clone, PartialEq, Debug)]
pub struct Price {
    /// What is paid for, and how.
    pub parts: Vec<(Part, Tariff)>,
    /// Whether storage is paid for at each replica.
    pub each_replica: bool,
}

impl Price {
    /// Whether a part costs something, if enough of it is used.
    pub fn charges(&self, part: Part) -> bool {
        self.parts.iter().any(|(priced, tariff)| *priced == part && !tariff.is_free())
    }
}

/// The unit of prices of bytes.
pub(super) const GIGABYTE: f64 = 1e9;

/// What a quantity costs that is used within a month.
#[derive(Clone, PartialEq, Debug)]
pub struct Tariff {
    /// The quantity that prices are for: a million requests, a gigabyte.
    unit: f64,
    /// By rising quantity; what lies below the first is included.
    steps: Vec<Step>,
}

/// A price, and from which quantity on it holds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Step {
    pub(super) from: f64,
    pub(super) each: f64,
}

impl Tariff {
    pub(super) fn new(unit: f64, first: Step, beyond: impl Iterator<Item = Step>) -> Result<Tariff, String> {
        let steps: Vec<Step> = std::iter::once(first).chain(beyond).collect();
        match steps.windows(2).find(|pair| pair[1].from <= pair[0].from) {
            None => Ok(Tariff { unit, steps }),
            Some(pair) => {
                let shown = |step: &Step| match unit {
                    GIGABYTE => format!("{} GB", step.from / GIGABYTE),
                    _ => step.from.to_string(),
                };
                Err(format!(
                    "a price from {} on does not lie beyond the one from {} on\nhelp: write the steps of `beyond` in rising order, above `included`",
                    shown(&pair[1]),
                    shown(&pair[0])
                ))
            }
        }
    }

    fn is_free(&self) -> bool {
        self.steps.iter().all(|step| step.each == 0.0)
    }

    /// A price for one of something.
    pub(super) fn flat(each: f64) -> Tariff {
        Tariff { unit: 1.0, steps: vec![Step { from: 0.0, each }] }
    }

    /// What so much costs in US dollars: what lies within a step has its price.
    pub fn cost(&self, quantity: f64) -> f64 {
        let ends = self.steps.iter().skip(1).map(|step| step.from).chain([f64::INFINITY]);
        let costs = self.steps.iter().zip(ends).map(|(step, end)| {
            let within = (quantity.min(end) - step.from).max(0.0);
            within / self.unit * step.each
        });
        costs.sum()
    }
}
