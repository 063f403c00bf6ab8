//! What `edgelag why` tells on standard output.

use std::fmt::Write;

use crate::base::Time;
use crate::cli::args::WhyArgs;
use crate::cli::failure::Failure;
use crate::cli::output::counted;
use crate::report::why::{Kind, Why};
use crate::scenario::text::escape;
use crate::scenario::{Case, Scenario};
use crate::world::Record;

/// Lines are broken before this many characters.
const WIDTH: usize = 100;

/// Sentences about each read.
pub(in crate::cli) fn to_people(why: &Why, title: &str, runs: usize) -> String {
    let mut text = String::new();
    if !title.is_empty() {
        let _ = writeln!(text, "{}", escape(title));
    }
    let case = why.scene.case;
    let label = if case.label.is_empty() { String::new() } else { format!(" of {}", escape(&case.label)) };
    let _ = writeln!(
        text,
        "seed {} · trial {}{label} · {} of it to see what would have been different",
        case.seed,
        why.scene.trial,
        counted(runs, "more run")
    );
    for (at, read) in why.reads.iter().enumerate() {
        let mut tried = false;
        for line in why.lines(read) {
            let told = escape(&line.text);
            match line.kind {
                Kind::Heading => wrap(&mut text, &format!("\n{}. ", at + 1), "   ", &told),
                Kind::Sentence => wrap(&mut text, "   ", "   ", &told),
                Kind::Counterfactual => {
                    if !tried {
                        text.push_str("   Tried, each on the same draws:\n");
                    }
                    tried = true;
                    wrap(&mut text, "   - ", "     ", &told);
                }
            }
        }
    }
    if !why.scene.alone.settings.is_empty() {
        let settings = why.scene.alone.settings.iter().map(|setting| format!("--set '{}'", escape(setting)));
        let all = settings.collect::<Vec<_>>().join(" ");
        wrap(&mut text, "\n", "", &format!("The case by itself, for what was tried, is {all}"));
    }
    text
}

fn wrap(text: &mut String, first: &str, others: &str, line: &str) {
    let mut written = first.chars().filter(|&c| c != '\n').count();
    text.push_str(first);
    for (at, word) in line.split(' ').enumerate() {
        let length = word.chars().count() + usize::from(at > 0);
        if at > 0 && written + length > WIDTH {
            let _ = write!(text, "\n{others}");
            written = others.len();
        } else if at > 0 {
            text.push(' ');
            written += 1;
        }
        text.push_str(word);
        written += word.chars().count();
    }
    text.push('\n');
}

/// That the read that was asked for is fresh.
pub(in crate::cli) fn fresh(case: &Case, record: &Record) -> String {
    format!(
        "The read of key {} in {} that began at {} s returned version {}, and is not stale: no newer version had \
         committed when it began.\n",
        record.key.0,
        escape(&case.locations[record.location.at()].name),
        record.begun.since(Time::ZERO).as_secs_f64(),
        record.version.number()
    )
}

/// That nothing is stale, and what was looked at.
pub(in crate::cli) fn nothing(
    args: &WhyArgs,
    scenario: &Scenario,
    case: &Case,
    looked_at: usize,
) -> Result<String, Failure> {
    let mut of = Vec::new();
    of.extend(args.namespace.as_ref().map(|name| format!(" of namespace {}", escape(name))));
    of.extend(args.key.map(|key| format!(" of key {key}")));
    of.extend(args.location.as_ref().map(|name| format!(" in {}", escape(name))));
    let of = of.concat();
    if looked_at == 0 && !of.is_empty() {
        return Err(Failure::mistake(format!(
            "no measured read{of} had an answer in trial {}\n  = help: leave out one of --location, --key, --namespace, \
             or look at another --trial",
            args.trial
        )));
    }
    let cases = match (&args.case, scenario.cases.len()) {
        (None, several @ 2..) => {
            format!(", the last of {several} cases, in none of which a read is stale,")
        }
        _ => String::new(),
    };
    let label = if case.label.is_empty() { String::new() } else { format!(" of {}", escape(&case.label)) };
    if looked_at == 0 {
        return Ok(format!(
            "Nothing can be said of stale reads: no measured read in trial {}{label}{cases} had an answer.\n",
            args.trial
        ));
    }
    Ok(format!(
        "Nothing is stale: all {looked_at} measured reads{of} in trial {}{label}{cases} returned the newest version that \
         had committed when they began, or a newer one.\n",
        args.trial
    ))
}
