//! What the page says of faults that each trial draws for itself.

use super::Opened;

const TRIALS: usize = 4;

/// One edge goes down now and then, for a while that is drawn.
const DRAWN: &str = r#"seed = 5
trials = 4
warmup = "10s"
horizon = "4min"
[locations]
edges = ["FRA", "SIN"]
[network.rtt.geo]
profile = "backbone"
[namespace.kv]
keys.count = 20
replicas = ["FRA", "IAD"]
replication.quorum = { r = 1, w = 2 }
timeout = "1s"
cache.edge = { ttl = "4s" }
[client.users]
at = "edges"
namespace = "kv"
arrivals.poisson = "20/s"
mix = { read = 0.9, write = 0.1 }
[fault.edge]
what.site-down = { at = "SIN" }
rate = "60/h"
for.exponential.mean = "20s"
"#;

/// Each band is as dark as the share of instants, over all trials, that lie in a window of `faults.csv`: counted at 500
/// instants of each slice, so exact to 1 of 500 for each end of a window.
#[test]
fn drawn_faults_are_shaded_by_the_share_of_trials() {
    let Some(page) = Opened::new(DRAWN, "run") else { return };
    let faults = page.table("faults.csv");
    assert!(faults.iter().all(|row| row["trial"] != "*") && !faults.is_empty());
    let number = |cell: &str| cell.parse::<f64>().expect("a number");
    let timeline = page.table("timeline.csv");
    let slices = timeline.iter().filter(|row| row["metric"] == "reads" && row["location"] == "*");
    let mut counted = Vec::new();
    for slice in slices {
        let (from, to) = (number(&slice["from_s"]), number(&slice["to_s"]));
        let mut hits = 0;
        for at in (0..500).map(|i| from + (to - from) * (f64::from(i) + 0.5) / 500.0) {
            let is_there = |trial: &usize| {
                let of_it = faults.iter().filter(|row| row["trial"] == trial.to_string());
                of_it.clone().any(|row| number(&row["from_s"]) <= at && at < number(&row["to_s"]))
            };
            hits += (0..TRIALS).filter(is_there).count();
        }
        counted.push(hits as f64 / (500 * TRIALS) as f64);
    }
    counted.retain(|&share| share > 0.0);
    let shown = page.browser.eval(
        "const plot = document.querySelector('#chart-timeline .plot-svg');
         return [...plot.querySelectorAll('[data-share]')].map(e => [+e.dataset.share, +e.getAttribute('fill-opacity')])",
    );
    let shown: Vec<(f64, f64)> = serde_json::from_value(shown).expect("they are pairs of numbers");
    assert_eq!(shown.len(), counted.len());
    let most = shown.iter().map(|band| band.0).fold(0.0, f64::max);
    for (&(share, depth), &counted) in shown.iter().zip(&counted) {
        assert!((share - counted).abs() <= 0.004, "{share} shown, {counted} counted");
        assert!((depth - share / most).abs() < 1e-9, "{depth}");
    }
    assert!(
        page.text("document.querySelector('#chart-timeline .note').textContent")
            .contains("shade = share of trials")
    );
    let told = page.assert_numbers();
    let of = |column: &str| {
        told.iter().filter(|cell| cell.table == "recovery.csv" && cell.column == column).count()
    };
    assert!(of("value") >= 2 && of("n") == 1, "recoveries are on the page");
    page.assert_fits();
    page.assert_silent();
}
