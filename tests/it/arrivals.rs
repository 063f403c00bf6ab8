//! When operations begin, against closed forms and laws. Streams of arrivals are drawn alone where that says all.

use edgelag::base::{Dice, LocationIx, Rate, Span, Time};
use edgelag::model::workload::{Arrivals, OpKind, Process, StateSpec, Varying};
use edgelag::scenario::{self, Case, Scenario};
use edgelag::world::record_trial;

use crate::edgelag::Folder;

/// Four standard errors: one in sixteen thousand.
const FAR: f64 = 4.0;

fn seconds(seconds: u64) -> Time {
    Time::ZERO + Span::from_nanos(seconds * 1_000_000_000)
}

#[track_caller]
fn load(text: &str) -> Scenario {
    let files = |name: &str| match name {
        "weights.csv" => Ok("location,weight,people\nSIN,1,x\nFRA,3,y\nSJC,0,z\n".into()),
        _ => Err("there is no such file".to_owned()),
    };
    scenario::load("case", text.as_bytes(), &[], &files).unwrap_or_else(|failure| panic!("{failure}{text}"))
}

/// Three cities, whose longitudes are 8.5, 104 and -122 degrees, and clients as they are given.
fn three(clients: &str) -> String {
    format!(
        "seed = 11\ntrials = 1\nhorizon = \"48h\"\nlocations.edges = [\"FRA\", \"SIN\", \"SJC\"]\n\
         network.rtt.constant = \"20ms\"\n\
         [namespace.kv]\nkeys = {{ count = 50, popularity.zipf = 0.9 }}\nreplicas = [\"FRA\"]\n\
         replication.quorum = {{ r = 1, w = 1 }}\ncache.edge.ttl = \"60s\"\nvisibility.writes = 0\n\
         [client.users]\nat = \"edges\"\nnamespace = \"kv\"\n{clients}\n"
    )
}

/// All instants before the horizon.
fn instants(process: &Process, dice: Dice, horizon: Time) -> Vec<Time> {
    let mut arrivals = Arrivals::new(process, dice, horizon);
    let next = || {
        let at = arrivals.next();
        arrivals.step();
        (at < horizon).then_some(at)
    };
    std::iter::from_fn(next).collect()
}

fn mean_and_variance(of: &[f64]) -> (f64, f64) {
    let mean = of.iter().sum::<f64>() / of.len() as f64;
    (mean, of.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (of.len() - 1) as f64)
}

/// The index of dispersion of counts of the two-state process with rates 40/s and 4/s and mean stays of 0.5 s and 2 s, by
/// Fischer and Meier-Hellstern, Performance Evaluation 18 (1993), section 1: the mean rate is 11.2/s, the sum of the
/// rates of leaving 2.5/s, and over t = 4 s, worked out by hand, I = 1 + 2 · 36² · 2 · 0.5 · (1 − (1 − e^−10)/10) /
/// (2.5² · (40 · 0.5 + 4 · 2)) = 14.3304.
#[test]
fn counts_of_a_switching_rate_scatter_as_in_closed_form() {
    let state = |rate: f64, millis: u64| StateSpec {
        rate: Rate::per_second(rate).expect("it is finite"),
        stay: Span::from_nanos(millis * 1_000_000),
    };
    let process = Process::Varying(Varying::switching(&[state(40.0, 500), state(4.0, 2_000)], 1.0, None));
    assert_eq!(process.per_second(seconds(4)), 11.2);
    // Separate streams of four seconds: so the first state is as likely as it is later.
    let count = |n: u64| instants(&process, Dice::of_trial(5, 0).fork(n), seconds(4)).len() as f64;
    let counts: Vec<f64> = (0..20_000).map(count).collect();
    let (mean, variance) = mean_and_variance(&counts);
    let expected = 11.2 * 4.0;
    assert!((mean - expected).abs() < FAR * (variance / 20_000.0).sqrt(), "mean {mean}");
    let (_, of_squares) = mean_and_variance(&counts.iter().map(|x| (x - mean).powi(2)).collect::<Vec<_>>());
    let (dispersion, error) = (variance / mean, (of_squares / 20_000.0).sqrt() / mean);
    assert!((dispersion - 14.3304).abs() < FAR * error, "dispersion {dispersion}, standard error {error}");
}

/// A rate that switches is stationary: each second of a trial, the first too, has the same mean.
#[test]
fn a_switching_rate_begins_as_it_goes_on() {
    let state = |rate: f64, secs: u64| StateSpec {
        rate: Rate::per_second(rate).expect("it is finite"),
        stay: Span::from_nanos(secs * 1_000_000_000),
    };
    let states = [state(90.0, 1), state(0.0, 4), state(9.0, 2)];
    let process = Process::Varying(Varying::switching(&states, 0.5, None));
    let mut of_second = vec![Vec::new(); 10];
    for n in 0..4_000 {
        let mut counts = [0.0; 10];
        for at in instants(&process, Dice::of_trial(6, 0).fork(n), seconds(10)) {
            counts[(at.as_nanos() / 1_000_000_000) as usize] += 1.0;
        }
        of_second.iter_mut().zip(counts).for_each(|(all, count)| all.push(count));
    }
    // (90 · 1 + 0 · 4 + 9 · 2) / 7 / 2 by hand.
    for counts in of_second {
        let (mean, variance) = mean_and_variance(&counts);
        assert!((mean - 54.0 / 7.0).abs() < FAR * (variance / 4_000.0).sqrt(), "{mean} of 54/7");
    }
}

fn stream_at<'c>(case: &'c Case, name: &str) -> &'c scenario::Stream {
    let at = case.locations.iter().position(|place| place.name == name).expect("it is there");
    let mut streams = case.populations[0].streams.iter();
    streams.find(|stream| stream.location == LocationIx(at as u16)).expect("clients are there")
}

/// The mean of each hour of local solar time is that of the sine over the hour, by hand: with a night of a fifth a = 2/3,
/// and ∫ cos over an hour from h on is 12/π · (sin(π(h+1−20)/12) − sin(π(h−20)/12)).
#[test]
fn a_day_peaks_when_the_sun_says_so_at_three_longitudes() {
    let scenario = load(&three("arrivals.poisson = \"3/s\"\nday.sine = { peak = \"20h\", night = 0.2 }"));
    // Of the built-in table: the places are where the project says, and 15 degrees are an hour.
    for (name, longitude) in [("FRA", 8.5431), ("SIN", 103.994), ("SJC", -121.9286)] {
        let case = &scenario.cases[0];
        let process = &stream_at(case, name).process;
        assert!((process.per_second(case.horizon) - 3.0).abs() < 1e-9, "two whole days have the mean rate");
        let mut hours = [0.0f64; 24];
        for at in instants(process, Dice::of_trial(7, 0).named(name), case.horizon) {
            let hour = at.as_nanos() as f64 / 3.6e12 + longitude / 15.0;
            hours[hour.rem_euclid(24.0) as usize] += 1.0;
        }
        for (hour, count) in hours.into_iter().enumerate() {
            let sine = |h: f64| (std::f64::consts::PI * (h - 20.0) / 12.0).sin();
            let hour = hour as f64;
            let mean = 1.0 + 2.0 / 3.0 * 12.0 / std::f64::consts::PI * (sine(hour + 1.0) - sine(hour));
            let expected = 3.0 * 3_600.0 * 2.0 * mean;
            assert!(
                (count - expected).abs() < 5.0 * expected.sqrt(),
                "{name} at {hour}: {count} of {expected}"
            );
        }
    }
}

/// Hours with a weight of their own: all arrivals between 9 and 11 in the morning, three of four in the first hour.
#[test]
fn hours_have_the_weights_that_are_written() {
    let mut weights = [0; 24];
    (weights[9], weights[10]) = (3, 1);
    let clients =
        format!("arrivals.poisson = \"1/s\"\nday.hourly = {{ weights = {weights:?}, starts = \"6h\" }}");
    let scenario = load(&three(&clients));
    let case = &scenario.cases[0];
    let process = &stream_at(case, "FRA").process;
    let all = instants(process, Dice::of_trial(8, 0), case.horizon);
    let hour = |at: &Time| (6.0 + at.as_nanos() as f64 / 3.6e12 + 8.5431 / 15.0).rem_euclid(24.0);
    assert!(all.iter().all(|at| (9.0..11.0).contains(&hour(at))));
    let first = all.iter().filter(|at| hour(at) < 10.0).count() as f64;
    let expected = 0.75 * 2.0 * 86_400.0;
    assert!((first - expected).abs() < FAR * expected.sqrt(), "{first} of {expected}");
    // From 6:34 on there are no arrivals for two hours and a half of the first day: a horizon of an hour has none.
    assert_eq!(process.per_second(seconds(3_600)), 0.0);
}

fn reads(scenario: &Scenario) -> Vec<(String, u32, f64)> {
    let case = &scenario.cases[0];
    let (_, history) = record_trial(case, 0).unwrap();
    let reads = history.records.iter().filter(|record| record.kind == OpKind::Read);
    reads
        .map(|r| (case.locations[r.location.at()].name.clone(), r.key.0, r.begun.as_nanos() as f64 / 1e9))
        .collect()
}

/// A crowd with factor 21 has, while it is whole, 20 of 21 of all reads, all of its own key; rising and falling it has half
/// as many as in as long a time at its height. Elsewhere there is none.
#[test]
fn a_crowd_reads_its_key_at_its_time() {
    let clients = "arrivals.poisson = \"2/s\"\n\
                   flash.goal = { key = 49, at = \"100s\", for = \"400s\", ramp = \"100s\", factor = 21, from = [\"FRA\", \"SIN\"] }";
    let text = three(clients).replace("48h", "600s");
    let all = reads(&load(&text));
    let count = |name: &str, from: f64, to: f64| {
        let here =
            all.iter().filter(|(at, key, begun)| at == name && *key == 49 && (from..to).contains(begun));
        here.count() as f64
    };
    for name in ["FRA", "SIN"] {
        for (from, to, expected) in [
            (200.0, 400.0, 8_000.0f64),
            (100.0, 200.0, 2_000.0),
            (400.0, 500.0, 2_000.0),
            (100.0, 150.0, 500.0),
        ] {
            // The last key of fifty has a share of half a percent of the other reads, by hand 50^-0.9 / Σ i^-0.9.
            let found = count(name, from, to) - 0.0055 * 2.0 * (to - from);
            assert!((found - expected).abs() < FAR * expected.sqrt(), "{name} {from}: {found} of {expected}");
        }
        assert!(count(name, 0.0, 100.0) + count(name, 500.0, 600.0) < 20.0);
    }
    assert!(count("SJC", 0.0, 600.0) < 40.0);
}

/// What a crowd adds moves nobody else's draws, and one with a factor of 1 is none: the same operations, answers and
/// files. So it is with a day without a night, equal states, and equal weights of twice two locations' rate.
#[test]
fn what_changes_no_rate_changes_no_byte() {
    let files = |clients: &str| {
        let text = three(&format!("{clients}\nmix = {{ read = 0.9, write = 0.1 }}")).replace("48h", "1000s");
        let text = text.replace("[\"FRA\", \"SIN\", \"SJC\"]", "[\"FRA\", \"SIN\"]");
        let folder = Folder::empty().file("case.toml", text);
        folder.edgelag("run case.toml --quiet --out out").run().exits(0);
        ["summary.csv", "timeline.csv", "latency_cdf.csv"].map(|name| folder.bytes(&format!("out/{name}")))
    };
    let plain = files("arrivals.poisson = \"3/s\"");
    for same in [
        "arrivals.poisson = \"3/s\"\nday.sine = { peak = \"20h\", night = 1 }",
        "arrivals.poisson = \"3/s\"\nday.hourly.weights = [2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2]",
        "arrivals.poisson = \"3/s\"\nflash.none = { key = 1, at = \"5s\", for = \"90s\", factor = 1 }",
        "arrivals.mmpp = [{ rate = \"3/s\", stay = \"5s\" }, { rate = \"3/s\", stay = \"9s\" }]",
        "arrivals.poisson = \"6/s\"\nweights.each = { SIN = 5, FRA = 5 }",
    ] {
        assert!(files(same) == plain, "{same}");
    }
    assert!(
        files("arrivals.poisson = \"3/s\"\nflash.some = { key = 1, at = \"5s\", for = \"90s\", factor = 2 }")
            != plain
    );
}

/// Reads that begin at other times than those of a crowd keep their key and their time.
#[test]
fn a_crowd_moves_nobody_elses_draws() {
    let text = |more: &str| three(&format!("arrivals.poisson = \"2/s\"\n{more}")).replace("48h", "300s");
    let plain = reads(&load(&text("")));
    let crowded =
        reads(&load(&text("flash.x = { key = 3, at = \"100s\", for = \"50s\", extra = \"20/s\" }")));
    assert!(crowded.len() > plain.len() + 2_000);
    assert!(plain.iter().all(|read| crowded.contains(read)));
}

/// Weights are shares: three to one to nothing of eight in a second, inline or from a file.
#[test]
fn weights_share_out_the_rate() {
    for weights in ["weights.each = { FRA = 3, SIN = 1, SJC = 0 }", "weights.csv = \"weights.csv\""] {
        let scenario =
            load(&three(&format!("arrivals.poisson = \"8/s\"\n{weights}")).replace("48h", "2000s"));
        let case = &scenario.cases[0];
        let rates = ["FRA", "SIN", "SJC"].map(|name| stream_at(case, name).per_second);
        assert_eq!(rates, [6.0, 2.0, 0.0]);
        let all = reads(&scenario);
        let here = all.iter().filter(|(name, ..)| name == "FRA").count() as f64;
        assert!((here - 12_000.0).abs() < FAR * 12_000.0f64.sqrt(), "{here}");
        assert!(all.iter().all(|(name, ..)| name != "SJC"));
    }
}

/// Two bursts of ten seconds in each hundred: as many operations as their rate says, and none between them.
#[test]
fn bursts_are_when_they_are_said_to_be() {
    let clients =
        "arrivals.bursts = { at = [\"5s\", \"40s\"], for = \"10s\", rate = \"30/s\", every = \"100s\" }";
    let scenario = load(&three(clients).replace("48h", "945s"));
    let case = &scenario.cases[0];
    // Nine whole rounds of twenty seconds, ten seconds of the tenth round's first burst, and five of its second, by hand.
    let expected = 30.0 * (9.0 * 20.0 + 10.0 + 5.0);
    assert!((stream_at(case, "FRA").per_second * 945.0 - expected).abs() < 1e-6);
    let all: Vec<f64> =
        reads(&scenario).into_iter().filter(|(at, ..)| at == "FRA").map(|(.., begun)| begun).collect();
    let within = |at: &f64| (5.0..15.0).contains(&(at % 100.0)) || (40.0..50.0).contains(&(at % 100.0));
    assert!(all.iter().all(within));
    assert!((all.len() as f64 - expected).abs() < FAR * expected.sqrt(), "{} of {expected}", all.len());
}

/// The shares of YCSB's core workloads (Cooper et al., SoCC 2010, table 2); its updates are blind, so they are writes.
#[test]
fn mixes_of_ycsb_have_its_shares() {
    let kinds = [OpKind::Read, OpKind::Write, OpKind::Update, OpKind::Delete];
    for (letter, shares) in [
        ("A", [0.5, 0.5, 0.0, 0.0]),
        ("B", [0.95, 0.05, 0.0, 0.0]),
        ("C", [1.0, 0.0, 0.0, 0.0]),
        ("D", [0.95, 0.05, 0.0, 0.0]),
        ("F", [0.5, 0.0, 0.5, 0.0]),
    ] {
        let text = three(&format!("arrivals.poisson = \"1/s\"\nmix.ycsb = \"{letter}\""));
        let latest = "popularity.latest = { zipf = 0.99, every = \"10s\" }";
        let text = if letter == "D" { text.replace("popularity.zipf = 0.9", latest) } else { text };
        let scenario = load(&text);
        let found = kinds.map(|kind| scenario.cases[0].populations[0].mix.share(kind));
        found
            .iter()
            .zip(shares)
            .for_each(|(found, share)| assert!((found - share).abs() < 1e-12, "{letter}"));
    }
}

#[track_caller]
fn refused(clients: &str, why: &str) {
    let text = three(clients);
    let files = |_: &str| Err("there is no such file".to_owned());
    let failure = scenario::load("case", text.as_bytes(), &[], &files).expect_err("it is wrong").to_string();
    assert!(failure.contains(why), "{failure}");
}

/// What has no meaning is told, with what would have one.
#[test]
fn mistakes_about_arrivals_are_told() {
    let poisson = "arrivals.poisson = \"1/s\"\n";
    refused(&format!("{poisson}mix.ycsb = \"E\""), "scans up to a hundred keys");
    refused(&format!("{poisson}mix.ycsb = \"D\""), "keys.popularity.latest");
    refused(&format!("{poisson}mix = {{ ycsb = \"A\", read = 1 }}"), "`ycsb` is a whole mix");
    refused("arrivals.mmpp = [{ rate = \"1/s\", stay = \"1s\" }]", "it takes 2 to 100");
    refused(
        "arrivals.mmpp = [{ rate = \"1/s\", stay = \"1s\" }, { rate = \"1/s\", stay = \"1us\" }]",
        "takes 1ms or longer",
    );
    refused(
        "arrivals.every = \"1s\"\nday.sine = { peak = \"20h\", night = 0 }",
        "have none that could follow it",
    );
    refused(&format!("{poisson}day.sine = {{ peak = \"24h\", night = 0 }}"), "less than 24h");
    refused(&format!("{poisson}day.hourly.weights = [1, 2]"), "one for each hour");
    refused(&format!("{poisson}weights.each = {{ FRA = 1, SIN = 1 }}"), "`SJC` has no weight");
    refused(&format!("{poisson}weights.each = {{ FRA = 1, SIN = 1, SJX = 1 }}"), "did you mean `SJC`?");
    refused(&format!("{poisson}weights.each = {{ FRA = 1, SIN = -1, SJC = 1 }}"), "weights lie between");
    refused(&format!("{poisson}weights.csv = \"no.csv\""), "cannot read `no.csv`");
    refused("arrivals.every = \"1s\"\nweights.each = { FRA = 1, SIN = 1, SJC = 1 }", "have none");
    let flash = |more: &str| format!("{poisson}flash.x = {{ at = \"1s\", for = \"9s\", {more} }}");
    refused(&flash("key = 50, factor = 2"), "the namespace has 50 keys");
    refused(&flash("key = 1, factor = 2, extra = \"5/s\""), "by `factor` or by `extra`");
    refused(&flash("key = 1, factor = 0.5"), "between 1 and 1e9");
    refused(
        &flash("key = 1, factor = 2").replace("1s", "48h"),
        "the crowd at 2days begins when no operation does any more",
    );
    refused(
        "arrivals.bursts = { at = [\"50h\", \"60h\"], for = \"10s\", rate = \"30/s\" }",
        "the burst at 2days 2h begins when no operation does any more",
    );
    refused(&flash("key = 1, factor = 5, ramp = \"5s\""), "has to fit twice");
    refused(&flash("key = 1, factor = 5, from = [\"IAD\"]"), "not in their `at`");
    refused(&format!("{}\nmix = {{ write = 1 }}", flash("key = 1, factor = 5")), "but these clients do not");
    refused(
        "arrivals.bursts = { at = [\"5s\", \"9s\"], for = \"10s\", rate = \"30/s\" }",
        "begins before the end",
    );
    let own = "[locations.own.moon]\n";
    let text = three(&format!("{poisson}day.sine = {{ peak = \"20h\", night = 0 }}"))
        .replace("at = \"edges\"", "at = \"moon\"")
        .replace("[namespace.kv]", &format!("{own}[namespace.kv]"));
    let failure =
        scenario::load("case", text.as_bytes(), &[], &|_| Err(String::new())).expect_err("no longitude");
    assert!(failure.to_string().contains("`day` needs the longitude of `moon`"), "{failure}");
}

/// Counts of hits in bulk need one rate; bursts of those who only write leave it to others.
#[test]
fn bulk_is_refused_where_reads_come_at_a_changing_rate() {
    let run = |clients: &str| {
        let folder = Folder::empty().file("case.toml", three(clients).replace("48h", "100s"));
        folder.edgelag("run case.toml --quiet --execution aggregate --out out").run()
    };
    let refused = run("arrivals.poisson = \"1/s\"\nday.sine = { peak = \"20h\", night = 0 }").exits(2);
    assert!(refused.stderr().contains("clients `users` read at a rate that changes"));
    let deploy = "arrivals.poisson = \"1/s\"\n[client.deploy]\nat = \"FRA\"\nnamespace = \"kv\"\nmix = { write = 1 }\n\
                  arrivals.bursts = { at = [\"5s\"], for = \"5s\", rate = \"3/s\" }";
    run(deploy).exits(0);
}

/// The prediction of `check` follows the mean over the horizon.
#[test]
fn predictions_follow_the_mean_rate() {
    let events = |clients: &str| load(&three(clients)).predicted_events;
    let plain = events("arrivals.poisson = \"11.2/s\"");
    let same = [
        "arrivals.mmpp = [{ rate = \"40/s\", stay = \"0.5s\" }, { rate = \"4/s\", stay = \"2s\" }]",
        "arrivals.poisson = \"33.6/s\"\nweights.each = { FRA = 2, SIN = 1, SJC = 7 }",
        "arrivals.poisson = \"11.2/s\"\nday.sine = { peak = \"20h\", night = 0.1 }",
        "arrivals.bursts = { at = [\"0s\"], for = \"1h\", every = \"2h\", rate = \"22.4/s\" }",
    ];
    for clients in same {
        assert!((events(clients) / plain - 1.0).abs() < 1e-9, "{clients}");
    }
}
