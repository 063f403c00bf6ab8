//! The page, opened as a person opens it. Where no Chromium is installed these tests say so and pass.

#![allow(clippy::disallowed_methods)] // It waits for a program that has a clock of its own.

mod driver;
mod faults;
mod reading;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::edgelag::Folder;
use driver::{Browser, Screen};
use reading::{Cell, assert_shows, cells, table};

const DESK: Screen = Screen { width: 1440, height: 900, is_dark: false };

/// Three edges, two tiers, an outage, writes followed: there is something to draw for each part of the page.
const WORLD: &str = r#"title = "Three cities"
seed = 3
trials = 3
warmup = "10s"
horizon = "2min"
[locations]
edges = ["FRA", "SIN", "GRU"]
[network.rtt.geo]
profile = "backbone"
[namespace.kv]
keys = { count = 20, popularity.zipf = 0.8 }
replicas = ["FRA", "IAD"]
replication.quorum = { r = 1, w = 2 }
timeout = "1s"
outages = [{ replicas = ["IAD"], at = "40s", for = "10s" }]
cache.edge = { ttl = "4s" }
cache.upper = { at = ["IAD", "SIN"], ttl = "4s" }
price = { list = "workers-kv-paid", origin_requests = { each_million = 0.20 } }
[namespace.kv.visibility]
delays = ["0s", "1s", "4s"]
[client.users]
at = "edges"
namespace = "kv"
arrivals.poisson = "40/s"
mix = { read = 0.9, write = 0.1 }
"#;

/// A results folder with its page, opened in a browser.
struct Opened {
    folder: Folder,
    browser: Browser,
}

impl Opened {
    fn new(scenario: &str, command: &str) -> Option<Opened> {
        let browser = Browser::start()?;
        let folder = Folder::empty().file("world.toml", scenario);
        folder.edgelag(&format!("{command} world.toml -o out -q")).run().exits(0);
        let opened = Opened { folder, browser };
        opened.open(DESK);
        Some(opened)
    }

    fn open(&self, screen: Screen) {
        self.browser.open(&self.folder.at("out/report.html"), screen);
        self.browser.wait_for("document.documentElement.dataset.location !== undefined");
    }

    fn table(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        table(&self.folder.text(&format!("out/{name}")))
    }

    fn text(&self, expression: &str) -> String {
        let value = self.browser.eval(&format!("return {expression}"));
        value.as_str().unwrap_or_else(|| panic!("{expression}: {value}")).to_owned()
    }

    fn texts(&self, selector: &str) -> Vec<String> {
        let all = self
            .browser
            .eval(&format!("return [...document.querySelectorAll({selector:?})].map(e => e.textContent)"));
        let all = all.as_array().unwrap_or_else(|| panic!("{selector}: {all}")).iter();
        all.map(|text| text.as_str().expect("it is text").to_owned()).collect()
    }

    /// Nothing was written on the console, and nothing asked for but the page, what it makes itself, and the tab that the
    /// browser begins with.
    fn assert_silent(&self) {
        assert_eq!(self.browser.console(), Vec::<String>::new());
        let asked = self.browser.requests();
        let elsewhere = asked
            .iter()
            .filter(|url| !["file:", "data:", "blob:", "chrome:"].iter().any(|s| url.starts_with(s)));
        assert_eq!(elsewhere.collect::<Vec<_>>(), Vec::<&String>::new());
    }

    /// The page is no wider than the screen.
    fn assert_fits(&self) {
        let widths = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]";
        let widths = self.browser.eval(widths);
        assert!(widths[0].as_u64() <= widths[1].as_u64(), "{widths}");
    }

    /// Each number on the page is in the cell that it names, as exactly as it is written.
    fn assert_numbers(&self) -> Vec<Cell> {
        let cells = cells(&self.browser);
        let mut tables = BTreeMap::new();
        for cell in &cells {
            let table = tables.entry(cell.table.clone()).or_insert_with(|| self.table(&cell.table));
            let row = &table[cell.line - 1];
            assert_eq!(row[&cell.column], cell.value, "{cell:?}");
            assert_shows(cell);
        }
        cells
    }
}

/// The location filter, the switch, the playhead and the table work, in silence, and all numbers are the tables'.
#[test]
fn the_page_answers_the_mouse_and_the_keyboard() {
    let Some(page) = Opened::new(WORLD, "run") else { return };
    page.assert_numbers();
    headline_is_of_everywhere(&page);
    switch_changes_colours(&page);
    a_location_filters_all(&page);
    playhead_follows_the_table(&page);
    table_sorts(&page);
    page.assert_numbers();
    page.assert_silent();
}

fn headline_is_of_everywhere(page: &Opened) {
    let summary = page.table("summary.csv");
    let shown = cells(&page.browser);
    for (card, metric, stats) in [
        ("stale", "stale_rate", vec!["rate"]),
        ("read", "latency", vec!["p50", "p99"]),
        ("write", "latency", vec!["p99"]),
    ] {
        let found = shown.iter().filter(|cell| cell.card == card && cell.column == "value");
        let found: Vec<_> = found.map(|cell| &summary[cell.line - 1]).collect();
        let op = if card == "write" { "write" } else { "read" };
        for (row, stat) in found.iter().zip(&stats) {
            let key = ["location", "op", "metric", "stat"].map(|column| row[column].as_str());
            assert_eq!(key, ["*", op, metric, stat]);
        }
        assert_eq!(found.len(), stats.len(), "{card}");
    }
}

fn switch_changes_colours(page: &Opened) {
    let labels = || page.texts("#where .map [aria-label]").len();
    let dots = || {
        let dots = page.browser.eval(
            "return [...document.querySelectorAll('#where .map [data-location]')]
                 .map(e => [e.dataset.location, e.getAttribute('aria-label')])",
        );
        dots.as_array().expect("there are dots").clone()
    };
    assert!(labels() >= 3);
    let before = dots();
    assert!(
        before.iter().any(|dot| dot[1].as_str().unwrap_or_default().contains("Stale reads")),
        "{before:?}"
    );
    page.browser.click("#colour input[value=p99]");
    let after = dots();
    assert!(after.iter().any(|dot| dot[1].as_str().unwrap_or_default().contains("Read p99")), "{after:?}");
    assert_eq!(page.texts("#where .legend-title"), ["Read p99"]);
    page.browser.click("#colour input[value=stale]");
    assert_eq!(dots(), before);
}

fn a_location_filters_all(page: &Opened) {
    let shown = "document.documentElement.dataset.location";
    let subtitles = || page.texts("#charts figure .sub");
    assert!(subtitles().iter().all(|text| text.ends_with("all locations")), "{:?}", subtitles());
    let charts = page
        .browser
        .eval("return [...document.querySelectorAll('#charts figure')].map(e => e.dataset.chart)");
    let all = ["latency", "visibility", "propagation", "staleness", "causes", "tiers", "cost", "timeline"];
    assert_eq!(charts, serde_json::json!(all));
    // By the select, by the map with the keyboard, by the table.
    page.browser.eval(
        "const select = document.getElementById('location'); select.value = 'SIN';
         select.dispatchEvent(new Event('change'));",
    );
    assert_eq!(page.text(shown), "SIN");
    assert!(subtitles().iter().all(|text| text.ends_with("SIN")), "{:?}", subtitles());
    charts_are_of(page, "SIN");
    let cells = page.assert_numbers();
    let summary = page.table("summary.csv");
    let headline = cells.iter().filter(|cell| !cell.card.is_empty());
    assert!(headline.map(|cell| &summary[cell.line - 1]["location"]).all(|location| location == "SIN"));
    page.browser.press("\u{E00C}");
    assert_eq!(page.text(shown), "*");
    page.browser.eval("document.querySelector('#where .map [data-location=GRU]').focus()");
    page.browser.press("\u{E007}");
    assert_eq!(page.text(shown), "GRU");
    charts_are_of(page, "GRU");
    let links = page.table("links.csv");
    let ours = links.iter().filter(|row| row["from"] == "GRU" || row["to"] == "GRU").count();
    assert_eq!(page.texts("#figures .links-list li").len(), ours);
    assert!(!page.texts("#where .map path.link").is_empty());
    page.browser.click("#all-locations");
    assert_eq!(page.text(shown), "*");
    page.browser.click("#locations-table tr[data-location=FRA] button");
    assert_eq!(page.text(shown), "FRA");
    page.browser.press("\u{E00C}");
    assert_eq!(page.text(shown), "*");
}

/// The rows behind each chart are of a location, or of that and all.
fn charts_are_of(page: &Opened, location: &str) {
    page.browser.eval("document.querySelectorAll('#charts details').forEach(e => { e.open = true; })");
    page.browser
        .wait_for("[...document.querySelectorAll('#charts details')].every(e => e.querySelector('table'))");
    let rows = page.browser.eval(
        "return [...document.querySelectorAll('#charts figure')].map(figure => [figure.dataset.chart,
             [...figure.querySelectorAll('tr[data-csv]')].map(e => [e.dataset.csv, Number(e.dataset.row)])])",
    );
    let mut tables: BTreeMap<String, Vec<BTreeMap<String, String>>> = BTreeMap::new();
    for chart in rows.as_array().expect("there are charts") {
        let mut own = 0;
        for row in chart[1].as_array().expect("it has rows") {
            let name = row[0].as_str().expect("it names its table");
            let table = tables.entry(name.to_owned()).or_insert_with(|| page.table(name));
            let at = row[1].as_u64().expect("a line") as usize;
            let here = &table[at - 1]["location"];
            assert!(here == location || here == "*", "{chart} has {here}");
            own += usize::from(here == location);
        }
        // A bill is that of all locations.
        assert!(own > 0 || chart[0] == "cost", "{} does not show {location}", chart[0]);
    }
}

fn playhead_follows_the_table(page: &Opened) {
    let spread = page.table("spread.csv");
    let typical: Vec<_> = spread.iter().filter(|row| row["pick"] == "typical").collect();
    let mut turns: Vec<f64> = typical
        .iter()
        .map(|row| row["serves_after_s"].parse().expect("each location serves it in the end"))
        .collect();
    turns.sort_by(f64::total_cmp);
    let count = |at: f64| turns.iter().filter(|&&turn| turn <= at).count();
    let told = |at: f64| format!("{} of {} locations", count(at), turns.len());
    assert_eq!(page.text("document.getElementById('spread-count').textContent"), told(0.0));
    let mut later: Vec<f64> = turns.iter().copied().filter(|&turn| turn > 0.0).collect();
    later.dedup();
    assert!(!later.is_empty());
    for &turn in &later {
        page.browser.click("#step-forward");
        assert_eq!(page.text("document.getElementById('spread-count').textContent"), told(turn));
        let lit = page.browser.eval("return document.querySelectorAll('#spread .map .there').length");
        assert_eq!(lit.as_u64(), Some(count(turn) as u64));
    }
    page.browser.click("#step-back");
    let before = later.iter().rev().nth(1).copied().unwrap_or(0.0);
    assert_eq!(page.text("document.getElementById('spread-count').textContent"), told(before));
    page.browser.eval("document.getElementById('playhead').focus()");
    page.browser.press("\u{E014}");
    assert_eq!(
        page.text("document.getElementById('spread-count').textContent"),
        told(later[later.len() - 1])
    );
    // It plays from the beginning to its end by itself, as fast as it can.
    page.browser.eval(
        "const speed = document.getElementById('speed'); speed.value = speed.options[speed.options.length - 1].value;",
    );
    page.browser.click("#pick input[value=slowest]");
    page.browser.click("#play");
    page.browser.wait_for(
        "document.getElementById('play').getAttribute('aria-label') === 'Play'
         && /^(\\d+) of \\1 /.test(document.getElementById('spread-count').textContent)",
    );
}

fn table_sorts(page: &Opened) {
    let order = || page.texts("#locations-table tbody th bdi");
    let names: Vec<String> = ["FRA", "GRU", "SIN"].map(str::to_owned).into();
    assert_eq!(order(), names);
    let summary = page.table("summary.csv");
    let column = "document.querySelector('#locations-table button[data-column=\"2\"]')";
    assert!(page.text(&format!("{column}.textContent")).contains("Stale reads"));
    let rate = |name: &String| -> f64 {
        let is = |row: &&BTreeMap<String, String>| {
            row["location"] == *name && row["metric"] == "stale_rate" && row["op"] == "read"
        };
        summary.iter().find(is).expect("it is in the summary")["value"].parse().expect("a number")
    };
    page.browser.click("#locations-table button[data-column=\"2\"]");
    let mut expected = names.clone();
    expected.sort_by(|a, b| rate(b).total_cmp(&rate(a)));
    assert_eq!(order(), expected);
    assert_eq!(page.text(&format!("{column}.closest('th').getAttribute('aria-sort')")), "descending");
    page.browser.click("#locations-table button[data-column=\"2\"]");
    expected.reverse();
    assert_eq!(order(), expected);
    page.browser.eval(
        "const find = document.getElementById('find'); find.value = 'si'; find.dispatchEvent(new Event('input'));",
    );
    assert_eq!(order(), ["SIN"]);
}

/// All tables can be had from the page, to the byte.
#[test]
fn downloads_are_the_files() {
    let Some(page) = Opened::new(WORLD, "run") else { return };
    let mut written = page.folder.names("out");
    written.retain(|name| name.ends_with(".csv") || name == "run.json");
    let mut links = page.texts("#downloads a[download]");
    links.sort_unstable();
    assert_eq!(links, written);
    let folder = page.folder.at("downloads");
    page.browser.download_into(&folder);
    for name in &written {
        page.browser.click(&format!("#downloads a[download={name:?}]"));
        let until = Instant::now() + Duration::from_secs(20);
        let saved = || {
            std::fs::read(folder.join(name))
                .is_ok_and(|bytes| bytes == page.folder.bytes(&format!("out/{name}")))
        };
        // Meanwhile the browser is asked for something to do.
        while !saved() && Instant::now() < until {
            page.browser.eval("return 0");
        }
        assert!(saved(), "{name}");
    }
    page.assert_silent();
}

/// From a telephone to a wide desk, light and dark, at twice the size of text too (half as many pixels of CSS): no part is
/// wider than the screen. Pictures of it lie in the folder that `EDGELAG_PICTURES` names.
#[test]
fn the_page_fits_all_screens() {
    let Some(page) = Opened::new(WORLD, "run") else { return };
    for (width, is_dark) in
        [(1440, false), (1440, true), (720, false), (390, false), (390, true), (320, false)]
    {
        page.open(Screen { width, height: 900, is_dark });
        page.assert_fits();
        if let Some(folder) = std::env::var_os("EDGELAG_PICTURES") {
            let name = format!("{width}-{}.png", if is_dark { "dark" } else { "light" });
            std::fs::write(std::path::Path::new(&folder).join(name), page.browser.picture())
                .expect("it can be written");
        }
    }
    page.assert_silent();
}

/// Names of a person who means harm, or writes from right to left.
const HOSTILE: [&str; 5] = [
    "<script>alert(1)</script>",
    "=HYPERLINK(\"http://example.org\",\"x\")",
    "שלום עולם",
    "🦊 & <b>",
    "<img src=x onerror=alert(1)>",
];

/// They are shown as they are written, and nothing of them is carried out.
#[test]
fn hostile_names_do_no_harm() {
    let [script, formula, hebrew, fox, image] =
        HOSTILE.map(|name| serde_json::to_string(name).expect("text is JSON"));
    let scenario = format!(
        "title = {script}\nseed = 1\ntrials = 2\nwarmup = \"5s\"\nhorizon = \"40s\"\n\
         [locations]\nedges = [{script}, {formula}, {hebrew}]\n\
         [locations.own.{script}]\n[locations.own.{formula}]\n[locations.own.{hebrew}]\n[network]\nrtt.constant = \"80ms\"\n\
         [namespace.{fox}]\nkeys.count = 5\nreplicas = [{script}, {hebrew}]\nreplication.quorum = {{ r = 1, w = 2 }}\n\
         cache.edge = {{ ttl = \"2s\" }}\n[client.{formula}]\nat = \"edges\"\nnamespace = {fox}\n\
         arrivals.poisson = \"20/s\"\nmix = {{ read = 0.9, write = 0.1 }}\n\
         [variant.{image}]\n[variant.{hebrew}.network]\nrtt.constant = \"90ms\"\n"
    );
    let scenario = format!("# Question: is {} harmless?\n{scenario}", HOSTILE[0]);
    let Some(page) = Opened::new(&scenario, "compare") else { return };
    let scripts = page.browser.eval("return document.querySelectorAll('script:not([data-file])').length");
    assert_eq!(scripts.as_u64(), Some(1));
    assert_eq!(page.text("document.querySelector('h1').textContent"), HOSTILE[0]);
    let mut shown = page.texts("#locations-table tbody th bdi");
    shown.sort_unstable();
    let mut names = HOSTILE[..3].to_vec();
    names.sort_unstable();
    assert_eq!(shown, names);
    page.browser.eval(
        "const select = document.getElementById('location'); select.value = select.options[1].value;
         select.dispatchEvent(new Event('change'));",
    );
    let elsewhere = page
        .browser
        .eval("return document.querySelectorAll('[href^=http],[src],iframe,object,embed').length");
    assert_eq!(elsewhere, Value::from(0));
    page.assert_numbers();
    page.assert_fits();
    page.assert_silent();
}
