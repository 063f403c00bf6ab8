//! Arguments of `edgelag export`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum, ValueHint};

use super::ScenarioArgs;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ExportCommand {
    /// Every operation of one trial as CSV, for a checker of consistency
    ///
    /// The columns are client, op (read, write, delete; an update is a read and a write of the same client), key, value
    /// (empty where nothing was found, or what was there before any write), start_ns, end_ns, ok (ok, fail, info) and
    /// version (the place in the key's order of writes). A client is population/location/user; without sessions each
    /// operation is one of its own. Operations of the warm-up are in it, probes are not.
    History(HistoryArgs),
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct HistoryArgs {
    #[command(flatten)]
    pub(in crate::cli) scenario: ScenarioArgs,
    /// Which case of a sweep, as `edgelag check` lists them
    #[arg(long, value_name = "LABEL")]
    pub(in crate::cli) case: Option<String>,
    /// Which trial, counted from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(in crate::cli) trial: u32,
    /// The file to write [default: standard output]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) out: Option<PathBuf>,
    /// What end_ns is of a write: staleness is about commits, sessions and linearizability about answers
    #[arg(long, value_enum, default_value_t = EndOfWrite::Return, value_name = "WHICH")]
    pub(in crate::cli) write_end: EndOfWrite,
    /// Add what edgelag makes of each operation: behind, overdue_ns, broken (the session guarantees)
    #[arg(long)]
    pub(in crate::cli) judged: bool,
}

/// What the end of a write is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum EndOfWrite {
    /// When its client had the answer
    Return,
    /// When it committed
    Commit,
}
