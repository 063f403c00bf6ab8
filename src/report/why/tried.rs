//! What was tried, and what came of it.

use super::Came;
use super::words::{Words, list, span, version};
use crate::base::Span;
use crate::experiment::why::{Dial, Edit, Outcome, Trialled, Tried};
use crate::report::in_shell;
use crate::world::Asked;

/// What came of something that was tried, with the settings by which anybody can try it.
pub(super) fn sentence(words: &Words, tried: &Tried) -> String {
    match tried {
        Tried::Once(edit, trialled) => {
            format!("{}: {} ({}).", with(words, *edit), outcome(words, trialled.outcome), assigned(trialled))
        }
        Tried::Dial(dial, tried) => of_dial(words, *dial, tried),
        Tried::Elsewhere(asked) => elsewhere(words, asked),
    }
}

/// What is changed.
fn with(words: &Words, edit: Edit) -> String {
    match edit {
        Edit::NoFault(fault) => format!("Without the fault `{}`", words.case.faults[usize::from(fault)].name),
        Edit::NoHedge => "Without hedged reads".to_owned(),
        Edit::NoUpper => "Without the upper tier".to_owned(),
        Edit::NoNegative => "With caches that do not keep \"not found\"".to_owned(),
        Edit::NoStaleWhileRevalidate => {
            "Without serving expired entries while they are fetched again".to_owned()
        }
        Edit::NoStaleIfError => "Without serving expired entries when fetching fails".to_owned(),
        Edit::NoCoalescing => "With a fetch of its own for each miss".to_owned(),
        Edit::Purge => "With a purge of caches by each write".to_owned(),
        Edit::SurePurge => "With purges that are neither lost nor delayed".to_owned(),
        Edit::R(r) => format!("With R = {r}"),
        Edit::W(w) => format!("With W = {w}"),
        Edit::ReadAtPrimary => "With reads at the primary".to_owned(),
        Edit::Synchronous => "With writes that wait for all backups".to_owned(),
        Edit::LeaseReads => "With reads at the leader".to_owned(),
        Edit::AckAll => "With writes that wait for all stores".to_owned(),
        Edit::NoLag => "With writes that are sent on without a lag".to_owned(),
    }
}

/// What is made shorter, after its article.
const fn name(dial: Dial) -> (&'static str, &'static str) {
    match dial {
        Dial::EdgeTtl => ("an", "edge TTL"),
        Dial::EdgeNegativeTtl => ("an", "edge TTL for \"not found\""),
        Dial::UpperTtl => ("an", "upper TTL"),
        Dial::Pull => ("a", "time between pulls"),
        Dial::Snapshot => ("a", "time between full copies"),
        Dial::Gossip => ("a", "time between contacts"),
    }
}

fn outcome(words: &Words, outcome: Outcome) -> String {
    let missed = words.facts.missed.record.version;
    match outcome {
        Outcome::Fresh { version: returned } if returned.number() < missed.number() => format!(
            "fresh, but with {}, as version {} had not committed yet when the read began",
            version(returned),
            missed.number()
        ),
        Outcome::Fresh { version: returned } => format!("fresh, with {}", version(returned)),
        Outcome::Stale { behind, overdue } => {
            format!("still stale, {behind} behind and {} overdue", span(overdue))
        }
        Outcome::Failed(failure) => format!("no answer ({})", failure.name().replace('_', " ")),
        Outcome::NotComparable => {
            "not comparable, as this client begins no such read then: it depends on earlier answers"
                .to_owned()
        }
    }
}

/// All lengths that were tried, by what came of them.
fn of_dial(words: &Words, dial: Dial, tried: &[(Span, Trialled)]) -> String {
    let Some((longest, _)) = tried.last() else { return String::new() };
    let unit = unit(*longest);
    let is_fresh = |tried: &(Span, Trialled)| is_mended(words, tried.1.outcome);
    let each = |how: &str| -> Vec<String> {
        let fitting = tried.iter().filter(|(_, trialled)| came_of_length(words, trialled.outcome) == how);
        fitting.map(|(length, _)| in_unit(*length, unit)).collect()
    };
    let groups = HOW.into_iter().map(|how| (how, each(how))).filter(|(_, lengths)| !lengths.is_empty());
    let (article, noun) = name(dial);
    let fresh = tried.iter().filter(|tried| is_fresh(tried)).count();
    let up_to = fresh.checked_sub(1).filter(|_| tried[..fresh].iter().all(is_fresh));
    let begin = match up_to {
        Some(last) => format!("{article} {noun} of {} {} or less", in_unit(tried[last].0, unit), unit.1),
        None if fresh > 0 => format!("a shorter {noun} it depends"),
        None => format!("a shorter {noun}"),
    };
    let parts = groups.map(|(how, lengths)| {
        let is_whole = lengths.len() == tried.len() || (how == HOW[0] && up_to.is_some());
        match is_whole {
            true => format!("{how} at each length tried ({} {})", lengths.join(", "), unit.1),
            false => format!("{how} at {} {}", list(&lengths), unit.1),
        }
    });
    let parts: Vec<String> = parts.collect();
    let settings = told(words, tried).map_or_else(String::new, assigned);
    format!("With {begin}: {} ({settings}).", parts.join("; "))
}

/// What may come of a length; the first is what is wanted.
const HOW: [&str; 5] = [
    "fresh",
    "still stale",
    "fresh without what it had missed, which had not committed yet,",
    "no answer",
    "not comparable",
];

fn came_of_length(words: &Words, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fresh { .. } if is_mended(words, outcome) => HOW[0],
        Outcome::Stale { .. } => HOW[1],
        Outcome::Fresh { .. } => HOW[2],
        Outcome::Failed(_) => HOW[3],
        Outcome::NotComparable => HOW[4],
    }
}

/// Whether the read is fresh, and not only because what it missed has not committed.
fn is_mended(words: &Words, outcome: Outcome) -> bool {
    let missed = words.facts.missed.record.version.number();
    matches!(outcome, Outcome::Fresh { version } if version.number() >= missed)
}

/// The unit that a span is told in, after its size in nanoseconds.
fn unit(span: Span) -> (u64, &'static str) {
    let nanos = span.as_nanos();
    let units = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs")];
    let fitting = units.into_iter().find(|(size, _)| nanos >= *size);
    fitting.unwrap_or((1, if nanos == 0 { "s" } else { "ns" }))
}

/// A span without rounding and without its unit.
fn in_unit(span: Span, (size, _): (u64, &str)) -> String {
    let (nanos, places) = (span.as_nanos(), size.ilog10() as usize);
    let digits = format!("{}.{:0places$}", nanos / size, nanos % size);
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// As many locations are named.
const MOST_NAMED: usize = 12;

fn elsewhere(words: &Words, asked: &[Asked]) -> String {
    let names = |wanted: fn(&Asked) -> bool| {
        let mut names: Vec<String> = asked
            .iter()
            .filter(|asked| wanted(asked))
            .map(|asked| words.place(asked.location).to_owned())
            .collect();
        let more = names.len().saturating_sub(MOST_NAMED);
        names.truncate(MOST_NAMED);
        names.extend((more > 0).then(|| format!("{more} more")));
        list(&names)
    };
    let parts = [
        ("fresh", names(|asked| asked.told.is_some_and(|told| told.verdict.behind == 0))),
        ("stale", names(|asked| asked.told.is_some_and(|told| told.verdict.behind > 0))),
        ("without an answer", names(|asked| asked.told.is_none())),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(how, names)| format!("{how} in {names}"))
        .collect();
    format!("From elsewhere at the same moment, by probes that leave no trace: {}.", parts.join("; "))
}

/// What came of it; `None` of reads elsewhere, of which each has its own.
pub(super) fn came(words: &Words, tried: &Tried) -> Option<Came> {
    let trialled = trialled(words, tried)?;
    Some(match trialled.outcome {
        outcome if is_mended(words, outcome) => Came::Fresh,
        Outcome::Stale { .. } => Came::Stale,
        Outcome::Fresh { .. } | Outcome::Failed(_) | Outcome::NotComparable => Came::Open,
    })
}

/// The settings by which anybody can try it, as on a command line.
pub(super) fn settings(words: &Words, tried: &Tried) -> String {
    trialled(words, tried).map_or_else(String::new, assigned)
}

/// The trial whose settings are told.
fn trialled<'t>(words: &Words, tried: &'t Tried) -> Option<&'t Trialled> {
    match tried {
        Tried::Once(_, trialled) => Some(trialled),
        Tried::Dial(_, tried) => told(words, tried),
        Tried::Elsewhere(_) => None,
    }
}

/// The longest at which the read is fresh, or else the shortest that was tried.
fn told<'t>(words: &Words, tried: &'t [(Span, Trialled)]) -> Option<&'t Trialled> {
    let fresh = tried.iter().rfind(|(_, trialled)| is_mended(words, trialled.outcome));
    fresh.or(tried.first()).map(|(_, trialled)| trialled)
}

fn assigned(trialled: &Trialled) -> String {
    let each = trialled.settings.iter().map(|setting| format!("--set {}", in_shell(setting)));
    each.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_exact() {
        let of = |nanos, longest| {
            let unit = unit(Span::from_nanos(longest));
            format!("{} {}", in_unit(Span::from_nanos(nanos), unit), unit.1)
        };
        assert_eq!([of(0, 0), of(0, 5_000_000), of(60_000_000_000, 60_000_000_000)], ["0 s", "0 ms", "60 s"]);
        assert_eq!([of(200_000_000, 8_300_000_000), of(1_050_000, 2_000_000)], ["0.2 s", "1.05 ms"]);
        assert_eq!(of(7, 9), "7 ns");
    }
}
