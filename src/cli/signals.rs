//! Ctrl-C and termination.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Which signal came, if any; a second one ends the program at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Signals {
    came: Arc<AtomicUsize>,
}

impl Signals {
    /// Begins to listen.
    pub(super) fn listen() -> std::io::Result<Signals> {
        let signals = Signals::default();
        let second = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&second))?;
            flag::register(signal, Arc::clone(&second))?;
            flag::register_usize(signal, Arc::clone(&signals.came), signal as usize)?;
        }
        Ok(signals)
    }

    /// The exit code that the signal asks for.
    pub(super) fn exit_code(&self) -> Option<u8> {
        match self.came.load(Ordering::Relaxed) {
            0 => None,
            signal => Some(128 + signal as u8),
        }
    }
}
