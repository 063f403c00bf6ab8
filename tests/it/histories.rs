//! Every operation of a trial as the program exports it, checked anew by a checker that knows the export only.

pub(crate) mod checker;
mod command;

use std::collections::BTreeMap;

use edgelag::observe::Observations;
use edgelag::report::{WriteEnd, write_history};
use edgelag::scenario::{self, Case};
use edgelag::world::{Execution, record_trial, run_trial};

use crate::laws::draw::Draw;
use checker::{Op, broken, is_linearizable, missed, parse};

/// Random scenarios whose histories are checked.
const SCENARIOS: u64 = 240;

const MIXES: [&str; 4] = [
    "{ read = 0.7, write = 0.3 }",
    "{ read = 0.6, write = 0.2, update = 0.1, delete = 0.1 }",
    "{ read = 0.8, update = 0.2 }",
    "{ update = 1 }",
];
const NO_DELETES: [&str; 3] =
    ["{ read = 0.7, write = 0.3 }", "{ read = 0.6, write = 0.2, update = 0.2 }", "{ update = 1 }"];

#[track_caller]
fn case(text: &str) -> Case {
    let no_files = |_: &str| Err("there are no files here".to_owned());
    let scenario = scenario::load("history", text.as_bytes(), &[], &no_files);
    scenario.unwrap_or_else(|failure| panic!("{failure}{text}")).cases.remove(0)
}

/// The history of the first trial, with one end of writes and the other.
pub(crate) fn histories(text: &str) -> [Vec<Op>; 2] {
    let case = case(text);
    let (_, history) = record_trial(&case, 0).expect("nothing waits");
    [WriteEnd::Return, WriteEnd::Commit].map(|write_end| {
        let mut csv = Vec::new();
        write_history(&mut csv, &case, &history, write_end, true).expect("memory can be written");
        parse(&csv)
    })
}

/// Up to 480 operations of users who move, and of others.
fn clients(draw: &mut Draw, mixes: &[&str]) -> String {
    let mut text = String::new();
    for name in ["users", "others"] {
        let (rate, mix) = (draw.from(1, 6), draw.one_of(mixes));
        text += &format!(
            "[client.{name}]\nat = [\"FRA\", \"SIN\", \"IAD\"]\nnamespace = \"kv\"\narrivals.poisson = \"{rate}/s\"\nmix = {mix}\n"
        );
        text += draw.one_of(&["", "access.exponential.mean = \"10ms\"\n"]);
        if name == "users" || draw.from(0, 2) == 0 {
            let (users, change) = (draw.one_of(&[1, 2, 5, 20]), draw.one_of(&["0", "0.01", "0.3", "1"]));
            let (sticky, back) = (draw.one_of(&["true", "false"]), draw.one_of(&["GRU", "SIN"]));
            let read_back = draw.one_of(&["", "constant = \"700ms\"", "exponential.mean = \"300ms\""]);
            let read_back = match read_back {
                "" => String::new(),
                after => format!(", read_back = {{ at = \"{back}\", after.{after} }}"),
            };
            text += &format!(
                "sessions = {{ users = {users}, route_change = {change}, sticky = {sticky}{read_back} }}\n"
            );
        }
    }
    text
}

fn any_scenario(index: u64) -> String {
    let mut draw = Draw::new("histories", index);
    let (head, n) = (draw.head(), draw.from(1, 5));
    let mut more = draw.any_policy(n);
    if draw.from(0, 2) > 0 {
        more = format!("{more}\n{}", draw.any_cache());
    }
    let namespace = draw.namespace(n, &more);
    let faults = faults(&mut draw, &namespace);
    format!("{head}{namespace}{faults}{}", clients(&mut draw, &MIXES))
}

/// Requests that time out, so that nobody knows whether a write was stored, and a replica that is down for a while.
fn faults(draw: &mut Draw, namespace: &str) -> String {
    let (_, replicas) = namespace.split_once("replicas = [\"").expect("there are replicas");
    let down = format!("outages = [{{ replicas = [\"{}\"], at = \"4s\", for = \"3s\" }}]\n", &replicas[..3]);
    draw.one_of(&["", "timeout = \"200ms\"\n", &down]).to_owned()
}

/// Session guarantees by when clients had their answers, staleness by when writes committed: to each operation the program
/// says exactly what the definitions say.
#[test]
fn the_program_and_a_naive_checker_say_the_same_of_every_operation() {
    let (mut stale, mut unknown, mut of_each) = (0, 0, [0; 4]);
    for index in 0..SCENARIOS {
        let text = any_scenario(index);
        let [returns, commits] = histories(&text);
        unknown += returns.iter().filter(|op| op.end == u64::MAX).count();
        for (op, broken) in returns.iter().zip(broken(&returns)) {
            assert_eq!(op.told.2, broken, "scenario {index}: {op:?}\n{text}");
            let names = ["read_your_writes", "monotonic_reads", "monotonic_writes", "writes_follow_reads"];
            of_each
                .iter_mut()
                .zip(names)
                .for_each(|(count, name)| *count += usize::from(broken.contains(name)));
        }
        for (at, op) in commits.iter().enumerate().filter(|(_, op)| !op.writes) {
            let (behind, overdue) = missed(&commits, at);
            let told = (op.told.0.as_str(), op.told.1.as_str());
            assert_eq!(
                told,
                (&*behind.to_string(), &*overdue.to_string()),
                "scenario {index}: {op:?}\n{text}"
            );
            stale += usize::from(behind > 0);
        }
    }
    println!("{stale} stale reads; broken guarantees {of_each:?}; {unknown} writes of which nobody knows");
    assert!(
        stale > 5_000 && unknown > 100 && of_each.iter().all(|&count| count > 100),
        "{stale} {of_each:?} are too few to tell"
    );
}

/// Reads follow their writes in the export, and operations are in the order of their beginning.
#[test]
fn histories_are_in_order() {
    for index in 0..60 {
        let [returns, commits] = histories(&any_scenario(index));
        for ops in [&returns, &commits] {
            assert!(ops.is_sorted_by_key(|op| op.start));
            assert!(ops.iter().all(|op| op.start <= op.end));
        }
        let ends = returns.iter().zip(&commits).all(|(r, c)| r.end >= c.end && (r.writes || r.end == c.end));
        assert!(ends, "a client knows of its write after the commit");
    }
}

/// The trial that is recorded is the one that is run, to the last count.
#[test]
fn recording_leaves_no_trace() {
    let told = |observations: &Observations| format!("{observations:?}");
    for index in 0..100 {
        let text = any_scenario(index);
        let without =
            text.lines().filter(|line| !line.starts_with("sessions")).collect::<Vec<_>>().join("\n");
        for text in [text, without] {
            let case = case(&text);
            let run = run_trial(&case, 0, Execution::General, 1, &|_| true).expect("nobody gives up");
            let (recorded, _) = record_trial(&case, 0).expect("nothing waits");
            assert!(told(&run) == told(&recorded), "scenario {index}:\n{text}");
        }
    }
}

/// One replica and no cache: the replica's order of operations is one that all see.
#[test]
fn a_single_replica_is_linearizable() {
    let mut operations = 0;
    for index in 0..100 {
        let mut draw = Draw::new("single replica", index);
        let (head, quorum) = (draw.head(), draw.quorum(1, 1));
        let text = format!("{head}{}{}", draw.namespace(1, &quorum), clients(&mut draw, &NO_DELETES));
        let [returns, _] = histories(&text);
        assert!(is_linearizable(&returns), "scenario {index}:\n{text}");
        assert!(returns.iter().all(|op| op.told.2.is_empty()), "scenario {index}:\n{text}");
        operations += returns.len();
    }
    assert!(operations > 10_000, "{operations}");
}

/// R + W > N: a read sees what had committed, so no read is stale and everybody sees its own writes; but without read repair one
/// may see a write under way and the next one not.
#[test]
fn a_strict_quorum_is_never_stale_and_not_linearizable() {
    let (mut not_linearizable, mut went_back) = (0, 0);
    for index in 0..100 {
        let mut draw = Draw::new("strict quorum, recorded", index);
        let n = draw.from(2, 5);
        let w = draw.from(1, n);
        let r = n - w + 1;
        let (head, quorum) = (draw.head(), draw.quorum(r, w));
        let text = format!("{head}{}{}", draw.namespace(n, &quorum), clients(&mut draw, &NO_DELETES));
        let [returns, commits] = histories(&text);
        let reads = (0..commits.len()).filter(|&at| !commits[at].writes);
        let stale = { reads }.any(|at| missed(&commits, at).0 > 0);
        assert!(!stale, "scenario {index}:\n{text}");
        let broken = |name: &str| returns.iter().filter(|op| op.told.2.contains(name)).count();
        assert_eq!(broken("read_your_writes"), 0, "scenario {index}:\n{text}");
        went_back += broken("monotonic_reads");
        not_linearizable += usize::from(!is_linearizable(&returns));
    }
    println!("{not_linearizable} of 100 are not linearizable, {went_back} reads went back");
    assert!(not_linearizable > 0 && went_back > 0);
}

/// One operation in five of users at three places enters at one of the two others. Those who stay there are anywhere in the
/// end; those who do not are found at each of the others once in ten times. Each user is as often the one as any other.
#[test]
fn users_move_as_they_are_told() {
    for sticky in [true, false] {
        let case = case(&format!(
            "trials = 1\nhorizon = \"1000s\"\nnetwork.rtt.constant = \"0s\"\n[namespace.kv]\nkeys.count = 1\n\
             replicas = [\"FRA\"]\nreplication.quorum = {{ r = 1, w = 1 }}\n\
             [client.users]\nat = [\"FRA\", \"SIN\", \"IAD\"]\nnamespace = \"kv\"\narrivals.poisson = \"30/s\"\n\
             sessions = {{ users = 4, route_change = 0.2, sticky = {sticky} }}\n"
        ));
        let (_, history) = record_trial(&case, 0).expect("nothing waits");
        let (mut at, mut of_user, mut moves) = (BTreeMap::new(), BTreeMap::new(), [0u32; 3]);
        for record in &history.records {
            let was = match sticky {
                true => at.insert(record.client, record.location).unwrap_or(record.client.home),
                false => record.client.home,
            };
            moves[(record.location.at() + 3 - was.at()) % 3] += 1;
            *of_user.entry(record.client).or_insert(0u32) += 1;
        }
        let all = f64::from(moves.iter().sum::<u32>());
        let near = |count: u32, share: f64| {
            let sigma = (all * share * (1.0 - share)).sqrt();
            assert!((f64::from(count) - all * share).abs() < 5.0 * sigma, "{count} for {}", all * share);
        };
        moves.into_iter().zip([0.8, 0.1, 0.1]).for_each(|(count, share)| near(count, share));
        assert_eq!(of_user.len(), 12);
        of_user.into_values().for_each(|count| near(count, 1.0 / 12.0));
    }
}
