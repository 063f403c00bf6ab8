//! The page of a run: a function of the tables, which shows what they say and loads nothing.

use base64::prelude::{BASE64_STANDARD, Engine};
use miniz_oxide::inflate::decompress_to_vec_zlib;
use sha2::{Digest, Sha256};

use super::edgelag::{Folder, SMALL};

fn small() -> Folder {
    let folder = Folder::with_small();
    folder.edgelag("run --quiet --out out small.toml").run().exits(0);
    folder
}

/// The texts between `open` and `close`, wherever they stand.
fn between<'t>(text: &'t str, open: &str, close: &str) -> Vec<&'t str> {
    let parts = text.split(open).skip(1);
    parts.map(|part| part.split(close).next().expect("split gives at least one part")).collect()
}

/// A value of an attribute, as it is written.
fn attribute<'t>(tag: &'t str, name: &str) -> &'t str {
    between(tag, &format!(" {name}=\""), "\"").first().copied().unwrap_or_default()
}

fn cells(csv: &[u8]) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv);
    reader.records().map(|row| row.expect("it is a table")).collect()
}

#[test]
fn the_page_is_a_function_of_the_other_files() {
    let folder = small();
    let written = folder.results("out");
    std::fs::remove_file(folder.at("out/report.html")).unwrap();
    folder.edgelag("report out").run().exits(0).says_nothing();
    assert!(folder.results("out") == written, "made again, it has other bytes");
    folder.edgelag("report out").run().exits(0);
    assert!(folder.results("out") == written, "made over itself, it has other bytes");
}

#[test]
fn a_comparison_has_one_too() {
    let folder = small().file("other.toml", SMALL.replace("r = 1", "r = 2"));
    folder.edgelag("compare --quiet --out both small.toml other.toml").run().exits(0);
    let written = folder.bytes("both/report.html");
    folder.edgelag("report both").run().exits(0);
    assert!(folder.bytes("both/report.html") == written);
    let page = folder.text("both/report.html");
    assert_eq!(between(&page, "<section class=\"arm\"", ">").len(), 1, "one arm is held against the first");
    assert!(page.contains("edgelag compare small.toml other.toml --seed 7 --trials 4"));
}

/// Each number says which cell it is.
#[test]
fn its_numbers_are_those_of_the_tables() {
    let folder = small();
    let page = folder.text("out/report.html");
    let numbers = between(&page, "<span class=\"number", ">");
    assert!(numbers.len() > 6, "only {} numbers", numbers.len());
    for number in numbers {
        let table = cells(&folder.bytes(&format!("out/{}", attribute(number, "data-csv"))));
        let column = table[0].iter().position(|name| name == attribute(number, "data-column")).unwrap();
        let row: usize = attribute(number, "data-row").parse().unwrap();
        assert_eq!(&table[row][column], attribute(number, "data-value"), "{number}");
    }
}

/// What can be saved from the page is what lies beside it.
#[test]
fn its_files_are_the_tables_to_the_byte() {
    let folder = small();
    let page = folder.text("out/report.html");
    let parts = between(&page, "<script type=\"application/octet-stream\"", "</script>");
    let names = parts.iter().map(|part| attribute(part, "data-file"));
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    for part in &parts {
        let (tag, packed) = part.split_once('>').unwrap();
        let bytes = decompress_to_vec_zlib(&BASE64_STANDARD.decode(packed).unwrap()).unwrap();
        assert!(bytes == folder.bytes(&format!("out/{}", attribute(tag, "data-file"))), "{tag}");
    }
    names.sort();
    let is_inside = |name: &String| name.ends_with(".csv") || name == "run.json";
    assert_eq!(names, folder.names("out").into_iter().filter(is_inside).collect::<Vec<_>>());
}

/// A browser runs the page's own script and style, and asks nobody for anything.
#[test]
fn it_allows_itself_and_nothing_else() {
    let page = small().text("out/report.html");
    let hash = |text: &str| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text.as_bytes())));
    let [script] = between(&page, "<script>", "</script>")[..] else { panic!("there is one script") };
    let [style] = between(&page, "<style>", "</style>")[..] else { panic!("there is one style") };
    let policy = format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data: blob:; base-uri 'none'; form-action 'none'",
        hash(script),
        hash(style)
    );
    let [written] = between(&page, "Content-Security-Policy\" content=\"", "\"")[..] else {
        panic!("there is one policy")
    };
    assert_eq!(written, policy);
    let known = ["http-equiv", "http://www.w3.org/2000/svg\""];
    for (at, _) in page.match_indices("http") {
        assert!(known.iter().any(|known| page[at..].starts_with(known)), "{}", &page[at..][..60]);
    }
    for loads in
        ["@import", "url(", "fetch(", "XMLHttpRequest", "WebSocket", "import(", " style=\"", " onclick=\""]
    {
        assert!(!page.contains(loads), "{loads}");
    }
}

#[test]
fn names_cannot_leave_their_place() {
    let title = "</title><script>alert(1)</script>";
    let hostile =
        SMALL.replace("edges = [\"FRA\", \"SIN\"]", "edges = [\"FRA\", \"<img src=x onerror=alert(1)>\"]");
    let hostile = hostile.replace(
        "[network]",
        "[locations.own]\n\"<img src=x onerror=alert(1)>\" = { latitude = 1, longitude = 2 }\n[network]",
    );
    let hostile = hostile.replace("namespace.kv", "namespace.\"=HYPERLINK('<b>')\"");
    let hostile = hostile.replace("namespace = \"kv\"", "namespace = \"=HYPERLINK('<b>')\"");
    let text = format!("# Question: why </script><script>alert(2)</script>?\ntitle = \"{title}\"\n{hostile}");
    let folder = Folder::empty().file("a&b.toml", text);
    folder.edgelag("run --quiet --out out a&b.toml").run().exits(0);
    let page = folder.text("out/report.html");
    for raw in ["<script>alert", "</script><script>alert", "<img src=x", "HYPERLINK('<b>')"] {
        assert!(!page.contains(raw), "{raw}");
    }
    assert_eq!(page.matches("<script>").count(), 1);
    assert!(page.contains("&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;"), "it is shown as it is");
    assert!(page.contains("=HYPERLINK('&lt;b&gt;')"), "without the mark that tables need");
}

/// The bound for 344 locations, with all tables of a run of ordinary length.
#[test]
fn it_is_not_large() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Folder::empty();
    let run = folder.edgelag("run --quiet --trials 2 --out out").arg(root.join("scenarios/global-kv.toml"));
    run.set("warmup=10s").set("horizon=40s").run().exits(0);
    assert_eq!(cells(&folder.bytes("out/locations.csv")).len(), 1 + 344);
    let size = folder.bytes("out/report.html").len();
    assert!(size < 1_500_000, "{size} bytes");
}

#[test]
fn what_is_no_folder_of_results_is_refused() {
    let folder = small().file("plain.txt", "");
    folder.edgelag("report nowhere").run().exits(2).says("nowhere is no folder of results");
    assert!(!folder.at("nowhere").exists(), "looking makes no folder");
    for (manifest, words) in [
        ("[]", "run.json: it names no version of edgelag"),
        (r#"{ "name": "x", "files": [] }"#, "run.json: it names no version of edgelag"),
        (r#"{ "edgelag": "0.1.0" }"#, "run.json: it lists no files"),
    ] {
        std::fs::write(folder.at("out/run.json"), manifest).unwrap();
        folder.edgelag("report out").run().exits(2).says("out is no folder of results").says(words);
    }
}

#[test]
fn broken_tables_are_named_with_their_line() {
    let folder = small();
    let table = folder.text("out/causes.csv");
    let broken = table.replacen("edge_cache,", "edge_cache,many", 1);
    std::fs::write(folder.at("out/causes.csv"), broken).unwrap();
    folder.edgelag("report out").run().exits(2).says("causes.csv:2: `many").says("is not a number");
    std::fs::write(folder.at("out/causes.csv"), table.replacen("cause,", "reason,", 1)).unwrap();
    folder.edgelag("report out").run().exits(2).says("causes.csv:1: there is no column `cause`");
    std::fs::write(folder.at("out/causes.csv"), format!("{table}one,two\n")).unwrap();
    folder.edgelag("report out").run().exits(2).says(&format!("causes.csv:{}:", table.lines().count() + 1));
    std::fs::remove_file(folder.at("out/causes.csv")).unwrap();
    folder.edgelag("report out").run().exits(2).says("out/causes.csv is missing");
}
