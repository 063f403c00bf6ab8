//! What makes the page look and act: written by hand, put in as it is.

/// First the page as a whole, then what scripts draw, then paper.
pub(super) const STYLE: &str =
    concat!(include_str!("style.css"), include_str!("drawn.css"), include_str!("print.css"));

/// One idea a file; together they are one script, so that one hash allows it and no name leaves it.
const SCRIPTS: [&str; 27] = [
    include_str!("format.js"),
    include_str!("table.js"),
    include_str!("dom.js"),
    include_str!("scale.js"),
    include_str!("chart.js"),
    include_str!("curves.js"),
    include_str!("crosshair.js"),
    include_str!("dots.js"),
    include_str!("bands.js"),
    include_str!("figures.js"),
    include_str!("shares.js"),
    include_str!("cost.js"),
    include_str!("swept.js"),
    include_str!("land.js"),
    include_str!("globe.js"),
    include_str!("places.js"),
    include_str!("map.js"),
    include_str!("links.js"),
    include_str!("legend.js"),
    include_str!("box.js"),
    include_str!("where.js"),
    include_str!("timeline.js"),
    include_str!("player.js"),
    include_str!("spread.js"),
    include_str!("locations.js"),
    include_str!("headline.js"),
    include_str!("main.js"),
];

pub(super) fn script() -> String {
    format!("\"use strict\";\n(() => {{\n{}}})();\n", SCRIPTS.concat())
}
