//! Traces of scenarios that extend others, and traces that are too long to be kept with the shares of a sweep.

use std::fmt::Write;

use edgelag::scenario::{self, Scenario};

use crate::edgelag::Folder;

const TRACE: &str = "time,location,key\n1,FRA,a\n2,SIN,a\n";
const ARRIVALS: &str = "[client.users]\nat = [\"FRA\", \"SIN\"]\nnamespace = \"kv\"\narrivals.poisson = \"7/s\"\n\
                        mix = { read = 0.9, write = 0.1 }\nday.sine = { peak = \"20h\", night = 0.2 }\n";
const NAMESPACE: &str = "seed = 5\ntrials = 1\nhorizon = \"100s\"\nnetwork.rtt.constant = \"100ms\"\n\
                         namespace.kv = { keys.count = 4, replicas = [\"IAD\"], replication.quorum = { r = 1, w = 1 } }\n";
const REPLAYED: &str = "trace = { file = \"t.csv\", start = \"0\" }\n";

fn load(text: &str, base: &str) -> Result<Scenario, String> {
    let files = |name: &str| Ok(if name == "t.csv" { TRACE.into() } else { base.into() });
    scenario::load("case", text.as_bytes(), &[], &files).map_err(|failure| failure.to_string())
}

/// What begins operations in the upper layer stands: a trace instead of arrivals, mix and day, and arrivals instead of a
/// trace. Both in one layer are a mistake as ever.
#[test]
fn a_trace_takes_the_place_of_arrivals_beneath_it() {
    let base = format!("{NAMESPACE}{ARRIVALS}");
    let replays = |scenario: Scenario| scenario.cases[0].populations[0].trace.is_some();
    let over = format!("extends = \"base.toml\"\nclient.users.{REPLAYED}");
    assert!(load(&over, &base).is_ok_and(replays));
    let variant = format!("{base}[variant.as-it-is]\n[variant.recorded.client.users]\n{REPLAYED}");
    let arms = load(&variant, "").expect("it is right").cases;
    assert!(arms.iter().any(|case| case.populations[0].trace.is_some()));
    let base = format!("{NAMESPACE}[client.users]\nat = [\"FRA\", \"SIN\"]\nnamespace = \"kv\"\n{REPLAYED}");
    let over = "extends = \"base.toml\"\nclient.users.arrivals.poisson = \"7/s\"\n";
    assert!(load(over, &base).is_ok_and(|scenario| !replays(scenario)));
    let both =
        format!("extends = \"base.toml\"\nclient.users.arrivals.poisson = \"7/s\"\nclient.users.{REPLAYED}");
    let failure = load(&both, &base).expect_err("it is wrong");
    assert!(failure.contains("`arrivals` is one too many"), "{failure}");
}

/// A trace of more than 64 MiB: the results of shares are those of the whole sweep, as long as it is where it was, and is
/// what it was.
#[test]
fn a_long_trace_goes_with_shares() {
    let mut trace = "time,location,key,rest\n".to_owned();
    let rest = "x".repeat(65_000);
    (0..1_040).for_each(|row| writeln!(trace, "{}.5,FRA,k{},{rest}", row / 11, row % 3).expect("a text"));
    assert!(trace.len() > 64 << 20);
    let text = format!(
        "{NAMESPACE}client.users = {{ at = \"FRA\", namespace = \"kv\", trace.file = \"t.csv\" }}\n\
         [sweep]\n\"namespace.kv.cache.edge.ttl\" = [\"1s\", \"5s\"]\n"
    )
    .replace("w = 1 } }", "w = 1 }, cache.edge.ttl = \"1s\" }");
    let folder = Folder::empty().file("s.toml", &text).file("t.csv", &trace);
    folder.edgelag("sweep s.toml --quiet --out whole").run().exits(0);
    for share in ["1/2", "2/2"] {
        folder.edgelag(&format!("sweep s.toml --quiet --shard {share}")).run().exits(0);
    }
    assert!(folder.bytes("results/s-shares/1-of-2/trials.edgelag").len() < 1 << 20);
    folder.edgelag("merge results/s-shares --quiet --out merged").run().exits(0);
    assert_eq!(folder.text("merged/sweep.csv"), folder.text("whole/sweep.csv"));
    let folder = folder.file("t.csv", TRACE);
    let told = folder.edgelag("merge results/s-shares --quiet --out other").run().exits(2).stderr();
    assert!(told.contains("t.csv is not the file that the shares were run with"), "{told}");
    std::fs::remove_file(folder.at("t.csv")).expect("it was there");
    let told = folder.edgelag("merge results/s-shares --quiet --out other").run().exits(2).stderr();
    assert!(told.contains("merge where they were run, or copy it to this path"), "{told}");
}
