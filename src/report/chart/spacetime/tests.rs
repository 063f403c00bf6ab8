//! Diagrams that a careless layout would stumble over.

use super::{Age, Arrow, Bar, Event, Mark, Row, SpaceTime, compose};
use crate::report::chart::space_time_svg;
use crate::report::chart::tests::assert_texts_apart;

/// One to eight places, names that are too long, events that come together, and pauses of all lengths.
#[test]
fn space_time_diagrams_are_drawn_without_overlapping_texts() {
    for rows in 1..=8 {
        for (index, pause) in [0.0, 1e-4, 0.3, 7.0, 3_000.0].into_iter().enumerate() {
            let diagram = diagram(rows, pause);
            assert_texts_apart(10 * rows + index, &compose(&diagram));
            assert!(space_time_svg(&diagram).ends_with("</svg>\n"));
        }
    }
}

fn diagram(rows: usize, pause: f64) -> SpaceTime {
    let at = |step: usize| 1_000.0 + 0.05 * step as f64 + pause * (step / 4) as f64;
    let event = |step: usize| Event {
        row: step % rows,
        at: at(step / 2),
        text: "something happens ".repeat(1 + step % 9),
        shape: Mark::Dot,
    };
    let arrow = |step: usize| Arrow {
        from: step % rows,
        to: (step + 1) % rows,
        sent: at(step),
        arrives: at(step + 1),
        age: [None, Some(Age::Old), Some(Age::New)][step % 3],
    };
    let bar = |step: usize| Bar {
        row: step % rows,
        lane: step / rows,
        from: at(step),
        to: at(2 * step + 1),
        label: format!("v{step} edge cache until {} s", 1e9),
        age: [Age::Old, Age::New][step % 2],
    };
    let row = |row: usize| Row {
        name: format!("{row} مرحبا 🚀 {}", "x".repeat(60)),
        role: "reader, writer, coordinator of the write and replica".to_owned(),
    };
    SpaceTime {
        title: "مرحبا 🚀 <script> ".repeat(12),
        subtitle: "x ".repeat(200),
        rows: (0..rows).map(row).collect(),
        bars: (0..12).map(bar).collect(),
        arrows: (0..12).map(arrow).collect(),
        events: (0..14).map(event).collect(),
        values: ["older than ".repeat(20), "newer".to_owned()],
    }
}
