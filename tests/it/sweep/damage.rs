//! Files of trials that are cut, damaged, or of something else.

use std::fs;

use super::{FOUR, undisturbed};
use crate::edgelag::{Folder, until};

const JOURNAL: &str = "results/s/trials.edgelag";

/// A folder in which a sweep was killed when some trials were there.
fn killed() -> Folder {
    let folder = Folder::empty().file("s.toml", FOUR.replace("horizon = \"10s\"", "horizon = \"1min\""));
    let mut child = folder.edgelag("sweep s.toml --threads 1").start();
    let length = || fs::metadata(folder.at(JOURNAL)).map_or(0, |file| file.len());
    until("the first trials", || length() > 20_000);
    child.kill().unwrap();
    child.wait().unwrap();
    folder
}

fn text() -> String {
    FOUR.replace("horizon = \"10s\"", "horizon = \"1min\"")
}

/// Each byte belongs to a mark, a length, a checksum or what it is of: whichever is wrong, that trial is run again.
#[test]
fn damaged_trials_are_run_again() {
    let expected = undisturbed(&text());
    let whole = killed();
    let bytes = whole.bytes(JOURNAL);
    let second = bytes.windows(8).enumerate().filter(|(_, window)| window == b"edgelag1").nth(1).unwrap().0;
    let cut = bytes[..bytes.len() - 7].to_vec();
    let changed = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x55;
        bytes
    };
    let noise = [&bytes[..second], &b"edgelag1 and then nothing"[..], &bytes[second..]].concat();
    let doubled = [&bytes[..], &bytes[second..]].concat();
    for damaged in [
        cut,
        changed(second + 2),
        changed(second + 9),
        changed(second + 20),
        changed(second + 60),
        noise,
        doubled,
    ] {
        let folder = Folder::empty().file("s.toml", text());
        fs::create_dir_all(folder.at("results/s")).unwrap();
        fs::write(folder.at(JOURNAL), damaged).unwrap();
        folder.edgelag("sweep s.toml").run().exits(0).says("resuming: ");
        assert!(folder.results("results/s") == expected, "the bytes differ");
    }
}

/// What does not begin as a journal does may be one whose beginning is damaged, or another program's: nothing is lost.
#[test]
fn a_file_without_a_beginning_is_left_as_it_is() {
    let damaged = {
        let mut bytes = killed().bytes(JOURNAL);
        bytes[30] ^= 0x55;
        bytes
    };
    for bytes in [&b"edgelag1"[..], b"notes of mine", &damaged] {
        let folder = Folder::empty().file("s.toml", FOUR);
        fs::create_dir_all(folder.at("results/s")).unwrap();
        fs::write(folder.at(JOURNAL), bytes).unwrap();
        let ran = folder.edgelag("sweep s.toml").run().exits(2);
        ran.says("trials.edgelag is damaged at its beginning, or no file of trials")
            .says("move or remove it");
        folder.edgelag("merge results/s -o m").run().exits(2).says("is damaged at its beginning");
        assert!(folder.bytes(JOURNAL) == bytes, "it is lost");
        folder.edgelag("sweep s.toml --force").run().exits(0).says_nothing();
    }
}

#[test]
fn an_empty_file_is_none() {
    let folder = Folder::empty().file("s.toml", FOUR);
    fs::create_dir_all(folder.at("results/s")).unwrap();
    fs::write(folder.at(JOURNAL), "").unwrap();
    folder.edgelag("sweep s.toml").run().exits(0).says_nothing();
}

/// Trials of something else are neither taken nor thrown away.
#[test]
fn trials_of_another_scenario_are_refused() {
    let folder = killed();
    let before = folder.bytes(JOURNAL);
    for args in ["--seed 9", "--trials 4", "--set namespace.kv.keys.count=6"] {
        let ran = folder.edgelag(&format!("sweep s.toml {args}")).run().exits(2);
        ran.says("of another scenario, another seed or other settings")
            .says("they were made by `edgelag sweep s.toml")
            .says(&format!("this is `edgelag sweep s.toml {}", &args[..6]))
            .says("or remove that file to begin anew");
    }
    folder.edgelag("sweep s.toml --shard 1/2 -o results/s").run().exits(2).says("of share 1 of 1");
    assert!(folder.bytes(JOURNAL) == before);
}

/// Two at once would write into one another's file.
#[test]
fn a_second_process_is_refused() {
    let folder = Folder::empty().file("s.toml", FOUR.replace("10s", "10min"));
    let mut first = folder.edgelag("sweep s.toml").start();
    until("the file", || folder.at(JOURNAL).exists());
    folder.edgelag("sweep s.toml").run().exits(4).says("another run is writing into it");
    first.kill().unwrap();
    first.wait().unwrap();
}
