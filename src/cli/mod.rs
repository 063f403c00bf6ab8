//! The command line: reads files and the environment, writes the results folder, and knows exit codes.

mod again;
mod args;
mod check;
mod export;
mod failure;
mod folder;
mod how;
mod new;
mod output;
mod presets;
mod prices;
mod progress;
mod report;
mod run;
mod signals;
mod source;
mod sweep;
mod told;
mod watch;
mod why;
mod written;

use std::io::ErrorKind;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Args, Command, ExportCommand, PresetsCommand, PricesCommand};
use failure::Failure;

/// Runs the command that the arguments ask for.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(usage) => {
            let code = if usage.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
            return match usage.print() {
                Err(error) if error.kind() != ErrorKind::BrokenPipe => ExitCode::from(4),
                _ => code,
            };
        }
    };
    args.color.write_global();
    match carry_out(&args) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

fn carry_out(args: &Args) -> Result<ExitCode, Failure> {
    match &args.command {
        Command::Run(run) => return run::run(run),
        Command::Compare(compare) => return run::compare(compare),
        Command::Sweep(args) => return sweep::sweep(args),
        Command::Solve(args) => return sweep::solve(args),
        Command::Merge(args) => return sweep::merge(args),
        Command::Why(args) => return why::why(args),
        Command::Check(check) => check::check(check)?,
        Command::Report(args) => report::report(args)?,
        Command::Export { command: ExportCommand::History(args) } => export::history(args)?,
        Command::New(new) => new::new(new)?,
        Command::Presets(presets) => match &presets.command {
            None => presets::list()?,
            Some(PresetsCommand::Show { name }) => presets::show(name)?,
        },
        Command::Prices(prices) => match &prices.command {
            None => prices::list()?,
            Some(PricesCommand::Show { name }) => prices::show(name)?,
        },
        Command::Schema => output::print(&output::schema_text())?,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Args::command(), "edgelag", &mut script);
            output::print_bytes(&script)?;
        }
        Command::Man => output::print_bytes(&manual()?)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// One page for the command and one for each of its subcommands, one after another.
fn manual() -> Result<Vec<u8>, Failure> {
    let mut pages = Vec::new();
    let mut command = Args::command();
    command.build();
    let write = |command: clap::Command, pages: &mut Vec<u8>| clap_mangen::Man::new(command).render(pages);
    write(command.clone(), &mut pages).map_err(|e| Failure::io("writing the manual", &e))?;
    for subcommand in command.get_subcommands().filter(|c| c.get_name() != "help") {
        let name = format!("edgelag-{}", subcommand.get_name());
        let page = subcommand.clone().name(name);
        write(page, &mut pages).map_err(|e| Failure::io("writing the manual", &e))?;
    }
    Ok(pages)
}
