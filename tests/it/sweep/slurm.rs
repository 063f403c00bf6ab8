//! The worked example of a job array, on the Slurm of this machine if there is one.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::{HUNDRED, undisturbed};
use crate::edgelag::Folder;

const TASKS: &str = "4";

/// Standard output of a program of Slurm's, or of the example; `None` if it cannot be run or fails.
fn output(folder: &Folder, program: impl AsRef<Path>, args: &[&str]) -> Option<String> {
    let edgelag = Path::new(env!("CARGO_BIN_EXE_edgelag")).parent()?;
    let mut command = Command::new("sh");
    command.args(["-c", r#"PATH="$1:$PATH"; shift; exec "$@""#, "sh"]).arg(edgelag).arg(program.as_ref());
    let done = command.args(args).current_dir(folder.at("")).output().ok()?;
    done.status.success().then(|| String::from_utf8_lossy(&done.stdout).trim().to_owned())
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/slurm").join(name)
}

fn wait_for_end(folder: &Folder, job: &str) {
    let after = format!("--dependency=afterany:{job}");
    output(folder, "sbatch", &["--wait", "--output=/dev/null", &after, "--wrap=true"]).expect("it ends");
}

/// Kept trials of a share: its journal without the header.
#[allow(clippy::disallowed_methods, reason = "when a process is killed is what is tested")]
fn wait_for_trials(folder: &Folder, share: &str) {
    let journal = folder.at(share).join("trials.edgelag");
    let begun = Instant::now();
    while std::fs::metadata(&journal).map_or(0, |file| file.len()) < 10_000 {
        assert!(begun.elapsed() < Duration::from_secs(60), "{} does not grow", journal.display());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Tasks of an array get SIGKILL from Slurm; the example, given again, goes on where they were and joins the shares.
#[test]
fn a_job_array_whose_tasks_are_killed_leaves_the_same_bytes() {
    let folder = Folder::empty().file("s.toml", HUNDRED);
    if !output(&folder, "sinfo", &["--noheader", "--format=%t"]).is_some_and(|state| state.contains("idle")) {
        // Past the capture of the test's output: that nothing was looked at has to be seen.
        let _ = writeln!(std::io::stderr(), "no idle Slurm here: the job array is not tried");
        return;
    }
    let expected = undisturbed(HUNDRED);
    let array = format!("--array=1-{TASKS}");
    let sbatch = example("sweep.sbatch").display().to_string();
    let tasks = ["--parsable", &array, &sbatch, "s.toml", "results/s-shares"];
    let killed = output(&folder, "sbatch", &tasks).expect("it takes jobs");
    wait_for_trials(&folder, "results/s-shares/1");
    output(&folder, "scancel", &["--signal=KILL", "--full", &killed]).expect("tasks are killed");
    wait_for_end(&folder, &killed);
    let complete = folder.text(&format!("slurm-{killed}_1.out")).contains("complete");
    assert!(!complete, "task 1 was to be killed");

    let joined =
        output(&folder, example("submit.sh"), &["s.toml", TASKS, "results/s"]).expect("it takes jobs");
    wait_for_end(&folder, &joined);
    let told = folder.names("").into_iter().filter(|name| name.ends_with("_1.out"));
    let resumed = told.filter(|name| folder.text(name).contains("resuming")).count();
    assert_eq!(resumed, 1, "the second array goes on where the first was killed");
    assert!(folder.results("results/s") == expected, "the bytes differ");
}
