//! The facts and what was tried, for programs. Times are nanoseconds since the trial began.

use serde_json::{Value, json};

use super::table::name;
use super::words::Words;
use super::{Kind, Why};
use crate::base::{LocationIx, Span, Time};
use crate::experiment::why::{Because, Detour, Dial, Edit, Explained, Facts, Kept, Outcome, Trialled, Tried};

pub(super) fn json(why: &Why) -> String {
    let case = why.scene.case;
    let all = json!({
        "scenario": why.scenario,
        "case": case.label,
        "seed": case.seed,
        "trial": why.scene.trial,
        "settings_of_the_case": why.scene.alone.settings,
        "reads": why.reads.iter().map(|read| one(why, read)).collect::<Vec<_>>(),
    });
    serde_json::to_string_pretty(&all).expect("facts are valid JSON") + "\n"
}

fn one(why: &Why, read: &Explained) -> Value {
    let words = Words::of(why.scene.case, &read.facts);
    let lines = why.lines(read);
    let of = |kind| {
        lines.iter().filter(|line| line.kind == kind).map(|line| line.text.clone()).collect::<Vec<_>>()
    };
    let Facts { read: record, served, missed, way, .. } = &read.facts;
    let holders = read.facts.holders.iter().map(
        |holder| json!({ "replica": words.place(holder.at), "since_ns": holder.since.map(Time::as_nanos) }),
    );
    json!({
        "pick": name(read),
        "among": read.pick.among,
        "namespace": words.namespace().name,
        "key": record.key.0,
        "location": words.here(),
        "served_at": words.place(served.at),
        "detours": served.detours.iter().map(|it| detour(&words, it)).collect::<Vec<_>>(),
        "begun_ns": record.begun.as_nanos(),
        "ended_ns": record.ended.as_nanos(),
        "version": record.version.number(),
        "newest": read.facts.newest.number(),
        "behind": read.facts.behind,
        "overdue_ns": read.facts.overdue.as_nanos(),
        "cause": read.facts.cause.name(),
        "missed": {
            "version": missed.record.version.number(),
            "from": words.place(missed.record.location),
            "begun_ns": missed.record.begun.as_nanos(),
            "coordinator": words.place(missed.coordinator),
            "committed_ns": missed.committed.as_nanos(),
            "answered_ns": some(missed.record.ended),
        },
        "replicas": holders.collect::<Vec<_>>(),
        "edge_entry": way.edge.as_ref().map(|entry| kept(&words, entry)),
        "upper_entry": way.upper.as_ref().map(|entry| kept(&words, entry)),
        "heading": of(Kind::Heading).concat(),
        "sentences": of(Kind::Sentence),
        "counterfactuals": read.tried.iter().map(|it| tried(&words, it)).collect::<Vec<_>>(),
    })
}

fn some(at: Time) -> Option<u64> {
    (at != Time::NEVER).then_some(at.as_nanos())
}

fn kept(words: &Words, entry: &Kept) -> Value {
    json!({
        "at": words.place(entry.at),
        "version": entry.version.number(),
        "since_ns": entry.since.as_nanos(),
        "until_ns": entry.expires.as_nanos(),
    })
}

fn detour(words: &Words, detour: &Detour) -> Value {
    let (why, fault, since) = match detour.why {
        Because::Hedged { .. } => ("hedged", None, None),
        Because::Down { fault, since } => {
            ("down", Some(&words.case.faults[usize::from(fault)].name), Some(since.as_nanos()))
        }
    };
    json!({
        "from": words.place(detour.from),
        "to": words.place(detour.to),
        "sent_ns": detour.sent.as_nanos(),
        "came_ns": detour.came.as_nanos(),
        "why": why,
        "fault": fault,
        "down_since_ns": since,
    })
}

fn tried(words: &Words, tried: &Tried) -> Value {
    let sentence = super::tried::sentence(words, tried);
    let trials: Vec<Value> = match tried {
        Tried::Once(_, trialled) => vec![trial(trialled)],
        Tried::Dial(_, tried) => {
            tried.iter().map(|(length, trialled)| of_length(*length, trialled)).collect()
        }
        Tried::Elsewhere(asked) => asked
            .iter()
            .map(|asked| {
                let behind = asked.told.map(|told| told.verdict.behind);
                let version = asked.told.map(|told| told.version.number());
                json!({ "location": place(words, asked.location), "behind": behind, "version": version })
            })
            .collect(),
    };
    json!({ "what": what(tried), "sentence": sentence, "trials": trials })
}

fn place(words: &Words, location: LocationIx) -> String {
    words.place(location).to_owned()
}

fn what(tried: &Tried) -> &'static str {
    match tried {
        Tried::Once(edit, _) => change(*edit),
        Tried::Dial(Dial::EdgeTtl, _) => "edge_ttl",
        Tried::Dial(Dial::EdgeNegativeTtl, _) => "edge_negative_ttl",
        Tried::Dial(Dial::UpperTtl, _) => "upper_ttl",
        Tried::Dial(Dial::Pull, _) => "pull",
        Tried::Dial(Dial::Snapshot, _) => "snapshot",
        Tried::Dial(Dial::Gossip, _) => "gossip",
        Tried::Elsewhere(_) => "elsewhere",
    }
}

const fn change(edit: Edit) -> &'static str {
    match edit {
        Edit::NoUpper => "no_upper",
        Edit::NoNegative => "no_negative",
        Edit::NoStaleWhileRevalidate => "no_stale_while_revalidate",
        Edit::NoStaleIfError => "no_stale_if_error",
        Edit::NoCoalescing => "no_coalescing",
        Edit::Purge => "purge",
        Edit::SurePurge => "sure_purge",
        Edit::R(_) => "r",
        Edit::W(_) => "w",
        Edit::ReadAtPrimary => "read_at_primary",
        Edit::Synchronous => "synchronous",
        Edit::LeaseReads => "lease_reads",
        Edit::AckAll => "ack_all",
        Edit::NoLag => "no_lag",
        Edit::NoFault(_) => "no_fault",
        Edit::NoHedge => "no_hedge",
    }
}

fn of_length(length: Span, trialled: &Trialled) -> Value {
    let mut told = trial(trialled);
    told["length_ns"] = length.as_nanos().into();
    told
}

fn trial(trialled: &Trialled) -> Value {
    let (word, behind, overdue, version) = match trialled.outcome {
        Outcome::Fresh { version } => ("fresh", Some(0), None, Some(version.number())),
        Outcome::Stale { behind, overdue } => ("stale", Some(behind), Some(overdue.as_nanos()), None),
        Outcome::Failed(failure) => (failure.name(), None, None, None),
        Outcome::NotComparable => ("not_comparable", None, None, None),
    };
    json!({
        "settings": trialled.settings,
        "outcome": word,
        "version": version,
        "behind": behind,
        "overdue_ns": overdue,
    })
}
