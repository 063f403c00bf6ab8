//! How much memory a sweep is said to take.

use edgelag::scenario::{Keeping, load, load_keeping};

use super::FOUR;

/// Trials on disk take memory for one case at a time: a quarter of what those of four cases take.
#[test]
fn trials_on_disk_take_memory_by_case() {
    let text = format!("{}[limits]\nmemory = \"64GiB\"\n", FOUR.replace("trials = 3", "trials = 2000"));
    let files = |_: &str| Err("there are no files here".to_owned());
    let all = load("s", text.as_bytes(), &[], &files).unwrap().memory;
    let by_case = load_keeping("s", text.as_bytes(), &[], &files, Keeping::OnDisk).unwrap().memory;
    let [all, by_case] = [all, by_case].map(|memory| memory.peak(memory.general, 1));
    assert!((3.5..4.1).contains(&(all / by_case)), "{all} and {by_case}");
    let limit = format!("{:.0}B", (all + by_case) / 2.0);
    let text = text.replace("64GiB", &limit);
    let refused = load("s", text.as_bytes(), &[], &files).unwrap_err().to_string();
    assert!(refused.contains("of memory, more than the limit of"), "{refused}");
    assert!(refused.contains("lift the limit: [limits] memory"), "{refused}");
    assert!(load_keeping("s", text.as_bytes(), &[], &files, Keeping::OnDisk).is_ok());
}
