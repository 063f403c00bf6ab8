//! A file beside a scenario, which whoever hands it out knows how to open.

use std::fmt;
use std::io::{self, Cursor, Read};
use std::sync::Arc;

/// Opens a file at its beginning.
type Open = dyn Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync;

/// A file that can be read whole, or from its beginning again and again.
#[derive(Clone)]
pub struct Beside {
    open: Arc<Open>,
}

/// The longest file that is read whole: round trips between thousands of places.
const LONGEST: u64 = 64 << 20;

impl Beside {
    /// A file that is opened like this.
    pub fn new(open: impl Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync + 'static) -> Beside {
        Beside { open: Arc::new(open) }
    }

    /// Its bytes from the beginning.
    ///
    /// # Errors
    /// Those of opening it.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        (self.open)()
    }

    /// All of its bytes; the error is the reason as a person reads it.
    ///
    /// # Errors
    /// It cannot be read, or is too long.
    pub fn whole(&self) -> Result<Vec<u8>, String> {
        self.whole_if_short()?.ok_or_else(|| format!("it is longer than the limit of {} MiB", LONGEST >> 20))
    }

    /// The same; `None` if it is too long.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn whole_if_short(&self) -> Result<Option<Vec<u8>>, String> {
        let mut bytes = Vec::new();
        let read = self.open().and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
        read.map_err(|error| error.to_string())?;
        Ok((bytes.len() as u64 <= LONGEST).then_some(bytes))
    }
}

impl From<Vec<u8>> for Beside {
    fn from(bytes: Vec<u8>) -> Beside {
        let bytes: Arc<[u8]> = bytes.into();
        Beside::new(move || Ok(Box::new(Cursor::new(bytes.clone()))))
    }
}

impl From<&str> for Beside {
    fn from(text: &str) -> Beside {
        text.as_bytes().to_vec().into()
    }
}

impl fmt::Debug for Beside {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("Beside")
    }
}
