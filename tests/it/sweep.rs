//! Sweeps whose trials outlive the program: killed, damaged, shared out and joined, they leave the same bytes.

mod damage;
mod limits;
mod shares;
mod slurm;

use std::time::{Duration, Instant};

use edgelag::base::Dice;
use rand::RngExt;

use crate::edgelag::Folder;

/// A hundred points of ten trials each, of some milliseconds.
const HUNDRED: &str = r#"seed = 3
trials = 10
horizon = "4s"
gates = ['latency{op="read"}.p99 < 70ms', 'stale_rate < 20%']
[network]
rtt.constant = "80ms"
[namespace.kv]
keys.count = 5
replicas = ["IAD"]
replication.quorum = { r = 1, w = 1 }
cache.edge = { ttl = "1s" }
visibility.writes = 0
[client.users]
at = "SIN"
namespace = "kv"
arrivals.poisson = "20/s"
mix = { read = 0.9, write = 0.1 }
[sweep]
"client.users.arrivals.poisson" = { from = "1/s", to = "20/s", steps = 10, scale = "log" }
"namespace.kv.cache.edge.ttl" = { from = "0.1s", to = "1s", steps = 10 }
"#;

/// Four points of three trials.
pub(super) const FOUR: &str = r#"seed = 3
trials = 3
horizon = "10s"
[network]
rtt.constant = "80ms"
[namespace.kv]
keys.count = 5
replicas = ["IAD", "SIN"]
replication.quorum = { r = 1, w = 1 }
timeout = "1s"
[client.users]
at = ["SIN", "FRA"]
namespace = "kv"
arrivals.poisson = "20/s"
mix = { read = 0.9, write = 0.1 }
[sweep]
"namespace.kv.replication.quorum.w" = [1, 2]
"client.users.arrivals.poisson" = { from = "10/s", to = "20/s", steps = 2 }
"#;

/// Names and bytes of a sweep's results.
#[track_caller]
pub(super) fn undisturbed(text: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Folder::empty().file("s.toml", text);
    let code = folder.edgelag("sweep s.toml").run().code();
    assert!(matches!(code, 0 | 1 | 3), "{code}");
    folder.results("results/s")
}

/// By SIGKILL, at moments that are shares of the undisturbed time.
#[test]
#[allow(clippy::disallowed_methods, reason = "when a process is killed is what is tested")]
fn a_sweep_that_is_killed_twenty_times_leaves_the_same_bytes() {
    let begun = Instant::now();
    let expected = undisturbed(HUNDRED);
    let whole = begun.elapsed();
    let folder = Folder::empty().file("s.toml", HUNDRED);
    let mut rng = Dice::of_trial(20, 0).rng();
    let (mut killed, mut resumed) = (0, 0);
    while killed < 20 {
        let share: f64 = rng.random_range(0.05..0.5);
        let mut child = folder.edgelag("sweep s.toml").start();
        std::thread::sleep(Duration::from_secs_f64(share * whole.as_secs_f64()));
        killed += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        let said = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
        resumed += u32::from(said.starts_with("resuming: "));
    }
    folder.edgelag("sweep s.toml").run();
    assert!(resumed > 0, "each time all was run anew");
    assert!(folder.results("results/s") == expected, "the bytes differ");
}

/// `run` takes the same points: all its tables are among those of `sweep`, but for the command in the manifest and the page.
#[test]
fn a_sweep_tells_what_a_run_tells() {
    let folder = Folder::empty().file("s.toml", FOUR);
    folder.edgelag("run s.toml -o run").run().exits(0);
    folder.edgelag("sweep s.toml -o sweep").run().exits(0);
    for (name, bytes) in folder.results("run") {
        if name != "run.json" && name != "report.html" {
            assert!(folder.bytes(&format!("sweep/{name}")) == bytes, "{name} differs");
        }
    }
    let names = folder.names("sweep");
    assert!(names.contains(&"sweep.svg".to_owned()) && !names.contains(&"trials.edgelag".to_owned()));
    let table = folder.text("sweep/sweep.csv");
    let header = "scenario,case,namespace.kv.replication.quorum.w,client.users.arrivals.poisson,namespace,location,op,";
    assert!(table.starts_with(header), "{table}");
    assert!(table.contains("s,w=2 poisson=10/s,2,10,kv,*,read,stale_rate,rate,"), "{table}");
}

#[test]
fn what_is_no_sweep_is_refused() {
    let folder = Folder::with_small();
    folder.edgelag("sweep small.toml").run().exits(2).says("small.toml has no [sweep]");
    let arms = format!("{}[variant.a]\n[variant.b]\n", crate::edgelag::SMALL);
    let folder = folder.file("arms.toml", arms);
    folder.edgelag("sweep arms.toml").run().exits(2).says("edgelag compare arms.toml");
    assert_eq!(folder.names("."), ["arms.toml", "small.toml"], "mistakes leave nothing behind");
}
