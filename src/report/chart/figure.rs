//! What a picture is made of, before anything is placed.

/// One picture: a heading, panels stacked from top to bottom, a footnote.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figure {
    /// What the picture shows, in bold.
    pub title: String,
    /// A grey line under the title; may be empty.
    pub subtitle: String,
    /// Small print: source, trials, kind of interval.
    pub note: String,
    /// Neighbouring line panels with equal x axes share one.
    pub panels: Vec<Panel>,
}

/// One set of axes.
#[derive(Clone, Debug, PartialEq)]
pub enum Panel {
    /// Curves over a common x axis.
    Lines(Lines),
    /// A horizontal dot plot.
    Dots(Dots),
}

/// Curves over a common x axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// In the order of their colours.
    pub series: Vec<Series>,
    /// Shaded behind the curves, in the order of their beginnings; named in the first of panels that share an x axis.
    pub stretches: Vec<Stretch>,
    /// Lines across the panel.
    pub levels: Vec<Level>,
}

/// A value of the y axis that a curve may cross, such as the bound of a gate.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The value.
    pub at: f64,
    /// Written on it, if there is room.
    pub name: String,
}

/// A part of the x axis in which something was different.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// Where it begins.
    pub from: f64,
    /// Where it ends; may lie beyond the axis.
    pub to: f64,
    /// Written at its top, if there is room.
    pub name: String,
    /// How it is shaded.
    pub shade: Shade,
}

/// How a part of an axis is shaded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shade {
    /// Lightly: all was well, but it is not counted.
    WarmUp,
    /// Something was broken: the more of 0 to 1, the darker.
    Fault(f64),
}

/// What an axis measures and how it is divided.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Title; the unit stands at the ticks.
    pub label: String,
    /// How values become distances.
    pub scale: Scale,
    /// How values are written.
    pub unit: Unit,
    /// Smallest and largest value shown; fitted to the data if absent.
    pub range: Option<(f64, f64)>,
}

/// How values become distances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences, equal distances.
    Linear,
    /// Equal ratios, equal distances. Zero and less get a place of their own
    /// at the lower end, marked `0`.
    Log,
    /// −log10(1 − p) of a share p: 0 %, 90 %, 99 %, 99.9 % at equal distances.
    /// One and more get a place of their own at the upper end, marked `100 %`.
    Nines,
}

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds, written as 100 µs, 1 ms, 10 s, 1 min, 1 h.
    Seconds,
    /// A fraction of one, written in per cent.
    Share,
    /// A whole number.
    Count,
    /// A number that need not be whole.
    Number,
}

/// One curve, or one cloud of points. Values that are not finite are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Written beside the curve.
    pub name: String,
    /// (x, y), in the order in which they are joined.
    pub points: Vec<(f64, f64)>,
    /// (x, low, high), an interval around the curve; may be empty.
    pub band: Vec<(f64, f64, f64)>,
    /// How the points are joined.
    pub shape: Shape,
}

/// How the points of a [`Series`] are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// By straight lines.
    Line,
    /// Each value holds until the next point.
    Step,
    /// Not at all.
    Points,
}

/// A horizontal dot plot: one row per label. Beyond [`Dots::ROWS`] rows the last
/// ones are left out, and the footnote says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Dots {
    /// The horizontal axis.
    pub value: Axis,
    /// In which order the rows stand.
    pub order: Order,
    /// Zero is on the axis and has a line of its own, as for differences.
    pub with_zero: bool,
    /// One colour each; dots with equal labels share a row.
    pub groups: Vec<DotGroup>,
}

impl Dots {
    /// As many rows as fit a page.
    pub const ROWS: usize = 40;
}

/// In which order rows stand; the first deserve the most attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// For a latency, a stale rate.
    HighestFirst,
    /// For a hit ratio.
    LowestFirst,
    /// As they come.
    AsGiven,
}

/// The dots of one colour.
#[derive(Clone, Debug, PartialEq)]
pub struct DotGroup {
    /// Written in the legend if there are several groups.
    pub name: String,
    /// One per label.
    pub rows: Vec<Dot>,
}

/// One estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// Names the row.
    pub label: String,
    /// Where the dot is.
    pub value: f64,
    /// The ends of the line through the dot.
    pub interval: Option<(f64, f64)>,
}
