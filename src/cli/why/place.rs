//! Where the explanation goes: beside the results that it explains.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::source::Given;
use crate::cli::again;
use crate::cli::args::{Execute, WhyArgs};
use crate::cli::failure::Failure;
use crate::cli::folder::{Folder, MANIFEST};
use crate::cli::output::shown;
use crate::cli::report::{page_of, shown_of};
use crate::report::why::is_ours;
use crate::report::{Manifest, PAGE, ResultFile};

/// A folder that the explanation is added to.
#[derive(Debug)]
pub(in crate::cli) struct Place {
    path: PathBuf,
    folder: Folder,
    /// The manifest that is there.
    manifest: Option<Value>,
}

impl Place {
    /// Takes the folder. One that holds results of another scenario is refused.
    pub(in crate::cli) fn open(args: &WhyArgs, given: &Given) -> Result<Place, Failure> {
        let path = match (&args.out, &given.results) {
            (Some(out), _) => out.clone(),
            (None, Some((folder, _))) => folder.clone(),
            (None, None) => Path::new("results").join(&given.loaded.name),
        };
        let folder = Folder::open(&path, args.force)?;
        let manifest = read(&path).filter(|manifest| manifest.get("edgelag").is_some());
        if let Some(manifest) = &manifest
            && !is_of(manifest, given)
        {
            return Err(Failure::mistake(format!(
                "{} holds the results of another scenario, or of other settings\n  = help: choose another folder with \
                 --out",
                shown(&path)
            )));
        }
        Ok(Place { path, folder, manifest })
    }

    pub(in crate::cli) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the files in the place of those of an earlier explanation, and the page anew; tells how many.
    pub(in crate::cli) fn write(
        &mut self,
        files: Vec<ResultFile>,
        given: &Given,
        args: &WhyArgs,
    ) -> Result<usize, Failure> {
        let new: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
        let others = self.others();
        let mut names: Vec<String> = others.iter().chain(&new).cloned().collect();
        if !others.iter().any(|name| name == PAGE) {
            names.push(PAGE.to_owned());
        }
        let manifest = match self.manifest.clone() {
            Some(mut manifest) => {
                manifest["files"] = names.into();
                let text = serde_json::to_string_pretty(&manifest).expect("what was JSON is JSON");
                (text + "\n").into_bytes()
            }
            None => nothing_run(given, args, names),
        };
        let mut shown = shown_of(&self.path, &others)?;
        shown.extend(files.iter().cloned());
        let page = page_of(&self.path, shown, &manifest)?;
        let written: Vec<ResultFile> = files.into_iter().chain([page]).collect();
        self.folder.add(&written, &manifest)?;
        self.folder.remove_earlier(|name| is_ours(name) && !new.iter().any(|other| other == name))?;
        Ok(written.len())
    }

    /// The files of the run that was explained.
    fn others(&self) -> Vec<String> {
        let listed = self.manifest.as_ref().and_then(|manifest| manifest["files"].as_array());
        let names = listed.into_iter().flatten().filter_map(Value::as_str);
        names.filter(|name| !is_ours(name)).map(str::to_owned).collect()
    }
}

fn read(folder: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(folder.join(MANIFEST)).ok()?).ok()
}

/// Whether a manifest is of the scenario that is explained.
fn is_of(manifest: &Value, given: &Given) -> bool {
    let scenario = &given.loaded.scenario;
    let arms = manifest["arms"].as_array().map_or(&[][..], Vec::as_slice);
    let resolved = |arm: &Value| arm["resolved"].as_str().map(str::to_owned);
    manifest["resolved"].as_str().unwrap_or_default() == scenario.resolved
        && arms.iter().map(resolved).eq(scenario.arms.iter().map(|arm| Some(arm.resolved.clone())))
}

/// The manifest of a folder in which no run has ended.
fn nothing_run(given: &Given, args: &WhyArgs, files: Vec<String>) -> Vec<u8> {
    let scenario = &given.loaded.scenario;
    let manifest = Manifest {
        scenario: &given.loaded.name,
        title: &scenario.title,
        question: &scenario.question,
        command: &again::command("why", &[&args.source], &args.edits, Execute::Auto, scenario),
        resolved: &scenario.resolved,
        arms: &scenario.arms,
        partial: true,
        asked: (0, 0),
        outcomes: &[],
        files,
    };
    manifest.to_json()
}
