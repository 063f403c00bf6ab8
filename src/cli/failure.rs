//! What went wrong, and with which code the command ends.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::experiment::NotRun;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(super) enum Failure {
    /// The user's mistake: a message that may have colour.
    Mistake(String),
    /// The machine's failure.
    Io(String),
}

impl Failure {
    /// A mistake in a line.
    pub(super) fn mistake(message: impl fmt::Display) -> Failure {
        Failure::Mistake(format!("error: {message}\n"))
    }

    /// A failure while doing something, such as "writing results/x".
    pub(super) fn io(doing: impl fmt::Display, error: &io::Error) -> Failure {
        Failure::Io(format!("error: {doing}: {error}\n"))
    }

    /// Why a run has no results.
    pub(super) fn of_run(error: NotRun) -> Failure {
        match error {
            NotRun::Threads(error) => Failure::io("starting threads", &io::Error::other(error)),
            NotRun::Refused(_) | NotRun::Overrun(_) => Failure::mistake(error),
        }
    }

    /// Prints it and gives the exit code.
    pub(super) fn report(&self) -> ExitCode {
        let (message, code) = match self {
            Failure::Mistake(message) => (message, 2),
            Failure::Io(message) => (message, 4),
        };
        // Nothing is left to say it to if this fails.
        let _ = anstream::stderr().write_all(message.as_bytes());
        ExitCode::from(code)
    }
}
