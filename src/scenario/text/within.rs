//! Places within a string of a scenario.

use super::diagnostic::Place;
use super::document::Document;

impl Document {
    /// The place of a part of a string that is written at `place` and reads `text`. Where the two do not lie side by side
    /// (a line that is broken by a backslash), the whole string.
    pub fn within_string(&self, place: &Place, text: &str, part: &Place) -> Place {
        let raw = self.sources().locate(place).map_or("", |located| &located.text[located.range]);
        let from = raw_offset(raw, text, part.start);
        let to = raw_offset(raw, text, part.end);
        from.zip(to).map_or_else(|| place.clone(), |(from, to)| place.start + from..place.start + to)
    }
}

/// How many bytes of the written string come before the byte `offset` of what it reads.
fn raw_offset(raw: &str, text: &str, offset: usize) -> Option<usize> {
    let quote = raw.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let is_long = raw.starts_with(&quote.to_string().repeat(3)) && raw.len() > 5;
    let mut at = if is_long { 3 } else { 1 };
    if is_long {
        let begun = &raw[at..];
        at += if begun.starts_with("\r\n") { 2 } else { usize::from(begun.starts_with('\n')) };
    }
    for read in text[..offset].chars() {
        let rest = raw.get(at..)?;
        at += match rest.strip_prefix('\\').filter(|_| quote == '"') {
            Some(escape) => 1 + escape_length(escape)?,
            None if rest.starts_with(read) => read.len_utf8(),
            None if read == '\n' && rest.starts_with("\r\n") => 2,
            None => return None,
        };
    }
    Some(at)
}

/// The length of an escape behind its backslash.
fn escape_length(escape: &str) -> Option<usize> {
    match escape.chars().next()? {
        'x' => Some(3),
        'u' => Some(5),
        'U' => Some(9),
        'b' | 't' | 'n' | 'f' | 'r' | 'e' | '"' | '\\' => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The part that says `SIN`, by hand in each way of writing the same text.
    #[test]
    fn a_part_is_found_in_what_was_written() {
        for raw in [
            r#"'a "é" SIN'"#,
            r#""a \"é\" SIN""#,
            r#""a \u0022\U000000E9\x22 SIN""#,
            "'''\na \"é\" SIN'''",
            "\"\"\"a \"é\" SIN\"\"\"",
        ] {
            let document = Document::parse("s.toml", &format!("gates = {raw}")).unwrap();
            let node = document.get("gates").unwrap().clone();
            let text = node.as_str().unwrap();
            let part = text.len() - 3..text.len();
            let place = document.within_string(&node.span, text, &part);
            let located = document.sources().locate(&place).unwrap();
            assert_eq!(&located.text[located.range], "SIN", "{raw}");
        }
        let broken = "\"\"\"a \\\n  SIN\"\"\"";
        let document = Document::parse("s.toml", &format!("gates = {broken}")).unwrap();
        let node = document.get("gates").unwrap();
        assert_eq!(document.within_string(&node.span, "a SIN", &(2..5)), node.span);
    }
}
