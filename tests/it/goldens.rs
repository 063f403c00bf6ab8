//! The published results are the goldens: what `edgelag run` writes today is what `results/` holds.
//! Whoever means to move them runs the scenarios again, commits nothing else with them, and says the
//! cause in the CHANGELOG.

use std::fs;
use std::path::Path;

use super::edgelag::Folder;

/// Runs a published scenario and compares every file, byte for byte.
fn holds(scenario: &str) {
    holds_by("run", scenario);
}

fn holds_by(command: &str, scenario: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Folder::empty();
    let run = folder.edgelag(&format!("{command} scenarios/{scenario}.toml --quiet --out")).within(root);
    run.arg(folder.at("out")).run().exits(0);
    let published = root.join("results").join(scenario);
    let mut names: Vec<String> = fs::read_dir(&published)
        .unwrap_or_else(|error| panic!("{}: {error}", published.display()))
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.retain(|name| name != "report.html");
    names.sort();
    // The page is made from the others: `edgelag report results/NAME`.
    let written: Vec<String> = folder.names("out").into_iter().filter(|name| name != "report.html").collect();
    assert_eq!(written, names, "{scenario}");
    for name in names {
        let (now, then) = (folder.bytes(&format!("out/{name}")), fs::read(published.join(&name)).unwrap());
        assert!(now == then, "results/{scenario}/{name} is not what the scenario gives today");
    }
}

#[test]
fn quickstart() {
    holds("quickstart");
}

#[test]
fn user_preferences() {
    holds("user-preferences");
}

#[test]
fn edge_cache_ttl() {
    holds("edge-cache-ttl");
}

#[test]
fn quorum_n_r_w() {
    holds("quorum-n-r-w");
}

#[test]
fn policies_side_by_side() {
    holds_by("compare", "policies-side-by-side");
}

#[test]
fn two_namespaces() {
    holds("two-namespaces");
}

#[test]
fn partition() {
    holds_by("compare", "partition");
}

#[test]
fn outage_and_refill() {
    holds("outage-and-refill");
}

#[test]
fn flash_crowd() {
    holds_by("compare", "flash-crowd");
}

#[test]
fn trace_replay() {
    holds("trace-replay");
}

#[test]
fn cost_of_ttl() {
    holds("cost-of-ttl");
}

#[test]
fn capacity_plan() {
    holds_by("solve", "capacity-plan");
}

#[test]
fn capacity_plan_cheapest() {
    holds_by("solve", "capacity-plan-cheapest");
}

/// The README shows what its first command prints, to the letter.
#[test]
fn the_readme_shows_the_true_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Folder::empty();
    let scenario = root.join("scenarios/quickstart.toml");
    let ran = folder.edgelag("run --out results/quickstart").arg(scenario).run().exits(0);
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    assert!(readme.contains(ran.stdout().trim_end()), "the README should show:\n{}", ran.stdout());
}

/// And of a comparison the last block of verdicts.
#[test]
fn the_readme_shows_true_verdicts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Folder::empty();
    let scenario = root.join("scenarios/quorum-or-cache.toml");
    let told = folder.edgelag("compare --out out").arg(scenario).run().exits(0).says_nothing().stdout();
    let (begin, end) = (told.find("cached-store against weak").unwrap(), told.find("± is the").unwrap());
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    assert!(readme.contains(&told[begin..end]), "the README should show:\n{}", &told[begin..end]);
}

/// What it says about the first command in words is in the published results too.
#[test]
fn the_readme_tells_the_true_share_of_stale_reads() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let summary = fs::read_to_string(root.join("results/quickstart/summary.csv")).unwrap();
    let row = summary.lines().find(|row| row.contains(",preferences,*,read,stale_rate,rate,"));
    let cells: Vec<&str> = row.expect("it is an estimate").split(',').collect();
    let cell = |at: usize| 100.0 * cells[at].parse::<f64>().expect("it is a number");
    let (value, low, high) = (cell(7), cell(9), cell(10));
    let half = (high - low) / 2.0;
    let told = format!(
        "({value:.1} %, give or take {half:.1} points at 95 % confidence over ten independent trials)"
    );
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    assert!(readme.contains(&told), "the README should say: {told}");
}
