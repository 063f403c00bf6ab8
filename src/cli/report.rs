//! `edgelag report`.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde_json::Value;

use super::args::ReportArgs;
use super::failure::Failure;
use super::folder::{Folder, MANIFEST};
use super::output::{print, shown};
use crate::report::{PAGE, ResultFile, page};

/// Makes the page of a results folder from what is in it.
pub(super) fn report(args: &ReportArgs) -> Result<(), Failure> {
    let path = &args.folder;
    if !path.join(MANIFEST).is_file() {
        return Err(no_results(path, "it holds no run.json"));
    }
    // Once for the mistake that it may be, and again when no run can be about to replace it.
    manifest(path)?;
    let mut folder = Folder::open(path, false)?;
    let (manifest, names) = manifest(path)?;
    let page = page_of(path, shown_of(path, &names)?, &manifest)?;
    folder.add(&[page], &manifest)?;
    print(&format!("{}\n", shown(&path.join(PAGE))))
}

/// Of the files of a results folder, those that its page shows.
pub(super) fn shown_of(path: &Path, names: &[String]) -> Result<Vec<ResultFile>, Failure> {
    names.iter().filter(|name| is_shown(name)).map(|name| Ok((name.clone(), read(path, name)?))).collect()
}

/// The page of a results folder.
pub(super) fn page_of(path: &Path, files: Vec<ResultFile>, manifest: &[u8]) -> Result<ResultFile, Failure> {
    let page = page(&files, manifest);
    let page = page.map_err(|error| Failure::mistake(format!("in {}: {error}", shown(path))))?;
    Ok((PAGE.to_owned(), page))
}

/// Tables, and the diagrams of `edgelag why`.
fn is_shown(name: &str) -> bool {
    name.ends_with(".csv") || (name.starts_with("why-") && name.ends_with(".svg"))
}

/// The manifest, which lists the page, and the names in its list.
fn manifest(path: &Path) -> Result<(Vec<u8>, Vec<String>), Failure> {
    let bytes = read(path, MANIFEST)?;
    let broken = |reason: &dyn std::fmt::Display| no_results(path, &format!("run.json: {reason}"));
    let mut manifest: Value = serde_json::from_slice(&bytes).map_err(|error| broken(&error))?;
    if manifest.get("edgelag").is_none() {
        return Err(broken(&"it names no version of edgelag"));
    }
    let Some(files) = manifest.get_mut("files").and_then(Value::as_array_mut) else {
        return Err(broken(&"it lists no files"));
    };
    let lists_page = files.iter().any(|name| name == PAGE);
    if !lists_page {
        files.push(PAGE.into());
    }
    let names = files.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    if lists_page {
        return Ok((bytes, names));
    }
    let mut text = serde_json::to_string_pretty(&manifest).expect("what was JSON is JSON");
    text.push('\n');
    Ok((text.into_bytes(), names))
}

fn read(path: &Path, name: &str) -> Result<Vec<u8>, Failure> {
    let place = path.join(name);
    fs::read(&place).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::mistake(format!(
            "{} is missing, though run.json lists it\n  = help: run the scenario again",
            shown(&place)
        )),
        _ => Failure::io(format!("reading {}", shown(&place)), &error),
    })
}

fn no_results(path: &Path, why: &str) -> Failure {
    Failure::mistake(format!(
        "{} is no folder of results of edgelag: {why}\n  = help: `edgelag run` and `edgelag compare` write one, \
         by default below results/",
        shown(path)
    ))
}
