//! The results folder: locked while in use, and each file in it complete or not there.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::failure::Failure;
use super::output::shown;
use crate::report::ResultFile;

/// A folder that this run may write into.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    lock: PathBuf,
    /// Held open: the lock ends with it.
    _lock: File,
    /// Files of an earlier run.
    earlier: Vec<String>,
}

const LOCK: &str = ".edgelag.lock";
const MANIFEST: &str = "run.json";

impl Folder {
    /// Makes the folder and takes it, before anything is simulated. One that holds something else than
    /// results is refused unless `force` says so.
    pub(super) fn open(path: &Path, force: bool) -> Result<Folder, Failure> {
        let io = |error: &std::io::Error| Failure::io(format!("opening {}", shown(path)), error);
        fs::create_dir_all(path).map_err(|e| io(&e))?;
        let lock = path.join(LOCK);
        let killed = lock.exists();
        let file = File::create(&lock).map_err(|e| io(&e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let busy = std::io::Error::new(ErrorKind::ResourceBusy, "another run is writing into it");
                return Err(io(&busy));
            }
            Err(TryLockError::Error(error)) => return Err(io(&error)),
        }
        // Only now: a run that holds the lock may be about to replace the manifest.
        let earlier = earlier_results(path);
        let folder =
            Folder { path: path.to_owned(), lock, _lock: file, earlier: earlier.clone().unwrap_or_default() };
        // A run that was killed while writing leaves its lock and no manifest.
        let is_foreign = earlier.is_none() && !killed;
        if is_foreign && !force && holds_anything(path).map_err(|e| io(&e))? {
            return Err(Failure::mistake(format!(
                "{} holds something else than results of edgelag\n  = help: choose another folder with --out, \
                 or --force to replace files of the same names there",
                shown(path)
            )));
        }
        Ok(folder)
    }

    /// Replaces the results of an earlier run: its manifest goes first and the new one comes last, so
    /// that a folder with a manifest is complete.
    pub(super) fn replace(&self, files: &[ResultFile], manifest: &[u8]) -> Result<(), Failure> {
        self.remove(MANIFEST)?;
        for old in self.earlier.iter().filter(|old| files.iter().all(|(name, _)| name != *old)) {
            self.remove(old)?;
        }
        for (name, bytes) in files {
            self.write(name, bytes)?;
        }
        self.write(MANIFEST, manifest)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let place = self.path.join(name);
        let beside = self.path.join(format!(".{name}.tmp"));
        let written = File::create(&beside)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&beside, &place));
        written.map_err(|error| {
            // The half-written file is worth nothing; its loss neither.
            let _ = fs::remove_file(&beside);
            Failure::io(format!("writing {}", shown(&place)), &error)
        })
    }

    fn remove(&self, name: &str) -> Result<(), Failure> {
        let place = self.path.join(name);
        match fs::remove_file(&place) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Failure::io(format!("removing {}", shown(&place)), &error))
            }
            _ => Ok(()),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind it does no harm.
        let _ = fs::remove_file(&self.lock);
    }
}

/// The files that an earlier run lists in its manifest; `None` if no run wrote here.
fn earlier_results(path: &Path) -> Option<Vec<String>> {
    let manifest: Value = serde_json::from_slice(&fs::read(path.join(MANIFEST)).ok()?).ok()?;
    manifest.get("edgelag")?;
    let files = manifest.get("files")?.as_array()?;
    let names = files.iter().filter_map(Value::as_str);
    // Only what lies in the folder itself is ours to replace.
    let plain = names.filter(|name| Path::new(name).file_name().is_some_and(|file| file == *name));
    Some(plain.map(str::to_owned).collect())
}

fn holds_anything(path: &Path) -> std::io::Result<bool> {
    for entry in fs::read_dir(path)? {
        if entry?.file_name() != LOCK {
            return Ok(true);
        }
    }
    Ok(false)
}
