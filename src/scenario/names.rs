//! Names that tables of a scenario have.

use toml::Spanned;

use super::text::{Diagnostic, check_name, is_twin};

/// Finds names that cannot be, and those that differ by case alone.
pub(super) fn check_each<'a>(
    names: impl Iterator<Item = &'a Spanned<String>>,
    mistakes: &mut Vec<Diagnostic>,
) {
    let mut before: Vec<&str> = Vec::new();
    for name in names {
        if let Err(problem) = check_name(name.get_ref()) {
            mistakes.push(Diagnostic::new(problem, name.span(), ""));
        }
        if let Some(twin) = before.iter().find(|other| is_twin(other, name.get_ref())) {
            let problem = format!("two of them are named `{twin}` but for upper and lower case");
            mistakes.push(Diagnostic::new(problem, name.span(), ""));
        }
        before.push(name.get_ref());
    }
}
