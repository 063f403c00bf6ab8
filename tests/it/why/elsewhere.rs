//! Reads that are served at another location than their client's: the times are known by hand.

use serde_json::Value;

use crate::edgelag::Folder;

/// One key and one replica in IAD. A client in GRU writes once; others in FRA and SIN read every 4 s by caches with a TTL of
/// 11.5 s. A round trip takes 100 ms between any two places, nothing within one. From 12 s to 17 s something goes wrong.
const BASE: &str = r#"seed = 10
horizon = "20s"
trials = 2
network.rtt.constant = "100ms"
[namespace.kv]
keys.count = 1
replicas = ["IAD"]
replication.quorum = { r = 1, w = 1 }
cache.edge.ttl = "11500ms"
[client.reader]
at = ["FRA", "SIN"]
namespace = "kv"
arrivals.every = "4s"
[client.writer]
at = "GRU"
namespace = "kv"
arrivals.every = "20s"
mix = { write = 1 }
"#;

/// The caches in SIN are down, and its clients know at once. Of places as near the one that is named first is taken.
const AWAY: &str = r#"[fault.outage]
what.site-down = { at = "SIN", caches_only = true, clients = "next-nearest" }
at = "12s"
for = "5s"
noticed_after = "0s"
"#;

/// Their way to the replica takes a second longer, and they do not wait for that.
const HEDGED: &str = r#"[client.reader.hedge]
after = "200ms"
[fault.outage]
what.link-slow = { from = "SIN", to = "IAD", added = "1s" }
at = "12s"
for = "5s"
"#;

const MILLIS: u64 = 1_000_000;
const SECOND: u64 = 1_000 * MILLIS;

fn instant(nanos: u64) -> String {
    let millis = (nanos + 500_000) / MILLIS;
    format!("{}.{:03} s", millis / 1_000, millis % 1_000)
}

/// An operation of a client in the history: when it begins and ends, and which version it returned, if it did.
fn operation(folder: &Folder, client: &str) -> (u64, u64, Option<u64>) {
    let history = folder.edgelag("export history hand.toml").run().exits(0).stdout();
    let line = history.lines().find(|line| line.starts_with(client)).unwrap();
    let cells: Vec<&str> = line.split(',').collect();
    (cells[4].parse().unwrap(), cells[5].parse().unwrap(), cells[7].parse().ok())
}

/// The readers in SIN (p) and FRA (f) and the writer (w) begin so that all that is said below holds: FRA's cache has been
/// filled at f + 100 ms with what the replica held at f + 50 ms, before the write was there at w + 50 ms; its entry is used
/// until f + 11.6 s. The fourth read in SIN begins at r = p + 12 s, after the write was there and while something is
/// wrong, which is not so at p + 16 s. At r the entry in SIN has expired.
fn read_in_sin(folder: &Folder) -> u64 {
    let [p, f, w] =
        ["reader/SIN/0", "reader/FRA/0", "writer/GRU/0"].map(|client| operation(folder, client).0);
    assert!(p > SECOND && f > p + 650 * MILLIS && f < 4 * SECOND);
    assert!(w > f && w + 50 * MILLIS < p + 12 * SECOND);
    p + 12 * SECOND
}

/// All that is told of the read in SIN: the table, the diagram, and for programs.
fn told(folder: &Folder, read: u64) -> (Vec<String>, String, Value) {
    let command = format!("why hand.toml --location SIN --at {read}ns");
    folder.edgelag(&command).run().exits(0);
    let table = folder.text("results/hand/why.csv");
    let rows = csv::Reader::from_reader(table.as_bytes()).into_records();
    let lines = rows.map(|row| row.unwrap()[5].to_owned()).collect();
    let page = folder.text("results/hand/report.html");
    assert!(page.contains("served in FRA"));
    let json = folder.edgelag(&format!("{command} --format json")).run().exits(0).stdout();
    let all: Value = serde_json::from_str(&json).unwrap();
    (lines, folder.text("results/hand/why-1.svg"), all["reads"][0].clone())
}

#[track_caller]
fn says(lines: &[String], wanted: &str) {
    assert!(lines.iter().any(|line| line.contains(wanted)), "no `{wanted}` in {lines:#?}");
}

/// It is in FRA at r + 50 ms, where the entry is used until f + 11.6 s > r + 50 ms, and back at r + 100 ms. Without the
/// fault SIN's cache asks the replica at r + 50 ms, which has the write. At r + 4 s its cache is up and has nothing.
#[test]
fn a_read_that_was_turned_away() {
    let folder = Folder::empty().file("hand.toml", format!("{BASE}{AWAY}"));
    let read = read_in_sin(&folder);
    let filled = operation(&folder, "reader/FRA/0").1;
    assert_eq!(operation(&folder, "reader/SIN/3"), (read, read + 100 * MILLIS, Some(0)));
    let (lines, svg, json) = told(&folder, read);
    let t = instant(read);
    says(&lines[..1], &format!("SIN, served in FRA, at {t}, key 0: version 0 instead of 1, 1 behind"));
    let (since, until) = (instant(filled), instant(filled + 11_500 * MILLIS));
    says(
        &lines,
        &format!("The edge cache in FRA had kept version 0 since {since}, to be used until {until}."),
    );
    let came = instant(read + 50 * MILLIS);
    says(
        &lines,
        &format!(
            "The caches in SIN were down since 12.000 s (fault `outage`), so the read went to FRA, where it came at {came}."
        ),
    );
    let back = instant(read + 100 * MILLIS);
    says(
        &lines,
        &format!(
            "The read in SIN began at {t} and was answered from the edge cache in FRA; the answer came at {back}."
        ),
    );
    says(&lines, &format!("version 1 or newer began at {}, 4 s after", instant(read + 4 * SECOND)));
    says(&lines, "Without the fault `outage`: fresh, with version 1 (--set 'fault={}').");
    assert!(svg.contains("serves the read") && svg.contains("the read comes to FRA"), "{svg}");
    assert_eq!(json["served_at"], "FRA");
    assert_eq!(json["location"], "SIN");
    let detour = &json["detours"][0];
    assert_eq!(
        (&detour["why"], &detour["fault"], &detour["down_since_ns"]),
        (&"down".into(), &"outage".into(), &(12 * SECOND).into())
    );
    assert_eq!((&detour["sent_ns"], &detour["came_ns"]), (&read.into(), &(read + 50 * MILLIS).into()));
}

/// The copy leaves at r + 200 ms, is in FRA at r + 250 ms, before f + 11.6 s, and back at r + 300 ms. The read itself asks
/// the replica at r + 1.05 s, which has the write, and is told at r + 2.1 s.
#[test]
fn a_read_that_was_hedged() {
    let folder = Folder::empty().file("hand.toml", format!("{BASE}{HEDGED}"));
    let read = read_in_sin(&folder);
    assert_eq!(operation(&folder, "reader/SIN/3"), (read, read + 300 * MILLIS, Some(0)));
    let (lines, svg, json) = told(&folder, read);
    let [t, sent, came, back] = [0, 200, 250, 300].map(|later| instant(read + later * MILLIS));
    says(&lines[..1], &format!("SIN, served in FRA, at {t}, key 0: version 0 instead of 1, 1 behind"));
    says(
        &lines,
        &format!(
            "The read had no answer by {sent}, so its client in SIN sent a second, hedged, copy of it to FRA, where that \
             came at {came}; the answer to that copy came first."
        ),
    );
    says(
        &lines,
        &format!(
            "The read in SIN began at {t} and was answered from the edge cache in FRA; the answer came at {back}."
        ),
    );
    says(&lines, "Without hedged reads: fresh, with version 1 (--set 'client.reader={");
    assert!(svg.contains("the hedged copy of the read comes to FRA"), "{svg}");
    assert_eq!((&json["served_at"], &json["detours"][0]["why"]), (&"FRA".into(), &"hedged".into()));
}

/// What goes wrong between SIN and FRA besides, from 10 s to 19 s: a link that is slower by 30 ms has the read come back
/// 60 ms later. One that loses it, or its answer, has it fail when a request does, after 5 s. When clients know that FRA
/// could not answer they go to GRU, whose cache asks the replica: 100 ms more.
#[test]
fn detours_meet_what_is_wrong_with_links() {
    for (fault, later, version) in [
        (r#"what.link-slow = { from = "SIN", to = "FRA", added = "30ms" }"#, 160, Some(0)),
        (r#"what.link-lossy = { from = "SIN", to = "FRA", one_way = true, share = 1 }"#, 5_000, None),
        (
            "what.link-down = { from = \"FRA\", to = \"SIN\", one_way = true }\nnoticed_after = \"5s\"",
            5_000,
            None,
        ),
        (
            "what.link-down = { from = \"FRA\", to = \"SIN\", one_way = true }\nnoticed_after = \"1s\"",
            200,
            Some(1),
        ),
    ] {
        let text = format!("{BASE}{AWAY}[fault.link]\n{fault}\nat = \"10s\"\nfor = \"9s\"\n");
        let folder = Folder::empty().file("hand.toml", text);
        let read = read_in_sin(&folder);
        assert_eq!(operation(&folder, "reader/SIN/3"), (read, read + later * MILLIS, version), "{fault}");
    }
}
