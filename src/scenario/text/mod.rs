//! Scenario text, read into typed values with diagnostics that point at it.
//!
//! Text in, values out: nothing here reads a file, a clock or the environment.
//!
//! ```text
//! bytes ── source ──► text ── syntax ──► tree ── reader ──► your types
//!                              ▲           ▲        │
//!                              │     layer, set     ▼
//!                          SourceMap ◄───────── Diagnostics
//! ```

mod diagnostic;
mod document;
mod name;
mod source;
mod tree;
mod within;

mod mistake;
mod path;
mod question;
mod reader;
mod recovery;
mod render;
mod syntax;
mod syntax_error;
#[cfg(test)]
mod tests;

pub use diagnostic::{Diagnostic, Diagnostics, Failure, Place, nearest};
pub use document::{Document, split_assignment};
pub use name::{check_name, escape, is_twin};
pub use source::{Located, SourceMap};
pub use tree::{Entry, Node, Table, Value};
