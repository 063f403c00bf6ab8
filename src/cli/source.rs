//! Where scenarios come from.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::args::{EditArgs, ScenarioArgs};
use super::failure::Failure;
use super::output::{say, shown};
use super::presets::find;
use crate::base::Beside;
use crate::scenario::text::{Failure as Mistakes, escape};
use crate::scenario::{Files, Keeping, Scenario, Text, load_keeping, side_by_side};

/// A scenario and the name that its results go by.
pub(super) struct Loaded {
    pub(super) name: String,
    pub(super) scenario: Scenario,
}

/// A scenario's text, before it is read.
pub(super) struct Source {
    name: String,
    written: String,
    bytes: Vec<u8>,
    folder: PathBuf,
}

/// Reads the scenario that the arguments name, with their settings.
pub(super) fn scenario(args: &ScenarioArgs) -> Result<Loaded, Failure> {
    single(&args.scenario, &args.edits)
}

/// Reads the scenario at a path, with settings.
pub(super) fn single(path: &Path, edits: &EditArgs) -> Result<Loaded, Failure> {
    Source::read(path)?.load(edits)
}

/// Reads several scenarios as the arms of one comparison, with settings for all of them.
pub(super) fn several(paths: &[PathBuf], edits: &EditArgs) -> Result<Loaded, Failure> {
    side_by_side_of(&paths.iter().map(|path| Source::read(path)).collect::<Result<Vec<_>, _>>()?, edits)
}

/// The same of texts that are at hand.
pub(super) fn side_by_side_of(sources: &[Source], edits: &EditArgs) -> Result<Loaded, Failure> {
    let mut names: Vec<String> = Vec::new();
    for source in sources {
        let numbered = (2..).map(|number| format!("{}-{number}", source.name));
        let mut free = std::iter::once(source.name.clone()).chain(numbered);
        names.extend(free.find(|name| !names.contains(name)));
    }
    let beside: Vec<_> = sources.iter().map(|source| |name: &str| source.beside(name)).collect();
    let texts = sources.iter().zip(&names).zip(&beside).map(|((source, name), files)| Text {
        name,
        written: &source.written,
        bytes: &source.bytes,
        files,
    });
    let loaded = side_by_side(&texts.collect::<Vec<_>>(), &settings(edits));
    let name = match &names[..] {
        [a, b, c, rest @ ..] if !rest.is_empty() => format!("{a}-vs-{b}-vs-{c}-and-{}-more", rest.len()),
        few => few.join("-vs-"),
    };
    Loaded::new(name, loaded)
}

impl Loaded {
    /// Says what a person should know before the run.
    pub(super) fn new(name: String, loaded: Result<Scenario, Mistakes>) -> Result<Loaded, Failure> {
        let drawn = |mistakes: Mistakes| Failure::Mistake(format!("{}\n", mistakes.render(true).trim_end()));
        let scenario = loaded.map_err(drawn)?;
        scenario.warnings().iter().for_each(|warning| say(&format!("warning: {warning}")));
        scenario.notes.iter().for_each(|note| say(&format!("note: {note}")));
        Ok(Loaded { name, scenario })
    }
}

fn settings(edits: &EditArgs) -> Vec<(String, String)> {
    let mut settings: Vec<(String, String)> =
        edits.set.iter().map(|setting| ("--set".to_owned(), setting.clone())).collect();
    settings.extend(edits.seed.map(|seed| ("--seed".to_owned(), format!("seed={seed}"))));
    let skips = edits.skip_bad_rows.then(|| "skip_bad_rows=true".to_owned());
    settings.extend(skips.map(|setting| ("--skip-bad-rows".to_owned(), setting)));
    settings.extend(edits.trials.map(|trials| ("--trials".to_owned(), format!("trials={trials}"))));
    settings
}

impl Source {
    /// A text that is at hand, whose files are in a folder.
    pub(super) fn of_text(name: &str, text: &str, folder: &Path) -> Source {
        let (bytes, folder) = (text.as_bytes().to_vec(), folder.to_owned());
        Source { name: name.to_owned(), written: name.to_owned(), bytes, folder }
    }

    /// The scenario, with settings.
    pub(super) fn load(&self, edits: &EditArgs) -> Result<Loaded, Failure> {
        self.load_with(edits, Keeping::InMemory, &|name| self.beside(name))
    }

    /// The same, with trials kept otherwise, and files read otherwise.
    pub(super) fn load_with(
        &self,
        edits: &EditArgs,
        keeping: Keeping,
        files: &Files,
    ) -> Result<Loaded, Failure> {
        let loaded = load_keeping(&self.written, &self.bytes, &settings(edits), files, keeping);
        Loaded::new(self.name.clone(), loaded)
    }

    pub(super) fn read(path: &Path) -> Result<Source, Failure> {
        let written = path.display().to_string();
        let (name, bytes, folder) = match (path.to_str(), written.strip_prefix("preset:")) {
            (Some("-"), _) => ("stdin".to_owned(), read_stdin()?, PathBuf::new()),
            (_, Some(preset)) => {
                let text = find(preset)?.text;
                (preset.to_owned(), text.as_bytes().to_vec(), PathBuf::new())
            }
            _ => {
                let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
                let stem = path.file_stem().map(|stem| escape(&stem.to_string_lossy()));
                let bytes = read(path, LONGEST).map_err(|reason| cannot(path, &reason))?;
                (stem.unwrap_or_default(), bytes, folder)
            }
        };
        Ok(Source { name, written, bytes, folder })
    }

    /// A file beside it.
    pub(super) fn beside(&self, name: &str) -> Result<Beside, String> {
        plain_file(&self.path_of(name))
    }

    /// Where a file beside it is.
    pub(super) fn path_of(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// A file that can be read again and again; the error is the reason as a person reads it.
pub(super) fn plain_file(path: &Path) -> Result<Beside, String> {
    let kind = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if kind.is_dir() {
        return Err("it is a directory".to_owned());
    }
    // It is read more than once, and has an end.
    if !kind.is_file() {
        return Err("it is not a plain file".to_owned());
    }
    let path = path.to_owned();
    Ok(Beside::new(move || Ok(Box::new(File::open(&path)?))))
}

/// Whether all traces were replayed as they were when the scenario was loaded.
///
/// # Errors
/// One could not be read, or has changed.
pub(super) fn check_traces(scenario: &Scenario) -> Result<(), Failure> {
    let mut traces =
        scenario.cases.iter().flat_map(|case| &case.populations).filter_map(|it| it.trace.as_ref());
    match traces.find_map(|trace| Some((trace, trace.broken()?))) {
        None => Ok(()),
        Some((trace, reason)) => {
            let doing = format!("replaying {}", escape(&trace.file));
            Err(Failure::io(doing, &std::io::Error::other(reason)))
        }
    }
}

/// Longer texts are no scenarios; they are not read into memory.
const LONGEST: u64 = 1 << 20;

fn cannot(path: &Path, reason: &str) -> Failure {
    Failure::mistake(format!("cannot read the scenario {}: {reason}", shown(path)))
}

/// The bytes of a file; the error is the reason as a person reads it.
fn read(path: &Path, longest: u64) -> Result<Vec<u8>, String> {
    let reason = |error: std::io::Error| error.to_string();
    let file = File::open(path).map_err(reason)?;
    if file.metadata().map_err(reason)?.is_dir() {
        return Err("it is a directory".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(longest + 1).read_to_end(&mut bytes).map_err(reason)?;
    if bytes.len() as u64 > longest {
        return Err(format!("it is longer than the limit of {} MiB", longest >> 20));
    }
    Ok(bytes)
}

fn read_stdin() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::io("reading standard input", &error))?;
    Ok(bytes)
}
