//! `edgelag why` as people meet it.

use std::fs;

use serde_json::Value;

use crate::edgelag::{Folder, SMALL};

fn manifest(folder: &Folder, name: &str) -> Value {
    serde_json::from_str(&folder.text(&format!("{name}/run.json"))).unwrap()
}

fn listed(folder: &Folder, name: &str) -> Vec<String> {
    let manifest = manifest(folder, name);
    let mut listed: Vec<String> =
        manifest["files"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect();
    listed.push("run.json".to_owned());
    listed.sort();
    listed
}

/// Added to a run's results they are in its list, replaced by the next explanation, and removed by the next run.
#[test]
fn an_explanation_belongs_to_the_results() {
    let folder = Folder::with_small();
    folder.edgelag("run small.toml -q").run().exits(0);
    let before = folder.results("results/small");
    let told = folder.edgelag("why results/small").run().exits(0).stdout();
    assert!(told.contains("1. The most overdue of ") && told.contains("files in results/small"), "{told}");
    let names = folder.names("results/small");
    assert!(names.contains(&"why.csv".to_owned()) && names.contains(&"why-2.svg".to_owned()), "{names:?}");
    assert_eq!(listed(&folder, "results/small"), names);
    let kept = |(name, _): &&(String, Vec<u8>)| !["run.json", "report.html"].contains(&name.as_str());
    for (name, bytes) in before.iter().filter(kept) {
        assert!(folder.bytes(&format!("results/small/{name}")) == *bytes, "{name}");
    }
    let page = folder.text("results/small/report.html");
    assert!(page.contains("What was tried, each on the same draws"));
    folder.edgelag("report results/small").run().exits(0);
    assert!(folder.text("results/small/report.html") == page);
    folder.edgelag("why results/small --at 10s").run().exits(0);
    let names = folder.names("results/small");
    assert!(names.contains(&"why-1.svg".to_owned()) && !names.contains(&"why-2.svg".to_owned()), "{names:?}");
    assert_eq!(listed(&folder, "results/small"), names);
    folder.edgelag("run small.toml -q").run().exits(0);
    assert_eq!(folder.results("results/small"), before);
}

/// From a scenario: the same as from its results, in a folder that a run may take over.
#[test]
fn a_scenario_is_explained_without_a_run() {
    let folder = Folder::with_small();
    let told = folder.edgelag("why small.toml").run().exits(0).stdout();
    let names = folder.names("results/small");
    assert_eq!(listed(&folder, "results/small"), names);
    let table = folder.text("results/small/why.csv");
    assert!(folder.text("results/small/report.html").contains("Why reads were stale"));
    let again = folder.edgelag("why results/small").run().exits(0).stdout();
    assert_eq!((told, table), (again, folder.text("results/small/why.csv")));
    folder.edgelag("run small.toml -q").run().exits(0);
    assert!(!folder.names("results/small").contains(&"why.csv".to_owned()));
    folder.edgelag("why small.toml --seed 8").run().exits(2).says("holds the results of another scenario");
    folder.edgelag("why small.toml --seed 8 -o other -q").run().exits(0).prints_nothing();
    assert!(folder.names("other").contains(&"why-1.svg".to_owned()));
}

#[test]
fn a_read_is_chosen_by_what_is_known_of_it() {
    let folder = Folder::with_small();
    let json = |args: &str| -> Value {
        let run =
            folder.edgelag(&format!("why small.toml --force -o out --format json {args}")).run().exits(0);
        serde_json::from_str(&run.stdout()).unwrap()
    };
    let all = json("--each-cause");
    let read = &all["reads"][0];
    assert_eq!(read["pick"], read["cause"]);
    let nanos = read["begun_ns"].as_u64().unwrap();
    let (location, key) = (read["location"].as_str().unwrap(), &read["key"]);
    let same = json(&format!("--location {location} --key {key} --at {}us", nanos / 1_000));
    for field in ["begun_ns", "overdue_ns", "missed", "sentences"] {
        assert_eq!(same["reads"][0][field], read[field]);
    }
    assert_eq!(same["reads"][0]["pick"], "chosen");
    assert_eq!(same["reads"].as_array().unwrap().len(), 1);
    // Each change has its word, and each length of a span its own; those of 2 s are multiples of 20 ms.
    let tried = read["counterfactuals"].as_array().unwrap();
    let what: Vec<&str> = tried.iter().map(|it| it["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["edge_ttl", "purge", "r", "r", "w", "elsewhere"]);
    let lengths = tried[0]["trials"].as_array().unwrap().iter();
    let lengths: Vec<u64> = lengths.map(|it| it["length_ns"].as_u64().unwrap() / 1_000_000).collect();
    assert_eq!(lengths, [0, 40, 160, 340, 500, 660, 1_000, 1_340, 1_660]);
    // W = 2, and the second and third acknowledgement come in the same instant.
    let committed = read["sentences"][1].as_str().unwrap();
    let places = committed.split_once("the acknowledgements of ").unwrap().1.split(';').next().unwrap();
    assert!(places.contains(" and ") && !places.contains(','), "{committed}");
}

#[test]
fn what_cannot_be_explained_is_told() {
    let folder = Folder::with_small();
    for (args, words) in [
        (
            "why small.toml --location FRB",
            "error: there is no location `FRB` in the case\n  = help: did you mean `FRA`?",
        ),
        ("why small.toml --namespace k", "there is no namespace `k` in the case"),
        ("why small.toml --key 5", "error: there is no key 5: there are 5 keys, counted from 0"),
        ("why small.toml --at 5", "no unit"),
        ("why small.toml --at 5s --each-cause", "cannot be used with"),
        ("why small.toml --trial 4", "error: there is no trial 4: the scenario has 4 trials, counted from 0"),
        ("why small.toml --location IAD", "error: no measured read in IAD had an answer in trial 0"),
        ("why nothing.toml", "cannot read the scenario nothing.toml"),
        ("why .", "is no folder of results of edgelag: it holds no run.json"),
    ] {
        folder.edgelag(args).run().exits(2).prints_nothing().says(words);
    }
    let merging = folder.edgelag("why small.toml").set("namespace.kv.conflicts=\"counter\"");
    merging.set("namespace.kv.cache={}").run().exits(2).says("merge theirs");
    assert_eq!(folder.names("."), ["small.toml"]);
}

/// A strict quorum is never stale: that is said, and nothing written.
#[test]
fn nothing_stale_is_no_mistake() {
    let folder = Folder::with_small();
    let strict = folder.edgelag("why small.toml").set("namespace.kv.cache={}");
    let told = strict.set("namespace.kv.replication.quorum.r=2").run().exits(0).stdout();
    assert!(
        told.starts_with("Nothing is stale: all ") && told.contains(" measured reads in trial 0"),
        "{told}"
    );
    assert_eq!(folder.names("."), ["small.toml"]);
}

/// Where nothing reads, nothing is said of reads.
#[test]
fn no_read_is_not_no_stale_read() {
    let folder = Folder::with_small();
    let writes = folder.edgelag("why small.toml").set("client.users.mix={ write = 1 }").run().exits(0);
    let told = writes.stdout();
    assert!(told.contains("no measured read in trial 0 had an answer"), "{told}");
}

/// A folder that the explanation cannot go into is refused, with the way out.
#[test]
fn a_folder_that_does_not_fit_is_refused() {
    let folder = Folder::with_small();
    folder.edgelag("run small.toml -q").run().exits(0);
    let help = "help: run the scenario again, or choose another folder with --out";
    let whole = folder.text("results/small/run.json");
    let mut older: Value = serde_json::from_str(&whole).unwrap();
    older.as_object_mut().unwrap().remove("cases");
    fs::write(folder.at("results/small/run.json"), older.to_string()).unwrap();
    folder.edgelag("why results/small").run().exits(2).prints_nothing().says(help);
    fs::write(folder.at("results/small/run.json"), whole).unwrap();
    fs::remove_file(folder.at("results/small/summary.csv")).unwrap();
    folder.edgelag("why results/small").run().exits(2).prints_nothing().says(help);
    assert!(!folder.names("results/small").contains(&"why.csv".to_owned()));
    folder.edgelag("why results/small -q -o other").run().exits(0).prints_nothing();
    folder.edgelag("why small.toml -o small.toml/x").run().exits(4).says("another folder with --out");
    folder.edgelag("why small.toml -q --seed 8 -o other").run().exits(2).says("--force");
    folder.edgelag("why small.toml -q --seed 8 -o other --force").run().exits(0).prints_nothing();
}

/// Results of another version are taken with a word of warning.
#[test]
fn results_of_another_version_are_told() {
    let folder = Folder::with_small();
    folder.edgelag("run small.toml -q --trials 1 -o out").run().exits(0);
    let told = folder.text("out/run.json");
    let version = env!("CARGO_PKG_VERSION");
    fs::write(folder.at("out/run.json"), told.replacen(version, "0.0.1", 1)).unwrap();
    folder.edgelag("why out").run().exits(0).says("made by edgelag 0.0.1");
    let mut other: Value = serde_json::from_str(&told).unwrap();
    other["cases"][0]["fingerprint"] = "0000000000000000".into();
    fs::write(folder.at("out/run.json"), other.to_string()).unwrap();
    folder.edgelag("why out").run().exits(0).says("the trial is not the one whose results are in the folder");
}

/// Names of all kinds are harmless in the text, the table and the diagrams.
#[test]
fn hostile_names_are_harmless() {
    let names = ["<script>alert(1)</script>", "=HYPERLINK(\"http://x\")", "🦀 & 'co' \"x\" مرحبا"];
    let [a, b, c] = names.map(|name| format!("{name:?}"));
    let own = format!("[locations.own.{a}]\n[locations.own.{b}]\n[locations.own.{c}]\n[network]");
    let text = SMALL
        .replace("[network]", &own)
        .replace("\"FRA\"", &a)
        .replace("\"SIN\"", &b)
        .replace("\"IAD\"", &c)
        .replace("namespace.kv", &format!("namespace.{a}"))
        .replace("namespace = \"kv\"", &format!("namespace = {a}"));
    let folder = Folder::empty().file("small.toml", text);
    let told = folder.edgelag("why small.toml").run().exits(0).stdout();
    assert!(told.contains(names[0]) && !told.contains('\u{1b}'), "{told}");
    let table = folder.text("results/small/why.csv");
    let rows =
        csv::Reader::from_reader(table.as_bytes()).into_records().map(Result::unwrap).collect::<Vec<_>>();
    assert!(rows.iter().all(|row| row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@']))));
    let diagrams = folder.names("results/small").into_iter().filter(|name| name.ends_with(".svg"));
    for name in diagrams {
        let svg = folder.text(&format!("results/small/{name}"));
        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;"), "{name}");
        assert_well_formed(&svg);
    }
    // What was tried can be pasted: the settings load.
    let json: Value =
        serde_json::from_str(&folder.edgelag("why small.toml -o out --format json").run().exits(0).stdout())
            .unwrap();
    let trial = &json["reads"][0]["counterfactuals"][0]["trials"][0];
    let setting = trial["settings"][0].as_str().unwrap();
    folder.edgelag("check small.toml").set(setting).run().exits(0);
}

/// Tags nest, and what is special in XML is escaped: enough of the rules for what has no comments and no CDATA.
#[track_caller]
fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    let mut rest = svg;
    while let Some(at) = rest.find(['<', '&']) {
        let tail = &rest[at..];
        if tail.starts_with('&') {
            let entity = ["&lt;", "&gt;", "&amp;", "&quot;", "&#39;", "&apos;"]
                .into_iter()
                .find(|it| tail.starts_with(it));
            rest = &tail[entity.expect("an entity of XML").len()..];
            continue;
        }
        let end = tail.find('>').expect("a tag ends");
        let tag = &tail[1..end];
        assert!(!tag.contains('<'));
        match (tag.strip_prefix('/'), tag.ends_with('/')) {
            (Some(name), _) => assert_eq!(open.pop(), Some(name)),
            (None, true) => {}
            (None, false) => open.push(tag.split([' ', '\n']).next().unwrap()),
        }
        rest = &tail[end + 1..];
    }
    assert!(open.is_empty(), "{open:?}");
}
