//! Hits counted in bulk: equal in distribution to the exact executions, refused where they would not be. Closed forms
//! are held in [`crate::closed_forms`], by both.

mod draw;

use std::collections::{BTreeMap, BTreeSet};

use edgelag::experiment;
use edgelag::model::workload::OpKind;
use edgelag::observe::{NamespaceTally, Observations};
use edgelag::report::Report;
use edgelag::truth::Cause;
use edgelag::world::{Choice, Execution};

use crate::edgelag::{Folder, SMALL};
use crate::lab::load;

const SCENARIOS: u64 = 48;
const TRIALS: u32 = 16;
/// Quantiles of Student's t with 15 degrees of freedom: of a 99.9 % interval, and of one that is left once in ten
/// million times.
const T_9995: f64 = 4.0728;
const T_SURE: f64 = 8.35;

fn trials(text: &str, execution: Execution) -> Vec<Observations> {
    let scenario = load(text, &[]);
    let outcomes = experiment::run(&scenario.cases, 2, Choice::Only(execution), &|_| true);
    outcomes.unwrap_or_else(|why| panic!("{why}\n{text}")).remove(0).trials
}

/// What is held against the exact execution, a trial's counts and times.
fn figures(trial: &Observations) -> Vec<(String, f64)> {
    let tally = &trial.namespaces[0];
    let read = tally.all.op(OpKind::Read);
    let mut figures: Vec<(String, f64)> = [
        ("reads", read.judged.reads as f64),
        ("hits", tally.all.edge.hits as f64),
        ("coalesced", tally.all.edge.coalesced as f64),
        ("fetches", tally.all.origin_requests as f64),
        ("bytes", tally.all.origin_bytes as f64),
        ("stale", read.judged.stale as f64),
        ("ahead", read.judged.ahead as f64),
        ("behind", read.judged.behind as f64),
        ("overdue", read.judged.overdue as f64),
        ("latency", read.latency.sum() as f64),
        ("events", trial.events as f64),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    for (cause, count) in Cause::ALL.iter().zip(tally.all.causes) {
        figures.push((format!("cause {}", cause.name()), count as f64));
    }
    let of_hits = tally.places.iter().flatten().map(|place| place.edge.hits as f64);
    figures.extend(of_hits.enumerate().map(|(place, hits)| (format!("hits at {place}"), hits)));
    figures.extend(curves(tally));
    if tally.overdue.count() > 200 {
        let quantiles = tally.overdue.smooth_quantiles(&[0.5, 0.9]);
        figures.extend(named_quantiles("overdue", quantiles));
    }
    if read.latency.count() > 2_000 {
        let quantiles = read.latency.smooth_quantiles(&[0.5, 0.99]);
        figures.extend(named_quantiles("latency", quantiles));
    }
    figures
}

fn named_quantiles(of: &str, quantiles: Vec<f64>) -> impl Iterator<Item = (String, f64)> {
    quantiles.into_iter().enumerate().map(move |(at, value)| (format!("{of} quantile {at}"), value))
}

/// Counts along the curves: by age, by versions missed, by time.
fn curves(tally: &NamespaceTally) -> Vec<(String, f64)> {
    let mut figures = Vec::new();
    let ages: Vec<_> = tally.all.by_age.iter().collect();
    for (at, ages) in
        [&ages[..10], &ages[10..22], &ages[22..27], &ages[27..32], &ages[32..]].iter().enumerate()
    {
        let sum = |of: fn(&edgelag::observe::Fraction) -> u64| ages.iter().map(|(_, f)| of(f)).sum::<u64>();
        figures.push((format!("fresh of ages {at}"), sum(|f| f.hits) as f64));
        figures.push((format!("reads of ages {at}"), sum(|f| f.of) as f64));
    }
    for (from, to) in [(1, 2), (2, 4), (4, 10), (10, 101)] {
        let behind = tally.all.behind_up_to(to - 1) - tally.all.behind_up_to(from - 1);
        figures.push((format!("{from} behind"), behind as f64));
    }
    let slices: Vec<_> = tally.timeline.iter().map(|(_, _, slice)| slice).collect();
    for (at, slices) in slices.chunks(12).enumerate() {
        let sum = |of: fn(&edgelag::observe::Slice) -> u64| slices.iter().map(|s| of(s)).sum::<u64>() as f64;
        figures.push((format!("answers in fifth {at}"), sum(|s| s.latency.count())));
    }
    for (at, slices) in tally.all.timeline.chunks(12).enumerate() {
        let sum = |of: fn(&edgelag::observe::PlaceSlice) -> u64| slices.iter().map(of).sum::<u64>() as f64;
        figures.push((format!("stale in fifth {at}"), sum(|s| s.stale.hits)));
        figures.push((format!("hits in fifth {at}"), sum(|s| s.edge.hits)));
    }
    figures
}

/// Quantiles are told where a trial has enough values for them.
fn is_told_of_many_only(name: &str) -> bool {
    name.contains(" quantile ")
}

/// The figures of each trial by name, where all trials have it; only quantiles may be missing.
fn series(trials: &[Observations]) -> BTreeMap<String, Vec<f64>> {
    let mut series: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for trial in trials {
        let named = figures(trial);
        let names: BTreeSet<&String> = named.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), named.len(), "two figures have the same name");
        named.into_iter().for_each(|(name, value)| series.entry(name).or_default().push(value));
    }
    series.retain(|name, values| values.len() == trials.len() || !is_told_of_many_only(name));
    assert!(series.values().all(|values| values.len() == trials.len()), "a trial lacks a figure: {series:?}");
    series
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

fn variance(values: &[f64]) -> f64 {
    let middle = mean(values.iter().copied());
    values.iter().map(|value| (value - middle).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

/// The trials of both executions have the writes and the network in common and draw their reads apart, so their
/// differences are independent and centred at 0. Each figure's mean difference is held against its 99.9 % interval,
/// over all scenarios. If all is well one in a thousand lies outside: a few do. More than three times as many, or one
/// that chance does not bring once in ten million, is a fault. Counts that hardly ever happen are left out: their
/// differences are far from normal.
#[test]
fn figures_agree_with_the_exact_execution() {
    let (mut tried, mut outside, mut squares) = (0, Vec::new(), 0.0);
    for index in 0..SCENARIOS {
        let text = draw::scenario(index);
        let (exact, bulk) = (trials(&text, Execution::FeedForward), trials(&text, Execution::Aggregate));
        assert!(exact.iter().zip(&bulk).all(|(a, b)| a.namespaces[0].commits == b.namespaces[0].commits));
        let (exact, mut bulk) = (series(&exact), series(&bulk));
        let lacking = |name: &&String| !exact.contains_key(*name) && !is_told_of_many_only(name);
        assert_eq!(bulk.keys().find(lacking), None, "the exact execution does not tell it\n{text}");
        for (name, exact) in exact {
            let Some(bulk) = bulk.remove(&name) else {
                assert!(is_told_of_many_only(&name), "aggregate does not tell of {name}\n{text}");
                continue;
            };
            let seldom =
                |values: &[f64]| values.iter().filter(|&&value| value >= 5.0).count() < values.len() / 2;
            if seldom(&exact) || seldom(&bulk) {
                continue;
            }
            let differences: Vec<f64> = bulk.iter().zip(&exact).map(|(b, e)| b - e).collect();
            let off = mean(differences.iter().copied());
            let error = (variance(&differences) / f64::from(TRIALS)).sqrt();
            let t = if off == 0.0 { 0.0 } else { off / error };
            tried += 1;
            squares += t * t;
            let told = format!(
                "{index} {name}: {:.6} for {:.6}, t = {t:.2}",
                mean(bulk.into_iter()),
                mean(exact.into_iter())
            );
            assert!(t.abs() < T_SURE, "{told}\n{text}");
            if t.abs() > T_9995 {
                println!("{told}\n{text}");
                outside.push(told);
            }
        }
    }
    println!("mean of t²: {:.3}", squares / tried as f64);
    println!("{} of {tried} figures outside of their 99.9 % intervals: {outside:#?}", outside.len());
    assert!(tried > 1_500, "only {tried} figures were compared");
    assert!(outside.len() <= 3 * tried / 1_000, "{} of {tried}: {outside:#?}", outside.len());
}

/// Counts vary from trial to trial as they do in the exact execution. The logarithm of the ratio of two sample
/// variances of 16 normal values each has the mean 0 and the variance 2 ψ'(7.5) = 0.2851 (ψ' the trigamma function);
/// what the writes, which both have in common, add to both only brings the two closer. So the sum over the scenarios
/// lies within 3.29 of its standard deviations (99.9 %) of 0.
#[test]
fn counts_vary_as_in_the_exact_execution() {
    for figure in ["reads", "hits", "stale", "fetches"] {
        let (mut sum, mut tried) = (0.0, 0.0);
        for index in 0..SCENARIOS {
            let text = draw::scenario(index);
            let of = |execution| {
                let trials = trials(&text, execution);
                series(&trials).remove(figure).expect("it is told of each trial")
            };
            let (exact, bulk) = (of(Execution::FeedForward), of(Execution::Aggregate));
            // With a long time to live each key is fetched once, in every trial.
            if mean(exact.iter().copied()) > 30.0 && variance(&exact).min(variance(&bulk)) > 0.0 {
                sum += (variance(&bulk) / variance(&exact)).ln();
                tried += 1.0;
            }
        }
        let z = sum / (0.2851f64 * tried).sqrt();
        println!("{figure}: z = {z:.2} over {tried} scenarios");
        assert!(tried > 25.0 && z.abs() < 3.29, "{figure}: {z:.2} over {tried}");
    }
}

/// Whatever became of it, each read is one point of a Poisson process: over the trials of all three scenarios
/// Σ (n − mean)² / mean is χ² distributed with as many degrees of freedom, which has twice that as its variance.
#[test]
fn reads_are_poisson_counts() {
    let (mut sum, mut degrees) = (0.0, 0.0);
    for ttl in ["0s", "1s", "1h"] {
        let text = format!(
            "trials = 100\nwarmup = \"2s\"\nhorizon = \"12s\"\nlocations.own = {{ edge = {{}}, origin = {{}} }}\n\
             network.rtt.constant = \"50ms\"\n[namespace.kv]\nkeys = {{ count = 50, popularity.zipf = 1.0 }}\n\
             replicas = [\"origin\"]\nreplication.quorum = {{ r = 1, w = 1 }}\ncache.edge.ttl = \"{ttl}\"\n\
             [client.readers]\nat = \"edge\"\nnamespace = \"kv\"\narrivals.poisson = \"100/s\"\n"
        );
        for trial in trials(&text, Execution::Aggregate) {
            let reads = trial.namespaces[0].all.op(OpKind::Read).judged.reads as f64;
            sum += (reads - 1_000.0).powi(2) / 1_000.0;
            degrees += 1.0;
        }
    }
    let z = (sum - degrees) / (2.0f64 * degrees).sqrt();
    assert!(z.abs() < 3.29, "χ² = {sum:.1} of {degrees}");
}

/// As in the exact execution: each read has one verdict, each stale one a cause and a time overdue, and places add up
/// to the whole.
#[test]
fn counts_add_up() {
    let mut stale_reads = 0;
    for index in 0..SCENARIOS {
        let text = draw::scenario(index);
        for trial in trials(&text, Execution::Aggregate) {
            let tally = &trial.namespaces[0];
            let read = tally.all.op(OpKind::Read);
            let (judged, edge) = (read.judged, tally.all.edge);
            assert_eq!(judged.reads, read.latency.count(), "{text}");
            assert_eq!(judged.reads, edge.requests, "{text}");
            assert_eq!(tally.all.origin_requests, edge.requests - edge.hits - edge.coalesced, "{text}");
            assert_eq!(tally.all.causes.iter().sum::<u64>(), judged.stale, "{text}");
            assert_eq!(tally.all.behind_up_to(100), judged.reads, "{text}");
            assert_eq!(tally.all.behind_by(0), judged.reads - judged.stale, "{text}");
            assert!(judged.behind >= judged.stale, "{text}");
            assert_eq!(
                (tally.overdue.count(), tally.overdue.sum()),
                (judged.stale, judged.overdue),
                "{text}"
            );
            let by_age =
                tally.all.by_age.iter().map(|(_, fraction)| fraction.of - fraction.hits).sum::<u64>();
            assert_eq!(by_age, judged.stale, "a stale read has an age in\n{text}");
            let places = || tally.places.iter().flatten();
            let of_places: u64 = places().map(|place| place.op(OpKind::Read).latency.count()).sum();
            assert_eq!(of_places, judged.reads, "{text}");
            assert_eq!(places().map(|place| place.edge.hits).sum::<u64>(), edge.hits, "{text}");
            let slices: Vec<_> =
                tally.timeline.iter().map(|(_, _, slice)| slice).zip(&tally.all.timeline).collect();
            assert!(slices.iter().all(|(slice, reads)| reads.stale.of == slice.latency.count()), "{text}");
            assert!(slices.iter().map(|(_, reads)| reads.stale.of).sum::<u64>() >= judged.reads, "{text}");
            stale_reads += judged.stale;
        }
    }
    assert!(stale_reads > 10_000, "tried on {stale_reads} stale reads");
}

fn files(text: &str, threads: usize) -> Vec<(String, Vec<u8>)> {
    let scenario = load(text, &[]);
    let choice = Choice::Only(Execution::Aggregate);
    let outcomes = experiment::run(&scenario.cases, threads, choice, &|_| true).expect("it applies");
    let fingerprints = outcomes[0].trials.iter().map(|trial| trial.fingerprint).collect::<Vec<_>>();
    let summary = experiment::summarise(&outcomes);
    let maps: Vec<_> = outcomes.iter().flat_map(experiment::maps).collect();
    let curves: Vec<_> = outcomes.iter().flat_map(experiment::curves).collect();
    let report = Report {
        scenario: "law",
        title: "",
        trials: 1,
        summary: &summary,
        maps: &maps,
        curves: &curves,
        gates: &[],
        comparison: None,
        axes: &[],
        solved: None,
    };
    let mut files = report.files(false);
    files.push(("fingerprints".to_owned(), format!("{fingerprints:?}").into()));
    files
}

/// Each site has a stream of its own, and what is expected there is added up in whole numbers.
#[test]
fn equal_seeds_give_equal_bytes_on_any_number_of_threads() {
    for index in 0..12 {
        // One trial, which the threads share among them.
        let text = draw::scenario(index).replace(&format!("trials = {TRIALS}"), "trials = 1");
        let once = files(&text, 1);
        assert!(once == files(&text, 2) && once == files(&text, 3), "{text}");
        assert!(once != files(&text.replacen("seed = ", "seed = 1", 1), 1), "{text}");
    }
}

/// One can ask before a run; all obstacles are told, with the case, and nothing is left behind.
#[test]
fn a_refusal_names_the_execution_the_case_and_all_obstacles() {
    let small = format!("{SMALL}[sweep]\n\"namespace.kv.cache.edge.ttl\" = [\"1s\", \"2s\"]\n");
    let folder = Folder::empty().file("small.toml", small);
    for command in ["check small.toml", "run small.toml --out new"] {
        let command = folder.edgelag(command).arg("--execution").arg("aggregate");
        let refused = command.set("client.users.access.constant=1ms").run().exits(2).prints_nothing();
        assert_eq!(
            refused.stderr(),
            "error: the execution `aggregate` does not apply to the case ttl=1s:\n  \
             - clients `users` have an `access` delay, which each hit draws anew; leave it out to count hits in bulk\n  \
             - namespace `kv` has writes that are probed or followed; set visibility.writes = 0 to count hits in bulk\n"
        );
    }
    assert_eq!(folder.names("."), ["small.toml"]);
}

/// Says why not, and what may be done about it.
#[test]
fn what_needs_each_read_is_refused() {
    let folder = Folder::with_small();
    let run = |settings: &[&str]| {
        let mut command = folder.edgelag("run small.toml --quiet --execution aggregate");
        for setting in settings {
            command = command.set(setting);
        }
        command.run()
    };
    let unobserved = "namespace.kv.visibility.writes=0";
    for (setting, why) in [
        (
            "seed=1",
            "namespace `kv` has writes that are probed or followed; set visibility.writes = 0 to count hits in bulk",
        ),
        (
            "client.users.mix={read=1,update=1}",
            "clients `users` get, change and put: when they write depends on what they have read",
        ),
        (
            "client.users.arrivals={every=\"1s\"}",
            "clients `users` read at fixed intervals; hits are counted in bulk where arrivals are Poisson",
        ),
        (
            "client.users.access.constant=\"1ms\"",
            "clients `users` have an `access` delay, which each hit draws anew; leave it out to count hits in bulk",
        ),
        (
            "namespace.kv.cache.upper={ttl=\"1s\",at=[\"IAD\"]}",
            "namespace `kv` has an upper tier of caches; misses of several locations meet there",
        ),
        (
            "namespace.kv.cache.edge.coalesce=false",
            "namespace `kv` does not coalesce fetches; set cache.edge.coalesce = true to count hits in bulk",
        ),
        (
            "namespace.kv.cache.edge.refresh_ahead=\"100ms\"",
            "namespace `kv` has refresh_ahead: a hit may set off a fetch",
        ),
        (
            "namespace.kv.cache.edge.stale_while_revalidate=\"1s\"",
            "namespace `kv` has stale_while_revalidate: a hit may set off a fetch",
        ),
        (
            "namespace.kv.cache.edge.write_through=0.5",
            "namespace `kv` has write_through: a write may fill a cache between two fetches",
        ),
        (
            "namespace.kv.cache.edge.purge={by=\"key\"}",
            "namespace `kv` has purge: a write may drop an entry between two fetches",
        ),
        (
            "namespace.kv.keys.popularity={latest={zipf=1.0,every=\"1s\"}}",
            "namespace `kv` has keys whose popularity changes with time (popularity.latest)",
        ),
    ] {
        let settings = if setting == "seed=1" { vec![setting] } else { vec![unobserved, setting] };
        run(&settings)
            .exits(2)
            .prints_nothing()
            .says(&format!("the execution `aggregate` does not apply: {why}\n"));
    }
    let uncached = SMALL.replace("cache.edge = { ttl = \"2s\" }\n", "");
    let told = "namespace `kv` has no edge cache; only hits of one are counted in bulk\n";
    let no_cache = Folder::empty().file("small.toml", uncached);
    no_cache.edgelag("run small.toml --execution aggregate").run().exits(2).prints_nothing().says(told);
    run(&[unobserved]).exits(0);
    assert!(folder.text("results/small/run.json").contains("\"execution\": \"aggregate\""));
}
