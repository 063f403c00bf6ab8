//! Shares of a sweep, and their joining.

use std::fs;

use super::{FOUR, undisturbed};
use crate::edgelag::Folder;

fn shared(of: u32) -> Folder {
    let folder = Folder::empty().file("s.toml", FOUR);
    for number in 1..=of {
        folder.edgelag(&format!("sweep s.toml --shard {number}/{of}")).run().exits(0).says_nothing();
    }
    folder
}

/// Twelve trials in three shares of four; the results of the whole, to the byte.
#[test]
fn three_shares_make_the_whole() {
    let expected = undisturbed(FOUR);
    let folder = shared(3);
    assert_eq!(folder.names("results/s-shares"), ["1-of-3", "2-of-3", "3-of-3"]);
    folder.edgelag("merge results/s-shares").run().exits(0);
    assert!(folder.results("results/s") == expected, "the bytes differ");
    let again = folder.edgelag("sweep s.toml --shard 2/3").run().exits(0);
    assert!(again.stdout().contains("share 2 of 3 is complete: 4 trials"), "{}", again.stdout());
    folder
        .edgelag("merge results/s-shares/1-of-3 results/s-shares/3-of-3 results/s-shares/2-of-3 -o m")
        .run()
        .exits(0);
    assert!(folder.results("m") == expected, "the order of folders does not matter");
}

/// Ranges are tables, which TOML's usual form puts behind lists: the order of axes, and so of cases, holds all the same.
#[test]
fn the_order_of_axes_outlives_the_merged_text() {
    let (before, axes) = FOUR.split_once("[sweep]\n").unwrap();
    let mut axes: Vec<&str> = axes.lines().collect();
    axes.reverse();
    axes.push("client.users.mix = [{ read = 1 }, { read = 0.9, write = 0.1 }]");
    axes.push("warmup = [\"0s\", \"1s\"]");
    let text = format!("{before}[sweep]\n{}\n", axes.join("\n"));
    let expected = undisturbed(&text);
    let folder = Folder::empty().file("s.toml", text);
    for number in [1, 2] {
        folder.edgelag(&format!("sweep s.toml --shard {number}/2")).run().exits(0);
    }
    folder.edgelag("merge results/s-shares").run().exits(0);
    assert!(folder.results("results/s") == expected, "the bytes differ");
    let manifest: serde_json::Value = serde_json::from_str(&folder.text("results/s/run.json")).unwrap();
    let merged = manifest["resolved"].as_str().unwrap();
    let folder = folder.file("again/s.toml", merged);
    folder.edgelag("sweep again/s.toml -o again").run().exits(0);
    assert_eq!(folder.text("again/summary.csv"), folder.text("results/s/summary.csv"));
}

#[test]
fn shares_that_are_missing_short_or_of_something_else_are_named() {
    let folder = shared(3);
    fs::rename(folder.at("results/s-shares/2-of-3"), folder.at("away")).unwrap();
    folder.edgelag("merge results/s-shares").run().exits(2).says("share 2 of 3 missing");
    let journal = folder.bytes("away/trials.edgelag");
    fs::create_dir(folder.at("results/s-shares/cut")).unwrap();
    fs::write(folder.at("results/s-shares/cut/trials.edgelag"), &journal[..journal.len() - 1]).unwrap();
    folder.edgelag("merge results/s-shares").run().exits(2).says("lacks 1 trial");
    fs::remove_dir_all(folder.at("results/s-shares/cut")).unwrap();
    folder.edgelag("sweep s.toml --shard 2/3 --seed 4 -o results/s-shares/other").run().exits(0);
    let said = folder.edgelag("merge results/s-shares").run().exits(2);
    said.says("do not belong together: they are of different scenarios, seeds or settings");
    folder.edgelag("merge results").run().exits(2).says("holds no share of a sweep");
    folder.edgelag("merge nowhere").run().exits(4);
    for shard in ["0/3", "4/3", "1", "a/b", "1/0"] {
        folder
            .edgelag("sweep s.toml --shard")
            .arg(shard)
            .run()
            .exits(2)
            .says("expected I/N with I from 1 to N");
    }
}
