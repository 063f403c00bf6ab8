//! Shaded stretches of an x axis, behind the curves.

use super::figure::{Shade, Stretch};
use super::palette::{AXIS, GREY, INK};
use super::ruler::Ruler;
use super::scene::{Anchor, Rect, Scene, point};
use super::text::{Face, clean, regular};

const FACE: Face = regular(11.0);
const PAD: f64 = 4.0;

/// Shades what is seen of them. Names stand at the top if they are to be `named`, those that would run into one before
/// them are left out.
pub(super) fn draw(scene: &mut Scene, stretches: &[Stretch], x: &Ruler, frame: &Rect, named: bool) {
    let mut free = frame.left;
    for stretch in stretches {
        let place = |at: f64| (frame.left + x.fraction(at) * frame.width()).clamp(frame.left, frame.right);
        let (left, right) = (place(stretch.from), place(stretch.to));
        if right - left < 0.5 {
            continue;
        }
        let (colour, opacity) = match stretch.shade {
            Shade::WarmUp => (AXIS, 0.11),
            Shade::Fault(depth) => (INK, 0.13 * depth),
        };
        let corners = [(left, frame.top), (right, frame.top), (right, frame.bottom), (left, frame.bottom)];
        scene.area(corners.map(|(x, y)| point(x, y)).to_vec(), colour, opacity);
        let name = clean(&stretch.name);
        let end = left + PAD + FACE.width(&name);
        if named && !name.is_empty() && left >= free && end <= frame.right {
            scene.text(point(left + PAD, frame.top + 12.0), Anchor::Start, FACE, GREY, &name);
            free = end + PAD;
        }
    }
}
