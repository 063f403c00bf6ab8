//! Heading, panels from top to bottom, footnote.

use super::figure::{Figure, Lines, Panel};
use super::palette::{GREY, INK};
use super::scene::{Anchor, Rect, Scene, point};
use super::text::{Face, bold, clean, regular};
use super::{axes, dots, lines};

const WIDTH: f64 = 960.0;
/// Of a figure with a single panel of curves.
const HEIGHT: f64 = 540.0;
const MARGIN: f64 = 30.0;
const TITLE: Face = bold(22.0);
const SUBTITLE: Face = regular(14.0);
const NOTE: Face = regular(11.0);
/// Between panels.
const GAP: f64 = 24.0;
/// Of one of several panels of curves, without the foot.
const STACKED: f64 = 190.0;

enum Plan<'a> {
    Lines(lines::Plan<'a>),
    Dots(dots::Plan<'a>),
}

pub(super) fn compose(figure: &Figure) -> Scene {
    let mut scene = Scene::new(WIDTH, HEIGHT);
    let plans = plans(figure);
    let note = note_lines(figure, &plans);
    let room = WIDTH - 2.0 * MARGIN;
    let mut y = 14.0;
    for line in TITLE.wrap(&clean(&figure.title), room, 2) {
        y += 28.0;
        scene.text(point(MARGIN, y), Anchor::Start, TITLE, INK, &line);
    }
    for (index, line) in SUBTITLE.wrap(&clean(&figure.subtitle), room, 2).iter().enumerate() {
        y += if index == 0 { 23.0 } else { 18.0 };
        scene.text(point(MARGIN, y), Anchor::Start, SUBTITLE, GREY, line);
    }
    let footer = 24.0 + 15.0 * note.len() as f64;
    let bottom = panels(&mut scene, &plans, y + 26.0, footer);
    scene.height = (bottom + footer).max(160.0).ceil();
    for (index, line) in note.iter().rev().enumerate() {
        let y = scene.height - 18.0 - 15.0 * index as f64;
        scene.text(point(MARGIN, y), Anchor::Start, NOTE, GREY, line);
    }
    scene
}

/// Draws the panels from `top` down and returns where they end.
fn panels(scene: &mut Scene, plans: &[Plan], top: f64, footer: f64) -> f64 {
    let alone = plans.len() == 1;
    let height = if alone { HEIGHT - footer - top } else { STACKED };
    let margin = |of: &dyn Fn(&lines::Plan) -> f64| {
        let widths = plans.iter().map(|plan| match plan {
            Plan::Lines(plan) => of(plan),
            Plan::Dots(_) => 0.0,
        });
        widths.fold(0.0, f64::max)
    };
    let room = height - 70.0;
    let margins = [margin(&|plan| plan.left(room)), margin(&|plan| plan.right(room))];
    let labels = plans.iter().map(|plan| match plan {
        Plan::Lines(_) => 0.0,
        Plan::Dots(plan) => plan.left(),
    });
    let labels = labels.fold(0.0, f64::max);
    let mut area = Rect { left: MARGIN, top, right: WIDTH - MARGIN, bottom: top };
    for (index, plan) in plans.iter().enumerate() {
        if index > 0 {
            area.top = area.bottom + GAP;
        }
        area.bottom = match plan {
            Plan::Dots(plan) => plan.draw(scene, &area, labels),
            Plan::Lines(plan) => {
                let foot = if plan.foot && !alone { axes::LABELS + axes::FOOT_TITLE } else { 0.0 };
                area.bottom = area.top + height + foot;
                plan.draw(scene, &area, margins, room);
                area.bottom
            }
        };
    }
    area.bottom
}

fn plans(figure: &Figure) -> Vec<Plan<'_>> {
    let mut plans: Vec<Plan> = Vec::new();
    for run in figure.panels.chunk_by(shares_x) {
        let sharing: Vec<&Lines> = run.iter().filter_map(as_lines).collect();
        for (index, panel) in run.iter().enumerate() {
            plans.push(match panel {
                Panel::Lines(panel) => Plan::Lines(lines::Plan::new(panel, &sharing, index)),
                Panel::Dots(panel) => {
                    let mut plan = dots::Plan::new(panel);
                    if let Some(Plan::Dots(above)) = plans.last() {
                        plan.legend = !plan.same_groups(above);
                    }
                    Plan::Dots(plan)
                }
            });
        }
    }
    plans
}

fn as_lines(panel: &Panel) -> Option<&Lines> {
    match panel {
        Panel::Lines(lines) => Some(lines),
        Panel::Dots(_) => None,
    }
}

fn shares_x(a: &Panel, b: &Panel) -> bool {
    match (as_lines(a), as_lines(b)) {
        (Some(a), Some(b)) => a.x == b.x,
        _ => false,
    }
}

fn note_lines(figure: &Figure, plans: &[Plan]) -> Vec<String> {
    let left_out = plans.iter().map(|plan| match plan {
        Plan::Dots(plan) => plan.left_out,
        Plan::Lines(_) => 0,
    });
    let mut note = clean(&figure.note);
    let left_out = left_out.max().unwrap_or(0);
    if left_out > 0 {
        let stop = if note.is_empty() || note.ends_with('.') { "" } else { "." };
        let rows = if left_out == 1 { "row" } else { "rows" };
        note = format!("{note}{stop} {left_out} more {rows} left out.");
    }
    NOTE.wrap(&note, WIDTH - 2.0 * MARGIN, 3)
}
