//! Standard output and standard error.

use std::io::{ErrorKind, Write};

use super::failure::Failure;

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

/// Says something on standard error; whether anybody hears it does not matter.
pub(super) fn say(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}
