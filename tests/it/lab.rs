//! Runs scenarios through the library and holds what they show against what is known.

use edgelag::experiment::{self, CurvePoint, Curves, Outcome, Summary};
use edgelag::model::workload::OpKind;
use edgelag::observe::{NamespaceTally, SiteTally};
use edgelag::scenario::{self, Scenario};
use edgelag::stats::{self, Estimate};
use edgelag::world::{Choice, Execution};

/// Trials of all scenarios that are compared with a known figure.
pub(crate) const TRIALS: u32 = 20;
/// The 97.5 % quantile of Student's t with 19 degrees of freedom (any printed table).
const T_975: f64 = 2.093_024;
/// Histograms tell values apart within this.
pub(crate) const RESOLUTION: f64 = 0.001;

/// What one case of a scenario with one namespace showed.
pub(crate) struct Finding {
    pub(crate) label: String,
    pub(crate) curves: Curves,
    summary: Summary,
    tallies: Vec<NamespaceTally>,
    locations: Vec<String>,
    sites: Vec<Vec<Option<Box<SiteTally>>>>,
}

/// Loads a scenario that must be right; the one file beside it is `rtt.csv`.
pub(crate) fn load(text: &str, settings: &[String]) -> Scenario {
    let settings: Vec<(String, String)> = settings.iter().map(|s| ("test".to_owned(), s.clone())).collect();
    scenario::load("test.toml", text.as_bytes(), &settings, &|_| Ok(RTT_CSV.into()))
        .unwrap_or_else(|failure| panic!("{failure:?}\n{text}"))
}

/// Round trips in milliseconds from a leader to five places, one of them its own (entry E8).
const RTT_CSV: &str = "from,to,rtt_ms\nr1,r1,0\nr1,r2,11\nr1,r3,69\nr1,r4,78\nr1,r5,139\n\
                       r2,r3,1\nr2,r4,1\nr2,r5,1\nr3,r4,1\nr3,r5,1\nr4,r5,1\n";

/// Runs a scenario of one case.
pub(crate) fn run(text: &str) -> Finding {
    run_all(&load(text, &[])).pop().expect("a scenario has a case")
}

/// Runs a scenario of one case event by event, and with hits counted in bulk.
pub(crate) fn run_both_ways(text: &str) -> Vec<Finding> {
    [Execution::FeedForward, Execution::Aggregate].map(|execution| run_by(execution, text)).into()
}

/// Runs a scenario of one case by one execution.
pub(crate) fn run_by(execution: Execution, text: &str) -> Finding {
    let scenario = load(text, &[]);
    let outcomes = experiment::run(&scenario.cases, 2, Choice::Only(execution), &|_| true);
    Finding::of(outcomes.expect("it applies").remove(0))
}

/// Runs all cases of a scenario.
pub(crate) fn run_all(scenario: &Scenario) -> Vec<Finding> {
    let outcomes = experiment::run(&scenario.cases, 2, Choice::Auto, &|_| true).expect("two threads start");
    outcomes.into_iter().map(Finding::of).collect()
}

impl Finding {
    fn of(outcome: Outcome) -> Finding {
        Finding {
            label: outcome.case.label.clone(),
            curves: experiment::curves(&outcome).remove(0),
            summary: experiment::summarise(std::slice::from_ref(&outcome)),
            locations: outcome.case.locations.iter().map(|place| place.name.clone()).collect(),
            sites: outcome.trials.iter().map(|trial| trial.sites.clone()).collect(),
            tallies: outcome.trials.into_iter().map(|mut trial| trial.namespaces.remove(0)).collect(),
        }
    }

    pub(crate) fn read(&self, metric: &str, stat: &str) -> Estimate {
        self.figure("read", metric, stat)
    }

    pub(crate) fn write(&self, metric: &str, stat: &str) -> Estimate {
        self.figure("write", metric, stat)
    }

    pub(crate) fn figure(&self, op: &str, metric: &str, stat: &str) -> Estimate {
        self.summary
            .find(&self.label, &self.curves.namespace, op, metric, stat)
            .unwrap_or_else(|| panic!("no row {op} {metric} {stat}"))
    }

    /// A figure of what a location owns.
    pub(crate) fn site(&self, location: &str, metric: &str, stat: &str) -> Estimate {
        let key = ("*", location, metric, stat);
        let rows = &self.summary.rows;
        let found = rows.iter().find(|row| (&*row.namespace, &*row.location, row.metric, row.stat) == key);
        found.unwrap_or_else(|| panic!("no row {location} {metric} {stat}")).estimate
    }

    /// The share of the requests to a location's servers that had to wait.
    pub(crate) fn waits(&self, location: &str) -> Estimate {
        let at = self.locations.iter().position(|name| name == location).expect("it is there");
        let tallies = self.sites.iter().filter_map(|trial| trial[at].as_deref());
        let waited = tallies.map(|tally| {
            let all = tally.waits.count();
            (all - tally.waits.count_up_to(0), all)
        });
        stats::share(&waited.collect::<Vec<_>>(), u64::MAX).expect("something was counted")
    }

    /// What each trial counted.
    pub(crate) fn each<T>(&self, of: impl Fn(&NamespaceTally) -> T) -> impl Iterator<Item = T> {
        self.tallies.iter().map(of)
    }

    /// A share of counts that the summary does not have as a row.
    pub(crate) fn share(&self, of: impl Fn(&NamespaceTally) -> (u64, u64)) -> Estimate {
        let counts: Vec<(u64, u64)> = self.each(of).collect();
        stats::share(&counts, u64::MAX).expect("something was counted")
    }

    /// A sum by a count that the summary does not have as a row.
    pub(crate) fn ratio(&self, of: impl Fn(&NamespaceTally) -> (f64, u64)) -> Estimate {
        let sums: Vec<(f64, u64)> = self.each(of).collect();
        stats::ratio(&sums).expect("something was counted")
    }

    /// The share of reads that went to the replicas.
    pub(crate) fn origin_fraction(&self) -> Estimate {
        self.share(|tally| (tally.all.origin_requests, reads(tally)))
    }

    /// The share of reads behind by at least `versions`.
    pub(crate) fn behind_by(&self, versions: usize) -> Estimate {
        match versions {
            0 => panic!("all reads are"),
            _ => complement(at(&self.curves.behind, (versions - 1) as f64)),
        }
    }

    /// The share of reads that are overdue by more than `seconds`.
    pub(crate) fn overdue_by(&self, seconds: f64) -> Estimate {
        let nanos = (seconds * 1e9) as u64;
        self.share(|tally| (tally.overdue.count() - tally.overdue.count_up_to(nanos), reads(tally)))
    }

    /// The share of drawn reads that are stale when they begin `millis` after a commit.
    pub(crate) fn stale_after(&self, millis: f64) -> Estimate {
        let nanos = (millis * 1e6) as u64;
        self.share(|tally| {
            let later = &tally.thresholds.later;
            let fresh_by_then = if nanos == 0 { 0 } else { later.count_up_to(nanos) };
            (later.count() - fresh_by_then, later.count() + tally.thresholds.at_once)
        })
    }

    /// The share of fresh reads at one point of the visibility curve of a source.
    pub(crate) fn fresh_at(&self, source: &str, from: &str, seconds: f64) -> Estimate {
        let near = |at: f64| (at - seconds).abs() <= 1e-9 + 1e-6 * seconds;
        let points = &self.curves.visibility;
        let found = points.iter().find(|p| (p.source, p.from) == (source, from) && near(p.at));
        found.unwrap_or_else(|| panic!("no {source} at {seconds} s")).fresh
    }
}

/// Reads whose freshness was judged.
pub(crate) fn reads(tally: &NamespaceTally) -> u64 {
    tally.all.op(OpKind::Read).judged.reads
}

/// A point of a curve over whole numbers; beyond its end the last one.
fn at(curve: &[CurvePoint], wanted: f64) -> Estimate {
    let point = curve.iter().rfind(|point| point.at <= wanted);
    point.expect("curves begin at 0").estimate
}

/// The share of the others.
pub(crate) fn complement(share: Estimate) -> Estimate {
    Estimate {
        value: 1.0 - share.value,
        interval: share.interval.map(|(lo, hi)| (1.0 - hi, 1.0 - lo)),
        ..share
    }
}

/// The same time in milliseconds.
pub(crate) fn millis(seconds: Estimate) -> Estimate {
    Estimate {
        value: seconds.value * 1e3,
        interval: seconds.interval.map(|(lo, hi)| (lo * 1e3, hi * 1e3)),
        ..seconds
    }
}

/// The standard error over trials. An interval may be cut at 0 or 1, so its longer side counts.
pub(crate) fn standard_error(estimate: &Estimate) -> f64 {
    assert_eq!(estimate.trials, TRIALS);
    let (lo, hi) = estimate.interval.expect("many trials have an interval");
    (hi - estimate.value).max(estimate.value - lo) / T_975
}

/// Within four standard errors of what is expected, and within 0.5 % of it unless it is rare.
#[track_caller]
pub(crate) fn agrees(what: &str, estimate: Estimate, expected: f64) {
    agrees_but_for(what, estimate, expected, 0.0);
}

/// The same for a figure read off a histogram.
#[track_caller]
pub(crate) fn agrees_in_resolution(what: &str, estimate: Estimate, expected: f64) {
    agrees_but_for(what, estimate, expected, RESOLUTION * expected);
}

/// The same with a known systematic deviation of at most `slack`.
#[track_caller]
pub(crate) fn agrees_but_for(what: &str, estimate: Estimate, expected: f64, slack: f64) {
    agrees_within(0.005, what, estimate, expected, slack);
}

/// The same within another share of what is expected.
#[track_caller]
pub(crate) fn agrees_within(share: f64, what: &str, estimate: Estimate, expected: f64, slack: f64) {
    let off = (estimate.value - expected).abs();
    let error = standard_error(&estimate);
    let z = if off == 0.0 { 0.0 } else { off / error };
    let told = format!(
        "{what}: {:.7} for {expected:.7}, z = {z:.2}, {:+.3} %",
        estimate.value,
        (estimate.value / expected - 1.0) * 100.0
    );
    println!("{told}");
    assert!(off <= 4.0 * error + slack, "{told}");
    assert!(expected < 0.01 || off <= share * expected + slack, "{told}");
}
