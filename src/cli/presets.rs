//! `edgelag presets`.

use std::fmt::Write;

use super::failure::Failure;
use super::output::print;
use crate::scenario::text::nearest;
use crate::scenario::{Preset, presets};

pub(super) fn list() -> Result<(), Failure> {
    let width = presets().iter().map(|preset| preset.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for Preset { name, about, .. } in presets() {
        let _ = writeln!(text, "{name:width$}  {about}");
    }
    let _ = writeln!(text, "\nShow one: edgelag presets show NAME\nUse one:  extends = \"preset:NAME\"");
    print(&text)
}

pub(super) fn show(name: &str) -> Result<(), Failure> {
    print(find(name)?.text)
}

/// The preset of that name.
pub(super) fn find(name: &str) -> Result<&'static Preset, Failure> {
    presets().iter().find(|preset| preset.name == name).ok_or_else(|| {
        let names: Vec<&str> = presets().iter().map(|preset| preset.name).collect();
        let help = match nearest(name, &names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("presets are: {}", names.join(", ")),
        };
        Failure::mistake(format!("unknown preset `{}`\n  = help: {help}", name.escape_debug()))
    })
}
