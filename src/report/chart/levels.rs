//! Values of a y axis as lines across a panel, behind the curves.

use super::figure::Level;
use super::palette::INK;
use super::ruler::{Ruler, usable};
use super::scene::{Anchor, Rect, Scene, point};
use super::text::{Face, clean, regular};

const FACE: Face = regular(11.0);
const DASH: (f64, f64) = (5.0, 3.0);
/// Names nearer to one another than this are left out.
const PITCH: f64 = 13.0;

/// Draws those within the frame; their names stand on them, at the left.
pub(super) fn draw(scene: &mut Scene, levels: &[Level], ruler: &Ruler, frame: &Rect) {
    let mut named: Vec<f64> = Vec::new();
    for level in levels.iter().filter(|level| usable(level.at)) {
        let y = frame.bottom - ruler.fraction(level.at) * frame.height();
        if y < frame.top - 0.5 || y > frame.bottom + 0.5 {
            continue;
        }
        scene.dashed(vec![point(frame.left, y), point(frame.right, y)], Some(DASH), INK, 1.2);
        // At the top edge there is no room above the line.
        let base = if y - 4.0 - FACE.size > frame.top { y - 4.0 } else { y + FACE.size + 2.0 };
        let is_free = named.iter().all(|other| (other - base).abs() >= PITCH);
        if is_free && base < frame.bottom {
            let name = FACE.fit(&clean(&level.name), frame.width() / 2.0);
            scene.text(point(frame.left + 4.0, base), Anchor::Start, FACE, INK, &name);
            named.push(base);
        }
    }
}
