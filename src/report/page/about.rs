//! What the page takes from `run.json`: words, and what was run.

use serde::Deserialize;

use super::PageError;

/// The part of `run.json` that the page shows.
#[derive(Debug, Deserialize)]
pub(super) struct About {
    pub(super) edgelag: String,
    pub(super) scenario: String,
    pub(super) title: String,
    pub(super) question: String,
    pub(super) command: String,
    pub(super) partial: bool,
    pub(super) cases_asked: u64,
    pub(super) trials_asked: u64,
    pub(super) seed: Option<u64>,
    pub(super) cases: Vec<Ran>,
}

/// A case that was run.
#[derive(Debug, Deserialize)]
pub(super) struct Ran {
    pub(super) trials: u64,
    pub(super) warmup_s: f64,
    pub(super) horizon_s: f64,
    pub(super) locations: u64,
}

/// The name of the manifest.
pub(super) const MANIFEST: &str = "run.json";

impl About {
    pub(super) fn read(manifest: &[u8]) -> Result<About, PageError> {
        serde_json::from_slice(manifest).map_err(|error| PageError {
            file: MANIFEST.to_owned(),
            line: Some(error.line() as u64),
            problem: format!("not the manifest of results of this version: {error}"),
        })
    }

    /// The title, or the scenario's name without one.
    pub(super) fn heading(&self) -> &str {
        if self.title.is_empty() { &self.scenario } else { &self.title }
    }
}
