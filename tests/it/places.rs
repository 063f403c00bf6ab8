//! Tables of single locations: they add up to the whole, a map is what the scenario says, and a write spreads as its
//! caches let it.

mod tables;

use std::collections::BTreeMap;

use crate::executions::draw;
use tables::{Row, Tables};

/// A step of the curves of single locations: five to the decade from a microsecond on.
fn is_step(seconds: f64) -> bool {
    let fifths = (seconds / 1e-6).log10() * 5.0;
    seconds == 0.0 || (fifths > -0.5 && (fifths - fifths.round()).abs() < 1e-6)
}

/// What a curve of counts says at `at`: it stays as it is after each of its points, and is 0 before the first.
fn count_at(points: &[&Row], at: &str, value: &str, where_: f64) -> (f64, f64) {
    let last = points.iter().rfind(|row| row.number(at) <= where_ * (1.0 + 1e-6));
    let n = points[0].number("n");
    (last.map_or(0.0, |row| row.number(value) * n), n)
}

/// Six digits of each location's share are told.
#[track_caller]
fn assert_adds_up(of_places: f64, whole: f64, n: f64, what: &str) {
    assert!((of_places - whole).abs() <= 2e-6 * n + 1e-6, "{what}: {of_places} for {whole} of {n}");
}

/// Holds the rows of a distribution at single locations against those over all of them, at the steps of both.
fn distributions_add_up(rows: &[Row], keys: &[&str], at: &str, value: &str, text: &str) -> usize {
    let mut by_key: BTreeMap<Vec<String>, BTreeMap<String, Vec<&Row>>> = BTreeMap::new();
    for row in rows {
        let key = keys.iter().map(|key| row.text(key).to_owned()).collect();
        by_key.entry(key).or_default().entry(row.text("location").to_owned()).or_default().push(row);
    }
    let mut tried = 0;
    for (key, mut by_location) in by_key {
        let all = by_location.remove("*").expect("there are rows of all locations");
        for row in all.into_iter().filter(|row| is_step(row.number(at))) {
            let here = row.number(at);
            let counts = by_location.values().map(|points| count_at(points, at, value, here));
            let (sum, n) = counts.fold((0.0, 0.0), |(sum, of), (count, n)| (sum + count, of + n));
            assert_eq!(n, row.number("n"), "{key:?} in\n{text}");
            assert_adds_up(sum, row.number(value) * n, n, &format!("{key:?} at {here} in\n{text}"));
            tried += 1;
        }
    }
    tried
}

/// Counts of stale reads by cause, and of how many were how overdue; of reads and probes by age; of reads by time, and how
/// long they took; of writes that spread; of operations.
#[test]
fn locations_add_up_to_the_whole() {
    let (mut stale, mut tried) = (0.0, [0; 5]);
    for index in 2_000..2_120 {
        let text = draw::scenario(index);
        let tables = Tables::of(&text);
        for (cause, all, places) in tables.sums("causes.csv", "cause", |row| [row.number("stale_reads")]) {
            assert_eq!(all, places, "{cause} in\n{text}");
            stale += all[0];
        }
        let overdue: Vec<Row> = tables.rows("staleness_cdf.csv", "measure", "overdue_s");
        tried[0] += distributions_add_up(&overdue, &["namespace"], "at_most", "share_of_reads", &text);
        let behind: Vec<Row> = tables.rows("staleness_cdf.csv", "at_most", "0");
        tried[1] +=
            distributions_add_up(&behind, &["namespace", "measure"], "at_most", "share_of_reads", &text);
        let spread = tables.all("propagation.csv");
        tried[2] += distributions_add_up(&spread, &["namespace"], "t_s", "share_of_locations", &text);
        let counted = |row: &Row| [row.number("p_fresh") * row.number("n"), row.number("n")];
        for (key, all, places) in tables.sums("visibility.csv", "source", counted) {
            if key != "threshold" {
                assert_eq!(all[1], places[1], "{} in\n{text}", key);
                assert_adds_up(places[0], all[0], all[1], &text);
                tried[3] += 1;
            }
        }
        let figure = |row: &Row| [row.number("value") * row.number("n"), row.number("n")];
        for (key, all, places) in tables.sums("timeline.csv", "metric", figure) {
            if ["stale_rate", "hit_ratio", "read_latency_mean"].contains(&key.as_str()) {
                assert_eq!(all[1], places[1], "{} in\n{text}", key);
                assert!((places[0] / all[0] - 1.0).abs() < 1e-5 || all[0] == places[0], "{} in\n{text}", key);
                tried[4] += 1;
            }
        }
    }
    assert!(stale > 10_000.0 && tried.iter().all(|&tried| tried > 100), "{stale} stale reads, {tried:?}");
}

/// No location serves a picked write later than the longest time that is counted there.
#[test]
fn a_write_that_is_shown_is_one_of_those_that_are_counted() {
    let mut shown = 0;
    for index in 2_000..2_060 {
        let text = draw::scenario(index);
        let tables = Tables::of(&text);
        let spread = tables.all("propagation.csv");
        for row in tables.all("spread.csv") {
            assert!(row.number("committed_s") >= row.number("began_s"), "{text}");
            assert_eq!(row.text("trial"), "0");
            let same = |other: &&Row| {
                ["namespace", "location"].iter().all(|column| other.text(column) == row.text(column))
            };
            let mut here = spread.iter().filter(same);
            let longest = here.next_back().expect("it is counted there").number("t_s");
            assert!(row.number("serves_after_s") <= longest * 1.001 + 1e-6, "{text}");
            shown += 1;
        }
    }
    assert!(shown > 100, "{shown} rows");
}

/// By hand: a city reads its key each second; a fetch takes 100 ms, and its value is served for ten seconds. So fills are eleven
/// seconds apart, each ten seconds before an old value goes, and the first within 1.1 s. A write takes 50 ms to its only replica.
#[test]
fn a_write_is_served_when_the_old_value_has_gone() {
    let tables = Tables::of(
        r#"
        seed = 5
        trials = 2
        warmup = "20s"
        horizon = "400s"
        locations.own = { hub = {}, a = {}, b = {}, c = {} }
        network.rtt.constant = "100ms"
        [namespace.kv]
        keys.count = 1
        replicas = ["hub"]
        replication.single = {}
        cache.edge.ttl = "10s"
        visibility = { writes = 1, delays = [] }
        [client.readers]
        at = ["a", "b"]
        namespace = "kv"
        arrivals.every = "1s"
        [client.writers]
        at = "c"
        namespace = "kv"
        arrivals.poisson = "0.2/s"
        mix.write = 1
        "#,
    );
    let rows = tables.all("spread.csv");
    assert_eq!(rows.len(), 4, "two writes at two places");
    for location in ["a", "b"] {
        let here: Vec<&Row> = rows.iter().filter(|row| row.text("location") == location).collect();
        let picks: Vec<&str> = here.iter().map(|row| row.text("pick")).collect();
        assert_eq!(picks, ["typical", "slowest"]);
        for row in &here {
            assert_eq!((row.text("from"), row.text("key"), row.text("trial")), ("c", "0", "0"));
            assert!((row.number("committed_s") - row.number("began_s") - 0.05).abs() < 1e-6);
            // The client of this city reads at this time of each second.
            let old_goes = row.number("committed_s") + row.number("serves_after_s");
            let phase = (old_goes - 10.1) % 11.0;
            assert!(row.number("serves_after_s") == 0.0 || (0.0..1.0).contains(&phase), "{phase} s");
        }
    }
    let slowest = |row: &&Row| row.text("pick") == "slowest";
    let longest = rows.iter().filter(slowest).map(|row| row.number("serves_after_s")).fold(0.0, f64::max);
    assert!((9.0..10.1).contains(&longest), "of 32 writes one is made soon after a fill: {longest} s");
    let followed = tables.all("propagation.csv");
    assert!(followed.iter().any(|row| row.text("location") == "b"));
    assert!(followed.iter().all(|row| row.text("location") != "hub"), "nobody reads there");
}

const MAP: &str = r#"
seed = 1
trials = 1
horizon = "10s"
locations.own = { "=cell()" = { latitude = 10, longitude = 20 }, nowhere = { latitude = -1.5, longitude = 0 } }
network.rtt.geo = { profile = "backbone" }
[namespace.kv]
keys.count = 10
replicas = ["FRA", "nowhere", "aws:us-east-1"]
replication.primary-backup = { primary = "FRA" }
cache.edge.ttl = "1s"
cache.upper = { ttl = "1s", at = ["FRA", "SIN"] }
timeout = "1s"
outages = [{ replicas = ["nowhere"], at = "2s", for = "3500ms" }]
[client.users]
at = ["LHR", "NRT", "=cell()"]
namespace = "kv"
arrivals.poisson = "1/s"
[client.writers]
at = "NRT"
namespace = "kv"
arrivals.poisson = "1/s"
mix.write = 1
"#;

/// By hand: London and the place in Chad ask the upper tier in Frankfurt, Tokyo the one in Singapore, which reads at the
/// nearest replica, by far in Frankfurt (10,300 km; 15,500 to Virginia), as is the primary, who sends to both others.
#[test]
fn a_map_is_what_the_scenario_says() {
    let tables = Tables::of(MAP);
    let location = |row: &Row| ["location", "kind", "role", "upper"].map(|name| row.text(name).to_owned());
    let locations: Vec<[String; 4]> = tables.all("locations.csv").iter().map(location).collect();
    assert_eq!(
        locations,
        [
            ["FRA", "edge", "primary upper", ""],
            ["nowhere", "region", "replica", ""],
            ["aws:us-east-1", "region", "replica", ""],
            ["SIN", "edge", "upper", ""],
            ["LHR", "edge", "", "FRA"],
            ["NRT", "edge", "", "SIN"],
            ["'=cell()", "edge", "", "FRA"],
        ]
    );
    let link = |row: &Row| ["from", "to", "use"].map(|name| row.text(name).to_owned());
    let links: Vec<[String; 3]> = tables.all("links.csv").iter().map(link).collect();
    assert_eq!(
        links,
        [
            ["LHR", "FRA", "upper"],
            ["NRT", "SIN", "upper"],
            ["'=cell()", "FRA", "upper"],
            ["SIN", "FRA", "read"],
            ["NRT", "FRA", "write"],
            ["FRA", "nowhere", "replication"],
            ["FRA", "aws:us-east-1", "replication"],
        ]
    );
    let outage =
        |row: &Row| ["trial", "location", "kind", "from_s", "to_s"].map(|name| row.text(name).to_owned());
    let faults: Vec<[String; 5]> = tables.all("faults.csv").iter().map(outage).collect();
    assert_eq!(faults, [["*", "nowhere", "outage", "2", "5.5"]]);
}

/// The model in ARCHITECTURE.md: 0.75 ms + 2.05 ms per 100 km up to 1,000 km, within Europe along the great circle; that by
/// the spherical law of cosines.
#[test]
fn a_link_takes_what_the_geographic_model_says() {
    let tables = Tables::of(MAP);
    let places = tables.all("locations.csv");
    let radians = |name: &str| {
        let row = places.iter().find(|row| row.text("location") == name).expect("it is there");
        ["latitude", "longitude"].map(|degrees| row.number(degrees).to_radians())
    };
    let ([lat_a, lon_a], [lat_b, lon_b]) = (radians("LHR"), radians("FRA"));
    let cosine = lat_a.sin() * lat_b.sin() + lat_a.cos() * lat_b.cos() * (lon_a - lon_b).cos();
    let hundreds_of_km = 63.71 * cosine.acos();
    assert!((hundreds_of_km - 6.54).abs() < 0.02, "654 km, by any table of flights");
    let links = tables.all("links.csv");
    let link = links.iter().find(|row| row.text("from") == "LHR").expect("it is there");
    assert!((link.number("rtt_s") * 1e3 - 0.75 - 2.05 * hundreds_of_km).abs() < 1e-3);
}

/// Legs with delays of their own: there and back 10 and 30 ms. Where nothing goes wrong there is no table of it.
#[test]
fn a_link_takes_the_delays_of_its_own_legs() {
    let text = MAP.replace("network.rtt.geo = { profile = \"backbone\" }", "network.legs = { request.constant = \"10ms\", response.constant = \"30ms\", write_request.constant = \"5ms\" }");
    let text: String =
        text.lines().filter(|line| !line.starts_with("outages")).map(|line| format!("{line}\n")).collect();
    let tables = Tables::of(&text);
    let links = tables.all("links.csv");
    let of = |usage: &str| {
        links.iter().find(|row| row.text("use") == usage).expect("there is one").number("rtt_s")
    };
    assert_eq!((of("upper"), of("write"), of("replication")), (0.04, 0.04, 0.005));
    assert!(!tables.has("faults.csv"));
}
