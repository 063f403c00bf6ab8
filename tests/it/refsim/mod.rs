//! The same settings through an independent simulator: a small one in Python (standard library only, no code
//! in common) with the same conventions. Each setting was run there once, with 20 replications and seed 1;
//! its specification stands beside the figures that came out: mean and 95 % half-width over replications.
//! Delays there are `exp` by mean, `lognormal` by median and sigma, `uniform` by bounds, in milliseconds;
//! rates are per second, `read_rate` that of each edge and `write_rate` that of the origin.
//!
//! Of its figures, `lat_max` is left out, as it has no expectation that two runs share, and `lat_p95` adds
//! nothing to `p50` and `p99`. Its percentiles are means over replications where here all are taken
//! together, with thousands of reads in each; the bias of that is far below the intervals.

mod edge;
mod leaderless;

use edgelag::model::workload::OpKind;
use edgelag::stats::Estimate;

use crate::lab::{Finding, RESOLUTION, millis, reads, standard_error};

/// A figure of the Python simulator: mean and 95 % half-width of 20 replications.
struct Recorded(&'static str, f64, f64);

/// The 97.5 % quantile of Student's t with 19 degrees of freedom, as in that simulator.
const T_975: f64 = 2.093;
/// The 99.95 % quantile of Student's t with 38 degrees of freedom, those of two times 20 trials.
const T_9995: f64 = 3.566;

/// Holds a finding against what was recorded: the difference lies within its 99.9 % interval.
fn compares(setting: &str, found: &Finding, recorded: &[Recorded]) {
    for &Recorded(figure, mean, half_width) in recorded {
        let estimate = estimate(found, figure);
        let here = if estimate.interval.is_some() { standard_error(&estimate) } else { 0.0 };
        let there = half_width / T_975;
        let off = estimate.value - mean;
        let within = T_9995 * here.hypot(there) + resolution(figure) * mean;
        let told =
            format!("{setting} {figure}: {:.7} for {mean:.7}, {off:+.2e} of {within:.2e}", estimate.value);
        println!("{told}");
        assert!(off.abs() <= within, "{told}");
    }
}

fn resolution(figure: &str) -> f64 {
    if figure.contains("_p") { RESOLUTION } else { 0.0 }
}

fn estimate(found: &Finding, figure: &str) -> Estimate {
    let behind = |k: usize| found.share(|tally| (tally.all.behind_by(k), reads(tally)));
    match figure {
        // What never happened is 0 with a bound, here and there.
        "stale_rate" if found.read("stale_rate", "rate").value == 0.0 => {
            Estimate { interval: None, ..found.read("stale_rate", "rate") }
        }
        "stale_rate" => found.read("stale_rate", "rate"),
        "mean_k" => found.read("behind", "mean"),
        "mean_delta_ms" => {
            found.ratio(|tally| (tally.all.op(OpKind::Read).judged.overdue as f64 / 1e6, reads(tally)))
        }
        "P_k0" => behind(0),
        "P_k1" => behind(1),
        "P_k2" => behind(2),
        "P_k3" => behind(3),
        "hit" => found.read("hit_ratio", "rate"),
        "delayed" => found.read("coalesced_ratio", "rate"),
        "miss" => found.origin_fraction(),
        "lat_mean" => millis(found.read("latency", "mean")),
        "lat_p50" => millis(found.read("latency", "p50")),
        "lat_p99" => millis(found.read("latency", "p99")),
        "wlat_mean" => millis(found.write("latency", "mean")),
        "wlat_p50" => millis(found.write("latency", "p50")),
        "wlat_p99" => millis(found.write("latency", "p99")),
        other => panic!("unknown figure {other}"),
    }
}

fn client(name: &str, at: &[String], rate: &str, operation: &str) -> String {
    format!(
        "[client.{name}]\nat = [\"{}\"]\nnamespace = \"store\"\narrivals.poisson = \"{rate}\"\nmix.{operation} = 1\n",
        at.join("\", \"")
    )
}

fn scenario(
    places: &[String],
    coordinator: &str,
    legs: &[(&str, &str)],
    keys: &str,
    (n, r, w): (usize, u32, u32),
    (warmup, measured): (u32, u32),
    rest: &str,
) -> String {
    let replicas: Vec<String> = (1..=n).map(|replica| format!("r{replica}")).collect();
    let all = places.iter().chain(&replicas).map(|name| format!("{name} = {{}}"));
    let legs: Vec<String> = legs.iter().map(|(leg, delay)| format!("{leg} = {delay}")).collect();
    format!(
        r#"
        seed = 1
        trials = 20
        warmup = "{warmup}s"
        horizon = "{horizon}s"
        [locations.own]
        {places}
        [network.legs]
        {legs}
        [namespace.store]
        keys = {keys}
        replicas = ["{replicas}"]
        replication.quorum = {{ r = {r}, w = {w}, coordinator = {coordinator} }}
        visibility = {{ delays = [], writes = 0 }}
        {rest}
        "#,
        horizon = warmup + measured,
        places = all.collect::<Vec<_>>().join("\n        "),
        legs = legs.join("\n        "),
        replicas = replicas.join("\", \""),
    )
}
