//! Okabe and Ito's colours, which the colour-blind can tell apart; black is
//! softened and yellow darkened to be seen on white.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(pub u8, pub u8, pub u8);

pub(super) const INK: Colour = Colour(0x1f, 0x23, 0x28);
pub(super) const GREY: Colour = Colour(0x5b, 0x63, 0x6b);
pub(super) const AXIS: Colour = Colour(0x8a, 0x91, 0x99);
pub(super) const GRID: Colour = Colour(0xdf, 0xe3, 0xe7);
pub(super) const FAINT: Colour = Colour(0xf1, 0xf3, 0xf5);
pub(super) const WHITE: Colour = Colour(0xff, 0xff, 0xff);

const SERIES: [Colour; 8] = [
    Colour(0x00, 0x72, 0xb2),
    Colour(0xd5, 0x5e, 0x00),
    Colour(0x00, 0x9e, 0x73),
    Colour(0xcc, 0x79, 0xa7),
    Colour(0xe6, 0x9f, 0x00),
    Colour(0x56, 0xb4, 0xe9),
    Colour(0x3c, 0x42, 0x48),
    Colour(0xcf, 0xbd, 0x14),
];

pub(super) const DISTINCT: usize = SERIES.len();

/// The colours, then again dashed, then lighter.
pub(super) fn series(index: usize) -> Colour {
    let colour = SERIES[index % DISTINCT];
    if index / DISTINCT % 3 == 2 { colour.lighter() } else { colour }
}

/// On and off lengths along the line.
pub(super) fn dash(index: usize) -> Option<(f64, f64)> {
    (index / DISTINCT % 3 == 1).then_some((7.0, 4.0))
}

/// Dots are hollow where lines are dashed.
pub(super) fn hollow(index: usize) -> bool {
    dash(index).is_some()
}

impl Colour {
    /// `share` of `other` mixed in.
    pub(super) fn mix(self, other: Colour, share: f64) -> Colour {
        let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        Colour(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    pub(super) fn lighter(self) -> Colour {
        self.mix(WHITE, 0.55)
    }

    /// Dark enough to read small text in.
    pub(super) fn for_text(self) -> Colour {
        self.mix(Colour(0, 0, 0), 0.22)
    }
}
