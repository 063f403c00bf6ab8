//! Where scenarios come from.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::args::ScenarioArgs;
use super::failure::Failure;
use super::output::{say, shown};
use super::presets::find;
use crate::scenario::text::escape;
use crate::scenario::{Scenario, load};

/// A scenario and the name that its results go by.
pub(super) struct Loaded {
    pub(super) name: String,
    pub(super) scenario: Scenario,
}

/// Reads the scenario that the arguments name, with their settings.
pub(super) fn scenario(args: &ScenarioArgs) -> Result<Loaded, Failure> {
    let path = &args.scenario;
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
            (stem.unwrap_or_default(), read(path, LONGEST).map_err(|reason| cannot(path, &reason))?, folder)
        }
    };
    let mut settings: Vec<(String, String)> =
        args.set.iter().map(|setting| ("--set".to_owned(), setting.clone())).collect();
    settings.extend(args.seed.map(|seed| ("--seed".to_owned(), format!("seed={seed}"))));
    settings.extend(args.trials.map(|trials| ("--trials".to_owned(), format!("trials={trials}"))));
    let beside = |name: &str| read(&folder.join(name), LONGEST_BESIDE);
    let scenario = load(&written, &bytes, &settings, &beside)
        .map_err(|failure| Failure::Mistake(format!("{}\n", failure.render(true).trim_end())))?;
    scenario.warnings().iter().for_each(|warning| say(&format!("warning: {warning}")));
    Ok(Loaded { name, scenario })
}

/// Longer texts are no scenarios; they are not read into memory.
const LONGEST: u64 = 1 << 20;
/// The longest file that a scenario may name: round trips between thousands of places.
const LONGEST_BESIDE: u64 = 64 << 20;

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
