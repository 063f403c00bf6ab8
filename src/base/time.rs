//! Simulated time in whole nanoseconds.

use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// An instant of simulated time: nanoseconds since the trial began.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Hash, Serialize, Deserialize)]
pub struct Time(u64);

/// A length of simulated time in nanoseconds, at most [`Span::MAX`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Hash)]
pub struct Span(u64);

impl Time {
    /// The start of every trial.
    pub const ZERO: Time = Time(0);
    /// Later than anything that happens.
    pub const NEVER: Time = Time(u64::MAX);

    /// Nanoseconds since the trial began.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// The span from `earlier` to `self`; zero if `earlier` is later.
    pub const fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// The instant `span` before, not before the beginning.
    pub const fn before(self, span: Span) -> Time {
        Time(self.0.saturating_sub(span.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// 2^62 ns, about 146 years: two of them still add up without overflow.
    pub const MAX: Span = Span(1 << 62);

    /// A span of whole nanoseconds, cut at [`Span::MAX`].
    pub const fn from_nanos(nanos: u64) -> Span {
        if nanos > Span::MAX.0 { Span::MAX } else { Span(nanos) }
    }

    /// A span of milliseconds; negative and NaN become zero, too much becomes [`Span::MAX`].
    pub fn from_millis_f64(millis: f64) -> Span {
        Span::from_nanos_f64(millis * 1e6)
    }

    /// A span of nanoseconds, rounded; negative and NaN become zero, too much becomes [`Span::MAX`].
    pub fn from_nanos_f64(nanos: f64) -> Span {
        // Signed numbers are the ones that processors convert.
        Span(((nanos + 0.5) as i64).clamp(0, Span::MAX.0 as i64) as u64)
    }

    /// Nanoseconds.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Seconds.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// Half of it, rounded down.
    pub const fn half(self) -> Span {
        Span(self.0 / 2)
    }
}

impl Add<Span> for Time {
    type Output = Time;
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span::from_nanos(self.0 + other.0)
    }
}

impl AddAssign for Span {
    fn add_assign(&mut self, other: Span) {
        *self = *self + other;
    }
}

impl Sub for Span {
    type Output = Span;
    /// Zero if `other` is longer.
    fn sub(self, other: Span) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}
