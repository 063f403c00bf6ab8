//! Standard output and standard error.

use std::io::{ErrorKind, Write};
use std::path::Path;

use super::failure::Failure;
use crate::scenario::text::escape;

/// Prints on standard output.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

/// Prints on standard output. A reader that has gone away is no failure; a full disk is.
pub(super) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = anstream::stdout();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::io("writing to standard output", &error))
        }
        _ => Ok(()),
    }
}

/// A path as a person reads it, without anything that a terminal would act upon.
pub(super) fn shown(path: &Path) -> String {
    escape(&path.display().to_string())
}

/// Says something on standard error; whether anybody hears it does not matter.
pub(super) fn say(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// The JSON Schema of scenario files.
pub(super) fn schema_text() -> String {
    let schema = serde_json::to_string_pretty(&crate::scenario::schema());
    schema.expect("a schema is valid JSON") + "\n"
}

/// So many of something, in words.
pub(super) fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
