//! What makes the page look and act: written by hand, put in as it is.

pub(super) const STYLE: &str = include_str!("style.css");

/// One idea a file; together they are one script, so that one hash allows it and no name leaves it.
const SCRIPTS: [&str; 15] = [
    include_str!("format.js"),
    include_str!("table.js"),
    include_str!("dom.js"),
    include_str!("scale.js"),
    include_str!("chart.js"),
    include_str!("curves.js"),
    include_str!("crosshair.js"),
    include_str!("dots.js"),
    include_str!("figures.js"),
    include_str!("land.js"),
    include_str!("map.js"),
    include_str!("where.js"),
    include_str!("spread.js"),
    include_str!("locations.js"),
    include_str!("main.js"),
];

pub(super) fn script() -> String {
    format!("\"use strict\";\n(() => {{\n{}}})();\n", SCRIPTS.concat())
}
