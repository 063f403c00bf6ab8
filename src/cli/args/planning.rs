//! Arguments of the commands that plan: sweep, merge and solve.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args as ClapArgs, ValueHint};

use super::{HowArgs, ResultsArgs, ScenarioArgs};

pub(super) const SWEEP_EXAMPLES: &str = "\
Examples:
  edgelag sweep plan.toml
  edgelag sweep plan.toml -o results/plan           again after it was killed: goes on
  edgelag sweep plan.toml --shard 3/20 -o shares/3  the third of twenty shares";

pub(super) const MERGE_EXAMPLES: &str = "\
Examples:
  edgelag merge shares -o results/plan        all shares in the folders below shares
  edgelag merge shares/1 shares/2 shares/3";

pub(super) const SOLVE_EXAMPLES: &str = "\
Examples:
  edgelag solve plan.toml
  edgelag solve plan.toml                           again after it was killed: goes on
  edgelag solve plan.toml --set 'solve.minimise=stale_rate{op=\"read\"}' --trials 40

Exit codes: 0 found, 1 no point meets all gates, 3 not told by these trials.";

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct SweepArgs {
    #[command(flatten)]
    pub(in crate::cli) scenario: ScenarioArgs,
    /// Run the I-th of N shares of the trials, counted from 1, and keep them for `edgelag merge`
    /// [default folder: results/SCENARIO-shares/I-of-N]
    #[arg(long, value_name = "I/N")]
    pub(in crate::cli) shard: Option<Share>,
    #[command(flatten)]
    pub(in crate::cli) how: HowArgs,
    #[command(flatten)]
    pub(in crate::cli) results: ResultsArgs,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct SolveArgs {
    #[command(flatten)]
    pub(in crate::cli) scenario: ScenarioArgs,
    #[command(flatten)]
    pub(in crate::cli) how: HowArgs,
    #[command(flatten)]
    pub(in crate::cli) results: ResultsArgs,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct MergeArgs {
    /// Folders of shares, or folders that hold these
    #[arg(required = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) shares: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) results: ResultsArgs,
}

/// One of several shares, counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::cli) struct Share {
    pub(in crate::cli) number: u32,
    pub(in crate::cli) of: u32,
}

/// More shares than this are a slip.
const MOST_SHARES: u32 = 100_000;

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Share, String> {
        let wrong = || "expected I/N with I from 1 to N, as 3/20".to_owned();
        let (number, of) = text.split_once('/').ok_or_else(wrong)?;
        let (number, of) = number.parse().ok().zip(of.parse().ok()).ok_or_else(wrong)?;
        match (1..=MOST_SHARES).contains(&of) && (1..=of).contains(&number) {
            true => Ok(Share { number, of }),
            false => Err(wrong()),
        }
    }
}
