//! The command `edgelag`.

use std::process::ExitCode;

fn main() -> ExitCode {
    edgelag::cli::main()
}
