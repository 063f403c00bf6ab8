//! Hits, request by request, against libcachesim (J. Yang and others, <https://github.com/1a1a11a/libCacheSim>), version
//! 0.3.5 of the Python package index. Where it is not installed the test says so and passes.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use super::traces::{LARGE, SIZES, Trace, traces};
use super::{ask, room};

/// What both know under one definition: its name there, and as a scenario writes it.
const ALIKE: [(&str, &str); 7] = [
    ("fifo", "'fifo'"),
    ("lru", "'lru'"),
    ("clock", "'clock'"),
    ("lfu", "'lfu'"),
    ("sieve", "'sieve'"),
    ("s3-fifo", "{ s3-fifo = {} }"),
    ("arc", "'arc'"),
];

/// Where definitions differ: S3-FIFO there never stores what is as large as its small queue, which the paper does not say;
/// the paper of ARC knows pages of one size only.
fn is_defined_alike(policy: &str, trace: &str) -> bool {
    match policy {
        "s3-fifo" => trace != LARGE,
        "arc" => ![SIZES, LARGE].contains(&trace),
        _ => true,
    }
}

/// A Python that has libcachesim: that of `.ci/run`, or the one on the path.
fn python() -> Option<String> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/libcachesim/bin/python");
    let has_it = |python: &String| {
        let import = Command::new(python).args(["-c", "import libcachesim"]).stderr(Stdio::null()).status();
        import.is_ok_and(|status| status.success())
    };
    [own.display().to_string(), "python3".to_owned()].into_iter().find(has_it)
}

#[test]
fn hits_are_those_of_an_independent_program() {
    let Some(python) = python() else {
        println!("no Python with libcachesim here: eviction policies are not held against it");
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cache/libcachesim_hits.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let mut asked = child.stdin.take().expect("it reads");
    let mut answers = BufReader::new(child.stdout.take().expect("it writes")).lines();
    let mut differ = Vec::new();
    for trace in traces() {
        let mut text = "trace\n".to_owned();
        trace.requests.iter().for_each(|(key, size)| text += &format!("{key} {size}\n"));
        asked.write_all(text.as_bytes()).expect("it reads");
        for (theirs, ours) in ALIKE.into_iter().filter(|(name, _)| is_defined_alike(name, trace.name)) {
            for limit in trace.limits {
                writeln!(asked, "cache {theirs} {limit}").expect("it reads");
                let answer = answers.next().expect("it answers").expect("it is text");
                differ.extend(difference(&trace, ours, limit, &answer));
            }
        }
    }
    drop(asked);
    assert!(child.wait().expect("it ends").success());
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// Where a policy's hits are others than those of the program.
fn difference(trace: &Trace, policy: &str, limit: u64, theirs: &str) -> Option<String> {
    let mut room = room(policy, limit, 100.0);
    let ours: String =
        trace.requests.iter().map(|&request| if ask(&mut room, request) { '1' } else { '0' }).collect();
    assert_eq!(ours.len(), theirs.len());
    let at = ours.bytes().zip(theirs.bytes()).position(|(ours, theirs)| ours != theirs)?;
    let hits = |text: &str| text.bytes().filter(|&answer| answer == b'1').count();
    Some(format!(
        "{}: {policy} with {limit}: other at request {at}; {} hits, {} there",
        trace.name,
        hits(&ours),
        hits(theirs)
    ))
}
