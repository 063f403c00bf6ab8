//! Runs the built command in a folder of its own.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A scenario that takes milliseconds and has stale reads; tests lay settings over it.
pub(crate) const SMALL: &str = r#"seed = 7
trials = 4
warmup = "2s"
horizon = "22s"
[locations]
edges = ["FRA", "SIN"]
[network]
rtt.constant = "80ms"
[namespace.kv]
keys.count = 5
replicas = ["FRA", "IAD", "SIN"]
replication.quorum = { r = 1, w = 2 }
cache.edge = { ttl = "2s" }
[client.users]
at = "edges"
namespace = "kv"
arrivals.poisson = "20/s"
mix = { read = 0.9, write = 0.1 }
"#;

/// A fresh folder, removed at the end of the test unless that fails.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// An empty folder.
    pub(crate) fn empty() -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("edgelag-test-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("the temporary folder can be written");
        Folder { path }
    }

    /// A folder that holds `small.toml`.
    pub(crate) fn with_small() -> Folder {
        Folder::empty().file("small.toml", SMALL)
    }

    /// Adds a file.
    pub(crate) fn file(self, name: &str, text: impl AsRef<[u8]>) -> Folder {
        fs::write(self.path.join(name), text).expect("the temporary folder can be written");
        self
    }

    /// A path in it.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The text of a file in it.
    #[track_caller]
    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).expect("results are UTF-8")
    }

    /// The bytes of a file in it.
    #[track_caller]
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.at(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The names in a folder in it, sorted; hidden ones too.
    #[track_caller]
    pub(crate) fn names(&self, name: &str) -> Vec<String> {
        let entries = fs::read_dir(self.at(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Names and bytes of all files of a results folder.
    #[track_caller]
    pub(crate) fn results(&self, name: &str) -> Vec<(String, Vec<u8>)> {
        let names = self.names(name).into_iter();
        names.map(|file| (file.clone(), self.bytes(&format!("{name}/{file}")))).collect()
    }

    /// The command in this folder, with its arguments separated by blanks.
    pub(crate) fn edgelag(&self, args: &str) -> Edgelag {
        let mut command = Command::new(env!("CARGO_BIN_EXE_edgelag"));
        command.current_dir(&self.path).args(args.split_whitespace());
        for name in ["CI", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Edgelag { command, stdin: Vec::new() }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// The command, about to run.
#[derive(Debug)]
pub(crate) struct Edgelag {
    command: Command,
    stdin: Vec<u8>,
}

impl Edgelag {
    /// One more argument, whatever is in it.
    pub(crate) fn arg(mut self, arg: impl AsRef<std::ffi::OsStr>) -> Edgelag {
        self.command.arg(arg);
        self
    }

    /// `--set` with an assignment that may hold blanks.
    pub(crate) fn set(self, assignment: &str) -> Edgelag {
        self.arg("--set").arg(assignment)
    }

    /// Runs it in another folder.
    pub(crate) fn within(mut self, folder: &std::path::Path) -> Edgelag {
        self.command.current_dir(folder);
        self
    }

    /// A variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Edgelag {
        self.command.env(name, value);
        self
    }

    /// Bytes for standard input.
    pub(crate) fn stdin(mut self, bytes: &[u8]) -> Edgelag {
        self.command.stdin(Stdio::piped());
        self.stdin = bytes.to_vec();
        self
    }

    /// Standard output goes there instead.
    pub(crate) fn stdout_to(mut self, stream: impl Into<Stdio>) -> Edgelag {
        self.command.stdout(stream);
        self
    }

    /// Starts it.
    pub(crate) fn start(mut self) -> Child {
        let mut child = self.command.spawn().expect("the command was built");
        if let Some(mut input) = child.stdin.take() {
            // A command that does not want its input may be gone already.
            let _ = input.write_all(&self.stdin);
        }
        child
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Ran {
        Ran { output: self.start().wait_with_output().expect("it was started") }
    }
}

/// What a run of the command came to.
#[derive(Debug)]
pub(crate) struct Ran {
    output: Output,
}

impl Ran {
    /// What it printed.
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.output.stdout.clone()).expect("it prints UTF-8")
    }

    /// What it said.
    pub(crate) fn stderr(&self) -> String {
        String::from_utf8(self.output.stderr.clone()).expect("it says UTF-8")
    }

    /// Its exit code; 128 and the signal if one ended it.
    pub(crate) fn code(&self) -> i32 {
        use std::os::unix::process::ExitStatusExt;
        let status = self.output.status;
        status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
    }

    /// Asserts the exit code, showing everything if it differs.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Ran {
        assert_eq!(self.code(), code, "\nstdout: {}\nstderr: {}", self.stdout(), self.stderr());
        self
    }

    /// Asserts that standard error has these words.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Ran {
        assert!(self.stderr().contains(words), "`{words}` is not in: {}", self.stderr());
        self
    }

    /// Asserts that nothing was printed on standard output.
    #[track_caller]
    pub(crate) fn prints_nothing(self) -> Ran {
        assert_eq!(self.stdout(), "");
        self
    }

    /// Asserts that nothing was said on standard error.
    #[track_caller]
    pub(crate) fn says_nothing(self) -> Ran {
        assert_eq!(self.stderr(), "");
        self
    }
}

/// Does something and asserts that it took no longer than that many seconds.
#[track_caller]
#[allow(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
pub(crate) fn within<T>(seconds: u64, what: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = what();
    assert!(begun.elapsed() < Duration::from_secs(seconds), "it took {:?}", begun.elapsed());
    done
}

/// Waits until something holds, at most twenty seconds.
#[track_caller]
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..4_000 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("{what} did not come");
}
