//! Which names a scenario may give, and how foreign text is shown.

/// The longest name, in characters.
const LENGTH_LIMIT: usize = 64;

/// Says what is wrong with a name that is to stand in tables, charts and pages. It may hold anything that can be read,
/// and is escaped wherever it is written; no file is named after it.
pub fn check_name(name: &str) -> Result<(), String> {
    let length = name.chars().count();
    if name.is_empty() {
        return Err("a name cannot be empty".to_owned());
    }
    if length > LENGTH_LIMIT {
        return Err(format!("a name has at most {LENGTH_LIMIT} characters, this one has {length}"));
    }
    if name.split(['/', '\\']).any(|part| matches!(part, "." | "..")) || name.starts_with(['/', '\\']) {
        return Err(format!("`{}` is a path, and cannot be a name", escape(name)));
    }
    if name == "*" {
        return Err("`*` stands for all locations, and cannot be a name".to_owned());
    }
    if name.trim() != name {
        return Err(format!("the name `{}` begins or ends with a space", escape(name)));
    }
    match name.chars().find_map(|c| Some((c, objection(c)?))) {
        Some((c, objection)) => {
            Err(format!("{objection} U+{:04X} in the name `{}`", u32::from(c), escape(name)))
        }
        None => Ok(()),
    }
}

/// Whether two names differ in upper and lower case only, if at all.
pub fn is_twin(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

fn objection(c: char) -> Option<&'static str> {
    match c {
        _ if c.is_control() => Some("control character"),
        _ if is_invisible(c) => Some("invisible character"),
        // The same letter can be written with and without: two names would look alike.
        '\u{300}'..='\u{36f}' => Some("combining character"),
        _ => None,
    }
}

/// Zero-width characters and those that turn the direction of writing.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// Replaces what a terminal would act upon or not show by its escape, line ends included.
pub fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut shown, c| {
        if c.is_control() || is_invisible(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
        shown
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_pass() {
        for name in ["FRA", "edge 7", "=SUM(A1)", "-1", "Köln", "東京", "$HOME", "a.b", "</b>", "🦊"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        assert_eq!(check_name(&"é".repeat(64)), Ok(()));
    }

    #[test]
    fn names_that_would_harm_are_refused() {
        let message = |name: &str| check_name(name).unwrap_err();
        assert_eq!(message(""), "a name cannot be empty");
        assert_eq!(message(&"é".repeat(65)), "a name has at most 64 characters, this one has 65");
        for path in ["..", ".", "/etc", "\\\\host", "a/../b", "..\\a"] {
            assert_eq!(message(path), format!("`{path}` is a path, and cannot be a name"));
        }
        assert_eq!(message("e\u{301}"), "combining character U+0301 in the name `e\u{301}`");
        assert_eq!(message("fra\u{202e}"), r"invisible character U+202E in the name `fra\u{202e}`");
        assert_eq!(message("\u{1b}]0;pwn\u{7}"), r"control character U+001B in the name `\u{1b}]0;pwn\u{7}`");
        assert_eq!(message("*"), "`*` stands for all locations, and cannot be a name");
        assert_eq!(message(" a"), "the name ` a` begins or ends with a space");
    }
}
