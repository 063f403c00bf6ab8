//! A small scenario language to read documents into.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Deserialize, PartialEq)]
pub(super) struct Scenario {
    pub(super) seed: Option<u32>,
    pub(super) horizon: Seconds,
    pub(super) locations: Option<Locations>,
    #[serde(default)]
    pub(super) namespace: BTreeMap<String, Namespace>,
    #[serde(default)]
    pub(super) client: Vec<Client>,
}

#[derive(Debug, Deserialize, PartialEq)]
pub(super) struct Locations {
    pub(super) edges: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize, PartialEq)]
pub(super) struct Namespace {
    pub(super) replication: Replication,
    pub(super) popularity: Option<Popularity>,
    pub(super) ttl: Option<Spanned<Seconds>>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Replication {
    Quorum(Quorum),
    PrimaryBackup { backups: u8 },
    Gossip,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(try_from = "QuorumText")]
pub(super) struct Quorum {
    pub(super) r: u8,
    pub(super) w: u8,
}

#[derive(Debug, Deserialize)]
struct QuorumText {
    r: u8,
    #[serde(default)]
    w: u8,
}

impl TryFrom<QuorumText> for Quorum {
    type Error = String;

    fn try_from(QuorumText { r, w }: QuorumText) -> Result<Self, String> {
        if w == 0 {
            return Err("a write waits for nobody\nhelp: set `w` to 1 or more".to_owned());
        }
        Ok(Self { r, w })
    }
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Popularity {
    Zipf(f64),
    Uniform,
}

#[derive(Debug, Deserialize, PartialEq)]
pub(super) struct Client {
    pub(super) at: String,
    pub(super) reads: bool,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(try_from = "String")]
pub(super) struct Seconds(pub(super) u64);

impl TryFrom<String> for Seconds {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let number = text.strip_suffix('s').and_then(|text| text.parse().ok());
        number.map(Self).ok_or(format!("{text} has no unit\nhelp: write \"{text}s\""))
    }
}
