//! One case of a scenario by itself, to be changed and run again.

use serde::de::DeserializeOwned;

use super::arms::VARIANTS;
use super::case::Case;
use super::load::{CHOICES, Files, Scenario, load};
use super::sweep::{points, quoted};
use super::text::{Document, Failure, Node, split_assignment};

/// One case of a scenario: the scenario's text, and the settings that make it this case.
#[derive(Clone, Debug)]
pub struct Alone {
    /// The merged text.
    text: String,
    /// Assignments `key.path=value`, as for `--set`: that there is no sweep, and the values of its keys here; none where
    /// the text has no sweep.
    pub settings: Vec<String>,
    /// The variant that it is, in the text that has all of them.
    variant: Option<String>,
}

impl Scenario {
    /// The case at a place in the list by itself.
    pub fn alone(&self, case: usize) -> Alone {
        match self.arms.get(case) {
            Some(arm) => {
                let variant = (!self.resolved.is_empty()).then(|| arm.name.clone());
                Alone { text: arm.resolved.clone(), settings: Vec::new(), variant }
            }
            None => {
                let settings = point(&self.resolved, case);
                Alone { text: self.resolved.clone(), settings, variant: None }
            }
        }
    }
}

/// The settings of a sweep's point.
fn point(resolved: &str, case: usize) -> Vec<String> {
    let sweep =
        Document::parse("resolved", resolved).ok().and_then(|document| document.get("sweep").cloned());
    let points =
        sweep.and_then(|sweep| points(&sweep, u64::MAX).ok()).map_or_else(Vec::new, |(_, points)| points);
    let Some(point) = points.into_iter().nth(case) else { return Vec::new() };
    let values = point.settings.into_iter();
    let values = values.filter_map(|(path, _, value)| Some(format!("{path}={}", inline(&value)?)));
    std::iter::once("sweep={}".to_owned()).chain(values).collect()
}

/// A value in one line of TOML.
fn inline(node: &Node) -> Option<String> {
    toml::Value::try_from(node).ok().map(|value| value.to_string())
}

impl Alone {
    /// The case with more settings.
    ///
    /// # Errors
    /// What is wrong with it then.
    pub fn with(&self, settings: &[String], files: &Files) -> Result<Case, Failure> {
        let all = self.settings.iter().chain(settings);
        let all: Vec<(String, String)> = all.map(|setting| ("--set".to_owned(), setting.clone())).collect();
        let mut scenario = load("scenario", self.text.as_bytes(), &all, files)?;
        Ok(scenario.cases.remove(0))
    }

    /// An assignment as it is given for the scenario that the case is of: to its variant only, if it is one.
    pub fn shown(&self, setting: &str) -> String {
        match (&self.variant, split_assignment(setting)) {
            (Some(name), Some((path, value))) => {
                format!("{VARIANTS}.{}.{}={value}", quoted(name), quoted(path))
            }
            _ => setting.to_owned(),
        }
    }

    /// What is at a path, in one line of TOML.
    pub fn at(&self, path: &str) -> Option<String> {
        inline(self.document()?.get(path)?)
    }

    /// The assignment that leaves a key out of the table at a path.
    pub fn without(&self, path: &str, key: &str) -> Option<String> {
        let mut table: toml::Table = self.read(path)?;
        table.remove(key)?;
        Some(format!("{path}={}", toml::Value::Table(table)))
    }

    /// What is at a path, read.
    pub fn read<T: DeserializeOwned>(&self, path: &str) -> Option<T> {
        self.document()?.deserialize(Some(path)).ok()
    }

    fn document(&self) -> Option<Document> {
        let mut document = Document::parse("resolved", &self.text).ok()?;
        for setting in &self.settings {
            let (path, value) = split_assignment(setting)?;
            document.set(path, value, "--set", CHOICES).ok()?;
        }
        Some(document)
    }
}
