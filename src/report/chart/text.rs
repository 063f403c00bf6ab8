//! Fonts, and how much room a text takes.

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use std::sync::Once;

/// What an SVG asks its viewer for. The bundled font goes by this name too, so
/// that texts are measured and painted with it whatever the machine has.
const FAMILY: &str = "Inter, Helvetica, Arial, sans-serif";

/// Ascent and descent of Inter over its em: plotters sizes bitmap glyphs by
/// the former.
pub(super) const LINE_PER_EM: f64 = 3408.0 / 2816.0;

/// Weight and size (em) in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Face {
    pub size: f64,
    pub bold: bool,
}

pub(super) const fn regular(size: f64) -> Face {
    Face { size, bold: false }
}

pub(super) const fn bold(size: f64) -> Face {
    Face { size, bold: true }
}

impl Face {
    /// `size` in plotters' terms, which differ from backend to backend.
    pub(super) fn font(self, size: f64) -> FontDesc<'static> {
        register();
        let style = if self.bold { FontStyle::Bold } else { FontStyle::Normal };
        FontDesc::new(FontFamily::Name(FAMILY), size, style)
    }

    pub(super) fn width(self, text: &str) -> f64 {
        const EM: f64 = 1000.0;
        let known: String = text.chars().filter(|&c| covered(c)).collect();
        let others = text.chars().count() - known.chars().count();
        let measured = self.font(EM * LINE_PER_EM).layout_box(&known);
        let thousandths = measured.map_or(0.6 * EM * known.len() as f64, |(_, (w, _))| f64::from(w));
        (thousandths / EM + others as f64) * self.size
    }

    /// The name, or as much of its two ends as fits `room` around an ellipsis.
    pub(super) fn fit(self, name: &str, room: f64) -> String {
        self.shortened(name, room, 3)
    }

    /// Broken at spaces into at most `most` lines; the last is cut off.
    pub(super) fn wrap(self, text: &str, room: f64, most: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let joined = lines.last().map(|line| format!("{line} {word}"));
            match joined {
                Some(joined) if self.width(&joined) <= room || lines.len() == most => {
                    *lines.last_mut().expect("joined to it") = joined;
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines.iter().map(|line| self.shortened(line, room, usize::MAX)).collect()
    }

    /// One in `tail` of the characters kept are the last ones.
    fn shortened(self, text: &str, room: f64, tail: usize) -> String {
        if self.width(text) <= room {
            return text.to_owned();
        }
        let chars: Vec<char> = text.chars().collect();
        let shortened = |kept: usize| {
            let tail = kept / tail;
            let head: String = chars[..kept - tail].iter().collect();
            let tail: String = chars[chars.len() - tail..].iter().collect();
            format!("{}…{}", head.trim_end(), tail.trim_start())
        };
        let (mut fits, mut fails) = (0, chars.len());
        while fails - fits > 1 {
            let middle = (fits + fails) / 2;
            if self.width(&shortened(middle)) <= room {
                fits = middle;
            } else {
                fails = middle;
            }
        }
        shortened(fits)
    }
}

/// One line of characters that XML allows and that cannot reorder their
/// neighbours.
pub(super) fn clean(text: &str) -> String {
    let harmless = |c: char| match c {
        '\t' | '\n' | '\r' => ' ',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.trim().chars().map(harmless).collect()
}

fn covered(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='ÿ' | '–' | '—' | '‘' | '’' | '“' | '”' | '…')
        || matches!(c, '−' | '≤' | '≥' | 'μ' | '→' | '∞' | 'Δ')
}

fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let regular = include_bytes!("fonts/Inter-Regular.otf");
        let bold = include_bytes!("fonts/Inter-Bold.otf");
        let read = register_font(FAMILY, FontStyle::Normal, regular).is_ok()
            && register_font(FAMILY, FontStyle::Bold, bold).is_ok();
        assert!(read, "the bundled fonts are readable");
    });
}
