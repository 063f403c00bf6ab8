//! What happened to a read, in order of time, each sentence from facts.

use super::detour::{detours, served_elsewhere, there};
use super::evicted::evicted;
use super::words::{Words, at, list, span, version, versions};
use crate::base::{Failure, LocationIx, Time, Version};
use crate::experiment::why::{Answer, Explained, Facts, Missed, Reason};
use crate::model::workload::OpKind;
use crate::truth::Source;
use crate::world::{Change, What};

/// Which read it is, and what is wrong with it.
pub(super) fn heading(words: &Words, Explained { pick, facts, .. }: &Explained) -> String {
    let among = |count: usize| {
        if count == 1 { "the only stale read".to_owned() } else { format!("{count} stale reads") }
    };
    let reason = match (pick.reason, pick.among) {
        (Reason::Worst, 1) => "The only stale read".to_owned(),
        (Reason::Worst, count) => format!("The most overdue of {}", among(count)),
        (Reason::Typical, count) => format!("A typical one of {}", among(count)),
        (Reason::OfCause(_), 1) => "The only stale read with its cause".to_owned(),
        (Reason::OfCause(_), count) => format!("A typical one of {} with its cause", among(count)),
        (Reason::Chosen, _) => "The stale read".to_owned(),
    };
    let namespace = match words.case.namespaces.len() {
        1 => String::new(),
        _ => format!(" of {}", words.namespace().name),
    };
    let elsewhere = served_elsewhere(words)
        .map_or_else(String::new, |place| format!(", served in {},", words.place(place)));
    format!(
        "{reason}: {}{elsewhere} at {}, key {}{namespace}: {} instead of {}, {} behind, {} overdue ({})",
        words.here(),
        at(facts.read.begun),
        facts.read.key.0,
        version(facts.read.version),
        facts.newest.number(),
        facts.behind,
        span(facts.overdue),
        facts.cause.sentence(),
    )
}

/// What happened.
pub(super) fn sentences(words: &Words) -> Vec<String> {
    let facts = words.facts;
    let mut told = vec![written(words), committed(words)];
    told.extend(outages(words));
    told.extend(lost(words));
    told.extend(held(words));
    told.extend(from_replicas(words));
    told.extend(kept(words));
    told.extend(purges(words));
    told.extend(evicted(words));
    told.extend(detours(words));
    told.push(read(words));
    told.push(result(words));
    told.push(match &facts.seen {
        Some(seen) => format!(
            "The first later read of the key in {} that returned version {} or newer began at {}, {} after this one.",
            words.here(),
            facts.missed.record.version.number(),
            at(seen.begun),
            span(seen.begun.since(facts.read.begun)),
        ),
        None => format!(
            "No later read of the key in {} returned version {} or newer before the trial ended.",
            words.here(),
            facts.missed.record.version.number(),
        ),
    });
    told
}

fn written(words: &Words) -> String {
    let Missed { record, .. } = &words.facts.missed;
    let did = if record.kind == OpKind::Delete { "deleted the key, which made" } else { "wrote" };
    let place = words.place(record.location);
    let number = record.version.number();
    format!(
        "{} {did} version {number} of key {} in {place} at {}.",
        words.who(record),
        record.key.0,
        at(record.begun)
    )
}

fn committed(words: &Words) -> String {
    let Missed { record, coordinator, committed, acknowledged, .. } = &words.facts.missed;
    let mut places: Vec<String> = Vec::new();
    for &(place, _) in acknowledged {
        let place = words.place(place).to_owned();
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let coordinator = words.place(*coordinator);
    let when = match &places[..] {
        [] => format!("in {coordinator}, as soon as it was applied there"),
        [only] if only == coordinator => format!("when its coordinator in {coordinator} had stored it there"),
        [only] => format!("when its coordinator in {coordinator} had the acknowledgement of {only}"),
        several => {
            format!("when its coordinator in {coordinator} had the acknowledgements of {}", list(several))
        }
    };
    let answer = match (record.failure, record.ended) {
        (Some(Failure::TimedOut | Failure::Unavailable), _) => {
            "; its client had given up by then, or did later".to_owned()
        }
        (Some(_), _) | (None, Time::NEVER) => String::new(),
        (None, ended) => format!("; its client had the answer at {}", at(ended)),
    };
    format!("It committed at {} {when}{answer}.", at(*committed))
}

/// Replicas that were down between the write and the read.
fn outages(words: &Words) -> Vec<String> {
    let Facts { steps, read, missed, .. } = words.facts;
    let placement = &words.namespace().placement;
    let name = |replica: u16| words.place(placement.at[usize::from(replica)]);
    let mut told = Vec::new();
    for replica in 0..placement.count() {
        let changes = || {
            steps.iter().filter_map(|step| match step.what {
                What::Changed { replica: of, change } if of == replica => Some((step.at, change)),
                _ => None,
            })
        };
        let Some((down, _)) = changes().rfind(|&(at, change)| change == Change::Down && at <= read.begun)
        else {
            continue;
        };
        let up = changes().find(|&(at, change)| change == Change::Up && at > down).map(|(at, _)| at);
        if up.is_none_or(|up| up >= missed.record.begun) {
            let until = up.map_or_else(|| "the end".to_owned(), at);
            told.push(format!("The replica in {} was down from {} to {until}.", name(replica), at(down)));
        }
    }
    told
}

/// Messages of the write that faults have lost.
fn lost(words: &Words) -> Option<String> {
    let Facts { steps, missed, .. } = words.facts;
    let mut ways: Vec<String> = Vec::new();
    for step in steps {
        let What::Lost { strand, from, to } = step.what else { continue };
        let way = format!("{} to {}", words.place(from), words.place(to));
        if strand == missed.strand && !ways.contains(&way) {
            ways.push(way);
        }
    }
    let ways = (!ways.is_empty()).then_some(ways)?;
    let more = ways.len().saturating_sub(MOST_TOLD);
    let told = list(&ways[..ways.len() - more]);
    let others = if more > 0 { format!(", and on {more} other ways") } else { String::new() };
    Some(format!("A fault of the network lost messages of the write from {told}{others}."))
}

/// As many replicas are told of one by one.
const MOST_TOLD: usize = 5;

/// Since when which replicas have held it.
fn held(words: &Words) -> Option<String> {
    let Facts { holders, missed, read, .. } = words.facts;
    let number = missed.record.version.number();
    if holders.len() < 2 {
        return None;
    }
    if holders.len() > MOST_TOLD {
        let by_then = holders.iter().filter(|holder| holder.since.is_some_and(|at| at <= read.begun)).count();
        let last =
            holders.iter().map(|holder| holder.since.unwrap_or(Time::NEVER)).max().unwrap_or(Time::NEVER);
        let all = match last {
            Time::NEVER => "some never came to hold it".to_owned(),
            last => format!("the last one from {} on", at(last)),
        };
        return Some(format!(
            "When the read began, {by_then} of {} replicas held version {number}; {all}.",
            holders.len()
        ));
    }
    let mut ordered = holders.clone();
    ordered.sort_by_key(|holder| holder.since.unwrap_or(Time::NEVER));
    let each = ordered.iter().map(|holder| match holder.since {
        Some(since) => format!("{} from {} on", words.place(holder.at), at(since)),
        None => format!("{} never", words.place(holder.at)),
    });
    Some(format!("Replicas held version {number} or newer: {}.", list(&each.collect::<Vec<_>>())))
}

/// How the value that the read returned was read from the replicas.
fn from_replicas(words: &Words) -> Vec<String> {
    let Facts { way, snapshot, missed, .. } = words.facts;
    let returned = version(snapshot.version);
    let Some((coordinator, replied)) = way.replied.or(way.answers.last().map(|last| (last.at, last.read_at)))
    else {
        return Vec::new();
    };
    let lacks = |at| holder_lacks(words, at);
    if way.answers.is_empty() {
        let place = words.place(coordinator);
        let when = words.since_commit(replied);
        let mut told =
            vec![format!("The replica in {place} answered with {returned} at {}, {when}.", at(replied))];
        if replied >= missed.committed {
            told.push(lacks((coordinator, replied)).unwrap_or_else(|| {
                format!(
                    "It held version {} already, but answers with what was there some time ago.",
                    missed.record.version.number()
                )
            }));
        }
        return told;
    }
    let each = |answer: &Answer| {
        format!("{} ({} at {})", words.place(answer.at), version(answer.version), at(answer.read_at))
    };
    let answers: Vec<String> = way.answers.iter().map(each).collect();
    let mut told = vec![match &answers[..] {
        [_] => format!(
            "{returned} was read from the replica in {} at {}, {}.",
            words.place(way.answers[0].at),
            at(snapshot.read_at),
            words.since_commit(snapshot.read_at)
        ),
        several => format!(
            "The coordinator in {} answered with {returned} at {}, when it had the answers of {}.",
            words.place(coordinator),
            at(replied),
            list(several)
        ),
    }];
    capitalise(&mut told[0]);
    let late = way.answers.iter().filter(|answer| answer.read_at >= missed.committed);
    told.extend(late.filter_map(|answer| lacks((answer.at, answer.read_at))));
    told
}

/// That a replica got the missed write only after it was read; `None` if it had it.
fn holder_lacks(words: &Words, (place, read_at): (LocationIx, Time)) -> Option<String> {
    let holder = words.facts.holders.iter().find(|holder| holder.at == place)?;
    let number = words.facts.missed.record.version.number();
    let name = words.place(place);
    match holder.since {
        Some(since) if since <= read_at => None,
        Some(since) => Some(format!("Version {number} came to {name} {} later.", span(since.since(read_at)))),
        None => Some(format!("Version {number} never came to {name}.")),
    }
}

/// Which caches had kept it, since when and until when.
fn kept(words: &Words) -> Vec<String> {
    let Facts { way, snapshot, .. } = words.facts;
    let returned = version(snapshot.version);
    let mut told = Vec::new();
    if let Some(entry) = &way.upper {
        let (place, since, until) = (words.place(entry.at), at(entry.since), at(entry.expires));
        let failed =
            if way.upper_failed { ", and gave it away because fetching it again had failed" } else { "" };
        told.push(format!(
            "The upper tier's cache in {place} had kept {returned} since {since}, to be used until {until}{failed}."
        ));
    }
    if let Some(entry) = &way.edge {
        let (place, since, until) = (words.place(entry.at), at(entry.since), at(entry.expires));
        let how = match (&way.upper, entry.by) {
            (_, None) => ", when its write passed there",
            (Some(_), _) => ", from the upper tier",
            (None, _) => "",
        };
        told.push(format!(
            "The edge cache in {place} had kept {returned} since {since}{how}, to be used until {until}."
        ));
    }
    told
}

/// What became of the purges by which the write would have had the caches drop the value.
fn purges(words: &Words) -> Vec<String> {
    let Facts { missed, read, .. } = words.facts;
    let told = missed.purges.iter().map(|&(place, arrives)| {
        let name = words.place(place);
        match arrives {
            None => format!("The purge that the write sent to {name} was lost."),
            Some(arrives) if arrives > read.begun => format!(
                "The purge that the write sent to {name} came at {}, {} after the read began.",
                at(arrives),
                span(arrives.since(read.begun))
            ),
            Some(arrives) => format!("The purge that the write sent to {name} had come at {}.", at(arrives)),
        }
    });
    told.collect()
}

fn read(words: &Words) -> String {
    let Facts { read, source, way, snapshot, .. } = words.facts;
    let begun = format!("The read in {} began at {}", words.here(), at(read.begun));
    let expired = |entry: Option<Time>| {
        entry.map_or_else(String::new, |at_end| format!(" that had expired at {}", at(at_end)))
    };
    let edge = expired(way.edge.map(|entry| entry.expires));
    let there = there(words);
    let how = match source {
        Source::Hit => format!("was answered from the edge cache{there}"),
        Source::Revalidating => {
            format!("was answered from an entry of the edge cache{there}{edge}, while it was fetched again")
        }
        Source::LastResort => {
            format!(
                "was answered from an entry of the edge cache{there}{edge}, because fetching it again failed"
            )
        }
        Source::Coalesced => format!("waited{there} for a fetch of another read that was under way"),
        Source::Fetched if way.upper.is_some() && snapshot.past_ttl => {
            let upper = expired(way.upper.map(|entry| entry.expires));
            format!("was answered from an entry of the upper tier's cache{upper}, while it was fetched again")
        }
        Source::Fetched if way.upper.is_some() => "was answered from the upper tier's cache".to_owned(),
        Source::Fetched => "was answered with that".to_owned(),
    };
    format!("{begun} and {how}; the answer came at {}.", at(read.ended))
}

fn result(words: &Words) -> String {
    let Facts { read, behind, newest, missed, overdue, .. } = words.facts;
    let newest = match newest.number() > missed.record.version.number() {
        true => format!(", as version {} had committed by then", newest.number()),
        false => String::new(),
    };
    let first = if read.version == Version::new(0, false) {
        " Version 0 is what was there before any write."
    } else {
        ""
    };
    format!(
        "It returned {}: {} behind{newest}, and {} overdue.{first}",
        version(read.version),
        versions(*behind),
        span(*overdue)
    )
}

fn capitalise(text: &mut String) {
    if let Some(first) = text.get(..1) {
        let upper = first.to_uppercase();
        text.replace_range(..1, &upper);
    }
}
