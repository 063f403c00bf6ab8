//! Public price lists, by name.

use std::sync::LazyLock;

use indexmap::IndexMap;
use serde::Deserialize;

use super::{PriceSpec, Requests};

/// A provider's published prices.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// What it is the price of, in a line.
    pub about: String,
    /// Where the figures are from.
    pub source: String,
    /// When they were there.
    pub date: String,
    /// How the provider counts, and what is left out.
    pub notes: Vec<String>,
    /// What it costs to list keys, which no client here does.
    pub lists: Option<Requests>,
    /// The figures.
    pub price: PriceSpec,
}

static TEXT: &str = include_str!("lists.toml");

static LISTS: LazyLock<IndexMap<String, PriceList>> =
    LazyLock::new(|| toml::from_str(TEXT).unwrap_or_else(|error| panic!("lists.toml: {error}")));

/// All price lists by name, in the order of the file.
pub fn price_lists() -> &'static IndexMap<String, PriceList> {
    &LISTS
}

impl PriceList {
    /// The list as the file has it, with its source and notes; `None` if there is none of that name.
    pub fn text(name: &str) -> Option<&'static str> {
        let mut texts = TEXT.split("\n\n").filter(|text| text.starts_with('['));
        texts.find(|text| text[1..].strip_prefix(name).is_some_and(|rest| rest.starts_with(']')))
    }
}
