//! Arrivals that come in pulses: bursts, and crowds that gather and disperse.

use rand::RngExt;
use rand_distr::{Distribution, Exp1};

use crate::base::{Rng, Span, Time};

/// When there are arrivals: equal pulses, each of which may rise and fall in a straight line.
#[derive(Clone, Debug)]
pub struct Pulses {
    /// When each begins, one after another, none before the end of the one before.
    at: Vec<Span>,
    /// How long each lasts.
    lasting: Span,
    /// How long each rises, and falls at its end; at most half as long as it lasts.
    ramp: Span,
    /// After this long they all come again.
    every: Option<Span>,
}

impl Pulses {
    /// # Errors
    /// What overlaps, or lasts no time.
    pub fn new(at: Vec<Span>, lasting: Span, ramp: Span, every: Option<Span>) -> Result<Pulses, String> {
        if lasting == Span::ZERO {
            return Err("`for` must be longer than 0s".to_owned());
        }
        if ramp.as_nanos() > lasting.as_nanos() / 2 {
            return Err(format!(
                "`ramp` is {ramp}; rising and falling, it has to fit twice into `for`, {lasting}"
            ));
        }
        let (Some(&first), Some(&last)) = (at.first(), at.last()) else {
            return Err("`at` is empty; list when bursts begin, such as [\"10min\", \"40min\"]".to_owned());
        };
        if let Some(pair) = at.windows(2).find(|pair| pair[1] < pair[0] + lasting) {
            return Err(format!("the burst at {} begins before the end of the one at {}", pair[1], pair[0]));
        }
        let all = last - first + lasting;
        if let Some(every) = every.filter(|every| *every < all) {
            return Err(format!(
                "`every` is {every}, but from the first to the end of the last they take {all}"
            ));
        }
        Ok(Pulses { at, lasting, ramp, every })
    }

    /// When the `index`-th begins, of all that come; `None` if there is none.
    fn begin(&self, index: u64) -> Option<Time> {
        let count = self.at.len() as u64;
        let (round, at) = (index / count, self.at[(index % count) as usize]);
        let again = match self.every {
            None if round > 0 => return None,
            None => 0,
            Some(every) => every.as_nanos().saturating_mul(round),
        };
        Some(Time::ZERO + Span::from_nanos(again) + at)
    }

    /// How high a pulse is so long after it has begun, 0 to 1.
    fn height(&self, after: Span) -> f64 {
        let to_end = self.lasting - after;
        let near = after.min(to_end);
        if near >= self.ramp { 1.0 } else { near.as_secs_f64() / self.ramp.as_secs_f64() }
    }

    /// Seconds that all pulses before the horizon come to, at their height.
    pub(super) fn area(&self, horizon: Time) -> f64 {
        let seconds = horizon.since(Time::ZERO).as_secs_f64();
        let whole = (self.lasting - self.ramp).as_secs_f64();
        let each = |at: &Span| {
            let rounds = match self.every {
                Some(every) => ((seconds - at.as_secs_f64()) / every.as_secs_f64()).floor().max(0.0),
                None => 0.0,
            };
            let begun = at.as_secs_f64() + self.every.map_or(0.0, |every| rounds * every.as_secs_f64());
            rounds * whole + self.part(seconds - begun)
        };
        self.at.iter().map(each).sum()
    }

    /// The same, of one pulse until so many seconds after it has begun.
    fn part(&self, after: f64) -> f64 {
        let (lasting, ramp) = (self.lasting.as_secs_f64(), self.ramp.as_secs_f64());
        let after = after.clamp(0.0, lasting);
        let triangle = |side: f64| if side > 0.0 { side * side / (2.0 * ramp) } else { 0.0 };
        let risen = if after < ramp { triangle(after) } else { after - ramp / 2.0 };
        let falling = after - (lasting - ramp);
        if ramp > 0.0 { risen - triangle(falling) } else { after }
    }
}

/// Where in the pulses the arrivals are that are drawn.
#[derive(Debug)]
pub(super) struct Pulsing {
    pulses: Pulses,
    mean_nanos: f64,
    /// Which pulse, of all that come,
    pulse: u64,
    /// and how long after it has begun.
    after: Span,
}

impl Pulsing {
    pub(super) fn new(pulses: Pulses, rate: f64) -> Pulsing {
        Pulsing { pulses, mean_nanos: 1e9 / rate, pulse: 0, after: Span::ZERO }
    }

    /// The next arrival: the times of pulses, put together, have a Poisson process, thinned where they rise and fall.
    pub(super) fn next(&mut self, rng: &mut Rng) -> Time {
        let lasting = self.pulses.lasting.as_nanos();
        loop {
            let gap: f64 = Exp1.sample(rng);
            let after = (self.after + Span::from_nanos_f64(self.mean_nanos * gap)).as_nanos();
            self.pulse = self.pulse.saturating_add(after / lasting);
            self.after = Span::from_nanos(after % lasting);
            let Some(begun) = self.pulses.begin(self.pulse) else { return Time::NEVER };
            let height = self.pulses.height(self.after);
            if height == 1.0 || rng.random::<f64>() < height {
                return begun + self.after;
            }
        }
    }
}
