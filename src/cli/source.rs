//! Where scenarios come from.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::args::ScenarioArgs;
use super::failure::Failure;
use super::output::say;
use super::presets::find;
use crate::scenario::{Scenario, load};

/// A scenario and the name that its results go by.
pub(super) struct Loaded {
    pub(super) name: String,
    pub(super) scenario: Scenario,
}

/// Reads the scenario that the arguments name, with their settings.
pub(super) fn scenario(args: &ScenarioArgs) -> Result<Loaded, Failure> {
    let path = &args.scenario;
    let shown = path.display().to_string();
    let (name, bytes, folder) = match (path.to_str(), shown.strip_prefix("preset:")) {
        (Some("-"), _) => ("stdin".to_owned(), read_stdin()?, PathBuf::new()),
        (_, Some(preset)) => {
            let text = find(preset)?.text;
            (preset.to_owned(), text.as_bytes().to_vec(), PathBuf::new())
        }
        _ => {
            let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            (stem.unwrap_or_default(), read(path)?, folder)
        }
    };
    let mut settings: Vec<(String, String)> =
        args.set.iter().map(|setting| ("--set".to_owned(), setting.clone())).collect();
    settings.extend(args.seed.map(|seed| ("--seed".to_owned(), format!("seed={seed}"))));
    settings.extend(args.trials.map(|trials| ("--trials".to_owned(), format!("trials={trials}"))));
    let beside = |name: &str| std::fs::read(folder.join(name)).map_err(|error| error.to_string());
    let scenario = load(&shown, &bytes, &settings, &beside)
        .map_err(|failure| Failure::Mistake(format!("{}\n", failure.render(true).trim_end())))?;
    scenario.warnings().iter().for_each(|warning| say(&format!("warning: {warning}")));
    Ok(Loaded { name, scenario })
}

/// Longer files are no scenarios; they are not read into memory.
const LONGEST: u64 = 4 << 20;

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let cannot = |reason: &dyn std::fmt::Display| {
        Failure::mistake(format!("cannot read the scenario {}: {reason}", path.display()))
    };
    let data = std::fs::metadata(path).map_err(|error| cannot(&error))?;
    if data.is_dir() {
        return Err(cannot(&"it is a directory"));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| cannot(&error))?;
    file.take(LONGEST).read_to_end(&mut bytes).map_err(|error| cannot(&error))?;
    Ok(bytes)
}

fn read_stdin() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(LONGEST).read_to_end(&mut bytes);
    read.map_err(|error| Failure::io("reading standard input", &error))?;
    Ok(bytes)
}
