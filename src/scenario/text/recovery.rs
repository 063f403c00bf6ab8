//! Finding many mistakes although serde stops at the first: what is wrong is passed over, and reading begins again.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::diagnostic::{Diagnostic, Diagnostics};
use super::mistake::{Kind, Mistake, Step};
use super::path::quoted_if_needed;
use super::reader::Reader;
use super::tree::{Node, Value};

/// Enough to work on; it also bounds the time.
const MISTAKE_LIMIT: usize = 50;

/// What to pass over: a tree along the positions of the document's.
#[derive(Debug, Default)]
pub(crate) struct Lost {
    whole: bool,
    /// The key that a mistyped one was probably meant to be.
    meant: Option<&'static str>,
    below: BTreeMap<usize, Lost>,
}

impl Lost {
    pub(crate) fn at(&self, index: usize) -> &Lost {
        static NOTHING: Lost = Lost { whole: false, meant: None, below: BTreeMap::new() };
        self.below.get(&index).unwrap_or(&NOTHING)
    }

    pub(crate) fn is_lost(&self, index: usize) -> bool {
        self.at(index).whole
    }

    fn find(&self, path: &[Step]) -> &Lost {
        path.iter().fold(self, |lost, step| lost.at(step.index))
    }

    /// Marks what the path leads to; false if that was marked before.
    fn mark(&mut self, path: &[Step], meant: Option<&'static str>) -> bool {
        let entry = path.iter().fold(self, |lost, step| lost.below.entry(step.index).or_default());
        entry.meant = meant;
        !std::mem::replace(&mut entry.whole, true)
    }
}

/// Reads a `T`, or says everything that is found wrong. `name` is the dotted path of `root`.
pub(crate) fn read<T: DeserializeOwned>(root: &Node, name: &str) -> Result<T, Diagnostics> {
    let mut lost = Lost::default();
    let mut found: Option<Diagnostics> = None;
    loop {
        let mistake = match T::deserialize(Reader::new(root, &lost)) {
            Ok(value) => return found.map_or(Ok(value), Err),
            Err(mistake) => mistake.at(&root.span),
        };
        let path = mistake.path();
        let problems = match found {
            Some(problems) if follows(&mistake, root, &lost, &path) => problems,
            Some(problems) => problems.and(explain(&mistake, root, name, &path)),
            None => explain(&mistake, root, name, &path).into(),
        };
        let culprit = without_alternatives(&path);
        let stuck = culprit.is_empty() || !lost.mark(culprit, mistake.meant());
        if stuck || problems.iter().len() == MISTAKE_LIMIT {
            return Err(problems);
        }
        found = Some(problems);
    }
}

/// An enum without its alternative is nothing: both go.
fn without_alternatives(path: &[Step]) -> &[Step] {
    let end = path.iter().rposition(|step| !step.alternative);
    &path[..end.map_or(0, |i| i + 1)]
}

/// Whether the mistake is only there because an earlier one was passed over.
fn follows(mistake: &Mistake, root: &Node, lost: &Lost, path: &[Step]) -> bool {
    let lost = lost.find(path);
    if lost.below.is_empty() {
        return false;
    }
    match (&mistake.kind, &node_at(root, path).value) {
        (Kind::MissingKey(key), Value::Table(table)) => {
            let mut gone = lost.below.iter().filter(|(_, entry)| entry.whole);
            gone.any(|(&i, entry)| entry.meant == Some(key) || table.entry(i).key == *key)
        }
        (Kind::UnknownKey { .. } | Kind::UnknownChoice { .. }, _) => false,
        _ => true,
    }
}

fn node_at<'a>(root: &'a Node, path: &[Step]) -> &'a Node {
    path.iter().fold(root, |node, step| match &node.value {
        Value::Table(table) => &table.entry(step.index).node,
        Value::Array(items) => &items[step.index],
        _ => node,
    })
}

fn explain(mistake: &Mistake, root: &Node, name: &str, path: &[Step]) -> Diagnostic {
    let parent = &path[..path.len().saturating_sub(1)];
    mistake.explain(&dotted(root, name, path), &dotted(root, name, parent))
}

/// The path in the form that `--set` takes.
fn dotted(root: &Node, name: &str, path: &[Step]) -> String {
    let mut keys = Vec::new();
    if !name.is_empty() {
        keys.push(name.to_owned());
    }
    let mut node = root;
    for step in path {
        match &node.value {
            Value::Table(table) => {
                let entry = table.entry(step.index);
                keys.push(quoted_if_needed(&entry.key));
                node = &entry.node;
            }
            Value::Array(items) => {
                keys.push(step.index.to_string());
                node = &items[step.index];
            }
            _ => {}
        }
    }
    if keys.is_empty() {
        return "the scenario".to_owned();
    }
    format!("`{}`", keys.join("."))
}
