//! Charts: data in, bytes out. Nothing here reads a file, a clock or the
//! system's fonts, so the same [`Figure`] gives the same bytes.
//!
//! A figure is laid out once into a `scene` of strokes, areas and texts in
//! logical pixels; `vector` and `raster` paint that scene with plotters.
//! Names may hold any text: it is escaped, stripped of control characters and
//! shortened where it would not fit.

mod axes;
mod curve;
mod dots;
mod figure;
mod format;
mod labels;
mod legend;
mod levels;
mod lines;
mod page;
mod palette;
mod raster;
mod ruler;
mod scene;
mod spacetime;
mod stretches;
mod text;
mod ticks;
mod vector;

pub use spacetime::{Age, Arrow, Bar, Event, Mark, Row, SpaceTime};

pub use figure::{
    Axis, Dot, DotGroup, Dots, Figure, Level, Lines, Order, Panel, Scale, Series, Shade, Shape, Stretch, Unit,
};

/// The figure as an SVG document that scales to any size.
pub fn svg(figure: &Figure) -> String {
    vector::document(&page::compose(figure), figure)
}

/// A space-time diagram as an SVG document.
pub fn space_time_svg(diagram: &SpaceTime) -> String {
    vector::picture(&spacetime::compose(diagram), &diagram.title, &diagram.subtitle)
}

/// The figure as an RGB PNG at twice its logical size (1920 × 1080 for one panel).
pub fn png(figure: &Figure) -> Vec<u8> {
    raster::image(&page::compose(figure))
}

#[cfg(test)]
mod tests;
