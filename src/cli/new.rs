//! `edgelag new`.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::args::NewArgs;
use super::failure::Failure;
use super::output::{print, say, schema_text, shown};
use super::presets::find;

/// The plain scenario to start from.
const PLAIN: &str = include_str!("new.toml");

pub(super) fn new(args: &NewArgs) -> Result<(), Failure> {
    let text = match &args.preset {
        Some(name) => find(name)?.text,
        None => PLAIN,
    };
    let Some(path) = &args.file else { return print(text) };
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => {
            say(&format!("wrote {0}; run it with: edgelag run {0}", shown(path)));
            add_schema(path)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(Failure::mistake(format!("{} exists; nothing is overwritten", shown(path))))
        }
        Err(error) => Err(Failure::io(format!("writing {}", shown(path)), &error)),
    }
}

/// Writes the schema that the scenario's first line names beside it, unless there is one.
fn add_schema(scenario: &Path) -> Result<(), Failure> {
    let path = scenario.with_file_name("scenario.schema.json");
    let schema = schema_text();
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .and_then(|mut file| file.write_all(schema.as_bytes()));
    match written {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(Failure::io(format!("writing {}", shown(&path)), &error))
        }
        Err(_) => Ok(()),
        Ok(()) => {
            say(&format!("wrote {}, by which editors complete and check it", shown(&path)));
            Ok(())
        }
    }
}
