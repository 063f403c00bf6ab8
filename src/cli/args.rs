//! Arguments as they are written.

mod export;
mod planning;

use std::path::PathBuf;

use anstream::ColorChoice;
use clap::builder::PossibleValue;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use crate::base::Span;
use crate::world::{Choice, Execution};
pub(super) use export::{EndOfWrite, ExportCommand, HistoryArgs};
pub(super) use planning::{MergeArgs, Share, SolveArgs, SweepArgs};

/// Simulates how stale and how slow reads become when a key-value store is spread over the world.
///
/// A scenario file goes in; stale-read rates, latency distributions and their reasons come out, with
/// intervals, as CSV and charts.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = AFTER_HELP, after_long_help = AFTER_LONG_HELP)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
    /// Colour the messages
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(super) color: Color,
}

const AFTER_HELP: &str = "Start with `edgelag new my.toml`, then `edgelag run my.toml`.";
const AFTER_LONG_HELP: &str = "\
Start with `edgelag new my.toml`, then `edgelag run my.toml`.

Exit codes:
  0    done; all gates hold
  1    a gate fails
  2    a mistake in the arguments or the scenario
  3    a gate is not told by these trials
  4    reading or writing failed
  101  a bug in edgelag
  130  interrupted (143: terminated); `run` and `compare` write what was finished, marked partial;
       `sweep` and `solve` keep it, and the same command goes on";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run a scenario and write its results
    Run(RunArgs),
    /// Run scenarios, or the variants of one, with the same random draws, and tell which is better
    ///
    /// Each arm is compared with the first one. Arms are scenario files or presets, or the [variant.NAME] tables
    /// of one file: edits of dotted keys, and `extends` for what the scenario is laid over in that arm. The n-th
    /// trials of all arms have the same arrivals and link draws, so differences are told trial by trial.
    Compare(CompareArgs),
    /// Run all points of a sweep, keeping each finished trial on disk
    ///
    /// Points come from the [sweep] table of the scenario: lists, or ranges such as { from = "10/s", to = "1000/s",
    /// steps = 7, scale = "log" }, by dotted key. However it ends, finished trials stay in the folder, and the same command
    /// goes on from there. Writes what `run` writes, and sweep.csv and sweep.svg besides. With --shard it runs a share of the
    /// trials, for another machine to run the others; `edgelag merge` joins them.
    #[command(after_long_help = planning::SWEEP_EXAMPLES)]
    Sweep(SweepArgs),
    /// Join the shares of a sweep to the results of the whole
    #[command(after_long_help = planning::MERGE_EXAMPLES)]
    Merge(MergeArgs),
    /// Find the point of a sweep that meets all gates and has the least, or most, of something
    ///
    /// What is wanted stands in the scenario: [solve] minimise = 'latency{op="read"}.p99', or maximise. All points get a few
    /// trials with the same random draws; those that surely miss a gate, or are surely worse than one that meets all of
    /// them, get no more, and the others up to all that are asked for. Writes what `run` writes, solve.csv and pareto.svg.
    /// However it ends, finished trials stay in the folder, and the same command goes on from there.
    #[command(after_long_help = planning::SOLVE_EXAMPLES)]
    Solve(SolveArgs),
    /// Read a scenario to its end and say what it would run
    Check(CheckArgs),
    /// Make the page of a results folder again, from the tables in it
    ///
    /// `run` and `compare` write report.html themselves. It is one file that any browser opens, without a network:
    /// the answer, a map, charts, and the tables to save.
    Report(ReportArgs),
    /// Explain stale reads of one trial: what happened, and what would have made them fresh
    ///
    /// Runs the trial again and picks the most overdue read, a typical one, and one of each other cause; or the read that
    /// --location, --key, --namespace and --at name. Tells for each which write it missed, who had kept what since when, and
    /// what came of it when the trial was run again with the same draws and one change. Writes why.csv and a space-time
    /// diagram of each read, why-1.svg and so on, into the results folder.
    Why(WhyArgs),
    /// Write what one trial did, for other programs
    Export {
        #[command(subcommand)]
        command: ExportCommand,
    },
    /// Write a commented scenario to start from
    New(NewArgs),
    /// List the built-in scenarios of real systems, or show one
    Presets(PresetsArgs),
    /// List the public price lists that a scenario may name, or show one
    Prices(PricesArgs),
    /// Print the JSON Schema of scenario files, for editors
    Schema,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the manual pages (roff)
    Man,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ScenarioArgs {
    /// A scenario file, `preset:NAME`, or `-` for standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(super) scenario: PathBuf,
    #[command(flatten)]
    pub(super) edits: EditArgs,
}

/// What is changed in a scenario.
#[derive(Debug, ClapArgs)]
pub(super) struct EditArgs {
    /// Change a value of the scenario, e.g. `--set namespace.kv.cache.edge.ttl=30s`; a table in braces
    /// replaces all of the table there; repeatable
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// Leave out rows of traces that cannot be replayed, instead of refusing the trace; how many is told
    #[arg(long)]
    pub(super) skip_bad_rows: bool,
    /// Seed of all random draws
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub(super) seed: Option<u64>,
    /// How many independent repeats
    #[arg(long, value_name = "N")]
    pub(super) trials: Option<u32>,
}

/// How a scenario is run.
#[derive(Debug, ClapArgs)]
pub(super) struct HowArgs {
    /// Threads; results do not depend on them [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// How trials are carried out; all give the same bytes but `aggregate`, whose results are equal in distribution
    #[arg(long, value_enum, default_value_t = Execute::Auto, value_name = "HOW")]
    pub(super) execution: Execute,
}

#[derive(Debug, ClapArgs)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) scenario: ScenarioArgs,
    #[command(flatten)]
    pub(super) how: HowArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) scenario: ScenarioArgs,
    #[command(flatten)]
    pub(super) how: HowArgs,
    #[command(flatten)]
    pub(super) watched: WatchedArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct CompareArgs {
    /// Scenario files or `preset:NAME`, the first of which the others are compared with; or one file with variants
    #[arg(required = true, value_name = "SCENARIO", value_hint = ValueHint::FilePath)]
    pub(super) scenarios: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) edits: EditArgs,
    #[command(flatten)]
    pub(super) how: HowArgs,
    #[command(flatten)]
    pub(super) watched: WatchedArgs,
}

/// Where results go, and what is told of them.
#[derive(Debug, ClapArgs)]
pub(super) struct ResultsArgs {
    /// Folder for the results [default: below results, by the name of the scenario]
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) out: Option<PathBuf>,
    /// Write into a folder that holds something else; only files of the same names are replaced
    #[arg(long)]
    pub(super) force: bool,
    /// Write the charts as PNG too
    #[arg(long)]
    pub(super) png: bool,
    /// What standard output gets
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
    /// No progress bar
    #[arg(long)]
    pub(super) no_progress: bool,
    /// Print no table and no progress
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Print every estimate over all locations
    #[arg(short, long, conflicts_with = "quiet")]
    pub(super) verbose: bool,
}

/// The same where trials can be watched.
#[derive(Debug, ClapArgs)]
pub(super) struct WatchedArgs {
    #[command(flatten)]
    pub(super) results: ResultsArgs,
    /// Show the first figures and how their intervals tighten while trials come in; needs a terminal
    #[arg(long, conflicts_with_all = ["quiet", "no_progress"])]
    pub(super) watch: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ReportArgs {
    /// The folder, as results/quickstart
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) folder: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(super) struct WhyArgs {
    /// A results folder, a scenario file, `preset:NAME`, or `-` for standard input
    #[arg(value_name = "DIR|SCENARIO", value_hint = ValueHint::AnyPath)]
    pub(super) source: PathBuf,
    #[command(flatten)]
    pub(super) edits: EditArgs,
    /// Which case of a sweep or arm of a comparison [default: the first that has stale reads]
    #[arg(long, value_name = "LABEL")]
    pub(super) case: Option<String>,
    /// Which trial, counted from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) trial: u32,
    /// Reads of this namespace only
    #[arg(long, value_name = "NAME")]
    pub(super) namespace: Option<String>,
    /// Reads from this location only
    #[arg(long, value_name = "NAME")]
    pub(super) location: Option<String>,
    /// Reads of this key only, by its number
    #[arg(long, value_name = "N")]
    pub(super) key: Option<u32>,
    /// The read that began then, since the beginning of the trial, or the stale one that began nearest to it, e.g.
    /// `--at 322.5s`
    #[arg(long, value_name = "TIME", value_parser = super::why::time)]
    pub(super) at: Option<Span>,
    /// A typical read of each cause, instead of the worst and a typical one of all
    #[arg(long, conflicts_with = "at")]
    pub(super) each_cause: bool,
    /// Folder for why.csv and the diagrams [default: DIR, or results/SCENARIO]
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) out: Option<PathBuf>,
    /// Write into a folder that holds something else; only files of the same names are replaced
    #[arg(long)]
    pub(super) force: bool,
    /// What standard output gets
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
    /// No progress bar
    #[arg(long)]
    pub(super) no_progress: bool,
    /// Print nothing and no progress
    #[arg(short, long)]
    pub(super) quiet: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct NewArgs {
    /// The file to write; standard output if absent
    #[arg(value_hint = ValueHint::FilePath)]
    pub(super) file: Option<PathBuf>,
    /// Start from a built-in scenario instead of the plain one
    #[arg(long, value_name = "NAME")]
    pub(super) preset: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct PresetsArgs {
    #[command(subcommand)]
    pub(super) command: Option<PresetsCommand>,
}

#[derive(Debug, Subcommand)]
pub(super) enum PresetsCommand {
    /// Print one, with its figures' sources
    Show {
        /// Its name
        name: String,
    },
}

#[derive(Debug, ClapArgs)]
pub(super) struct PricesArgs {
    #[command(subcommand)]
    pub(super) command: Option<PricesCommand>,
}

#[derive(Debug, Subcommand)]
pub(super) enum PricesCommand {
    /// Print one, with its source and date
    Show {
        /// Its name
        name: String,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Format {
    /// A table
    Human,
    /// Every estimate, or every difference, as JSON
    Json,
}

/// How trials are carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Execute {
    /// Feed-forward where reads cannot influence writes, else general
    Auto,
    /// All events in order of time
    General,
    /// First the writes, then the reads of each location alone
    FeedForward,
    /// The same with hits counted in bulk: results equal in distribution, not byte for byte. For edge
    /// caches with one tier and no background fetches, Poisson reads, and visibility.writes = 0
    Aggregate,
}

impl From<Execute> for Choice {
    fn from(execute: Execute) -> Choice {
        match execute {
            Execute::Auto => Choice::Auto,
            Execute::General => Choice::Only(Execution::General),
            Execute::FeedForward => Choice::Only(Execution::FeedForward),
            Execute::Aggregate => Choice::Only(Execution::Aggregate),
        }
    }
}

/// Wraps the choice of anstream, so that arguments, messages and diagnostics agree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

impl ValueEnum for Color {
    fn value_variants<'a>() -> &'a [Color] {
        &[Color::Auto, Color::Always, Color::Never]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Color::Auto => "auto",
            Color::Always => "always",
            Color::Never => "never",
        }))
    }
}

impl Color {
    /// Makes it hold for all that is printed from here on.
    pub(super) fn write_global(self) {
        let choice = match self {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        choice.write_global();
    }
}
