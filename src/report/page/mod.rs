//! `report.html`: one file that needs nothing but a browser, made from the tables and the manifest alone.

mod about;
mod after;
mod answer;
mod arms;
mod assets;
mod embedded;
mod gates;
mod rows;
mod shell;
mod solve;
mod why;

use std::fmt;

use thiserror::Error;

use super::ResultFile;
use about::About;
use rows::Tables;

/// The name of the page.
pub const PAGE: &str = "report.html";

/// Why there is no page: something in a results folder is not what edgelag writes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}{}: {problem}", At(.line))]
pub struct PageError {
    /// The file's name.
    pub file: String,
    /// Its line, counted from 1, where one is to blame.
    pub line: Option<u64>,
    /// What is wrong, in words.
    pub problem: String,
}

/// A line number behind a file's name.
struct At<'a>(&'a Option<u64>);

impl fmt::Display for At<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |line| write!(out, ":{line}"))
    }
}

/// The page of these results: a function of the bytes of the tables, of the diagrams of `edgelag why`, and of `run.json`.
/// Other files are passed over.
///
/// # Errors
/// If there is no `summary.csv` of what was run, a table lacks a column or holds what is not a number, or the manifest is not one.
pub fn page(files: &[ResultFile], manifest: &[u8]) -> Result<Vec<u8>, PageError> {
    let about = About::read(manifest)?;
    let tables = Tables::read(files, !about.cases.is_empty())?;
    let whole = shell::document(&about, &tables, files, manifest)?;
    Ok(whole.into_string().into_bytes())
}
