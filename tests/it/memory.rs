//! What is said beforehand about memory, held against what a run takes.

use std::fs;
use std::time::Duration;

use crate::edgelag::{Edgelag, Folder};

/// Of the measured peak.
const TOLERANCE: f64 = 0.25;

const BENCH: &str = include_str!("../../scenarios/bench/global-kv.toml");

/// Fewer locations with larger caches, for a shorter time.
fn smaller(command: Edgelag) -> Edgelag {
    command
        .set("locations.edges=[\"FRA\", \"SIN\", \"GRU\", \"IAD\", \"NRT\", \"SYD\", \"JNB\", \"LHR\"]")
        .set("client.readers.arrivals.poisson=20000/s")
        .set("horizon=3s")
}

/// The two figures of `check` in bytes: by default, and with the general execution.
fn predicted(folder: &Folder) -> (f64, f64) {
    let told = smaller(folder.edgelag("check global-kv.toml")).run().exits(0).stdout();
    let line = told.lines().find_map(|line| line.strip_prefix("on one thread about ")).expect("it says so");
    let (auto, general) = line.split_once(" of memory (").expect("there are two figures");
    let bytes = |text: &str| {
        let mut words = text.split(' ');
        let number: f64 = words.next().and_then(|word| word.parse().ok()).expect("a number");
        let unit = if words.next() == Some("MiB") { 20 } else { 30 };
        number * f64::from(1 << unit)
    };
    (bytes(auto), bytes(general))
}

/// The peak of a run in bytes. Linux tells it while the process lives; it only rises.
#[allow(clippy::zombie_processes, reason = "it is waited for until it has ended")]
fn peak(folder: &Folder, execution: &str) -> f64 {
    let run = "run global-kv.toml --quiet --force --threads 1 --out out --execution";
    let mut child = smaller(folder.edgelag(run).arg(execution)).start();
    let mut peak = 0.0f64;
    while child.try_wait().expect("it was started").is_none() {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        peak = kib.map_or(peak, |kib| peak.max(1024.0 * kib));
        std::thread::sleep(Duration::from_millis(1));
    }
    peak
}

/// 1 million keys, and about 20 thousand entries in each of eight caches.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux tells the peak")]
fn the_memory_of_a_run_is_known_beforehand() {
    let folder = Folder::empty().file("global-kv.toml", BENCH);
    let (auto, general) = predicted(&folder);
    for (execution, predicted) in [("auto", auto), ("general", general)] {
        let peak = peak(&folder, execution);
        let told = format!("{execution}: {predicted:.3e} bytes predicted, {peak:.3e} taken");
        println!("{told}");
        assert!((predicted / peak - 1.0).abs() < TOLERANCE, "{told}");
    }
}
