//! The random scenarios with caches of limited capacity, some of which do not fit together.

use edgelag::base::Dice;
use rand::RngExt;

use super::draw;

const EVICTIONS: [&str; 8] = [
    "\"fifo\"",
    "\"lru\"",
    "\"clock\"",
    "\"lfu\"",
    "\"sieve\"",
    "{ s3-fifo = { small = 0.3 } }",
    "{ w-tiny-lfu = { window = 0.2 } }",
    "\"arc\"",
];

/// The text of the `index`-th scenario; the same in each run.
pub(super) fn scenario(index: u64) -> String {
    let mut rng = Dice::of_trial(20_262, 0).named("limited").fork(index).rng();
    let mut one_of = |choices: &[&'static str]| choices[rng.random_range(0..choices.len())];
    let limit = one_of(&[
        "entries = 3",
        "entries = 5",
        "entries = 20",
        "entries = 100",
        "bytes = \"3072B\"",
        "bytes = \"10kB\"",
        "bytes = \"50kB\"",
    ]);
    let eviction = one_of(&EVICTIONS);
    let admission = match one_of(&["", "", "probability", "second-hit", "tiny-lfu"]) {
        "probability" => ", admission.probability = 0.6",
        "second-hit" => ", admission.second-hit = { remembers = 10 }",
        "tiny-lfu" if !eviction.contains("tiny") => ", admission = \"tiny-lfu\"",
        _ => "",
    };
    let size = one_of(&["size = \"1KiB\"", "size.uniform = { min = \"0B\", max = \"5KiB\" }"]);
    let text = draw::scenario(index).replace("keys = { count", &format!("keys = {{ {size}, count"));
    format!("{text}[site.all]\nat = \"edges\"\ncache = {{ {limit}, eviction = {eviction}{admission} }}\n")
}
