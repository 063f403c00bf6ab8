//! The source tree keeps its own rules, so that nobody has to remember them.

use std::fs;
use std::path::PathBuf;

/// The floors of the design (section 1), the ground floor first. A module uses floors below its own.
const FLOORS: &[&[&str]] = &[
    &["base"],
    &["engine", "dist", "stats"],
    &["model"],
    &["truth"],
    &["observe"],
    &["scenario"],
    &["world"],
    &["experiment"],
    &["report"],
    &["cli", "lib", "main"],
];

/// Longer files have two ideas; longer functions do not fit a screen.
const LINES_OF_A_FILE: usize = 400;
const LINES_OF_A_FUNCTION: usize = 70;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder with that extension, as paths from the root with their texts, sorted.
fn files(folder: &str, extensions: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}")) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| extensions.iter().any(|wanted| e == *wanted)) {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// Otherwise a test over no files would pass.
#[test]
fn there_is_something_to_look_at() {
    for (folder, extension) in [("src", "rs"), ("src/model", "rs"), ("tests", "rs"), ("scenarios", "toml")] {
        assert!(!files(folder, &[extension]).is_empty(), "nothing in {folder}");
    }
}

/// Fails with all that is wrong, a line each.
#[track_caller]
fn assert_none(wrong: impl IntoIterator<Item = String>) {
    let wrong: Vec<String> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn floor(module: &str) -> usize {
    let found = FLOORS.iter().position(|floor| floor.contains(&module));
    found.unwrap_or_else(|| panic!("`{module}` has no floor; give it one here and in the design"))
}

/// The part of a source file before its unit tests.
fn without_tests(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod tests {").map_or(text, |at| &text[..at])
}

/// The lines that are not comments, with their numbers from 1.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line))
        .filter(|(_, line)| !line.trim().starts_with("//"))
}

/// The modules named behind `prefix` in a line, such as `base` in `crate::base::Time`. Those of
/// `use crate::{a, b}` are not found; no file writes that.
fn modules_after<'t>(line: &'t str, prefix: &str) -> Vec<&'t str> {
    let end = |rest: &str| rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    line.match_indices(prefix)
        .map(|(at, _)| &line[at + prefix.len()..])
        .map(|rest| &rest[..end(rest)])
        .filter(|module| !module.is_empty())
        .collect()
}

#[test]
fn modules_use_floors_below_only() {
    let mut wrong = Vec::new();
    for (name, text) in files("src", &["rs"]) {
        let own = name.trim_start_matches("src/").trim_end_matches(".rs").split('/').next().unwrap();
        for (number, line) in code(&text) {
            if line.contains("crate::{") {
                wrong.push(format!("{name}:{number}: name each module in a line of its own"));
            }
            for used in modules_after(line, "crate::") {
                if own != used && floor(used) >= floor(own) {
                    wrong.push(format!("{name}:{number}: `{own}` is not above `{used}`"));
                }
            }
        }
    }
    assert_none(wrong);
}

/// What is simulated: the parts do not know one another (design, section 1).
#[test]
fn parts_of_the_model_do_not_know_one_another() {
    let mut wrong = Vec::new();
    for (name, text) in files("src/model", &["rs"]) {
        let part = name.trim_start_matches("src/model/").trim_end_matches(".rs").split('/').next().unwrap();
        for (number, line) in code(&text) {
            let used = modules_after(line, "crate::model::");
            wrong.extend(
                used.iter()
                    .filter(|used| **used != part && part != "mod")
                    .map(|used| format!("{name}:{number}: `{part}` knows `{used}`")),
            );
        }
    }
    assert_none(wrong);
}

#[test]
fn every_file_says_what_it_is_for() {
    let all = files("src", &["rs"]).into_iter().chain(files("tests", &["rs"]));
    assert_none(all.filter(|(_, text)| !text.starts_with("//! ")).map(|(name, _)| name));
}

#[test]
fn files_are_short() {
    let all = files("src", &["rs"]).into_iter().chain(files("tests", &["rs"]));
    let long = all.map(|(name, text)| (name, text.lines().count())).filter(|(_, n)| *n > LINES_OF_A_FILE);
    assert_none(long.map(|(name, lines)| format!("{name}: {lines} lines")));
}

/// rustfmt puts the closing brace of a function below its `fn`, so nothing has to be parsed.
#[test]
fn functions_are_short() {
    let mut wrong = Vec::new();
    for (name, text) in files("src", &["rs"]).into_iter().chain(files("tests", &["rs"])) {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let body = line.trim_start();
            let words = body.split('(').next().unwrap_or_default();
            let is_function = words.starts_with("fn ") || words.contains(" fn ") && words.starts_with("pub");
            if !is_function {
                continue;
            }
            let end = format!("{}}}", &line[..line.len() - body.len()]);
            let length = lines[at..].iter().position(|line| *line == end).map_or(0, |length| length + 1);
            if length > LINES_OF_A_FUNCTION && !body.ends_with(';') {
                wrong.push(format!("{name}:{}: {length} lines", at + 1));
            }
        }
    }
    assert_none(wrong);
}

/// An `expect` says why it cannot fail; what is not done yet is not in the tree.
#[test]
fn nothing_is_left_lying_about() {
    let mut wrong = Vec::new();
    for (name, text) in files("src", &["rs"]) {
        if name.contains("/tests") {
            continue;
        }
        for (number, line) in code(without_tests(&text)) {
            let left = [".unwrap()", "dbg!", "todo!", "unimplemented!"];
            wrong.extend(
                left.iter().filter(|word| line.contains(*word)).map(|w| format!("{name}:{number}: {w}")),
            );
        }
        let noted = ["TODO", "FIXME", "XXX"];
        wrong.extend(noted.iter().filter(|word| text.contains(*word)).map(|word| format!("{name}: {word}")));
    }
    assert_none(wrong);
}

/// The tree means the same on every machine.
#[test]
fn no_file_names_a_place_of_one_machine() {
    let places = ["work", "tmp", "home", "root", "Users"].map(|folder| format!("/{folder}/"));
    let kinds = ["rs", "toml", "md", "py", "sh", "json", "csv", "html", "yml", "txt"];
    let top = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path());
    let folders = top.filter(|path| path.is_dir()).map(|path| path.file_name().unwrap().to_owned());
    let folders = folders.filter(|name| name != "target" && !name.to_string_lossy().starts_with('.'));
    let mut wrong = Vec::new();
    for (name, text) in folders.flat_map(|folder| files(&folder.to_string_lossy(), &kinds)) {
        for place in &places {
            let begins_there = |at: usize| {
                !text[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '}'))
            };
            if text.match_indices(place.as_str()).any(|(at, _)| begins_there(at)) {
                wrong.push(format!("{name}: {place}"));
            }
        }
    }
    assert_none(wrong);
}

/// A dependency is a decision; the comment above it, or above its group, says why it was taken.
#[test]
fn every_dependency_has_its_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let mut section = "";
    let mut has_reason = false;
    let mut wrong = Vec::new();
    for line in manifest.lines() {
        match line {
            "" => has_reason = false,
            header if header.starts_with('[') => (section, has_reason) = (header, false),
            comment if comment.starts_with("# ") => has_reason = true,
            entry if section.contains("dependencies") && !has_reason => wrong.push(entry.to_owned()),
            _ => {}
        }
    }
    assert_none(wrong);
}

/// A scenario is an experiment: it says what it asks, what is expected, and where its numbers come from.
#[test]
fn every_scenario_says_what_it_asks() {
    let mut scenarios = files("scenarios", &["toml"]);
    scenarios.extend(files("src/scenario/presets", &["toml"]));
    scenarios.extend(files("src/cli", &["toml"]));
    let mut wrong = Vec::new();
    for (name, text) in scenarios {
        let above = "../".repeat(name.strip_prefix("scenarios/").map_or(0, |name| name.matches('/').count()));
        if !text.starts_with(&format!("#:schema {above}scenario.schema.json\n")) {
            wrong.push(format!("{name}: the first line names no schema"));
        }
        let head: Vec<&str> = text.lines().take_while(|line| line.starts_with('#')).collect();
        for part in ["# Question: ", "# Expectation: ", "# Numbers: "] {
            if !head.iter().any(|line| line.starts_with(part)) {
                wrong.push(format!("{name}: no `{}`", part.trim()));
            }
        }
    }
    assert_none(wrong);
}

/// What editors read is what the program reads.
#[test]
fn the_committed_schema_is_the_one_of_the_program() {
    let committed = fs::read_to_string(root().join("scenarios/scenario.schema.json")).unwrap();
    let schema = serde_json::to_string_pretty(&edgelag::scenario::schema()).unwrap() + "\n";
    assert!(committed == schema, "run: edgelag schema > scenarios/scenario.schema.json");
}
