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
    /// The folders that were made for it, the innermost first.
    made: Vec<PathBuf>,
}

/// What helps if the explanation cannot go where it would.
const ELSEWHERE: &str = "choose another folder with --out";

impl Place {
    /// Takes the folder. One that holds results of another scenario is refused unless `--force` is given, and one that no
    /// page can be made of, both before anything is tried.
    pub(in crate::cli) fn open(args: &WhyArgs, given: &Given) -> Result<Place, Failure> {
        let path = match (&args.out, &given.results) {
            (Some(out), _) => out.clone(),
            (None, Some((folder, _))) => folder.clone(),
            (None, None) => Path::new("results").join(&given.loaded.name),
        };
        let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let made = path.ancestors().take_while(is_missing).map(Path::to_owned).collect();
        let folder = Folder::open(&path, args.force).map_err(|failure| match failure {
            Failure::Io(message) => Failure::Io(format!("{message}  = help: {ELSEWHERE}\n")),
            mistake @ Failure::Mistake(_) => mistake,
        })?;
        let manifest = read(&path).filter(|manifest| manifest.get("edgelag").is_some());
        let is_of_another = manifest.as_ref().is_some_and(|manifest| !is_of(manifest, given));
        if is_of_another && !args.force {
            return Err(Failure::mistake(format!(
                "{} holds the results of another scenario, or of other settings\n  = help: {ELSEWHERE}, or --force to \
                 replace their run.json and page",
                shown(&path)
            )));
        }
        let place = Place { path, folder, manifest: manifest.filter(|_| !is_of_another), made };
        place.check_page()?;
        Ok(place)
    }

    /// Makes the page of what is there, to see whether it can be made.
    fn check_page(&self) -> Result<(), Failure> {
        let Some(manifest) = &self.manifest else { return Ok(()) };
        let page = shown_of(&self.path, &self.others())
            .and_then(|shown| page_of(&self.path, shown, manifest.to_string().as_bytes()));
        page.map(drop).map_err(|failure| match failure {
            Failure::Mistake(message) => {
                let reason = message.split("\n  = help").next().unwrap_or_default().trim_end();
                Failure::Mistake(format!("{reason}\n  = help: run the scenario again, or {ELSEWHERE}\n"))
            }
            io @ Failure::Io(_) => io,
        })
    }

    /// Gives the folder up: what was made for it goes again.
    pub(in crate::cli) fn leave(self) {
        drop(self.folder);
        for folder in &self.made {
            // One that somebody else has put something into stays.
            let _ = std::fs::remove_dir(folder);
        }
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
        command: &command(given, args),
        resolved: &scenario.resolved,
        arms: &scenario.arms,
        partial: true,
        asked: (0, 0),
        ran: &[],
        gates: &[],
        files,
    };
    manifest.to_json()
}

/// The command that explains the same reads.
fn command(given: &Given, args: &WhyArgs) -> String {
    let scenario = &given.loaded.scenario;
    let mut words = vec![again::command("why", &[&args.source], &args.edits, Execute::Auto, scenario)];
    let at = args.at.map(|at| {
        let nanos = format!("{}.{:09}", at.as_nanos() / 1_000_000_000, at.as_nanos() % 1_000_000_000);
        format!("{}s", nanos.trim_end_matches('0').trim_end_matches('.'))
    });
    let values = [
        ("--case", args.case.clone()),
        ("--trial", (args.trial > 0).then(|| args.trial.to_string())),
        ("--namespace", args.namespace.clone()),
        ("--location", args.location.clone()),
        ("--key", args.key.map(|key| key.to_string())),
        ("--at", at),
    ];
    let given = values.into_iter().filter_map(|(name, value)| Some((name, value?)));
    words.extend(given.map(|(name, value)| format!("{name} {}", again::quoted(&value))));
    words.extend(args.each_cause.then(|| "--each-cause".to_owned()));
    words.join(" ")
}
