//! The history of a trial as CSV, for checkers of consistency: `client,op,key,value,start_ns,end_ns,ok,version`.

use std::io::Write;

use super::tables::text;
use crate::base::Time;
use crate::scenario::Case;
use crate::truth::{Broken, Guarantee};
use crate::world::{History, Outcome, Record, Status};

/// What stands in the column `end_ns` of a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum WriteEnd {
    /// When its client had the answer: what sessions and linearizability are about.
    #[default]
    Return,
    /// When it committed: what staleness is about. The client knows of it later.
    Commit,
}

/// Writes the history of one trial, a line for each operation, in the order in which they began. With `judged`, the
/// columns `behind`, `overdue_ns` and `broken` tell what edgelag makes of each operation.
///
/// # Errors
/// If it cannot be written.
pub fn write_history(
    out: impl Write,
    case: &Case,
    history: &History,
    write_end: WriteEnd,
    judged: bool,
) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(out);
    let header = ["client", "op", "key", "value", "start_ns", "end_ns", "ok", "version"];
    let more = ["behind", "overdue_ns", "broken"];
    writer.write_record(header.iter().chain(more.iter().filter(|_| judged)))?;
    let broken = if judged { history.broken() } else { vec![Broken::default(); history.records.len()] };
    for (record, broken) in history.records.iter().zip(broken) {
        let mut line = line(case, record, write_end);
        if judged {
            line.extend(judgement(record, broken));
        }
        writer.write_record(&line)?;
    }
    writer.flush()?;
    Ok(())
}

fn line(case: &Case, record: &Record, write_end: WriteEnd) -> Vec<String> {
    let &Record { client, namespace, key, kind, begun, version, .. } = record;
    let population = &case.populations[client.population.at()].name;
    let home = &case.locations[client.home.at()].name;
    let ended = match (record.outcome, write_end) {
        (Outcome::Write { committed }, WriteEnd::Commit) if committed != Time::NEVER => committed,
        _ => record.ended,
    };
    let status = match (record.outcome, write_end) {
        (Outcome::Write { committed }, WriteEnd::Commit) if committed != Time::NEVER => Status::Done,
        _ => record.status(),
    };
    let ok = match status {
        Status::Done => "ok",
        Status::Failed => "fail",
        Status::Unknown => "info",
    };
    let has_version = status == Status::Done || version.number() > 0;
    // What was there before any write is told apart from nothing by nobody.
    let has_value = !version.is_absent() && version.number() > 0;
    vec![
        text(&format!("{population}/{home}/{}", client.number)),
        kind.name().to_owned(),
        text(&format!("{}/{}", case.namespaces[namespace.at()].name, key.0)),
        some(has_value, version.number()),
        begun.as_nanos().to_string(),
        some(status != Status::Unknown, ended.as_nanos()),
        ok.to_owned(),
        some(has_version, version.number()),
    ]
}

fn judgement(record: &Record, broken: Broken) -> [String; 3] {
    let (behind, overdue) = match record.outcome {
        Outcome::Write { .. } => Default::default(),
        Outcome::Read { behind: 0, .. } => ("0".to_owned(), "0".to_owned()),
        Outcome::Read { behind, first_missed } => {
            (behind.to_string(), record.begun.since(first_missed).as_nanos().to_string())
        }
    };
    let broken = Guarantee::ALL.into_iter().filter(|&guarantee| broken.holds(guarantee));
    [behind, overdue, broken.map(Guarantee::name).collect::<Vec<_>>().join(" ")]
}

fn some(is_there: bool, value: impl ToString) -> String {
    if is_there { value.to_string() } else { String::new() }
}
