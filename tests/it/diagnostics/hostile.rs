//! The hostile inputs of `reference/bad_inputs.csv`, with their BI numbers. It matters that they are refused with
//! exit code 2, quickly, and with a word that helps.

use super::{refused, small};
use crate::edgelag::{Folder, SMALL, within};

/// One edit of the small scenario that must be refused, and a word of the answer.
type Bad = (&'static str, &'static [(&'static str, &'static str)], &'static str);

const BAD: &[Bad] = &[
    // Syntax
    ("BI003 truncated", &[("[client.users]", "[client.\"use")], "line 14"),
    ("BI005 key twice", &[("seed = 7", "seed = 7\nseed = 8")], "duplicate key `seed`"),
    ("BI005 table twice", &[("mix =", "[network]\n#")], "duplicate key `network`"),
    ("BI007 unknown key", &[("seed = 7", "duration = \"60s\"")], "unknown key `duration`"),
    ("BI009 wrong type", &[("seed = 7", "seed = [1]")], "expected an integer, found an array"),
    ("BI013 lone CR", &[("seed = 7\n", "seed = 7\r")], "carriage return"),
    ("BI017 NUL", &[("namespace.kv", "namespace.\"k\\u0000v\"")], "U+0000"),
    ("wrong type of table", &[("keys.count = 5", "keys = 5")], "keys"),
    // Units and numbers
    ("BI028 ambiguous M", &[("\"80ms\"", "\"5M\"")], "ambiguous"),
    (
        "BI028 bits for bytes",
        &[("keys.count = 5", "keys = { count = 5, size = \"3Mb\" }")],
        "not a unit of size",
    ),
    ("BI030 nothing to simulate", &[("warmup = \"2s\"", ""), ("\"22s\"", "\"0s\"")], "nothing is measured"),
    ("BI032 infinity", &[("\"20/s\"", "\"inf/s\"")], "not a finite number"),
    ("BI032 NaN", &[("\"20/s\"", "\"nan/s\"")], "not a finite number"),
    ("BI036 overflow", &[("\"22s\"", "\"1000000y\"")], "longer than simulated time"),
    ("BI038 negative rate", &[("\"20/s\"", "\"-1/s\"")], "not negative"),
    ("BI038 negative time", &[("\"80ms\"", "\"-80ms\"")], "is negative"),
    ("BI042 share beyond 1", &[("keys.count = 5", "keys = { count = 5, existing = 5 }")], "between 0 and 1"),
    ("BI042 percent", &[("keys.count = 5", "keys = { count = 5, existing = \"101%\" }")], "between 0 and 1"),
    ("BI044 zipf 1e6", &[("keys.count = 5", "keys = { count = 5, popularity.zipf = 1e6 }")], "zipf"),
    ("BI044 zipf < 0", &[("keys.count = 5", "keys = { count = 5, popularity.zipf = -1.0 }")], "zipf"),
    ("BI044 zipf nan", &[("keys.count = 5", "keys = { count = 5, popularity.zipf = nan }")], "zipf"),
    ("BI046 comma", &[("\"20/s\"", "\"0,5/s\"")], "the decimal sign is a point"),
    ("seed above i64", &[("seed = 7", "seed = 9223372036854775808")], "the integer is too large"),
    ("seed below 0", &[("seed = 7", "seed = -1")], "seed"),
    ("no trials", &[("trials = 4", "trials = 0")], "`trials` is 0"),
    ("trials above u32", &[("trials = 4", "trials = 4294967296")], "trials"),
    ("no keys", &[("keys.count = 5", "keys.count = 0")], "`count` is 0"),
    ("too many keys", &[("keys.count = 5", "keys.count = 100000001")], "`count` is 100000001"),
    ("no sub-caches", &[("ttl = \"2s\"", "ttl = \"2s\", sub_caches = 0")], "`sub_caches` is 0"),
    ("many sub-caches", &[("ttl = \"2s\"", "ttl = \"2s\", sub_caches = 1001")], "`sub_caches` is 1001"),
    ("refresh beyond TTL", &[("ttl = \"2s\"", "ttl = \"2s\", refresh_ahead = \"3s\"")], "`refresh_ahead`"),
    ("no tags", &[("ttl = \"2s\"", "ttl = \"2s\", purge.by.tags = 0")], "deals keys to 0 tags"),
    ("purges lost", &[("ttl = \"2s\"", "ttl = \"2s\", purge.loss = \"101%\"")], "between 0 and 1"),
    ("purge by what", &[("ttl = \"2s\"", "ttl = \"2s\", purge.by = \"tag\"")], "`tags`"),
    ("purge of what", &[("ttl = \"2s\"", "ttl = \"2s\", purge = { key = 1 }")], "unknown key `key`"),
    ("purge without cache", &[("ttl = \"2s\"", "purge = { by = \"key\" }")], "`ttl`"),
    (
        "lease for several",
        &[("ttl = \"2s\"", "ttl = \"2s\", coalesce = false, purge.lease = true")],
        "`purge.lease` needs `coalesce`",
    ),
    ("period of 0 s", &[("arrivals.poisson = \"20/s\"", "arrivals.every = \"0s\"")], "longer than 0s"),
    ("empty mix", &[("{ read = 0.9, write = 0.1 }", "{ read = 0 }")], "the mix is empty"),
    ("negative weight", &[("read = 0.9", "read = -0.9")], "`read` is -0.9"),
    ("infinite weight", &[("read = 0.9", "read = inf")], "`read` is inf"),
    ("latitude", &[("[network]", "[locations.own]\nx = { latitude = 91, longitude = 0 }\n[network]")], "91"),
    (
        "longitude",
        &[("[network]", "[locations.own]\nx = { latitude = 0, longitude = nan }\n[network]")],
        "NaN",
    ),
    (
        "one coordinate",
        &[("[network]", "[locations.own]\nx = { latitude = 0 }\n[network]")],
        "one coordinate",
    ),
    // Consistency
    ("BI049 R = 0", &[("r = 1", "r = 0")], "`r` is 0"),
    ("BI051 N as stated", &[("r = 1", "n = 5, r = 1")], "`n` is 5, but the namespace has 3"),
    (
        "BI065 case",
        &[("mix =", "[client.Users]\nat = \"FRA\"\nnamespace = \"kv\"\narrivals.poisson = \"1/s\"\n#")],
        "upper and lower case",
    ),
    (
        "BI065 case beyond ASCII",
        &[("[network]", "[locations.own]\n\"é\" = {}\n\"É\" = {}\n[network]")],
        "upper and lower case",
    ),
    ("BI065 decomposed", &[("[network]", "[locations.own]\n\"e\u{301}\" = {}\n[network]")], "U+0301"),
    ("name of a city", &[("[network]", "[locations.own]\nFRA = {}\n[network]")], "already the name"),
    ("name of the group", &[("[network]", "[locations.own]\nedges = {}\n[network]")], "already the name"),
    ("replica twice", &[("\"IAD\"", "\"FRA\"")], "`FRA` is in the list twice"),
    ("no replicas", &[("[\"FRA\", \"IAD\", \"SIN\"]", "[]")], "the list is empty"),
    ("empty edges", &[("edges = [\"FRA\", \"SIN\"]", "edges = []")], "the list is empty"),
    ("no edges", &[("edges = [\"FRA\", \"SIN\"]", "")], "there are no `edges`"),
    ("edges of edges", &[("edges = [\"FRA\", \"SIN\"]", "edges = \"edges\"")], "cannot stand for itself"),
    (
        "two policies",
        &[("quorum = { r = 1, w = 2 }", "quorum = { r = 1, w = 2 }\nreplication.stores.ack = \"all\"")],
        "stores",
    ),
    (
        "foreign primary",
        &[("quorum = { r = 1, w = 2 }", "primary-backup = { primary = \"GRU\" }")],
        "`GRU` is not one of",
    ),
    (
        "too many backups",
        &[("quorum = { r = 1, w = 2 }", "primary-backup = { primary = \"FRA\", mode.semi-synchronous = 3 }")],
        "waits for 3 backups",
    ),
    ("too many stores", &[("quorum = { r = 1, w = 2 }", "stores = { ack.k = 4 }")], "waits for 4 stores"),
    ("upper tier nowhere", &[("cache.edge", "cache.upper")], "the upper tier has no locations"),
    (
        "edge cache somewhere",
        &[("ttl = \"2s\"", "ttl = \"2s\", at = [\"FRA\"]")],
        "belongs to the upper tier",
    ),
    (
        "no place on earth",
        &[
            ("rtt.constant = \"80ms\"", "rtt.geo = { profile = \"backbone\" }"),
            ("[network]", "[locations.own]\nx = {}\n[network]"),
            ("at = \"edges\"", "at = \"x\""),
        ],
        "coordinates of `x`",
    ),
    // Hostile size
    (
        "BI075 1e15 events",
        &[("\"20/s\"", "\"1e9/s\""), ("\"22s\"", "\"30d\"")],
        "events, more than the limit",
    ),
    (
        "BI075 period of 1 ns",
        &[("arrivals.poisson = \"20/s\"", "arrivals.every = \"1ns\"")],
        "events, more than the limit",
    ),
    (
        "BI075 1e18 apart",
        &[
            ("mix =", "[client.fast]\nat = \"FRA\"\nnamespace = \"kv\"\narrivals.poisson = \"1e9/s\"\n#"),
            ("\"20/s\"", "\"1e-9/s\""),
        ],
        "events",
    ),
    (
        "isolated writes of a year",
        &[
            ("trials = 4", "trials = 3"),
            ("cache.edge = { ttl = \"2s\" }", "visibility.isolated_writes = 9_999_999_999"),
        ],
        "events, more than the limit",
    ),
    (
        "memory for trials",
        &[("trials = 4", "trials = 100000"), ("\"22s\"", "\"2.1s\"")],
        "GiB of memory, more than",
    ),
    // Names and paths
    (
        "BI067 long name",
        &[("users", "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu")],
        "at most 64",
    ),
    (
        "BI082 traversal",
        &[("client.users", "client.\"../../etc/cron.d/x\"")],
        "is a path, and cannot be a name",
    ),
    ("BI082 parent", &[("client.users", "client.\"..\"")], "is a path, and cannot be a name"),
    ("BI117 escape", &[("client.users", "client.\"\\u001b]0;pwn\\u0007\"")], "U+001B"),
    ("BI119 bidi", &[("client.users", "client.\"fra\u{202e}\"")], "invisible character U+202E"),
    ("BI119 zero width", &[("client.users", "client.\"fra\u{200b}\"")], "invisible character U+200B"),
    ("BI115 tab", &[("client.users", "client.\"\\t=1\"")], "begins or ends with a space"),
    ("blank name", &[("client.users", "client.\" \"")], "begins or ends with a space"),
    (
        "BI121 not expanded",
        &[("rtt.constant = \"80ms\"", "rtt.matrix = \"$HOME/x\"")],
        "cannot read `$HOME/x`",
    ),
];

#[test]
fn hostile_scenarios_are_refused() {
    for (case, edits, words) in BAD {
        let ran = refused(small(edits));
        assert!(ran.stderr().contains(words), "{case}: `{words}` is not in: {}", ran.stderr());
        assert!(!ran.stderr().contains("panicked"), "{case}: {}", ran.stderr());
    }
}

/// What looks odd and is right.
#[test]
fn odd_scenarios_are_taken() {
    let folder = Folder::with_small();
    folder.edgelag("run small.toml -o plain").run().exits(0);
    let plain = folder.bytes("plain/summary.csv");
    let odd: [(&str, String); 7] = [
        ("BI011 byte order mark", format!("\u{feff}{SMALL}")),
        ("CR LF", SMALL.replace('\n', "\r\n")),
        ("BI034 a rate of 5e-324", small(&[("\"20/s\"", "\"5e-324/s\"")])),
        ("BI040 nobody writes", small(&[("write = 0.1", "write = 0")])),
        ("BI053 TTL 0", small(&[("ttl = \"2s\"", "ttl = \"0s\"")])),
        ("nobody reads", small(&[("read = 0.9", "read = 0")])),
        ("no probes", small(&[("[client", "visibility.delays = []\n[client")])),
    ];
    for (case, text) in odd {
        let folder = Folder::empty().file("small.toml", text);
        let ran = folder.edgelag("run small.toml -o out").run();
        assert_eq!(ran.code(), 0, "{case}: {}", ran.stderr());
        let summary = folder.text("out/summary.csv");
        assert!(!summary.contains("NaN") && !summary.contains("inf"), "{case}: {summary}");
        if case.starts_with("BI011") || case == "CR LF" {
            assert_eq!(summary.as_bytes(), plain, "{case}");
        }
        let row = |op: &str, metric: &str| {
            let row = summary.lines().find(|row| row.contains(&format!(",kv,*,{op},{metric},rate,")));
            row.map(|row| row.split(',').nth(7).unwrap().to_owned())
        };
        match case {
            "BI040 nobody writes" => assert_eq!(row("read", "stale_rate").as_deref(), Some("0")),
            "BI053 TTL 0" => assert_eq!(row("read", "hit_ratio").as_deref(), Some("0")),
            "nobody reads" => assert_eq!(row("read", "stale_rate"), None),
            _ => {}
        }
    }
}

/// BI069: an interval needs two trials; one has an empty cell, and the user is told.
#[test]
fn one_trial_has_no_interval() {
    let folder = Folder::with_small();
    folder.edgelag("run small.toml --trials 1 -o out").run().exits(0).says("one trial gives no intervals");
    for row in folder.text("out/summary.csv").lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        // What was never seen has an upper bound without trials to compare.
        if cells[7] != "0" {
            assert_eq!(cells[9..11], ["", ""], "{row}");
        }
    }
}

/// BI015: the byte and its offset are told, and nothing is replaced silently.
#[test]
fn bytes_that_are_no_text() {
    let mut bytes = SMALL.as_bytes().to_vec();
    bytes.splice(0..0, *b"title = \"a\xffb\"\n");
    refused(&bytes).says("byte 0xFF at offset 10 is not valid UTF-8");
}

/// BI019 and other texts that are meant to exhaust; all are refused within seconds.
#[test]
fn hostile_sizes_are_refused_quickly() {
    within(20, || {
        refused(format!("title = \"{}\"\n", "x".repeat(50_000_000))).says("longer than the limit of 1 MiB");
        for deep in [
            format!("{}b = 1\n", "a.".repeat(200_000)),
            format!("a = {}\n", "[".repeat(300_000)),
            format!("[{}b]\n", "a.".repeat(200_000)),
            format!("a = {}\n", "{b=".repeat(200_000)),
        ] {
            refused(deep).says("nested too deeply");
        }
        let many: String = (0..20_000).map(|i| format!("bad{i} = 1\n")).collect();
        let ran = refused(many + SMALL);
        assert!(ran.stderr().len() < 100_000, "{} bytes of messages", ran.stderr().len());
    });
}

/// BI079: the count is shown and refused before anything is laid out.
#[test]
fn a_sweep_of_a_million_points_is_refused() {
    let hundred: Vec<String> = (1..=100).map(|i| i.to_string()).collect();
    let list = hundred.join(", ");
    let sweep =
        format!("[sweep]\nseed = [{list}]\ntrials = [{list}]\n\"namespace.kv.keys.count\" = [{list}]\n");
    refused(format!("{SMALL}{sweep}")).says("the sweep has 1000000 points, more than the limit of 1000");
}

/// BI073: names are the only way to count locations; more than the limit are refused.
#[test]
fn too_many_locations_are_refused() {
    let own: String = (0..5_001).map(|i| format!("l{i} = {{}}\n")).collect();
    let names: Vec<String> = (0..5_001).map(|i| format!("\"l{i}\"")).collect();
    let text = small(&[
        ("edges = [\"FRA\", \"SIN\"]", &format!("edges = [{}]", names.join(","))),
        ("[network]", &format!("[locations.own]\n{own}[network]")),
    ]);
    refused(text).says("more than the limit of 5000 locations");
}

/// More would not fit into the sixteen bits by which probes and legs are told apart.
#[test]
fn too_many_delays_and_links_are_refused() {
    let delays: Vec<String> = (1..=1_001).map(|i| format!("\"{i}ms\"")).collect();
    let delays = format!("visibility.delays = [{}]\n[client", delays.join(","));
    refused(small(&[("[client", &delays)])).says("1001 delays are more than the limit of 1000");
    let links = "[[network.link]]\nlegs.request = \"1s\"\n".repeat(10_000);
    refused(format!("{SMALL}{links}")).says("more than the limit of 9999 links");
}

/// Links between all pairs of a long list are laid in one pass.
#[test]
fn links_between_hundreds_of_locations_are_quick() {
    let link = "[[network.link]]\nfrom = \"edges\"\nto = \"edges\"\nlegs.request = \"1ms\"\n";
    let text = small(&[("edges = [\"FRA\", \"SIN\"]", "edges = \"all\"")]) + link;
    let folder = Folder::empty().file("s.toml", text);
    within(5, || folder.edgelag("check s.toml").run().exits(0));
}
