//! Quantities that carry no time: rates, shares, sizes; and what all quantities have in common.

use super::Span;

/// Something a scenario writes with a unit, and a distribution can be drawn over.
pub trait Quantity: Copy {
    /// The value in the base unit (nanoseconds, bytes).
    fn to_base(self) -> f64;
    /// From the base unit: rounded, cut to the range.
    fn from_base(value: f64) -> Self;
}

/// Events per second: finite, not negative.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default)]
pub struct Rate(f64);

/// A share of a whole: 0 to 1.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default)]
pub struct Probability(f64);

/// A size in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Bytes(u64);

/// How fast bytes pass a link: bits per second, finite, not negative.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default)]
pub struct Bandwidth(f64);

impl Rate {
    /// `None` unless finite and not negative.
    pub fn per_second(rate: f64) -> Option<Rate> {
        (rate.is_finite() && rate >= 0.0).then_some(Rate(rate))
    }

    /// Events per second.
    pub fn as_per_second(self) -> f64 {
        self.0
    }
}

impl Probability {
    /// Never.
    pub const ZERO: Probability = Probability(0.0);
    /// Always.
    pub const ONE: Probability = Probability(1.0);

    /// `None` unless within 0 to 1.
    pub fn new(share: f64) -> Option<Probability> {
        (0.0..=1.0).contains(&share).then_some(Probability(share))
    }

    /// The share, 0 to 1.
    pub fn as_f64(self) -> f64 {
        self.0
    }

    /// Whether sixty-four even bits fall within this share.
    pub fn holds_for(self, bits: u64) -> bool {
        ((bits >> 11) as f64) < self.0 * (1u64 << 53) as f64
    }
}

impl Bandwidth {
    /// `None` unless finite and not negative.
    pub fn bits_per_second(bits: f64) -> Option<Bandwidth> {
        (bits.is_finite() && bits >= 0.0).then_some(Bandwidth(bits))
    }

    /// Bits per second.
    pub fn as_bits_per_second(self) -> f64 {
        self.0
    }

    /// How long so many bytes take to pass, one after another.
    pub fn time_of(self, bytes: Bytes) -> Span {
        Span::from_nanos_f64(bytes.0 as f64 * 8e9 / self.0)
    }
}

impl Bytes {
    /// That many bytes.
    pub const fn new(bytes: u64) -> Bytes {
        Bytes(bytes)
    }

    /// The number of bytes.
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

/// An amount of memory as a person reads it, to two digits or so.
pub fn shown_bytes(bytes: f64) -> String {
    let mib = bytes / f64::from(1 << 20);
    if mib < 1000.0 { format!("{mib:.0} MiB") } else { format!("{:.1} GiB", mib / 1024.0) }
}

impl Quantity for Bytes {
    fn to_base(self) -> f64 {
        self.0 as f64
    }
    fn from_base(value: f64) -> Bytes {
        Bytes((value + 0.5) as u64)
    }
}

impl Quantity for Span {
    fn to_base(self) -> f64 {
        self.as_nanos() as f64
    }
    fn from_base(value: f64) -> Span {
        Span::from_nanos_f64(value)
    }
}
