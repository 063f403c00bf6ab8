//! The document as a tree in which every key and every value knows its place.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::ser::{Serialize, SerializeMap, Serializer};
use toml::value::Datetime;

use super::diagnostic::{Diagnostics, Place};

/// A value and its place. That of a table is its header, or the whole of an inline table.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it was written.
    pub span: Place,
    /// What was written.
    pub value: Value,
}

/// A TOML value.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names of the TOML types")]
pub enum Value {
    String(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Datetime(Datetime),
    Array(Vec<Node>),
    Table(Table),
}

/// Entries in the order of the text, each key once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    entries: Vec<Entry>,
}

/// A key with its place, and what it holds.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "said above")]
pub struct Entry {
    pub key: String,
    pub key_span: Place,
    pub node: Node,
}

impl Node {
    /// The elements, if this is an array.
    pub fn as_array(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The entries, if this is a table.
    pub fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Reads this part of a document into a `T`, with every mistake that can be found.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, Diagnostics> {
        super::recovery::read(self, "")
    }

    /// Moves all places by `offset`.
    pub(crate) fn shift(&mut self, offset: usize) {
        shift(&mut self.span, offset);
        match &mut self.value {
            Value::Array(items) => items.iter_mut().for_each(|item| item.shift(offset)),
            Value::Table(table) => {
                for entry in &mut table.entries {
                    shift(&mut entry.key_span, offset);
                    entry.node.shift(offset);
                }
            }
            _ => {}
        }
    }
}

fn shift(span: &mut Place, offset: usize) {
    *span = span.start + offset..span.end + offset;
}

impl Value {
    /// The type in words, with its article.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::String(_) => "a string",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a float",
            Value::Boolean(_) => "a boolean",
            Value::Datetime(_) => "a date",
            Value::Array(_) => "an array",
            Value::Table(_) => "a table",
        }
    }
}

impl Table {
    /// The entries in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What `key` holds.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.position(key).map(|i| &self.entries[i].node)
    }

    /// Removes what `key` holds.
    pub(crate) fn take(&mut self, key: &str) -> Option<Node> {
        self.position(key).map(|index| self.remove(index))
    }

    pub(crate) fn entry(&self, index: usize) -> &Entry {
        &self.entries[index]
    }

    pub(crate) fn entry_mut(&mut self, index: usize) -> &mut Entry {
        &mut self.entries[index]
    }

    pub(crate) fn position(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.key == key)
    }

    pub(crate) fn push(&mut self, entry: Entry) -> usize {
        self.entries.push(entry);
        self.entries.len() - 1
    }

    /// Puts in an entry, in the place of one with the same key if there is any.
    pub(crate) fn put(&mut self, entry: Entry) {
        match self.position(&entry.key) {
            Some(index) => self.entries[index] = entry,
            None => self.entries.push(entry),
        }
    }

    pub(crate) fn remove(&mut self, index: usize) -> Node {
        self.entries.remove(index).node
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.entries.retain(|entry| keep(&entry.key));
    }

    /// Lays `over` on top. A table below a key in `choices` holds one alternative: another one in `over` replaces it.
    pub(crate) fn merge(&mut self, over: Table, choices: &[&str]) {
        let known: BTreeMap<String, usize> =
            (0..).zip(&self.entries).map(|(i, entry)| (entry.key.clone(), i)).collect();
        for entry in over.entries {
            match known.get(&entry.key) {
                Some(&i) => self.entries[i].merge(entry, choices),
                None => self.entries.push(entry),
            }
        }
    }
}

impl Entry {
    fn merge(&mut self, over: Entry, choices: &[&str]) {
        self.key_span = over.key_span;
        let span = over.node.span;
        match (&mut self.node.value, over.node.value) {
            (Value::Table(base), Value::Table(over)) => {
                if choices.contains(&self.key.as_str()) && !over.is_empty() {
                    base.retain(|key| over.get(key).is_some());
                }
                base.merge(over, choices);
            }
            (value, over) => *value = over,
        }
        self.node.span = span;
    }
}

impl FromIterator<Entry> for Table {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Table {
        Table { entries: entries.into_iter().collect() }
    }
}

impl<'a> IntoIterator for &'a Table {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::String(text) => serializer.serialize_str(text),
            Value::Integer(number) => serializer.serialize_i64(*number),
            Value::Float(number) => serializer.serialize_f64(*number),
            Value::Boolean(flag) => serializer.serialize_bool(*flag),
            Value::Datetime(date) => date.serialize(serializer),
            Value::Array(items) => serializer.collect_seq(items),
            Value::Table(table) => {
                let mut map = serializer.serialize_map(Some(table.len()))?;
                for entry in table {
                    map.serialize_entry(&entry.key, &entry.node)?;
                }
                map.end()
            }
        }
    }
}
