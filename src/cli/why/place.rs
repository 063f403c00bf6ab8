//! Where the explanation goes: beside the results that it explains.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::source::Given;
use crate::cli::again;
use crate::cli::args::{Execute, WhyArgs};
use crate::cli::failure::Failure;
use crate::cli::folder::{Folder, MANIFEST};
use crate::cli::output::shown;
use crate::report::why::is_ours;
use crate::report::{Manifest, ResultFile};

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

    /// Writes the files in the place of those of an earlier explanation; tells how many.
    pub(in crate::cli) fn write(
        &mut self,
        files: &[ResultFile],
        given: &Given,
        args: &WhyArgs,
    ) -> Result<usize, Failure> {
        let new: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        let manifest = match &self.manifest {
            Some(manifest) => {
                let mut manifest = manifest.clone();
                let listed = manifest["files"].as_array().cloned().unwrap_or_default();
                let others = listed.into_iter().filter(|name| !name.as_str().is_some_and(is_ours));
                manifest["files"] = others.chain(new.iter().map(|&name| name.into())).collect();
                let text = serde_json::to_string_pretty(&manifest).expect("what was JSON is JSON");
                (text + "\n").into_bytes()
            }
            None => nothing_run(given, args, &new),
        };
        self.folder.add(files, &manifest)?;
        self.folder.remove_earlier(|name| is_ours(name) && !new.contains(&name))?;
        Ok(files.len())
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
fn nothing_run(given: &Given, args: &WhyArgs, files: &[&str]) -> Vec<u8> {
    let scenario = &given.loaded.scenario;
    let manifest = Manifest {
        scenario: &given.loaded.name,
        title: &scenario.title,
        question: &scenario.question,
        command: &again::command("why", &[&args.source], &args.edits, Execute::Auto, scenario),
        resolved: &scenario.resolved,
        arms: &scenario.arms,
        partial: true,
        outcomes: &[],
        files: files.iter().map(|&name| name.to_owned()).collect(),
    };
    manifest.to_json()
}
