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

/// An amount of memory, to two digits or so.
pub(super) fn shown_bytes(bytes: f64) -> String {
    let mib = bytes / f64::from(1 << 20);
    if mib < 1000.0 { format!("{mib:.0} MiB") } else { format!("{:.1} GiB", mib / 1024.0) }
}
