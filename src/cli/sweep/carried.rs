//! The files that go with a share, so that the results can be made where these are not. Those that are too long for that are
//! known again by their hash.

use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::base::Beside;
use crate::cli::failure::Failure;
use crate::cli::output::shown;
use crate::cli::source::plain_file;
use crate::experiment::Carried;

/// As much is hashed at once.
const CHUNK: usize = 1 << 16;

/// A file that a scenario names, and where it is.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) beside: Beside,
}

/// What of a file goes with a share.
pub(super) fn carried(file: Named) -> Result<(String, Carried), Failure> {
    let Named { name, path, beside } = file;
    let cannot = |reason| Failure::mistake(format!("cannot read {}: {reason}", shown(&path)));
    let carried = match beside.whole_if_short().map_err(cannot)? {
        Some(bytes) => Carried::Whole(bytes),
        None => Carried::Elsewhere { path: path.display().to_string(), hash: hash(&beside).map_err(cannot)? },
    };
    Ok((name, carried))
}

/// A file that went with a share, or is where it was then.
pub(super) fn found(carried: &Carried) -> Result<Beside, Failure> {
    let (path, expected) = match carried {
        Carried::Whole(bytes) => return Ok(bytes.clone().into()),
        Carried::Elsewhere { path, hash } => (Path::new(path), hash),
    };
    let wrong = |problem: String| {
        let help =
            "it is too long to be kept with the shares: merge where they were run, or copy it to this path";
        Failure::mistake(format!("{problem}\n  = help: {help}"))
    };
    let cannot = |reason: String| wrong(format!("cannot read {}: {reason}", shown(path)));
    let beside = plain_file(path).map_err(cannot)?;
    match hash(&beside).map_err(cannot)? == *expected {
        true => Ok(beside),
        false => Err(wrong(format!("{} is not the file that the shares were run with", shown(path)))),
    }
}

fn hash(file: &Beside) -> Result<[u8; 32], String> {
    let reason = |error: std::io::Error| error.to_string();
    let (mut file, mut hash, mut chunk) = (file.open().map_err(reason)?, Sha256::new(), vec![0; CHUNK]);
    loop {
        match file.read(&mut chunk) {
            Ok(0) => return Ok(hash.finalize().into()),
            Ok(read) => hash.update(&chunk[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(reason(error)),
        }
    }
}
