//! Presets: scenarios of real systems that come with the program, to extend or to start from.

/// A built-in scenario.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its name, as in `extends = "preset:NAME"`.
    pub name: &'static str,
    /// What it models, in a line.
    pub about: &'static str,
    /// Its text: figures with source and date, assumptions marked as such.
    pub text: &'static str,
}

macro_rules! presets {
    ($($name:literal: $about:literal,)*) => {
        const PRESETS: &[Preset] = &[
            $(Preset { name: $name, about: $about, text: include_str!(concat!("presets/", $name, ".toml")) },)*
        ];
    };
}

presets! {
    "workers-kv": "Cloudflare Workers KV as of 2025-26: edge caches, a regional tier, two stores that are raced",
    "dynamo-quorum": "A Dynamo-style leaderless quorum, N=3 R=2 W=2 as Riak's defaults, over three continents",
    "primary-backup": "One primary with asynchronous backups that lag as published for TAO, read from the nearest",
}

/// All presets, in the order in which they are listed.
pub fn presets() -> &'static [Preset] {
    PRESETS
}
