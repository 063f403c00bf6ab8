//! The results folder: locked while in use, and each file in it complete or not there.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::failure::Failure;
use super::output::shown;
use super::sweep::{JOURNAL, UNFINISHED_JOURNAL};
use crate::report::ResultFile;

/// A folder that this run may write into.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    lock: PathBuf,
    /// The open lock file: the lock ends with it.
    file: File,
    /// Files of earlier runs, finished or killed.
    earlier: Vec<String>,
}

const LOCK: &str = ".edgelag.lock";
/// What a sweep may have left in it.
const OF_A_SWEEP: [&str; 2] = [JOURNAL, UNFINISHED_JOURNAL];
/// What makes a folder one of results.
pub(super) const MANIFEST: &str = "run.json";

impl Folder {
    /// Makes the folder and takes it, before anything is simulated. One that holds something else than
    /// results is refused unless `force` says so.
    pub(super) fn open(path: &Path, force: bool) -> Result<Folder, Failure> {
        let io = |error: &std::io::Error| Failure::io(format!("opening {}", shown(path)), error);
        fs::create_dir_all(path).map_err(|e| io(&e))?;
        let lock = path.join(LOCK);
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&lock).map_err(|e| io(&e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let busy = std::io::Error::new(ErrorKind::ResourceBusy, "another run is writing into it");
                return Err(io(&busy));
            }
            Err(TryLockError::Error(error)) => return Err(io(&error)),
        }
        // Only now: a run that holds the lock may be about to replace the manifest.
        let mut names = String::new();
        file.read_to_string(&mut names).map_err(|e| io(&e))?;
        let earlier: Vec<String> = results_of_manifest(path)
            .into_iter()
            .chain(names.lines().map(str::to_owned))
            .filter(|n| is_plain(n))
            .collect();
        let folder = Folder { path: path.to_owned(), lock, file, earlier };
        if !force && folder.holds_foreign_files().map_err(|e| io(&e))? {
            return Err(Failure::mistake(format!(
                "{} holds something else than results of edgelag\n  = help: choose another folder with --out, \
                 or --force to replace files of the same names there",
                shown(path)
            )));
        }
        Ok(folder)
    }

    /// Whether nothing here comes from an earlier run, not even one that was killed, and yet there is something.
    fn holds_foreign_files(&self) -> std::io::Result<bool> {
        if self.path.join(MANIFEST).exists() && self.earlier.iter().any(|name| name == MANIFEST) {
            return Ok(false);
        }
        for entry in fs::read_dir(&self.path)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let ours = |known: &String| *known == name || unfinished(known) == name;
            if name != LOCK && !OF_A_SWEEP.contains(&name.as_str()) && !self.earlier.iter().any(ours) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Replaces the results of an earlier run: its manifest goes first and the new one comes last, so
    /// that a folder with a manifest is complete.
    pub(super) fn replace(&mut self, files: &[ResultFile], manifest: &[u8]) -> Result<(), Failure> {
        self.note_names(files)?;
        self.remove(MANIFEST)?;
        for old in &self.earlier {
            self.remove(&unfinished(old))?;
            if files.iter().all(|(name, _)| name != old) {
                self.remove(old)?;
            }
        }
        for (name, bytes) in files {
            self.write(name, bytes)?;
        }
        self.write(MANIFEST, manifest)
    }

    /// Adds files to the results of a finished run, or replaces them, and then its manifest.
    pub(super) fn add(&mut self, files: &[ResultFile], manifest: &[u8]) -> Result<(), Failure> {
        self.note_names(files)?;
        for (name, bytes) in files {
            self.write(name, bytes)?;
        }
        self.write(MANIFEST, manifest)
    }

    /// Removes files of earlier runs that no manifest lists any more.
    pub(super) fn remove_earlier(&self, is_over: impl Fn(&str) -> bool) -> Result<(), Failure> {
        self.earlier.iter().filter(|name| is_over(name)).try_for_each(|name| self.remove(name))
    }

    /// Writes all names that may be left behind into the lock, should this run be killed.
    fn note_names(&mut self, files: &[ResultFile]) -> Result<(), Failure> {
        let new = files.iter().map(|(name, _)| name.as_str()).chain([MANIFEST]);
        let names: BTreeSet<&str> = self.earlier.iter().map(String::as_str).chain(new).collect();
        let text = names.into_iter().collect::<Vec<_>>().join("\n");
        let place = shown(&self.lock).to_string();
        self.file
            .rewind()
            .and_then(|()| self.file.set_len(0))
            .and_then(|()| self.file.write_all(text.as_bytes()))
            .and_then(|()| self.file.sync_all())
            .map_err(|error| Failure::io(format!("writing {place}"), &error))
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let place = self.path.join(name);
        let beside = self.path.join(unfinished(name));
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

/// The name of a file until it is complete.
fn unfinished(name: &str) -> String {
    format!(".{name}.tmp")
}

/// The manifest of an earlier run and the files that it lists; empty if no run has ended here.
fn results_of_manifest(path: &Path) -> Vec<String> {
    let listed = || -> Option<Vec<String>> {
        let manifest: Value = serde_json::from_slice(&fs::read(path.join(MANIFEST)).ok()?).ok()?;
        manifest.get("edgelag")?;
        let files = manifest.get("files")?.as_array()?.iter().filter_map(Value::as_str);
        Some(files.chain([MANIFEST]).map(str::to_owned).collect())
    };
    listed().unwrap_or_default()
}

/// Only what lies in the folder itself is ours to replace.
fn is_plain(name: &str) -> bool {
    Path::new(name).file_name().is_some_and(|file| file == name)
}
