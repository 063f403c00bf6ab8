//! A gate's text in pieces: `metric{label="name", …}.stat`, and what comes after.

use std::ops::Range;

use super::Objection;

/// A piece of the text and where it stands.
pub(super) type Piece<'t> = (&'t str, Range<usize>);

/// A label: what it is, and the name without its quotes.
#[derive(Debug)]
pub(super) struct Label<'t> {
    pub(super) key: Piece<'t>,
    pub(super) name: String,
    pub(super) name_at: Range<usize>,
}

/// What is left to be read of a text.
#[derive(Debug)]
pub(super) struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Reader<'t> {
        Reader { text, at: 0 }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Takes the next character if it is this one, blanks before it included.
    fn takes(&mut self, wanted: char) -> bool {
        self.skip_blanks();
        let is_it = self.rest().starts_with(wanted);
        self.at += if is_it { wanted.len_utf8() } else { 0 };
        is_it
    }

    /// A word of letters, digits and some more characters; empty if there is none.
    fn word(&mut self, more: &str) -> Piece<'t> {
        self.skip_blanks();
        let is_part = |c: char| c.is_alphanumeric() || more.contains(c);
        let length = self.rest().find(|c| !is_part(c)).unwrap_or(self.rest().len());
        self.piece(length)
    }

    fn piece(&mut self, length: usize) -> Piece<'t> {
        let range = self.at..self.at + length;
        self.at = range.end;
        (&self.text[range.clone()], range)
    }

    /// The next character, or the end.
    pub(super) fn here(&self) -> Range<usize> {
        let length = self.rest().chars().next().map_or(0, char::len_utf8);
        self.at..self.at + length
    }

    pub(super) fn metric(&mut self) -> Result<Piece<'t>, Objection> {
        match self.word("_") {
            ("", _) => Err(Objection::new(self.here(), "expected a metric")
                .help("write e.g. 'stale_rate < 0.1%' or 'latency{op=\"read\"}.p99 < 50ms'")),
            metric => Ok(metric),
        }
    }

    /// Those in braces, if there are any.
    pub(super) fn labels(&mut self) -> Result<Vec<Label<'t>>, Objection> {
        let mut labels = Vec::new();
        if !self.takes('{') || self.takes('}') {
            return Ok(labels);
        }
        loop {
            labels.push(self.label()?);
            match (self.takes(','), self.takes('}')) {
                (_, true) => return Ok(labels),
                (true, false) => {}
                _ => return Err(Objection::new(self.here(), "expected `,` or `}`").help(LABELS)),
            }
        }
    }

    fn label(&mut self) -> Result<Label<'t>, Objection> {
        let key = self.word("_");
        if key.0.is_empty() {
            return Err(Objection::new(self.here(), "expected a label").help(LABELS));
        }
        if !self.takes('=') {
            return Err(Objection::new(self.here(), "expected `=`").help(LABELS));
        }
        self.skip_blanks();
        let begin = self.at;
        if !self.takes('"') {
            return Err(Objection::new(self.here(), "expected a name in quotes").help(LABELS));
        }
        let name = self.quoted(begin)?;
        Ok(Label { key, name, name_at: begin..self.at })
    }

    /// The rest of a quoted name; `\"` and `\\` stand for a quote and a backslash in it.
    fn quoted(&mut self, begin: usize) -> Result<String, Objection> {
        let mut name = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 1;
                    return Ok(name);
                }
                '\\' => match chars.next() {
                    Some((_, c @ ('"' | '\\'))) => name.push(c),
                    _ => {
                        let here = self.at + at;
                        let objection = Objection::new(here..here + 1, "a backslash stands alone");
                        return Err(
                            objection.help(r#"write \\ for a backslash and \" for a quote in a name"#)
                        );
                    }
                },
                c => name.push(c),
            }
        }
        Err(Objection::new(begin..begin + 1, "the name has no closing quote"))
    }

    /// What is behind a dot, if there is one: it may hold dots itself, as p99.9 does.
    pub(super) fn stat(&mut self) -> Option<Piece<'t>> {
        self.takes('.').then(|| self.word("_."))
    }

    /// A run of signs of comparison; empty if there is none.
    pub(super) fn comparison(&mut self) -> Piece<'t> {
        self.skip_blanks();
        let length = self.rest().find(|c| !"<>=!".contains(c)).unwrap_or(self.rest().len());
        self.piece(length)
    }

    /// All that is left, without blanks around it.
    pub(super) fn remainder(&mut self) -> Piece<'t> {
        self.skip_blanks();
        self.piece(self.rest().trim_end().len())
    }
}

const LABELS: &str = "labels are written {namespace=\"NAME\", location=\"NAME\", op=\"read\"}";

/// The text with this for each run of blanks outside quotes, and none around it.
pub(super) fn with_blanks(text: &str, blank: &str) -> String {
    let mut told = String::new();
    let (mut is_quoted, mut is_escaped, mut was_blank) = (false, false, false);
    for c in text.trim().chars() {
        if c.is_whitespace() && !is_quoted {
            was_blank = true;
            continue;
        }
        if std::mem::take(&mut was_blank) {
            told.push_str(blank);
        }
        told.push(c);
        is_quoted ^= c == '"' && !is_escaped;
        is_escaped = is_quoted && c == '\\' && !is_escaped;
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_count_in_quotes_only() {
        let text = " a{b =\n\"x  \\\" y\"}  <\t1 ms\n";
        assert_eq!(with_blanks(text, " "), "a{b = \"x  \\\" y\"} < 1 ms");
        assert_eq!(with_blanks(text, ""), "a{b=\"x  \\\" y\"}<1ms");
    }
}
