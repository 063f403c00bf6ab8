//! What was tried, and what came of it.

use super::words::{Words, list, span, version};
use crate::base::Span;
use crate::experiment::why::{Dial, Edit, Ends, Outcome, Trialled, Tried};
use crate::world::Asked;

/// What came of something that was tried, with the settings by which anybody can try it.
pub(super) fn sentence(words: &Words, tried: &Tried) -> String {
    match tried {
        Tried::Once(edit, trialled) => {
            format!("{}: {} ({}).", with(*edit), outcome(words, trialled.outcome), settings(trialled))
        }
        Tried::Dial(dial, ends) => of_dial(words, *dial, ends),
        Tried::Elsewhere(asked) => elsewhere(words, asked),
    }
}

/// What is changed.
fn with(edit: Edit) -> String {
    match edit {
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

/// What is made shorter.
fn name(dial: Dial) -> &'static str {
    match dial {
        Dial::EdgeTtl => "an edge TTL",
        Dial::EdgeNegativeTtl => "an edge TTL of \"not found\"",
        Dial::UpperTtl => "an upper TTL",
        Dial::Pull => "a time between pulls",
        Dial::Snapshot => "a time between full copies",
        Dial::Gossip => "a time between contacts",
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

fn of_dial(words: &Words, dial: Dial, ends: &Ends) -> String {
    let now = format!(" instead of {}", exact(ends.now));
    let told = |(length, trialled): &(Span, Trialled), now: &str| {
        format!("of {}{now}: {}", exact(*length), outcome(words, trialled.outcome))
    };
    let rest = match (&ends.fresh, &ends.other) {
        (Some(fresh), Some(other)) => {
            format!("{}; {} ({})", told(fresh, &now), told(other, ""), settings(&fresh.1))
        }
        (Some(fresh), None) => format!("{} ({})", told(fresh, &now), settings(&fresh.1)),
        (None, Some(other)) => {
            let told = told(other, &format!(", the shortest that was tried,{now}"));
            format!("{told} ({})", settings(&other.1))
        }
        (None, None) => format!("shorter than {}: not tried", exact(ends.now)),
    };
    format!("With {} {rest}.", name(dial))
}

/// A span without rounding.
fn exact(span: Span) -> String {
    let nanos = span.as_nanos();
    let units = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs")];
    let fitting = units.into_iter().find(|(size, _)| nanos >= *size);
    let (size, unit) = fitting.unwrap_or((1, if nanos == 0 { "s" } else { "ns" }));
    let places = size.ilog10() as usize;
    let digits = format!("{}.{:0places$}", nanos / size, nanos % size);
    format!("{} {unit}", digits.trim_end_matches('0').trim_end_matches('.'))
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

/// As they are written on a command line.
fn settings(trialled: &Trialled) -> String {
    let each = trialled.settings.iter().map(|setting| format!("--set {}", in_shell(setting)));
    each.collect::<Vec<_>>().join(" ")
}

/// Quoted where a shell would act upon it.
fn in_shell(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '=' | '/' | ':');
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_exact() {
        let of = |nanos| exact(Span::from_nanos(nanos));
        assert_eq!([of(0), of(60_000_000_000), of(7_900_000_000)], ["0 s", "60 s", "7.9 s"]);
        assert_eq!([of(185_000_000), of(1_050_000), of(7)], ["185 ms", "1.05 ms", "7 ns"]);
    }

    #[test]
    fn a_shell_acts_upon_nothing() {
        assert_eq!(in_shell("namespace.kv.cache.edge.ttl=59s"), "namespace.kv.cache.edge.ttl=59s");
        assert_eq!(in_shell("a.\"$(b)'\"=1"), "'a.\"$(b)'\\''\"=1'");
    }
}
