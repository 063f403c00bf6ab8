//! Drawing a diagnostic in the look of rustc.

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::diagnostic::{Diagnostic, Place};
use super::name::escape;
use super::source::{Located, SourceMap};

/// The longest message, label or advice, in characters.
const TEXT_LIMIT: usize = 300;

pub(crate) fn render(diagnostic: &Diagnostic, sources: &SourceMap, color: bool) -> String {
    let title = Level::ERROR.primary_title(shown(&diagnostic.message));
    let mut group = annotate_snippets::Group::with_title(title);
    for excerpt in excerpts(diagnostic, sources) {
        group = if excerpt.text.is_empty() {
            group.element(Origin::path(escape(excerpt.name)))
        } else {
            group.element(excerpt.draw())
        };
    }
    let help = diagnostic.help.iter().map(|help| Level::HELP.message(shown(help)));
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut drawn = renderer.render(&[group.elements(help)]);
    drawn.push('\n');
    drawn
}

/// Those lines of one text that a diagnostic points at.
struct Excerpt<'a> {
    name: &'a str,
    text: &'a str,
    marks: Vec<Mark<'a>>,
}

struct Mark<'a> {
    range: Place,
    kind: AnnotationKind,
    label: &'a str,
}

fn excerpts<'a>(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> Vec<Excerpt<'a>> {
    let primary = std::iter::once((AnnotationKind::Primary, &diagnostic.primary));
    let secondary = diagnostic.secondary.iter().map(|mark| (AnnotationKind::Context, mark));
    let mut excerpts: Vec<Excerpt<'a>> = Vec::new();
    for (kind, (place, label)) in primary.chain(secondary) {
        let Some(Located { name, text, range }) = sources.locate(place) else {
            continue;
        };
        let mark = Mark { range: within_one_line(text, range), kind, label };
        match excerpts.iter_mut().find(|excerpt| std::ptr::eq(excerpt.text, text)) {
            Some(excerpt) => excerpt.marks.push(mark),
            None => excerpts.push(Excerpt { name, text, marks: vec![mark] }),
        }
    }
    excerpts
}

fn within_one_line(text: &str, range: Place) -> Place {
    let line_end = line_end(text, range.start);
    range.start..range.end.min(line_end).max(range.start)
}

/// The end of the line without its CR LF or LF.
fn line_end(text: &str, from: usize) -> usize {
    let line = text[from..].split('\n').next().unwrap_or_default();
    let last = from + line.len() == text.len();
    let line = if last { line } else { line.strip_suffix('\r').unwrap_or(line) };
    from + line.len()
}

impl<'a> Excerpt<'a> {
    fn draw(&self) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        let first = self.marks.iter().map(|mark| mark.range.start).min();
        let last = self.marks.iter().map(|mark| mark.range.end).max();
        let (first, last) = (first.unwrap_or(0), last.unwrap_or(0));
        let start = self.text[..first].rfind('\n').map_or(0, |at| at + 1);
        let lines = &self.text[start..line_end(self.text, last)];
        let moved = |offset: usize| escape_lines(&lines[..offset - start]).len();
        let annotations = self.marks.iter().map(|mark| {
            let annotation = mark.kind.span(moved(mark.range.start)..moved(mark.range.end));
            match mark.label {
                "" => annotation,
                label => annotation.label(shown(label)),
            }
        });
        Snippet::source(escape_lines(lines))
            .path(escape(self.name))
            .line_start(self.text[..start].matches('\n').count() + 1)
            .annotations(annotations)
    }
}

/// Words without control characters, cut where they get out of hand.
fn shown(text: &str) -> String {
    match text.char_indices().nth(TEXT_LIMIT) {
        Some((end, _)) => format!("{}…", escape(&text[..end])),
        None => escape(text),
    }
}

fn escape_lines(text: &str) -> String {
    let cells = |line: &str| line.split('\t').map(escape).collect::<Vec<_>>().join("\t");
    let text = text.replace("\r\n", "\n");
    text.split('\n').map(cells).collect::<Vec<_>>().join("\n")
}
