//! Intervals that hold although one looks at them several times while trials come in.

use super::estimate::{CONFIDENCE, half_width_at};
use super::{Sampled, Spread};

/// How often an estimate is looked at, each time with more trials, until a verdict is final.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Looks(u32);

impl Looks {
    /// A single look: nothing is adjusted.
    pub const ONE: Looks = Looks(1);

    /// So many.
    pub fn new(count: u32) -> Looks {
        Looks(count.max(1))
    }

    /// How many there are.
    pub fn count(self) -> u32 {
        self.0
    }

    /// The confidence of the interval at each look, so that all of them together hold the truth with at least 95 %: what is
    /// allowed to go wrong is shared out evenly (Bonferroni's inequality; Jennison and Turnbull, Group Sequential Methods,
    /// 2000, §2). It holds however the looks depend on one another.
    pub fn confidence_of_each(self) -> f64 {
        1.0 - (1.0 - CONFIDENCE) / f64::from(self.0)
    }
}

impl Sampled {
    /// The same with the interval of one of several looks in place of that of 95 %. An end that would lie beyond what is
    /// possible, below 0 or above `most`, lies there.
    pub fn at_each_of(self, looks: Looks, most: f64) -> Sampled {
        if looks == Looks::ONE {
            return self;
        }
        let confidence = looks.confidence_of_each();
        let Sampled { mut estimate, spread: Spread { deviations, room } } = self;
        // The bound of what was never seen in n chances is 1 - (1 - confidence)^(1/n).
        let power = (1.0 - confidence).ln() / (1.0 - CONFIDENCE).ln();
        let widened = |room: f64| 1.0 - (1.0 - room).powf(power);
        let room = (widened(room.0), widened(room.1));
        estimate.interval = estimate.interval.and_then(|_| {
            let half = half_width_at(&deviations, confidence)?;
            Some(match room {
                (0.0, 0.0) => ((estimate.value - half).max(0.0), (estimate.value + half).min(most)),
                (below, above) => (estimate.value - below, estimate.value + above),
            })
        });
        Sampled { estimate, spread: Spread { deviations, room } }
    }
}
