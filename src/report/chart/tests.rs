//! Charts as bytes: what is in them, and that they are the same every time.

use super::figure::*;
use super::ruler::{Ends, Ruler};
use super::scene::{Anchor, Mark, Rect, Scene};
use super::ticks::{Room, ticks};
use super::{labels, page, png, svg, text};

fn axis(scale: Scale, unit: Unit) -> Axis {
    Axis { label: "An <axis> & \"its\" title".to_owned(), scale, unit, range: None }
}

fn series(name: &str, points: &[(f64, f64)]) -> Series {
    let band = points.iter().map(|&(x, y)| (x, y * 0.9, y * 1.1)).collect();
    Series { name: name.to_owned(), points: points.to_vec(), band, shape: Shape::Line }
}

fn figure(panels: Vec<Panel>) -> Figure {
    Figure {
        title: "</title><script>alert('x')</script>".to_owned(),
        subtitle: "\u{0}a & b\u{202e}".to_owned(),
        note: "20 trials".to_owned(),
        panels,
    }
}

fn lines(x: Scale, y: Scale, series: Vec<Series>) -> Panel {
    Panel::Lines(Lines {
        x: axis(x, Unit::Seconds),
        y: axis(y, Unit::Share),
        series,
        stretches: Vec::new(),
        levels: Vec::new(),
    })
}

/// What was broken is named once, in the first of two panels, and shaded in both; a stretch that is not on the axis is not.
#[test]
fn stretches_are_shaded_and_named_once() {
    let stretch = |from: f64, name: &str| Stretch {
        from,
        to: from + 1.0,
        name: name.to_owned(),
        shade: Shade::Fault(1.0),
    };
    let panel = || match lines(Scale::Linear, Scale::Linear, vec![series("a", &[(0.0, 0.1), (10.0, 0.2)])]) {
        Panel::Lines(lines) => {
            let stretches = vec![stretch(2.0, "<FRA> down"), stretch(2.1, "next"), stretch(20.0, "later")];
            Panel::Lines(Lines { stretches, ..lines })
        }
        Panel::Dots(_) => unreachable!(),
    };
    let scene = page::compose(&figure(vec![panel(), panel()]));
    let written = |words: &str| {
        scene.marks.iter().filter(|m| matches!(m, Mark::Text { text, .. } if text == words)).count()
    };
    assert_eq!(["<FRA> down", "next", "later"].map(written), [1, 0, 0]);
    let shaded = |m: &&Mark| matches!(m, Mark::Area { opacity, .. } if *opacity == 0.13);
    assert_eq!(scene.marks.iter().filter(shaded).count(), 4);
}

fn dots(scale: Scale, rows: Vec<Dot>) -> Panel {
    let group = |name: &str| DotGroup { name: name.to_owned(), rows: rows.clone() };
    let groups = vec![group("reads"), group("writes")];
    Panel::Dots(Dots {
        value: axis(scale, Unit::Seconds),
        order: Order::HighestFirst,
        with_zero: false,
        groups,
    })
}

fn dot(label: String, value: f64) -> Dot {
    Dot { label, value, interval: Some((value * 0.5, value * 2.0)) }
}

fn labelled(scale: Scale, unit: Unit, values: &[f64]) -> Vec<(f64, String)> {
    let ruler = Ruler::fit(&axis(scale, unit), Ends::Round, values.iter().copied());
    let room = Room { length: 800.0, extent: &|label| 8.0 * label.len() as f64, divisions: 5.0 };
    let ticks = ticks(&ruler, &room).into_iter().filter(|t| !t.label.is_empty());
    ticks.map(|t| ((t.at * 1000.0).round() / 1000.0, t.label)).collect()
}

fn names(ticks: &[(f64, String)]) -> Vec<&str> {
    ticks.iter().map(|(_, label)| label.as_str()).collect()
}

#[test]
fn decades_of_seconds_are_equally_far_apart() {
    let ticks = labelled(Scale::Log, Unit::Seconds, &[0.001, 10.0]);
    let places: Vec<f64> = ticks.iter().map(|(at, _)| *at).collect();
    assert_eq!(names(&ticks), ["1 ms", "10 ms", "100 ms", "1 s", "10 s"]);
    assert_eq!(places, [0.0, 0.25, 0.5, 0.75, 1.0]);
}

#[test]
fn long_times_are_divided_as_a_clock_is() {
    let ticks = labelled(Scale::Log, Unit::Seconds, &[1.0, 86_400.0]);
    assert_eq!(names(&ticks), ["1 s", "10 s", "1 min", "10 min", "1 h", "10 h", "1 d"]);
    let ticks = labelled(Scale::Linear, Unit::Seconds, &[0.0, 3_600.0]);
    assert_eq!(names(&ticks), ["0", "15 min", "30 min", "45 min", "60 min"]);
}

#[test]
fn zero_has_a_place_of_its_own_on_a_logarithmic_axis() {
    // 0.4 decades of gap and 3 of data: 1 ms is at 0.4 / 3.4 = 0.118.
    let ticks = labelled(Scale::Log, Unit::Seconds, &[0.0, 0.001, 1.0]);
    assert_eq!(names(&ticks), ["0", "1 ms", "10 ms", "100 ms", "1 s"]);
    assert_eq!((ticks[0].0, ticks[1].0), (0.0, 0.118));
    // A single value beside it, between the usual divisions, is labelled itself.
    let ticks = labelled(Scale::Log, Unit::Seconds, &[0.0, 0.003]);
    assert_eq!(names(&ticks), ["0", "3 ms"]);
}

#[test]
fn nines_are_equally_far_apart() {
    // 50 % is log10(2) / 3 = 0.100 of the way to three nines.
    let ticks = labelled(Scale::Nines, Unit::Share, &[0.0, 0.999]);
    assert_eq!(names(&ticks), ["0 %", "50 %", "90 %", "99 %", "99.9 %"]);
    let places: Vec<f64> = ticks.iter().map(|(at, _)| *at).collect();
    assert_eq!(places, [0.0, 0.1, 0.333, 0.667, 1.0]);
    let ticks = labelled(Scale::Nines, Unit::Share, &[0.0, 0.99, 1.0]);
    assert_eq!(ticks.last(), Some(&(1.0, "100 %".to_owned())));
}

#[test]
fn shares_and_counts_have_round_ticks() {
    let ticks = labelled(Scale::Linear, Unit::Share, &[0.0, 0.043]);
    assert_eq!(names(&ticks), ["0 %", "1 %", "2 %", "3 %", "4 %", "5 %"]);
    let ticks = labelled(Scale::Linear, Unit::Count, &[0.0, 9_800.0]);
    assert_eq!(names(&ticks), ["0", "2 k", "4 k", "6 k", "8 k", "10 k"]);
    let ticks = labelled(Scale::Log, Unit::Share, &[1e-4, 0.1]);
    assert_eq!(names(&ticks), ["0.01 %", "0.1 %", "1 %", "10 %"]);
    let ticks = labelled(Scale::Linear, Unit::Count, &[-2.0, 2.0]);
    assert_eq!(names(&ticks), ["−2", "−1", "0", "1", "2"]);
}

#[test]
fn a_narrow_logarithmic_axis_has_linear_ticks() {
    let ticks = labelled(Scale::Log, Unit::Seconds, &[0.1, 0.115]);
    assert_eq!(names(&ticks), ["90 ms", "100 ms", "110 ms", "120 ms"]);
}

#[test]
fn colliding_labels_move_as_one_block() {
    // The mean of 48, 50 and 52 stays in the middle of the block.
    assert_eq!(labels::spread(&[48.0, 50.0, 52.0], 10.0, 0.0, 100.0), [40.0, 50.0, 60.0]);
    assert_eq!(labels::spread(&[0.0, 1.0, 90.0], 10.0, 0.0, 100.0), [0.0, 10.0, 90.0]);
    assert_eq!(labels::spread(&[99.0, 100.0], 10.0, 0.0, 100.0), [90.0, 100.0]);
}

#[test]
fn long_names_keep_both_ends() {
    let face = text::regular(12.0);
    let name = "catalogue-in-a-region-far-away-write";
    let short = face.fit(name, 100.0);
    assert!(face.width(&short) <= 100.0);
    assert!(short.starts_with("catalogue") && short.ends_with("rite") && short.contains('…'));
    assert_eq!(face.fit(name, 1000.0), name);
}

#[test]
fn the_bundled_font_is_the_one_that_measures() {
    // Inter's zero is 1760 of 2816 units wide, in bold 1938.
    assert_eq!(text::regular(1000.0).width("0").round(), 625.0);
    assert_eq!(text::bold(1000.0).width("0").round(), 688.0);
}

#[test]
fn names_are_escaped_in_svg() {
    let svg = svg(&figure(vec![lines(
        Scale::Log,
        Scale::Linear,
        vec![series("<b onload=\"x\">&\u{7}", &[(1.0, 0.5), (2.0, 0.6)])],
    )]));
    assert!(!svg.contains("<script") && !svg.contains("<b") && !svg.contains("& "));
    assert!(svg.contains("<title>&lt;/title&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</title>"));
    assert!(!svg.contains(['\u{0}', '\u{7}', '\u{202e}']));
}

#[test]
fn the_footnote_counts_rows_left_out() {
    let rows = (0..300).map(|i| dot(format!("edge-{i}"), f64::from(i) + 1.0)).collect();
    let svg = svg(&figure(vec![dots(Scale::Log, rows)]));
    assert!(svg.contains("20 trials. 260 more rows left out."));
    assert!(svg.contains("edge-299") && svg.contains("edge-260") && !svg.contains("edge-259"));
}

#[test]
fn one_panel_is_960_by_540_and_png_twice_that() {
    let one = figure(vec![lines(Scale::Log, Scale::Nines, vec![series("a", &[(1.0, 0.5), (9.0, 1.0)])])]);
    assert!(svg(&one).contains("width=\"960\" height=\"540\" viewBox=\"0 0 9600 5400\""));
    let png = png(&one);
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(png[16..24], [0, 0, 7, 128, 0, 0, 4, 56]);
}

#[test]
fn the_same_figure_gives_the_same_bytes() {
    let figure = figure(awkward().swap_remove(5));
    assert_eq!(svg(&figure), svg(&figure));
    assert_eq!(png(&figure), png(&figure));
}

#[test]
fn long_curves_stay_small() {
    let wiggle = |i: u32| (f64::from(i), 0.5 + 0.4 * f64::from(i * 7919 % 1000) / 1000.0);
    let curve: Vec<(f64, f64)> = (0..100_000).map(wiggle).collect();
    let size = svg(&figure(vec![lines(Scale::Linear, Scale::Linear, vec![series("a", &curve)])])).len();
    assert!(size < 150_000, "{size} bytes");
}

#[test]
fn awkward_data_is_drawn_without_overlapping_texts() {
    for (index, panels) in awkward().into_iter().enumerate() {
        let figure = figure(panels);
        let scene = page::compose(&figure);
        assert_texts_apart(index, &scene);
        assert!(svg(&figure).ends_with("</svg>\n"));
        if index % 7 == 0 {
            assert!(!png(&figure).is_empty());
        }
    }
}

/// Sets of panels that a careless chart would stumble over.
fn awkward() -> Vec<Vec<Panel>> {
    let long = "x".repeat(64);
    let fan = |count: usize| -> Vec<Series> {
        let curve = |k: usize| series(&format!("{k} {long}"), &[(0.0, 0.1 * k as f64), (7e3, 0.9)]);
        (0..count).map(curve).collect()
    };
    let odd = [(f64::NAN, 0.5), (0.0, 0.1), (-1.0, 0.2), (1.0, f64::INFINITY), (5.0, 1.0), (9.0, 2.0)];
    let row = |i: usize| dot(format!("{i} {long}"), [0.0, -1.0, 1e-9, 1e99, f64::NAN][i % 5]);
    let mut sets = vec![vec![], vec![dots(Scale::Log, vec![])], vec![dots(Scale::Linear, vec![row(2)])]];
    for scale in [Scale::Linear, Scale::Log, Scale::Nines] {
        for y in [Scale::Linear, Scale::Log, Scale::Nines] {
            let all = vec![
                vec![],
                vec![series("empty", &[])],
                vec![series("one", &[(1.0, 0.5)])],
                vec![series("same", &[(2.0, 0.5); 4]), series("same too", &[(2.0, 0.5); 2])],
                vec![series("odd", &odd), series("huge", &[(1e-99, 1e-99), (1e99, 1e99)])],
                vec![series("مرحبا 🚀", &[(1.0, 0.2), (1.000_000_001, 0.3)])],
                fan(8),
                fan(12),
            ];
            sets.extend(all.into_iter().map(|series| vec![lines(scale, y, series)]));
        }
        sets.push(vec![dots(scale, (0..60).map(row).collect()), dots(scale, vec![row(1)])]);
    }
    let stacked = || lines(Scale::Linear, Scale::Linear, fan(3));
    sets.push(vec![stacked(), stacked(), dots(Scale::Linear, vec![row(2)]), stacked()]);
    sets
}

pub(super) fn assert_texts_apart(index: usize, scene: &Scene) {
    let page = Rect { left: 0.0, top: 0.0, right: scene.width, bottom: scene.height };
    let mut texts: Vec<(Rect, &str)> = Vec::new();
    for mark in &scene.marks {
        let Mark::Text { at, anchor, face, text, .. } = mark else {
            continue;
        };
        let width = face.width(text);
        let left = match anchor {
            Anchor::Start => at.x,
            Anchor::Middle => at.x - width / 2.0,
            Anchor::End => at.x - width,
        };
        let (top, bottom) = (at.y - 0.75 * face.size, at.y + 0.2 * face.size);
        let rect = Rect { left, top, right: left + width, bottom };
        assert!(page.encloses(&rect), "{index}: {text} leaves the page: {rect:?}");
        for (other, other_text) in &texts {
            assert!(!other.overlaps(&rect), "{index}: {text} lies on {other_text}");
        }
        texts.push((rect, text));
    }
}
